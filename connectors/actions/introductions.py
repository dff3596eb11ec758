"""Introducing anyone to anyone, and noting what came of it."""

import uuid as uuids
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset
from communities import audit
from communities.models import Partner, Team, User
from communities.once import refuse_other_words, refuse_taken
from connectors.actions.standing import locked_person, standing_people
from connectors.models import Conversation, Introduction, IntroductionOutcome, IntroductionSource, Person
from connectors.queries.introductions import declined
from connectors.rules.introductions import ANSWERS, STOP, first_asking, next_asking
from connectors.rules.records import NO_CONTACT, TO_COME, asked_for_quiet

End = Person | Asset | Partner
NOT_INTRODUCED = gettext_lazy("%(name)s said that they would rather not be introduced. Speak with them first.")


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
    What came of it is asked about four weeks after the day (`rules.introductions`).
    Raises: ValidationError keyed by field: another team's ends, a day to come, the same resident twice, somebody who asked
    not to be contacted or not to be introduced; with the code of `communities.once` when the uuid belongs to an introduction of others.
    """
    uuid = uuid or uuids.uuid4()
    already = Introduction.objects.filter(uuid=uuid, team=team).first()
    if already:
        ends = {"from_end": from_end, "to_end": to_end}
        refuse_other_words(already, {**ends, "source": source, "reason": reason.strip()})
        return already
    from_end, to_end = _standing(from_end, to_end)
    _check_ends(team, from_end, to_end)
    introduced_on = introduced_on or timezone.localdate()
    if introduced_on > timezone.localdate():
        raise ValidationError({"introduced_on": TO_COME})
    if conversation is not None and conversation.team_id != team.pk:
        raise ValidationError({"conversation": _("Choose one of your own team's.")})
    introduction = Introduction(
        uuid=uuid, team=team, introduced_by=by, source=source, introduced_on=introduced_on, reason=reason.strip(),
        conversation=conversation, neighbourhood=_place_of(from_end, to_end), ask_again_on=first_asking(introduced_on),
        **{f"from_{_kind(from_end)}": from_end, f"to_{_kind(to_end)}": to_end},
    )  # fmt: skip
    # The number is judged by the database: a row of another team may have it, and the page then gets a new one.
    introduction.full_clean(exclude=("uuid",))
    try:
        with transaction.atomic():
            introduction.save(force_insert=True)
    except IntegrityError:
        already = Introduction.objects.filter(uuid=uuid, team=team).first()
        if already is None:
            refuse_taken(Introduction, uuid)
            raise
        return already
    audit.record(by=by, verb="create", obj=introduction, fields=["from", "to", "source", "introduced_on", "reason"])
    return introduction


def _standing(*ends: End) -> list[End]:
    """Lock the residents among the ends, so that a no said meanwhile is heard, and return each as they stand now."""
    people = standing_people(end for end in ends if isinstance(end, Person))
    return [people[end.pk] if isinstance(end, Person) else end for end in ends]


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
    said_no = declined([end.pk for end in (from_end, to_end) if isinstance(end, Person)])
    for field, end in (("from_end", from_end), ("to_end", to_end)):
        if isinstance(end, Person) and end.pk in said_no:
            raise ValidationError({field: NOT_INTRODUCED % {"name": end}})


def _place_of(*ends: End):
    """Return where the introduction belongs: the first resident's neighbourhood that is known, else the asset's."""
    for kind in (Person, Asset):
        for end in ends:
            if isinstance(end, kind) and end.neighbourhood_id:
                return end.neighbourhood
    return None


@transaction.atomic
def note_outcome(
    *, introduction: Introduction, by: User, outcome: str, note: str | None = "", on: date | None = None
) -> Introduction:
    """Write down what came of an introduction; it may change as time goes by, and go back to "not known yet".

    Known means that nobody asks again; not known, and not yet, are asked about after a time (`rules.introductions`).
    `note` None keeps the words that are there. The same said twice is written once.
    Raises: ValidationError for a day to come or before they were introduced.
    """
    introduction = Introduction.objects.select_for_update(of=("self",)).get(pk=introduction.pk)
    today = timezone.localdate()
    day = None if outcome == IntroductionOutcome.WAITING else on or today
    if day and day > today:
        raise ValidationError({"outcome_on": TO_COME})
    if day and day < introduction.introduced_on:
        raise ValidationError({"outcome_on": _("That is before they were introduced.")})
    again = next_asking(outcome, introduced_on=introduction.introduced_on, today=today)
    words = introduction.outcome_note if note is None else note.strip()
    if words != introduction.outcome_note:
        _refuse_forgotten(introduction)
    return _keep(
        introduction, by, "note_outcome", outcome=outcome, outcome_note=words, outcome_on=day, ask_again_on=again
    )


@transaction.atomic
def stop_asking(*, introduction: Introduction, by: User) -> Introduction:
    """Ask no more what came of an introduction; what is known of it stays."""
    introduction = Introduction.objects.select_for_update(of=("self",)).get(pk=introduction.pk)
    return _keep(introduction, by, "stop_asking", ask_again_on=None)


def answer(*, introduction: Introduction, by: User, answer: str) -> Introduction:
    """Take one of `rules.introductions.ANSWERS`, given with one tap; the words there are kept.

    Raises: ValidationError for another answer.
    """
    if answer not in ANSWERS:
        raise ValidationError(_("Choose one of the answers on the page."))
    if answer == STOP:
        return stop_asking(introduction=introduction, by=by)
    return note_outcome(introduction=introduction, by=by, outcome=answer, note=None)


def _refuse_forgotten(introduction: Introduction) -> None:
    """Raise ValidationError for words about somebody who was forgotten meanwhile."""
    ends = [end for end in (introduction.from_person, introduction.to_person) if end]
    for end in sorted(ends, key=lambda each: each.pk):
        locked_person(end)


def _keep(introduction: Introduction, by: User, verb: str, **values: object) -> Introduction:
    """Write what changed and say so in the audit; nothing changed is nothing written."""
    changed = [name for name, value in values.items() if getattr(introduction, name) != value]
    if not changed:
        return introduction
    for name in changed:
        setattr(introduction, name, values[name])
    introduction.full_clean()
    introduction.save(update_fields=changed)
    audit.record(by=by, verb=verb, obj=introduction, fields=changed)
    return introduction
