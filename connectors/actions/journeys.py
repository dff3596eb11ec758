"""Log a light touch, and a journey: its start, its changes, its end, and a next journey."""

import uuid as uuids
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from communities import audit
from communities.actions.saving import check_fields, check_row, locked
from communities.folding import readable
from communities.idempotency import idempotent
from communities.models import Neighbourhood, Partner, Team, User
from communities.rules import require
from communities.undo import delete_undoably, keep_change
from communities.verbs import Verb
from connectors.actions.current_record import locked_person
from connectors.models import Journey, JourneyChange, LightTouch, Person
from connectors.rules import journeys as rules
from connectors.rules.conversations import is_day_possible
from connectors.rules.records import TO_COME
from connectors.rules.shown_names import name_for

JOURNEY_FIELDS = ("began_on", "source", "introduced_by", "vision")
OTHER_TEAM = _lazy("This belongs to another team. Choose one of yours.")


def _says_the_same(kept: LightTouch, values: Mapping[str, Any]) -> bool:
    """Return whether a saved light touch has the values sent again, from a page or sealed on a phone."""
    belongs_more = values.get("belongs_more") if rules.is_asked_about_belonging(values["gave"]) else None
    said = (values["team"], values["by"], values["gave"], belongs_more)
    if (kept.team, kept.builder, kept.gave, kept.belongs_more) != said:
        return False
    # A date that is left out is the day of saving.
    is_same_day = values.get("held_on") in (None, kept.held_on)
    return is_same_day and kept.neighbourhood == values.get("neighbourhood")


@idempotent(LightTouch, same=_says_the_same)
@transaction.atomic
def log_light_touch(
    *,
    team: Team,
    by: User,
    gave: str,
    neighbourhood: Neighbourhood | None = None,
    belongs_more: bool | None = None,
    held_on: date | None = None,
    uuid: uuids.UUID | None = None,
    recorded_at: datetime | None = None,
) -> LightTouch:
    """Save a light touch, which names nobody. The same UUID by the same builder gives the saved one.

    belongs_more is dropped when only useful information was given, because nobody is asked then.
    Raises: PermissionDenied; ValidationError keyed by field.
    """
    require(rules.can_write_journey, by, team)
    touch = LightTouch(
        uuid=uuid or uuids.uuid4(),
        team=team,
        builder=by,
        gave=gave,
        neighbourhood=neighbourhood,
        belongs_more=belongs_more if rules.is_asked_about_belonging(gave) else None,
        held_on=held_on or timezone.localdate(),
        recorded_at=recorded_at or timezone.now(),
    )
    if neighbourhood is not None and neighbourhood.team_id != team.pk:
        raise ValidationError({"neighbourhood": OTHER_TEAM})
    if not is_day_possible(touch.held_on):
        raise ValidationError({"held_on": _("Choose a day in the last two years, up to today.")})
    check_fields(touch, exclude=["team", "builder", "neighbourhood"])
    touch.save(force_insert=True)
    audit.record(by=by, verb=Verb.CREATE, obj=touch, fields=["gave", "belongs_more", "neighbourhood", "held_on"])
    return touch


@idempotent(Journey)
@transaction.atomic
def begin_journey(
    *,
    person: Person,
    by: User,
    partners: Iterable[Partner] = (),
    uuid: uuids.UUID | None = None,
    **values,
) -> Journey:
    """Start a journey with a resident; `values` are JOURNEY_FIELDS. It follows their last journey, if there is one.

    The same UUID gives the journey already started.
    Raises: PermissionDenied; ValidationError keyed by field, without a field when their last journey has not ended.
    """
    require(rules.can_write_journey, by, person.team_id)
    person = locked_person(person)
    last = person.journeys.order_by("-began_on", "-pk").first()
    if last is not None and last.ended_on is None:
        raise ValidationError(_("We are walking alongside %(name)s already.") % {"name": name_for(by, person)})
    journey = Journey(team=person.team, person=person, builder=by, follows=last, uuid=uuid or uuids.uuid4())
    _write(journey, by, values, list(partners), verb=Verb.CREATE)
    return journey


@transaction.atomic
def change_journey(
    *, journey: Journey, by: User | None, partners: Iterable[Partner] | None = None, **values: object
) -> Journey:
    """Update the named fields of a journey, some of JOURNEY_FIELDS, and its partners when these are given.

    Raises: as `begin_journey`.
    """
    require(rules.can_write_journey, by, journey.team_id)
    kept = _locked(journey)
    _write(kept, by, values, None if partners is None else list(partners), verb=Verb.UPDATE)
    return kept


