"""Introducing anyone to anyone, and noting what came of it."""

import uuid as uuids
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.models import Asset
from communities import audit
from communities.models import Partner, Team, User
from communities.once import refuse_other_words
from connectors.models import Conversation, Introduction, IntroductionOutcome, IntroductionSource, Person
from connectors.rules.records import NO_CONTACT, TO_COME, asked_for_quiet

End = Person | Asset | Partner


@transaction.atomic
def introduce(
    *,
    team: Team,
    by: User,
    from_end: End,
    to_end: End,
    source: str = IntroductionSource.BUILDER,
    introduced_on: date | None = None,
    reason: str = "",
    conversation: Conversation | None = None,
    uuid: uuids.UUID | None = None,
) -> Introduction:
    """Write an introduction down. The same uuid sent twice gives the same introduction.

    It belongs where the first resident in it lives, or else where the asset stands.
    Raises: ValidationError keyed by field: another team's ends, a day to come, the same resident twice, somebody who asked
    not to be contacted; with the code of `communities.once` when the uuid belongs to an introduction of others.
    """
    uuid = uuid or uuids.uuid4()
    already = Introduction.objects.filter(uuid=uuid, team=team).first()
    if already:
        ends = {"from_end": from_end, "to_end": to_end}
        refuse_other_words(already, {**ends, "source": source, "reason": reason.strip()})
        return already
    _check_ends(team, from_end, to_end)
    introduced_on = introduced_on or timezone.localdate()
    if introduced_on > timezone.localdate():
        raise ValidationError({"introduced_on": TO_COME})
    if conversation is not None and conversation.team_id != team.pk:
        raise ValidationError({"conversation": _("Choose one of your own team's.")})
    introduction = Introduction(
        uuid=uuid, team=team, introduced_by=by, source=source, introduced_on=introduced_on, reason=reason.strip(),
        conversation=conversation, neighbourhood=_place_of(from_end, to_end),
        **{f"from_{_kind(from_end)}": from_end, f"to_{_kind(to_end)}": to_end},
    )  # fmt: skip
    introduction.full_clean()
    try:
        with transaction.atomic():
            introduction.save(force_insert=True)
    except IntegrityError:
        already = Introduction.objects.filter(uuid=uuid, team=team).first()
        if already is None:
            raise
        return already
    audit.record(by=by, verb="create", obj=introduction, fields=["from", "to", "source", "introduced_on", "reason"])
    return introduction


def _kind(end: End) -> str:
    return {Person: "person", Asset: "asset", Partner: "partner"}[type(end)]


def _check_ends(team: Team, from_end: End, to_end: End) -> None:
    for field, end in (("from_end", from_end), ("to_end", to_end)):
        if end.team_id != team.pk:
            raise ValidationError({field: _("Choose one of your own team's.")})
        if asked_for_quiet(end):
            raise ValidationError({field: NO_CONTACT % {"name": end}})
    if from_end == to_end:
        raise ValidationError({"to_end": _("Nobody needs introducing to themselves.")})


def _place_of(*ends: End):
    """Return where the introduction belongs: the first resident's neighbourhood that is known, else the asset's."""
    for kind in (Person, Asset):
        for end in ends:
            if isinstance(end, kind) and end.neighbourhood_id:
                return end.neighbourhood
    return None


@transaction.atomic
def note_outcome(
    *, introduction: Introduction, by: User, outcome: str, note: str = "", on: date | None = None
) -> Introduction:
    """Write down what came of an introduction; it may change as time goes by, and go back to "not known yet".

    Raises: ValidationError for a day to come or before they were introduced.
    """
    introduction = Introduction.objects.select_for_update(of=("self",)).get(pk=introduction.pk)
    day = None if outcome == IntroductionOutcome.WAITING else on or timezone.localdate()
    if day and day > timezone.localdate():
        raise ValidationError({"outcome_on": TO_COME})
    if day and day < introduction.introduced_on:
        raise ValidationError({"outcome_on": _("That is before they were introduced.")})
    introduction.outcome, introduction.outcome_note, introduction.outcome_on = outcome, note.strip(), day
    introduction.full_clean()
    introduction.save(update_fields=["outcome", "outcome_note", "outcome_on"])
    audit.record(by=by, verb="note_outcome", obj=introduction, fields=["outcome", "outcome_note", "outcome_on"])
    return introduction
