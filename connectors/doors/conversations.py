"""Doors of conversations, themes, word lists and conversation starters."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from communities.doors import Door
from communities.idempotency import idempotent
from communities.models import Team, User
from connectors.actions.conversations import change_conversation, delete_conversation, log_conversation
from connectors.actions.dismissals import restore_suggestion
from connectors.actions.heard_themes import give_themes
from connectors.actions.prompts import change_prompt_set, create_prompt_set, delete_prompt_set
from connectors.actions.themes import create_theme, delete_theme, update_theme
from connectors.models import Conversation, Dismissal, HeardTheme, Person, PromptSet, TeamWord, Theme
from connectors.rules import records
from connectors.rules.conversations import is_day_possible
from connectors.rules.records import NOT_A_DAY, SAYS_NOTHING
from connectors.wording.actions import add_word, change_word, remove_word, restore_word, switch_off_word

SAYS_SOMETHING = ("people", "themes", "summary", "idea")


class ConversationDoor(Door[Conversation]):
    """Conversations; photos are changed on the conversation's page, which removes their metadata."""

    model = Conversation

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Conversation:
        """Create a conversation."""
        said = {name: value for name, value in values.items() if value is not None}
        return log_conversation(by=by, uuid=uuid, **said)

    def update(self, *, row: Conversation, by: User, values: dict) -> Conversation:
        """Update a conversation."""
        who = {
            name: list(values[name] if name in values else getattr(row, name).all()) for name in ("people", "themes")
        }
        return change_conversation(conversation=row, by=by, **{**values, **who})

    def delete(self, *, row: Conversation, by: User) -> None:
        """Delete a conversation, with its photo."""
        delete_conversation(conversation=row, by=by)

    def refusals(self, *, row: Conversation | None, values: Mapping, by: User) -> Mapping[str, object]:
        """Refuse impossible dates, and an empty conversation."""
        found = dict(records.refusals_of_conversation(values, today=timezone.localdate()))
        held_on = values.get("held_on")
        if held_on is not None and not is_day_possible(held_on):
            found["held_on"] = NOT_A_DAY
        if row is None and not any(values.get(name) for name in SAYS_SOMETHING):
            found["summary"] = SAYS_NOTHING
        return found


class HeardThemeDoor(Door[HeardTheme]):
    """Who cares about what in a conversation."""

    model = HeardTheme
    field_of = {"cares": "person"}  # noqa: RUF012 - read only

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> HeardTheme:
        """Give a theme of the conversation to somebody in it."""
        return self._replace(values["conversation"], by=by, old=None, new=(values["person"], values["theme"]))

    def update(self, *, row: HeardTheme, by: User, values: dict) -> HeardTheme:
        """Give another theme, or give it to somebody else."""
        new = (values.get("person", row.person), values.get("theme", row.theme))
        return self._replace(row.conversation, by=by, old=row, new=new)

    def delete(self, *, row: HeardTheme, by: User) -> None:
        """Leave the theme to the gathering."""
        self._replace(row.conversation, by=by, old=row, new=None)

    def _replace(
        self, talk: Conversation, *, by: User, old: HeardTheme | None, new: tuple[Person, Theme] | None
    ) -> HeardTheme:
        rows = talk.heard_themes.select_related("person", "theme").exclude(pk=old.pk if old else None)
        cares = [(row.person, row.theme) for row in rows]
        give_themes(conversation=talk, by=by, cares=[*cares, *([new] if new else [])])
        return talk.heard_themes.get(person=new[0], theme=new[1]) if new else old


class ThemeDoor(Door[Theme]):
    """Themes."""

    model = Theme

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Theme:
        """Create a theme."""
        return create_theme(team=values["team"], by=by, name=values["name"], uuid=uuid)

    def update(self, *, row: Theme, by: User, values: dict) -> Theme:
        """Rename a theme."""
        return update_theme(theme=row, by=by, name=values["name"]) if "name" in values else row

    def delete(self, *, row: Theme, by: User) -> None:
        """Delete a theme that no row refers to."""
        delete_theme(theme=row, by=by)


class PromptSetDoor(Door[PromptSet]):
    """Sets of conversation starters."""

    model = PromptSet

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> PromptSet:
        """Create a set of questions."""
        return create_prompt_set(by=by, uuid=uuid, **values)

    def update(self, *, row: PromptSet, by: User, values: dict) -> PromptSet:
        """Update a set of questions."""
        return change_prompt_set(prompt_set=row, by=by, **values)

    def delete(self, *, row: PromptSet, by: User) -> None:
        """Delete a set of questions."""
        delete_prompt_set(prompt_set=row, by=by)


class TeamWordDoor(Door[TeamWord]):
    """The team's own words, and the shipped ones it does not notice."""

    model = TeamWord
    fixed = ("team", "is_silent")
    field_of = {None: "phrase"}  # noqa: RUF012 - read only

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> TeamWord:
        """Add a word, or stop noticing a shipped one."""
        said = dict(values)
        if said.pop("is_silent", False):
            return _leave_alone(team=said["team"], by=by, name=said["phrase"], uuid=uuid)
        return add_word(by=by, uuid=uuid, **said)

    def update(self, *, row: TeamWord, by: User, values: dict) -> TeamWord:
        """Update one of the team's own words."""
        return change_word(word=row, by=by, **values)

    def delete(self, *, row: TeamWord, by: User) -> None:
        """Remove a word from the list, or notice a shipped one again."""
        if row.is_silent:
            restore_word(team=row.team, by=by, name=row.phrase)
        else:
            remove_word(word=row, by=by)


@idempotent(TeamWord)
@transaction.atomic
def _leave_alone(*, team: Team, by: User, name: str, uuid: UUID | None = None) -> TeamWord:
    return switch_off_word(team=team, by=by, name=name)


class DismissalDoor(Door[Dismissal]):
    """Dismissed suggestions: to be restored by deleting."""

    model = Dismissal

    def delete(self, *, row: Dismissal, by: User) -> None:
        """Allow two residents to be suggested again."""
        restore_suggestion(person=row.person, other=row.other, by=by)
