"""Who is meant on the page of a conversation, and whose each gift is. Where it is unclear the page asks; it never guesses."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext, ngettext

from communities.models import Team, User
from communities.row_keys import uuid_of
from connectors.forms import fields
from connectors.forms.gifts import BaseGiftsHeard, GiftHeardForm
from connectors.models import Conversation, Person
from connectors.queries.duplicates import current_record_of
from connectors.queries.names import match_names
from connectors.rules.names import GiftHeard, NameMatch, Resolution, names_to_match, resolve_people, tidy


class PeopleMixin:
    """The part of a conversation's form that turns what was typed and tapped into residents and names.

    resolution: who was there; gifts_heard: the gifts with their owners. Both are empty until the form is validated.
    """

    user: User
    team: Team
    conversation: Conversation | None
    gifts: BaseGiftsHeard
    resolution = Resolution()
    gifts_heard: Sequence[GiftHeard] = ()

    def find_people(self, uuids: Iterable[str]) -> list[Person]:
        """Return the residents of the team with these UUIDs, in this order; other texts are left out.

        A record that was merged since the page was opened, or a phone saved it, gives the record it was merged into.
        Somebody who was erased since is left out.
        """
        wanted = [uuid for uuid in uuids if uuid_of(uuid)]
        if not wanted:
            return []
        people = Person.everyone.visible_to(self.user).filter(team=self.team, uuid__in=wanted)
        found = {str(each.uuid): current_record_of(each) for each in people.select_related("neighbourhood")}
        return [each for each in dict.fromkeys(found[uuid] for uuid in wanted if uuid in found) if self._may_name(each)]

    def _may_name(self, person: Person) -> bool:
        """Return whether a resident can be named: an erased one only in a conversation they were in already."""
        talk = self.conversation
        return person.erased_on is None or bool(talk and talk.people.filter(pk=person.pk).exists())

    def find_out_who(self, named: fields.Named) -> None:
        """Set `resolution` and `gifts_heard`, or add an error that asks where it is unclear who is meant."""
        known = self.find_people(named.known)
        if len(known) != len(set(named.known)):
            self.add_error("people", self.fields["people"].error_messages["broken"])
            return
        whose = [row.cleaned_data["whose"] for row in self.gifts.heard]
        typed = [*fields.split_names(named.typed), *named.unanswered(known)]
        matches = match_names(
            user=self.user,
            team=self.team,
            neighbourhood=self.cleaned_data.get("neighbourhood"),
            names=names_to_match(typed=typed, known=known, new=named.new, whose=whose),
        ).values()
        before = self._there_before() if any(match.is_unclear for match in matches) else {}
        self.resolution = resolve_people(known=known, new=named.new, matches=matches, before=before, whose=whose)
        if self.resolution.unclear:
            self._ask(self.resolution.unclear)
        else:
            self.gifts_heard = [gift for row in self.gifts.heard if (gift := self._gift(row))]

    def _there_before(self) -> dict[str, Person]:
        """Return, by name, who is in the conversation that was saved before from this page, or with this UUID."""
        uuid = self.cleaned_data.get("uuid")
        people = Person.objects.visible_to(self.user).filter(conversations__uuid=uuid, conversations__builder=self.user)
        return {person.known_as.lower(): person for person in people} if uuid and not self.conversation else {}

    def _ask(self, unclear: Sequence[NameMatch]) -> None:
        self.fields["people"].widget.unclear = unclear
        for match in unclear:
            count = len(match.candidates)
            words = ngettext(
                "Somebody called %(name)s is already here. Is it them?",
                "%(count)s people are called %(name)s. Which of them?",
                count,
            )
            self.add_error("people", words % {"name": match.name, "count": count})

    def _gift(self, row: GiftHeardForm) -> GiftHeard | None:
        """Return the gift with its owner; None, with an error in the row, when the owner is unclear."""
        whose = tidy(row.cleaned_data["whose"])
        owners = self.resolution.owners(whose)
        if len(owners) == 1:
            return GiftHeard(owners[0], row.cleaned_data["name"], row.cleaned_data["kind"])
        if whose and owners:
            words = gettext("More than one of the people you met is called that. Whose gift is it?")
        elif self.resolution.met:
            words = gettext("Whose gift is it?")
        else:
            words = gettext("Whose gift is it? A first name is enough.")
        row.add_error("whose", words)
        return None
