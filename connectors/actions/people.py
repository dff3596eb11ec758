"""Writing about residents: who they are, what they offer, becoming a connector."""

import uuid as uuids
from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.models import Team, User
from communities.once import refuse_other_words, refuse_taken
from connectors.actions.hearing import themes_of
from connectors.actions.merges import mark_two_people
from connectors.actions.standing import locked_person
from connectors.models import ContactPreference, Gift, GiftKind, Person, Purpose, Theme
from connectors.queries.consent import refuses
from connectors.rules.consent import NOT_OFFERED, NOT_REACHED
from connectors.rules.duplicates import name_key
from connectors.rules.people import phone_key

PERSON_FIELDS = ("known_as", "also_known_as", "neighbourhood", "street", "phone", "email", "contact_preference")
GIFT_FIELDS = ("name", "kind", "theme", "is_offered")


@transaction.atomic
def create_person(
    *, team: Team, by: User, uuid: uuids.UUID | None = None, themes: Iterable[Theme | str] = (), **values
) -> Person:
    """Add a resident; `values` are `PERSON_FIELDS`. The same uuid sent twice gives the same resident.

    Raises: ValidationError keyed by field, also for another team's neighbourhood or themes; with the code of
    `communities.once` when the uuid belongs to a resident of whom something else is known.
    """
    uuid = uuid or uuids.uuid4()
    already = Person.everyone.filter(uuid=uuid, team=team).first()
    if already:
        refuse_other_words(already, {**values, "known_as": " ".join(str(values.get("known_as", "")).split())})
        return already
    person = Person(team=team, created_by=by, uuid=uuid)
    try:
        with transaction.atomic():
            _write(person, by, values, themes)
    except IntegrityError:
        already = Person.everyone.filter(uuid=uuid, team=team).first()
        if already is None:
            refuse_taken(Person, uuid)
            raise
        return already
    audit.record(by=by, verb="create", obj=person, fields=[*values, "themes"])
    return person


@transaction.atomic
def welcome_person(
    *,
    team: Team,
    by: User,
    gift: str = "",
    kind: str = "",
    is_offered: bool = False,
    is_connector: bool = False,
    others: Iterable[Person] = (),
    **values,
) -> Person:
    """Add a resident with the gift they share, as a connector or not, in one go; all of it or nothing.

    others: residents who look alike and are somebody else, so that nobody asks again. `values` are those of `create_person`,
    whose uuid makes that the same page sent twice gives the same resident.
    Raises: ValidationError keyed by field.
    """
    person = create_person(team=team, by=by, **values)
    if gift.strip():
        try:
            add_gift(person=person, by=by, name=gift, kind=kind or GiftKind.HANDS, is_offered=is_offered)
        except ValidationError as error:
            raise ValidationError({"gift": error.messages}) from error
    if is_connector:
        become_connector(person=person, by=by)
    mark_two_people(person=person, others=others, by=by)
    return person


@transaction.atomic
def update_person(*, person: Person, by: User, themes: Iterable[Theme | str] | None = None, **values) -> Person:
    """Change what is known of a resident; `values` are some of `PERSON_FIELDS`, `themes` replace those there.

    Raises: ValidationError keyed by field.
    """
    person = locked_person(person)
    _write(person, by, values, themes)
    audit.record(by=by, verb="update", obj=person, fields=[*values, *(["themes"] if themes is not None else [])])
    return person


def _write(person: Person, by: User, values: dict, themes: Iterable[Theme | str] | None) -> None:
    place = values.get("neighbourhood")
    if place is not None and place.team_id != person.team_id:
        raise ValidationError({"neighbourhood": _("Choose one of your own team's.")})
    for name in PERSON_FIELDS:
        if name in values:
            setattr(person, name, " ".join(values[name].split()) if name == "known_as" else values[name])
    if person.pk and by is not None:
        _refuse_reach(person)
    person.phone_key, person.name_key = phone_key(person.phone), name_key(person.known_as)
    person.full_clean(validate_unique=False)
    person.save()
    if themes is not None:
        themes = list(themes)
        if any(isinstance(theme, Theme) and theme.team_id != person.team_id for theme in themes):
            raise ValidationError({"themes": _("Choose themes of your own team.")})
        person.themes.set(themes_of(team=person.team, by=by, themes=themes))


