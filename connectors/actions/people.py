"""Create and update residents, and make them connectors."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_row
from communities.folding import visible
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.rules import require
from communities.verbs import Verb
from connectors.actions.conversation_parts import themes_of
from connectors.actions.current_record import locked_person
from connectors.actions.gifts import add_gift
from connectors.actions.merges import confirm_different_people
from connectors.actions.name_keys import save_names, set_keys
from connectors.actions.since import begin, end
from connectors.models import GiftKind, HeardTheme, Person, Theme
from connectors.queries.consent import latest_notice, refusals_of_reach
from connectors.rules.people import can_write_person
from connectors.rules.records import refusals_of_person
from connectors.rules.same_person import NewPerson

PERSON_FIELDS = (
    "known_as",
    "also_known_as",
    "neighbourhood",
    "street",
    "phone",
    "email",
    "contact_preference",
    "sign",
    "connector_since",
    "champion_since",
    "told_on",
    "first_met_on",
)


@idempotent(Person)
@transaction.atomic
def create_person(
    *,
    team: Team,
    by: User | None,
    uuid: UUID | None = None,
    themes: Iterable[Theme | str] = (),
    **values: object,
) -> Person:
    """Create a resident; `values` are some of PERSON_FIELDS. The same UUID sent twice gives the same resident.

    Raises: PermissionDenied; ValidationError keyed by field, also for another team's neighbourhood or themes.
    """
    require(can_write_person, by, team)
    return _add(team, by, uuid, themes, values)


def _add(
    team: Team, by: User | None, uuid: UUID | None, themes: Iterable[Theme | str], values: dict[str, object]
) -> Person:
    person = Person(team=team, created_by=by, uuid=uuid or uuid4())
    _write(person, by, values, themes)
    audit.record(by=by, verb=Verb.CREATE, obj=person, fields=[*values, "themes"])
    return person


@idempotent(Person)
@transaction.atomic
def welcome_person(
    *,
    team: Team,
    by: User,
    uuid: UUID | None = None,
    themes: Iterable[Theme | str] = (),
    gift: str = "",
    kind: str = "",
    is_offered: bool = False,
    is_connector: bool = False,
    others: Iterable[Person] = (),
    **values: object,
) -> Person:
    """Create a resident with the gift they share, as a connector or not; all of it or nothing.

    others: residents who look alike and are somebody else, so that nobody is asked again. `values` are those of
    `create_person`. The same UUID sent twice gives the same resident.
    Raises: PermissionDenied; ValidationError keyed by field.
    """
    require(can_write_person, by, team)
    person = _add(team, by, uuid, themes, values)
    if gift.strip():
        try:
            add_gift(person=person, by=by, name=gift, kind=kind or GiftKind.HANDS, is_offered=is_offered)
        except ValidationError as error:
            raise ValidationError({"gift": error.messages}) from error
    if is_connector:
        become_connector(person=person, by=by)
    confirm_different_people(person=person, others=others, by=by)
    return person


def added_if_new[End](end: End | NewPerson, *, team: Team, by: User) -> End | Person:
    """Return an end of an introduction, or who asked, unchanged; somebody new is created first, once.

    Raises: PermissionDenied; ValidationError keyed by field.
    """
    if not isinstance(end, NewPerson):
        return end
    require(can_write_person, by, team)
    return welcome_person(team=team, by=by, uuid=end.uuid, known_as=end.name, others=end.others)


@transaction.atomic
def update_person(
    *, person: Person, by: User | None, themes: Iterable[Theme | str] | None = None, **values: object
) -> Person:
    """Update the named fields of a resident, some of PERSON_FIELDS; `themes` replace the previous ones.

    `by` is None for a command, and for residents on their own sheets, who can always change how to reach them.
    Raises: PermissionDenied; ValidationError keyed by field, also for contact details of somebody who refuses contact.
    """
    require(can_write_person, by, person.team_id)
    person = locked_person(person)
    changed = _write(person, by, values, themes)
    if changed:
        audit.record(by=by, verb=Verb.UPDATE, obj=person, fields=changed)
    return person


def _write(
    person: Person, by: User | None, values: dict[str, object], themes: Iterable[Theme | str] | None
) -> list[str]:
    """Set, check and save the given values; return the names of the fields that changed."""
    typed, values = values, _tidy(person, values)
    changed = [name for name, value in values.items() if getattr(person, name) != value]
    new = {name: values[name] for name in changed}
    # The name as typed: one of invisible characters is gone from the tidied values.
    whole = {"street": person.street, **values, **{name: typed[name] for name in ("known_as",) if name in typed}}
    refused = refusals_of_person(whole, today=timezone.localdate())
    refused = {name: words for name, words in refused.items() if name in new or name == "known_as"}
    if by is not None:
        refused |= refusals_of_reach(new, before=person)
    if refused:
        raise ValidationError(refused)
    for name, value in new.items():
        setattr(person, name, value)
    if "told_on" in new:
        person.told_notice = latest_notice(person.team_id) if person.told_on else None
    check_row(set_keys(person), validate_unique=False)
    is_new = person.pk is None
    if changed or is_new:
        person.save()
    if is_new or not {"known_as", "also_known_as"}.isdisjoint(changed):
        save_names([person], are_new=is_new)
    return changed + (["themes"] if themes is not None and _set_themes(person, by, list(themes)) else [])


def _tidy(person: Person, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with the white space of texts tidied, and without invisible characters.

    Raises: TypeError for other fields; ValidationError for another team's neighbourhood.
    """
    if unknown := set(values) - set(PERSON_FIELDS):
        raise TypeError(f"Not fields of a resident that are typed: {sorted(unknown)}")
    place = values.get("neighbourhood")
    if place is not None and place.team_id != person.team_id:
        raise ValidationError({"neighbourhood": _("Choose one that belongs to your team.")})
    return {name: visible(value) if isinstance(value, str) else value for name, value in values.items()}


def _set_themes(person: Person, by: User | None, themes: list[Theme | str]) -> bool:
    """Replace the themes of a resident; return whether that changed anything."""
    if any(isinstance(theme, Theme) and theme.team_id != person.team_id for theme in themes):
        raise ValidationError({"themes": _("Choose themes of your own team.")})
    wanted = themes_of(team=person.team, by=by, themes=themes)
    before = set(person.themes.all())
    if set(wanted) == before:
        return False
    person.themes.set(wanted)
    if person.pk and (written := set(wanted) - before):
        # Removed before and written again: from now on it rests on whoever wrote it, not on what was heard.
        HeardTheme.objects.filter(person=person, theme__in=written).update(was_on_page=True)
    return True


@transaction.atomic
def become_connector(*, person: Person, by: User, since: date | None = None) -> Person:
    """Record that a resident is a connector; the record stays the same, and so does an earlier date.

    Raises: PermissionDenied; ValidationError for a date in the future.
    """
    require(can_write_person, by, person.team_id)
    person = locked_person(person)
    return begin(person, "connector_since", since=since, by=by, verb=Verb.BECOME_CONNECTOR)


@transaction.atomic
def stop_connecting(*, person: Person, by: User) -> Person:
    """Record that a resident is no longer a connector; nothing else changes. Raises: PermissionDenied."""
    require(can_write_person, by, person.team_id)
    return end(locked_person(person), "connector_since", by=by, verb=Verb.STOP_CONNECTING)
