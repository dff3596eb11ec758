"""Parts of a conversation: residents met for the first time, new themes, gifts."""

from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower

from communities import audit
from communities.actions.saving import check_fields
from communities.compiled import compiled_once
from communities.folding import visible
from communities.models import Team, User
from communities.rules import require
from communities.verbs import Verb
from connectors.actions.name_keys import save_names, set_keys
from connectors.models import Conversation, Gift, Person, Theme
from connectors.rules.conversations import can_log_conversation
from connectors.rules.name_keys import name_key, same_name
from connectors.rules.people import can_name_theme
from connectors.rules.records import NOT_A_NAME
from connectors.rules.typed_names import apart_from_reach, in_natural_order


def key(who: Person | str) -> int | str:
    """Return what identifies a resident in an entry: the primary key, or, for a new one, what `same_name` compares."""
    return same_name(who) if isinstance(who, str) else who.pk


def themes_of(*, team: Team, by: User | None, themes: Iterable[Theme | str]) -> list[Theme]:
    """Return a theme for each name, reusing the team's own regardless of case, and creating and auditing the others.

    Raises: PermissionDenied; ValidationError keyed `themes` for a name that is too long.
    """
    require(can_name_theme, by, team)
    found: dict[int, Theme] = {}
    for theme in themes:
        kept = _theme(team, by, theme) if isinstance(theme, str) else theme
        if kept is not None:
            found[kept.pk] = kept
    return list(found.values())


def _theme(team: Team, by: User | None, name: str) -> Theme | None:
    name = " ".join(name.split())
    if not name:
        return None
    theme = Theme(team=team, name=name)
    _clean(theme, key="themes", exclude=["team"])
    same = {"team": team, "name": name, "lower": name.lower()}
    kept = next(iter(_themes_named(**same)), None)
    if kept is None:
        try:
            with transaction.atomic():
                theme.save(force_insert=True)
        except IntegrityError:
            # Two builders can create it at the same time: the second one finds the first one's.
            if (kept := next(iter(_themes_named(**same)), None)) is None:
                raise
            return kept
        audit.record(by=by, verb=Verb.CREATE, obj=theme, fields=["name"])
    return kept or theme


@compiled_once
def _themes_named(*, team: Team, name: str, lower: str) -> QuerySet[Theme]:
    """Return the theme of a name, in lower case as Python and as the database make it: SQLite's covers only ASCII letters."""
    named = Theme.objects.filter(team=team).alias(lower=Lower("name"))
    return named.filter(Q(lower=lower) | Q(lower=Lower(Value(name)))).order_by("pk")[:1]


def people_met(
    *, conversation: Conversation, by: User | None, people: Iterable[Person | str], told: bool = False
) -> dict[int | str, Person]:
    """Return residents by `key`: known ones unchanged, and one new, audited resident for each new name.

    A new resident has the phone number or email address that stands beside the name, the conversation's neighbourhood and first met the team on its date; with `told`, they were told
    about their record on it too.
    Raises: PermissionDenied; ValidationError keyed `people` for a name that is empty or too long.
    """
    require(can_log_conversation, by, conversation.team_id)
    met: dict[int | str, Person] = {}
    for who in people:
        if key(who) not in met:
            met[key(who)] = _new_person(conversation, by, who, told) if isinstance(who, str) else who
    new = Person.objects.bulk_create([person for person in met.values() if person.pk is None])
    save_names(new, are_new=True)
    reach = [name for name in ("phone", "email") if any(getattr(person, name) for person in new)]
    fields = ["known_as", "neighbourhood", "first_met_on", *reach, *(["told_on"] if told else [])]
    numbers = [person.pk for person in new]
    audit.record_many(by=by, verb=Verb.CREATE, team=conversation.team_id, model=Person, ids=numbers, fields=fields)
    return met


def _new_person(conversation: Conversation, by: User | None, name: str, told: bool) -> Person:
    typed = apart_from_reach(in_natural_order(visible(name)))
    if not name_key(typed.name):
        raise ValidationError({"people": NOT_A_NAME})
    person = Person(
        team=conversation.team,
        neighbourhood=conversation.neighbourhood,
        known_as=typed.name,
        phone=typed.phone,
        email=typed.email,
        first_met_on=conversation.held_on,
        told_on=conversation.held_on if told else None,
        created_by=by,
    )
    _clean(set_keys(person), key="people", exclude=["team", "neighbourhood", "created_by"])
    return person


def add_what_they_care_about(*, pairs: Iterable[tuple[Person, Theme]]) -> None:
    """Add each theme to its resident, beside those already there."""
    links = Person.themes.through
    rows = [links(person=person, theme=theme) for person, theme in pairs]
    links.objects.bulk_create(rows, ignore_conflicts=True)


def keep_gifts(
    *,
    conversation: Conversation,
    by: User | None,
    gifts: Iterable[tuple[Person, str, str]],
    new: Collection[Person] = (),
) -> list[Gift]:
    """Save each (resident, gift, kind) heard in the conversation and audit it; existing gifts are unchanged.

    new: residents met for the first time, who have no gifts yet.
    Raises: PermissionDenied; ValidationError keyed `gifts` for a name that is empty or too long, or an unknown kind.
    """
    require(can_log_conversation, by, conversation.team_id)
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
    audit.record_many(by=by, verb=Verb.CREATE, team=conversation.team_id, model=Gift, ids=numbers, fields=fields)
    return added


def _gifts_of(people: Collection[Person]) -> set[tuple[int, str]]:
    """Return (primary key of the resident, name in lower case) of the gifts of residents."""
    rows = Gift.objects.filter(person__in=people).values_list("person_id", "name") if people else ()
    return {(person_id, name.lower()) for person_id, name in rows}


def _clean(row: Person | Theme | Gift, *, key: str, exclude: list[str]) -> None:
    """Run `clean_fields` and raise its messages under the name of the field that was typed in."""
    try:
        check_fields(row, exclude=exclude)
    except ValidationError as error:
        raise ValidationError({key: error.messages}) from error
