"""Who cares about what: themes of a conversation, given to those who said so or to the gathering alone."""

from collections.abc import Collection, Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communities import audit
from communities.models import User
from communities.rules import require
from communities.verbs import Verb
from connectors.actions.conversation_parts import add_what_they_care_about, key
from connectors.actions.current_record import current_people
from connectors.models import Conversation, HeardTheme, Person, Theme
from connectors.rules.conversations import can_change_conversation

#: A resident, or the name of a new one, and a theme, or the name of a new one.
type Care = tuple[Person | str, Theme | str]


def pairs_of(
    cares: Iterable[Care] | None,
    *,
    met: Mapping[int | str, Person],
    themes: Collection[Theme],
    before: Iterable[tuple[int, int]] = (),
    others: Collection[str] = (),
) -> list[tuple[Person, Theme]]:
    """Return each (resident, theme) of a conversation; None for `cares` leaves those of `before` as they were.

    What was heard with one resident is theirs. With several, a theme is given to those named and to nobody else. Pairs of
    somebody, or of a theme, that is not in the conversation are left out. before: (resident, theme), by primary key;
    others: names of people who were there too, whom nobody has identified yet.
    """
    people = list(dict.fromkeys(met.values()))
    if len(people) == 1 and not others:
        return [(people[0], theme) for theme in themes]
    by_pk, by_name = {each.pk: each for each in themes}, {each.name.lower(): each for each in themes}
    if cares is None:
        there = {each.pk: each for each in people}
        return [(there[who], by_pk[what]) for who, what in before if who in there and what in by_pk]
    found: dict[tuple[int, int], tuple[Person, Theme]] = {}
    for who, what in cares:
        person = met.get(key(who))
        theme = by_name.get(" ".join(what.split()).lower()) if isinstance(what, str) else by_pk.get(what.pk)
        if person is not None and theme is not None:
            found[person.pk, theme.pk] = (person, theme)
    return list(found.values())


def keep_pairs(conversation: Conversation, pairs: Collection[tuple[Person, Theme]]) -> bool:
    """Save who cares about what in a conversation, and add it to their pages; return whether anything changed.

    A theme that is taken from somebody leaves their page too, unless another conversation gives it to them or somebody
    wrote it on their page by hand.
    """
    wanted = {(person.pk, theme.pk) for person, theme in pairs}
    rows = HeardTheme.objects.filter(conversation=conversation)
    there = {} if conversation.is_new else _by_pair(rows)
    for person_id, theme_id in there.keys() - wanted:
        rows.filter(person=person_id, theme=theme_id).delete()
        is_by_hand = there[person_id, theme_id]
        if not is_by_hand and not HeardTheme.objects.filter(person=person_id, theme=theme_id).exists():
            Person.themes.through.objects.filter(person=person_id, theme=theme_id).delete()
    new = [(person, theme) for person, theme in pairs if (person.pk, theme.pk) not in there]
    by_hand = _written_by_hand(new)
    HeardTheme.objects.bulk_create(
        HeardTheme(conversation=conversation, person=person, theme=theme, was_on_page=(person.pk, theme.pk) in by_hand)
        for person, theme in new
    )
    add_what_they_care_about(pairs=new)
    return there.keys() != wanted


def _by_pair(rows: QuerySet[HeardTheme]) -> dict[tuple[int, int], bool]:
    """Return, by (resident, theme), whether the theme was on their page by hand."""
    return {(who, what): was for who, what, was in rows.values_list("person_id", "theme_id", "was_on_page")}


def _written_by_hand(pairs: Collection[tuple[Person, Theme]]) -> set[tuple[int, int]]:
    """Return which (resident, theme) somebody wrote on a page: there, and not because a conversation gave it; two queries."""
    if not pairs:
        return set()
    about = {"person__in": {person.pk for person, _theme in pairs}, "theme__in": {theme.pk for _person, theme in pairs}}
    there = set(Person.themes.through.objects.filter(**about).values_list("person_id", "theme_id"))
    if not there:
        return set()
    heard = _by_pair(HeardTheme.objects.filter(**about))
    return {pair for pair in there if heard.get(pair, True)}


@transaction.atomic
def give_themes(*, conversation: Conversation, by: User | None, cares: Iterable[Care]) -> Conversation:
    """Say who cares about which themes of a conversation, in place of what was said before, and audit it.

    Raises: PermissionDenied; ValidationError for a resident or theme that is not in the conversation.
    """
    require(can_change_conversation, by, conversation)
    cares = list(cares)
    # Before the conversation, in the order in which consent and erasing lock them.
    people = current_people(conversation.people.all())
    kept = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    themes = list(kept.themes.all())
    met: dict[int | str, Person] = dict(people.items())
    pairs = pairs_of(cares, met=met, themes=themes, others=kept.unsorted_names)
    if len(people) != 1 and len(pairs) != len(set(cares)):
        raise ValidationError(
            {"cares": _("Choose among the people and the themes of this conversation. Nothing was changed.")}
        )
    if keep_pairs(kept, pairs):
        kept.save(update_fields=["updated_at"])
        audit.record(by=by, verb=Verb.UPDATE, obj=kept, fields=["heard_themes"])
    return kept
