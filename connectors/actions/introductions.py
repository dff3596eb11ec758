"""Introduce residents, assets and partners to each other, and record the outcome."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.models import Asset
from communities import audit
from communities.actions.saving import check_row, locked
from communities.folding import readable
from communities.idempotency import idempotent
from communities.models import Neighbourhood, Partner, Team, User
from communities.rules import require
from communities.undo import delete_undoably, keep_change
from communities.verbs import Verb
from connectors.actions.current_record import current_people, locked_person, refuse_builder
from connectors.actions.people import added_if_new
from connectors.models import Conversation, Introduction, IntroductionOutcome, IntroductionSource, Person
from connectors.queries.consent import refusals_of_meeting
from connectors.rules.introductions import (
    ANSWERS,
    ENDS,
    STOP,
    can_delete_introduction,
    can_introduce,
    first_question_date,
    next_question_date,
)
from connectors.rules.records import TO_COME, Refusals, refusals_of_introduction
from connectors.rules.same_person import NewPerson

type End = Person | Asset | Partner
#: The columns of the two ends; exactly one of each side is filled.
END_FIELDS = tuple(f"{side}_{kind}" for side in ("from", "to") for kind in ENDS)
INTRODUCTION_FIELDS = (
    *END_FIELDS,
    "introduced_by",
    "source",
    "introduced_on",
    "neighbourhood",
    "reason",
    "conversation",
    "outcome",
    "outcome_note",
    "outcome_on",
    "ask_again_on",
)


@idempotent(Introduction)
@transaction.atomic
def introduce(
    *,
    team: Team,
    by: User,
    from_end: End | NewPerson,
    to_end: End | NewPerson,
    source: str = IntroductionSource.BUILDER,
    introduced_on: date | None = None,
    reason: str = "",
    conversation: Conversation | None = None,
    neighbourhood: Neighbourhood | None = None,
    introduced_by: User | None = None,
    uuid: UUID | None = None,
) -> Introduction:
    """Create an introduction. The same UUID sent twice gives the same introduction.

    An end who is new is created with it. It belongs to the given neighbourhood, or else to that of the first resident in it, or else to that of the asset.
    `introduced_by` is the user who made the introduction when another, a manager, records it. Its outcome is asked
    about four weeks later (`rules.introductions`).
    Raises: PermissionDenied; ValidationError keyed by field: another team's ends, a date in the future, the same
    resident twice, somebody who refuses contact or introductions.
    """
    require(can_introduce, by, team)
    from_end, to_end = _standing(added_if_new(from_end, team=team, by=by), added_if_new(to_end, team=team, by=by))
    introduced_on = introduced_on or timezone.localdate()
    introduction = Introduction(
        uuid=uuid or uuid4(), team=team, introduced_by=by, source=source, introduced_on=introduced_on, reason=readable(reason),
        ask_again_on=first_question_date(introduced_on),
    )  # fmt: skip
    values: dict[str, object] = {
        f"from_{_kind(from_end)}": from_end,
        f"to_{_kind(to_end)}": to_end,
        "introduced_on": introduced_on,
    }
    values |= {"conversation": conversation, "neighbourhood": neighbourhood or _place_of(from_end, to_end)}
    values |= {"introduced_by": introduced_by} if introduced_by else {}
    try:
        _fill(introduction, by, values, known_ids=())
    except ValidationError as error:
        raise _by_end(error) from error
    introduction.save(force_insert=True)
    audit.record(by=by, verb=Verb.CREATE, obj=introduction, fields=["from", "to", "source", "introduced_on", "reason"])
    return introduction


@transaction.atomic
def update_introduction(*, introduction: Introduction, by: User | None, **values: object) -> Introduction:
    """Update the named fields of an introduction, some of INTRODUCTION_FIELDS; writes nothing if nothing changed.

    An outcome without a date gets today's, and without a date to ask again gets the one of `record_outcome`. Residents
    who are in it already can stay, whatever they refused since: an outcome can still be recorded.
    Raises: PermissionDenied; ValidationError keyed by field, as `introduce` and `record_outcome`.
    """
    require(can_introduce, by, introduction.team_id)
    if unknown := set(values) - set(INTRODUCTION_FIELDS):
        raise TypeError(f"Not fields of an introduction that are typed: {sorted(unknown)}")
    standing = current_people(end for name, end in values.items() if name in END_FIELDS and isinstance(end, Person))
    kept = _locked(introduction)
    values = {name: standing[end.pk] if isinstance(end, Person) else end for name, end in values.items()}
    known = {pk for pk in (kept.from_person_id, kept.to_person_id) if pk}
    changed = [name for name, value in values.items() if getattr(kept, name) != value]
    if {"reason", "outcome_note"} & set(changed):
        _refuse_erased(kept)
    new = _with_days(kept, {name: values[name] for name in changed})
    _fill(kept, by, new, known_ids=known)
    if new:
        kept.save(update_fields=list(new))
        audit.record(by=by, verb=Verb.UPDATE, obj=kept, fields=new)
    return kept


@transaction.atomic
def correct_introduction(
    *, introduction: Introduction, by: User, from_end: End | NewPerson, to_end: End | NewPerson, **values: object
) -> Introduction:
    """Update both ends of an introduction and other fields, some of INTRODUCTION_FIELDS. An end who is new is created.

    Raises: as `update_introduction`, with the errors of an end under `from_end` or `to_end`.
    """
    require(can_introduce, by, introduction.team_id)
    start: End = added_if_new(from_end, team=introduction.team, by=by)
    goal: End = added_if_new(to_end, team=introduction.team, by=by)
    ends: dict[str, object] = dict.fromkeys(END_FIELDS)
    ends |= {f"from_{_kind(start)}": start, f"to_{_kind(goal)}": goal}
    try:
        return update_introduction(introduction=introduction, by=by, **ends, **values)
    except ValidationError as error:
        raise (_by_end(error) if hasattr(error, "error_dict") else error) from error


@transaction.atomic
def delete_introduction(*, introduction: Introduction, by: User | None) -> None:
    """Delete an introduction that was recorded by mistake. Raises: PermissionDenied."""
    require(can_delete_introduction, by, introduction)
    kept = _locked(introduction)
    audit.record(by=by, verb=Verb.DELETE, obj=kept)
    delete_undoably(kept, by=by)


def _locked(introduction: Introduction) -> Introduction:
    return locked(Introduction.objects.select_related("team"), introduction.pk)


def _with_days(kept: Introduction, new: dict[str, Any]) -> dict[str, Any]:
    """Return the changed values, with the dates that follow from an outcome where none were given."""
    if "outcome" not in new:
        return new
    today = timezone.localdate()
    if new["outcome"] == IntroductionOutcome.WAITING:
        new = {**new, "outcome_on": None}
    elif not new.get("outcome_on", kept.outcome_on):
        new = {**new, "outcome_on": today}
    on = new.get("introduced_on", kept.introduced_on)
    return {"ask_again_on": next_question_date(str(new["outcome"]), introduced_on=on, today=today), **new}


def _fill(introduction: Introduction, by: User | None, new: Mapping[str, Any], *, known_ids: Iterable[int]) -> None:
    """Set the new values of an introduction and check all of it.

    Raises: ValidationError keyed by field; PermissionDenied.
    """
    refused = _refusals(introduction, new, known_ids=known_ids)
    if refused:
        raise ValidationError(refused)
    if new.get("introduced_by") is not None:
        refuse_builder(new["introduced_by"], field="introduced_by", team=introduction.team, by=by)
    for name, value in new.items():
        setattr(introduction, name, value)
    # The UUID is checked by the database: a row of another team can have it, and the page then gets a new one.
    check_row(introduction, exclude=("uuid",))


def _refusals(introduction: Introduction, new: Mapping[str, Any], *, known_ids: Iterable[int]) -> Refusals:
    """Return the errors in the new values of an introduction, by field."""
    rows = (*END_FIELDS, "neighbourhood", "conversation")
    found: Refusals = {
        name: _("Choose one that belongs to your team.")
        for name in rows
        if new.get(name) is not None and new[name].team_id != introduction.team_id
    }
    if found:
        return found
    ends = {name: getattr(introduction, name) for name in ("introduced_on", "outcome_on", *END_FIELDS)}
    whole = {**ends, **new}
    for kind in ENDS:
        if whole[f"from_{kind}"] is not None and whole[f"from_{kind}"] == whole[f"to_{kind}"]:
            return {f"to_{kind}": _("A person cannot be introduced to themselves.")}
    found |= refusals_of_meeting(new, known_ids=known_ids)
    return found | refusals_of_introduction(whole, today=timezone.localdate(), known_ids=known_ids)


def _by_end(error: ValidationError) -> ValidationError:
    """Return a ValidationError with the messages of an end's columns under `from_end` or `to_end`."""
    found: dict[str, list[ValidationError]] = {}
    for name, errors in error.error_dict.items():
        field = f"{name.partition('_')[0]}_end" if name in END_FIELDS else name
        found.setdefault(field, []).extend(errors)
    return ValidationError(found)


