"""What a conversation brings with it: residents met for the first time, themes in new words, gifts."""

from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, Value
from django.db.models.functions import Lower

from communities import audit
from communities.models import Team, User
from connectors.models import Conversation, Gift, Person, Theme
from connectors.rules.duplicates import name_key


def key(who: Person | str) -> int | str:
    """Return what tells one resident in an entry from another: the number of a known one, the name of a new one."""
    return who.strip().lower() if isinstance(who, str) else who.pk


def themes_of(*, team: Team, by: User, themes: Iterable[Theme | str]) -> list[Theme]:
    """Return themes for what was named, reusing the team's own whatever their capitals, and adding and auditing the rest.

    Raises: ValidationError keyed `themes` for a name that is too long.
    """
    found: dict[int, Theme] = {}
    for theme in themes:
        kept = _theme(team, by, theme) if isinstance(theme, str) else theme
        if kept is not None:
            found[kept.pk] = kept
    return list(found.values())


def _theme(team: Team, by: User, name: str) -> Theme | None:
    name = " ".join(name.split())
    if not name:
        return None
    theme = Theme(team=team, name=name)
    _clean(theme, key="themes", exclude=["team"])
    # Small letters as Python and as the database make them: SQLite knows those of English only.
    same = Theme.objects.alias(lower=Lower("name")).filter(
        Q(lower=name.lower()) | Q(lower=Lower(Value(name))), team=team
    )
    kept = same.first()
    if kept is None:
        try:
            with transaction.atomic():
                theme.save(force_insert=True)
        except IntegrityError:
            # Two builders may name it at once: the one who comes second finds the first one's.
            if (kept := same.first()) is None:
                raise
            return kept
        audit.record(by=by, verb="added", obj=theme, fields=["name"])
    return kept or theme


def people_met(
    *, conversation: Conversation, by: User, people: Iterable[Person | str], told: bool = False
) -> dict[int | str, Person]:
    """Return residents by `key`: those known as they are, and one new one for each new name, audited.

    A new resident belongs where the conversation was and was first met on its day, and with `told` was told on it.
    Raises: ValidationError keyed `people` for a name that is empty or too long.
    """
    met: dict[int | str, Person] = {}
    for who in people:
        if key(who) not in met:
            met[key(who)] = _new_person(conversation, by, who, told) if isinstance(who, str) else who
    new = Person.objects.bulk_create([person for person in met.values() if person.pk is None])
    fields = ["known_as", "neighbourhood", "first_met_on", *(["told_on"] if told else [])]
    numbers = [person.pk for person in new]
    audit.record_many(by=by, verb="added", team=conversation.team_id, model=Person, ids=numbers, fields=fields)
    return met


def _new_person(conversation: Conversation, by: User, name: str, told: bool) -> Person:
    person = Person(
        team=conversation.team,
        neighbourhood=conversation.neighbourhood,
        known_as=" ".join(name.split()),
        name_key=name_key(name),
        first_met_on=conversation.held_on,
        told_on=conversation.held_on if told else None,
        created_by=by,
    )
    _clean(person, key="people", exclude=["team", "neighbourhood", "created_by"])
    return person


def add_what_they_care_about(*, people: Iterable[Person], themes: Iterable[Theme]) -> None:
    """Put the themes on the page of each resident, beside those already there."""
    links = Person.themes.through
    rows = [links(person=person, theme=theme) for person in people for theme in themes]
    links.objects.bulk_create(rows, ignore_conflicts=True)


def keep_gifts(
    *, conversation: Conversation, by: User, gifts: Iterable[tuple[Person, str, str]], new: Collection[Person] = ()
) -> list[Gift]:
    """Keep each (resident, gift, kind) heard in the conversation and audit it; a gift already known stays as it is.

    new: residents met for the first time, of whom no gift can be known yet.
    Raises: ValidationError keyed `gifts` for a name that is empty or too long, or an unknown kind.
    """
    gifts = list(gifts)
    known = _gifts_of({person for person, _, _ in gifts}.difference(new))
    added = []
    for person, name, kind in gifts:
        gift = Gift(person=person, name=" ".join(name.split()), kind=kind, heard_on=conversation.held_on)
        gift.heard_in = conversation
        _clean(gift, key="gifts", exclude=["person", "theme", "heard_in"])
        if (person.pk, gift.name.lower()) not in known:
            known.add((person.pk, gift.name.lower()))
            added.append(gift)
    numbers = [gift.pk for gift in Gift.objects.bulk_create(added)]
    fields = ["name", "kind", "heard_in"]
    audit.record_many(by=by, verb="added", team=conversation.team_id, model=Gift, ids=numbers, fields=fields)
    return added


def _gifts_of(people: Collection[Person]) -> set[tuple[int, str]]:
    """Return (number of the resident, name in small letters) of what residents can share."""
    rows = Gift.objects.filter(person__in=people).values_list("person_id", "name") if people else ()
    return {(person_id, name.lower()) for person_id, name in rows}


def _clean(row: Person | Theme | Gift, *, key: str, exclude: list[str]) -> None:
    """Raise what is wrong with a row's own fields under the name of the field it was typed in."""
    try:
        row.clean_fields(exclude=exclude)
    except ValidationError as error:
        raise ValidationError({key: error.messages}) from error