def _refuse_reach(person: Person) -> None:
    """Raise ValidationError, by field, for what would let us reach somebody who said no to it; their own sheet may."""
    kept = [name for name in ("phone", "email") if getattr(person, name)]
    if person.contact_preference != ContactPreference.NO_CONTACT:
        kept.append("contact_preference")
    if kept and refuses(person, Purpose.CONTACT):
        raise ValidationError(dict.fromkeys(kept, NOT_REACHED))


@transaction.atomic
def become_connector(*, person: Person, by: User, since: date | None = None) -> Person:
    """Note that a resident shares a gift as a connector; the record stays one and the same, an earlier day stays too.

    Raises: ValidationError for a day to come.
    """
    person = locked_person(person)
    since = since or timezone.localdate()
    if since > timezone.localdate():
        raise ValidationError({"since": _("That day is still to come.")})
    if person.connector_since is None:
        person.connector_since = since
        person.save(update_fields=["connector_since", "updated_at"])
        audit.record(by=by, verb="become_connector", obj=person, fields=["connector_since"])
    return person


@transaction.atomic
def stop_connecting(*, person: Person, by: User) -> Person:
    """Note that a resident no longer acts as a connector; all else stays."""
    person = locked_person(person)
    if person.connector_since is not None:
        person.connector_since = None
        person.save(update_fields=["connector_since", "updated_at"])
        audit.record(by=by, verb="stop_connecting", obj=person, fields=["connector_since"])
    return person


@transaction.atomic
def add_gift(
    *, person: Person, by: User, name: str, kind: str, theme: Theme | None = None, is_offered: bool = False
) -> Gift:
    """Add a gift to a resident; one already there by that name, whatever its capitals, is brought up to date instead.

    Raises: ValidationError keyed by field, also for another team's theme.
    """
    name = " ".join(name.split())
    person = locked_person(person)
    gift = Gift.objects.filter(person=person, name__iexact=name).first() or Gift(person=person, name=name)
    return _write_gift(gift, by, {"name": name, "kind": kind, "theme": theme, "is_offered": is_offered})


@transaction.atomic
def update_gift(*, gift: Gift, by: User, **values) -> Gift:
    """Change a gift; `values` are some of `GIFT_FIELDS`. Raises: ValidationError keyed by field, without one when it is gone."""
    # The resident first, as for whatever they say no to: an offer and a no to it cannot pass each other.
    locked_person(gift.person)
    kept = Gift.objects.select_for_update(of=("self",)).select_related("person").filter(pk=gift.pk).first()
    if kept is None:
        raise ValidationError(
            _("This gift was taken away meanwhile. To keep it after all, add it to their page again.")
        )
    return _write_gift(kept, by, values)


def _write_gift(gift: Gift, by: User, values: dict) -> Gift:
    theme = values.get("theme")
    if theme is not None and theme.team_id != gift.person.team_id:
        raise ValidationError({"theme": _("Choose one of your own team's.")})
    if values.get("is_offered") and not gift.is_offered and refuses(gift.person, Purpose.OFFER):
        raise ValidationError({"is_offered": NOT_OFFERED})
    for field, value in values.items():
        setattr(gift, field, value)
    verb = "update" if gift.pk else "create"
    gift.full_clean()
    gift.save()
    audit.record(by=by, verb=verb, obj=gift, fields=values)
    return gift


@transaction.atomic
def remove_gift(*, gift: Gift, by: User) -> None:
    """Take a gift away, at the resident's wish or because it was misheard."""
    audit.record(by=by, verb="delete", obj=gift)
    gift.delete()