@idempotent(JourneyChange)
@transaction.atomic
def record_change(
    *,
    journey: Journey,
    by: User,
    outcome: str,
    judged_by: str,
    noticed_on: date | None = None,
    words: str = "",
    uuid: uuids.UUID | None = None,
) -> JourneyChange:
    """Record a change on a journey, welcome or not, and who says so. `uuid` is the page's idempotency key.

    Raises: PermissionDenied; ValidationError keyed by field, also for a date outside the journey.
    """
    require(rules.can_write_journey, by, journey.team_id)
    kept = _locked(journey)
    day = noticed_on or timezone.localdate()
    if not rules.is_day_on_journey(day, kept, today=timezone.localdate()):
        raise ValidationError({"noticed_on": _("Choose a day on the journey, up to today.")})
    change = JourneyChange(
        journey=kept, outcome=outcome, judged_by=judged_by, noticed_on=day, words=readable(words), noted_by=by
    )
    check_row(change, exclude=["journey", "noted_by"])
    change.save(force_insert=True)
    audit.record(by=by, verb=Verb.CREATE, obj=change, fields=["outcome", "judged_by", "noticed_on", "words"])
    return change


@transaction.atomic
def delete_change(*, change: JourneyChange, by: User) -> None:
    """Delete a change recorded by mistake. Raises: PermissionDenied; ValidationError when it was deleted meanwhile."""
    require(rules.can_delete_change, by, change.journey)
    Journey.objects.select_for_update(of=("self",)).get(pk=change.journey_id)
    change = locked(JourneyChange.objects.select_related("journey"), change.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=change)
    delete_undoably(change, by=by)


@transaction.atomic
def end_journey(
    *, journey: Journey, by: User, ending: str, ended_on: date | None = None, ending_words: str = ""
) -> Journey:
    """End a journey; a second call replaces the values of the first.

    Raises: PermissionDenied; ValidationError keyed by field, for a date in the future or before a recorded change.
    """
    require(rules.can_write_journey, by, journey.team_id)
    kept = _locked(journey)
    before = (kept.ended_on, kept.ending, kept.ending_words)
    kept.ended_on, kept.ending, kept.ending_words = ended_on or timezone.localdate(), ending, ending_words.strip()
    if (kept.ended_on, kept.ending, kept.ending_words) == before:
        return kept
    if kept.ended_on > timezone.localdate():
        raise ValidationError({"ended_on": TO_COME})
    if kept.changes.filter(noticed_on__gt=kept.ended_on).exists():
        raise ValidationError({"ended_on": _("Something was noticed after that day.")})
    _clean(kept)
    kept.save(update_fields=["ended_on", "ending", "ending_words", "updated_at"])
    audit.record(by=by, verb=Verb.END, obj=kept, fields=["ended_on", "ending", "ending_words"])
    keep_change(
        kept, by=by, verb=Verb.END, before=dict(zip(("ended_on", "ending", "ending_words"), before, strict=True))
    )
    return kept


def _locked(journey: Journey) -> Journey:
    """Lock the resident and the journey. Raises: ValidationError when the resident was erased meanwhile."""
    locked_person(journey.person)
    return Journey.objects.select_for_update(of=("self",)).get(pk=journey.pk)


def _write(
    journey: Journey, by: User | None, values: dict[str, object], partners: list[Partner] | None, *, verb: Verb
) -> None:
    if unknown := set(values) - set(JOURNEY_FIELDS):
        raise TypeError(f"Not fields of a journey that are typed: {sorted(unknown)}")
    changed = [name for name, value in values.items() if verb == Verb.CREATE or getattr(journey, name) != value]
    for name in changed:
        setattr(journey, name, values[name])
    named = [*(partners or ()), *([journey.introduced_by] if journey.introduced_by else [])]
    if any(partner.team_id != journey.team_id for partner in named):
        raise ValidationError({"partners": OTHER_TEAM})
    if journey.began_on > timezone.localdate():
        raise ValidationError({"began_on": TO_COME})
    if journey.pk and journey.changes.filter(noticed_on__lt=journey.began_on).exists():
        raise ValidationError({"began_on": _("Something was noticed before that day.")})
    _clean(journey)
    if changed or verb == Verb.CREATE:
        journey.save()
    if partners is not None and (verb == Verb.CREATE or set(partners) != set(journey.partners.all())):
        journey.partners.set(partners)
        changed.append("partners")
    if changed or verb == Verb.CREATE:
        audit.record(by=by, verb=verb, obj=journey, fields=changed)


def _clean(journey: Journey) -> None:
    check_fields(journey, exclude=["team", "person", "builder", "introduced_by", "follows"])
    journey.validate_constraints()