def _standing(*ends: End) -> list[End]:
    """Lock the residents among the ends, so that a new refusal counts; return the ends with current records."""
    people = current_people(end for end in ends if isinstance(end, Person))
    return [people[end.pk] if isinstance(end, Person) else end for end in ends]


def _kind(end: End) -> str:
    return {Person: "person", Asset: "asset", Partner: "partner"}[type(end)]


def _place_of(*ends: End):
    """Return the introduction's neighbourhood: that of the first resident who has one, else the asset's."""
    for kind in (Person, Asset):
        for end in ends:
            if isinstance(end, kind) and end.neighbourhood_id:
                return end.neighbourhood
    return None


@transaction.atomic
def record_outcome(
    *, introduction: Introduction, by: User, outcome: str, note: str | None = "", on: date | None = None
) -> Introduction:
    """Record the outcome of an introduction; it can change later, and go back to "not known yet".

    Nobody is asked again about a known outcome; "not known" and "not yet" are asked about again later
    (`rules.introductions`). `note` None leaves the note unchanged. A repeated call writes nothing.
    Raises: PermissionDenied; ValidationError for a date in the future or before the introduction.
    """
    require(can_introduce, by, introduction.team_id)
    introduction = _locked(introduction)
    today = timezone.localdate()
    day = None if outcome == IntroductionOutcome.WAITING else on or today
    if day and day > today:
        raise ValidationError({"outcome_on": TO_COME})
    if day and day < introduction.introduced_on:
        raise ValidationError({"outcome_on": _("That is before they were introduced.")})
    again = next_question_date(outcome, introduced_on=introduction.introduced_on, today=today)
    words = introduction.outcome_note if note is None else readable(note)
    if words != introduction.outcome_note:
        _refuse_erased(introduction)
    return _keep(
        introduction, by, Verb.RECORD_OUTCOME, outcome=outcome, outcome_note=words, outcome_on=day, ask_again_on=again
    )


