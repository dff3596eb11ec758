"""Noting a word in passing, and a journey: its beginning, what changes, its end, and coming back."""

import uuid as uuids
from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from communities import audit
from communities.models import Neighbourhood, Partner, Team, User
from communities.once import refuse_other_words
from connectors.actions.standing import locked_person
from connectors.models import Journey, JourneyChange, LightTouch, Person
from connectors.rules import journeys as rules
from connectors.rules.conversations import is_day_possible
from connectors.rules.records import TO_COME

JOURNEY_FIELDS = ("began_on", "source", "introduced_by", "vision")
OTHER_TEAM = _lazy("This belongs to another team. Choose one of yours.")


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
    """Note a word in passing; nobody is named. The same uuid by the same builder gives the one already kept.

    Whether they feel more part of the place is dropped after useful words alone: nobody asks that then.
    Raises: PermissionDenied; ValidationError keyed by field, by `uuid` when the number is somebody else's.
    """
    if not rules.can_walk_alongside(by, team):
        raise PermissionDenied
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
        raise ValidationError({"held_on": _("Choose a day from the last two years, today at the latest.")})
    touch.clean_fields(exclude=["team", "builder", "neighbourhood"])
    try:
        with transaction.atomic():
            touch.save(force_insert=True)
    except IntegrityError:
        kept = LightTouch.objects.filter(uuid=touch.uuid).first()
        if kept is None:
            raise
        if (kept.team_id, kept.builder_id) != (team.pk, by.pk):
            raise ValidationError(
                {"uuid": _("This page was used before. Nothing was kept yet: save once more.")}
            ) from None
        refuse_other_words(kept, {"gave": gave, "belongs_more": touch.belongs_more})
        return kept
    audit.record(by=by, verb="logged", obj=touch, fields=["gave", "belongs_more", "neighbourhood", "held_on"])
    return touch


@transaction.atomic
def begin_journey(
    *,
    person: Person,
    by: User,
    partners: Iterable[Partner] = (),
    uuid: uuids.UUID | None = None,
    **values,
) -> Journey:
    """Begin to walk alongside a resident; `values` are JOURNEY_FIELDS. Somebody who comes back follows their last journey.

    The same uuid gives the journey already begun.
    Raises: PermissionDenied; ValidationError keyed by field, without a field when we walk alongside them already.
    """
    if not rules.can_walk_alongside(by, person.team_id):
        raise PermissionDenied
    person = locked_person(person)
    already = Journey.objects.filter(uuid=uuid).first() if uuid else None
    if already:
        refuse_other_words(already, {**values, "person": person})
        return already
    last = person.journeys.order_by("-began_on", "-pk").first()
    if last is not None and last.ended_on is None:
        raise ValidationError(_("We are walking alongside %(name)s already.") % {"name": person})
    journey = Journey(team=person.team, person=person, builder=by, follows=last, uuid=uuid or uuids.uuid4())
    _write(journey, by, values, list(partners), verb="began")
    return journey


@transaction.atomic
def change_journey(*, journey: Journey, by: User, partners: Iterable[Partner], **values) -> Journey:
    """Change what a journey says of itself; `values` are some of JOURNEY_FIELDS. Raises: as `begin_journey`."""
    kept = _mine(journey, by)
    _write(kept, by, values, list(partners), verb="changed")
    return kept


@transaction.atomic
def note_change(
    *, journey: Journey, by: User, outcome: str, judged_by: str, noticed_on: date | None = None, words: str = ""
) -> JourneyChange:
    """Note what changed on a journey, welcome or not, and who says so.

    Raises: PermissionDenied; ValidationError keyed by field, for a day outside the journey too.
    """
    kept = _mine(journey, by)
    day = noticed_on or timezone.localdate()
    if not rules.is_day_on_journey(day, kept, today=timezone.localdate()):
        raise ValidationError({"noticed_on": _("Choose a day on the journey, today at the latest.")})
    change = JourneyChange(
        journey=kept, outcome=outcome, judged_by=judged_by, noticed_on=day, words=words.strip(), noted_by=by
    )
    change.full_clean(exclude=["journey", "noted_by"])
    change.save(force_insert=True)
    audit.record(by=by, verb="noted", obj=change, fields=["outcome", "judged_by", "noticed_on", "words"])
    return change


@transaction.atomic
def take_change_back(*, change: JourneyChange, by: User) -> None:
    """Take away a change that was noted by mistake. Raises: PermissionDenied."""
    kept = Journey.objects.select_for_update(of=("self",)).get(pk=change.journey_id)
    if not rules.can_take_back(by, kept):
        raise PermissionDenied
    audit.record(by=by, verb="deleted", obj=change)
    change.delete()


@transaction.atomic
def end_journey(
    *, journey: Journey, by: User, ending: str, ended_on: date | None = None, ending_words: str = ""
) -> Journey:
    """Bring a journey to its end; ended twice, the later words stand.

    Raises: PermissionDenied; ValidationError keyed by field, for a day to come or before something was noticed.
    """
    kept = _mine(journey, by)
    kept.ended_on, kept.ending, kept.ending_words = ended_on or timezone.localdate(), ending, ending_words.strip()
    if kept.ended_on > timezone.localdate():
        raise ValidationError({"ended_on": TO_COME})
    if kept.changes.filter(noticed_on__gt=kept.ended_on).exists():
        raise ValidationError({"ended_on": _("Something was noticed after that day.")})
    _clean(kept)
    kept.save(update_fields=["ended_on", "ending", "ending_words", "updated_at"])
    audit.record(by=by, verb="ended", obj=kept, fields=["ended_on", "ending", "ending_words"])
    return kept


def _mine(journey: Journey, by: User) -> Journey:
    if not rules.can_walk_alongside(by, journey.team_id):
        raise PermissionDenied
    locked_person(journey.person)
    return Journey.objects.select_for_update(of=("self",)).get(pk=journey.pk)


def _write(journey: Journey, by: User, values: dict, partners: list[Partner], *, verb: str) -> None:
    for name in JOURNEY_FIELDS:
        if name in values:
            setattr(journey, name, values[name])
    named = [*partners, *([journey.introduced_by] if journey.introduced_by else [])]
    if any(partner.team_id != journey.team_id for partner in named):
        raise ValidationError({"partners": OTHER_TEAM})
    if journey.began_on > timezone.localdate():
        raise ValidationError({"began_on": TO_COME})
    if journey.pk and journey.changes.filter(noticed_on__lt=journey.began_on).exists():
        raise ValidationError({"began_on": _("Something was noticed before that day.")})
    _clean(journey)
    journey.save()
    journey.partners.set(partners)
    audit.record(by=by, verb=verb, obj=journey, fields=[*values, "partners"])


def _clean(journey: Journey) -> None:
    journey.clean_fields(exclude=["team", "person", "builder", "introduced_by", "follows"])
    journey.validate_constraints()