@transaction.atomic
def stop_asking(*, introduction: Introduction, by: User, reason: str = "") -> Introduction:
    """Stop asking about the outcome of an introduction; the recorded one stays. Raises: PermissionDenied.

    reason: why nobody asks any more, written where the outcome has no words yet.
    """
    require(can_introduce, by, introduction.team_id)
    introduction = _locked(introduction)
    note = {"outcome_note": reason[:250]} if reason and not introduction.outcome_note else {}
    return _keep(introduction, by, Verb.STOP_ASKING, ask_again_on=None, **note)


def answer(*, introduction: Introduction, by: User, answer: str) -> Introduction:
    """Record one of `rules.introductions.ANSWERS`, given with one tap; the note stays unchanged.

    Raises: PermissionDenied; ValidationError for another answer.
    """
    require(can_introduce, by, introduction.team_id)
    if answer not in ANSWERS:
        raise ValidationError(_("Choose one of the answers on the page."))
    if answer == STOP:
        return stop_asking(introduction=introduction, by=by)
    return record_outcome(introduction=introduction, by=by, outcome=answer, note=None)


def _refuse_erased(introduction: Introduction) -> None:
    """Raise ValidationError for a text about somebody who was erased meanwhile."""
    ends = [end for end in (introduction.from_person, introduction.to_person) if end]
    for end in sorted(ends, key=lambda each: each.pk):
        locked_person(end)


def _keep(introduction: Introduction, by: User, verb: Verb, **values: object) -> Introduction:
    """Save the values that changed and audit them; writes nothing if nothing changed."""
    changed = [name for name, value in values.items() if getattr(introduction, name) != value]
    if not changed:
        return introduction
    before = {name: getattr(introduction, name) for name in changed}
    for name in changed:
        setattr(introduction, name, values[name])
    check_row(introduction)
    introduction.save(update_fields=changed)
    audit.record(by=by, verb=verb, obj=introduction, fields=changed)
    keep_change(introduction, by=by, verb=verb, before=before)
    return introduction
