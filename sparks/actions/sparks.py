"""Writing a spark, handing it in, asking and answering questions, and reporting back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import save_checked
from communities.folding import readable
from communities.idempotency import idempotent
from communities.models import Role, Team, User
from communities.photos import delete_after_commit
from communities.rules import require
from communities.verbs import Verb
from connectors.queries.consent import refusals_of_photo
from sparks import queries, rules
from sparks.actions.bars import freeze_bars
from sparks.actions.costs import write_lines
from sparks.actions.lineage import lock_sparks, write_roots
from sparks.actions.steps import check_step, fresh, lock, refuse_unconfirmed, take
from sparks.models import LIVE, OPEN, ZERO, HeldBy, Report, Spark, Status

ANSWERS = (
    "round", "neighbourhood", "title", "group_name", "group", "what", "who_with", "costs", "amount_gbp", "held_by", "host",
    "conversation",
)  # fmt: skip
LISTS = ("applicants", "members")
REPORT_FIELDS = ("what_happened", "what_changed", "what_next", "people_count", "spent_gbp", "photo_alt")


@idempotent(Spark)
@transaction.atomic
def create_spark(*, team: Team, by: User, uuid: UUID | None = None, **values: Any) -> Spark:
    """Create a draft; `values` are `ANSWERS`, `LISTS`, `cost_lines` and `grew_from`. The same UUID sent twice returns the same draft.

    Raises: PermissionDenied; ValidationError keyed by field, including for rows of another team and for a group that
    already has a live spark in the round.
    """
    require(rules.can_write_spark, by, team)
    lock_sparks(values.get("grew_from", ()))
    spark = Spark(team=team, created_by=by, uuid=uuid or uuid4())
    _write_answers(spark, values, by=by)
    audit.record(by=by, verb=Verb.CREATE, obj=spark, fields=values)
    return spark


@transaction.atomic
def update_spark(*, spark: Spark, by: User, **values: Any) -> Spark:
    """Change the answers of a draft, or of a spark with an open question.

    Whoever changes them cannot decide on the spark later. Members of the group cannot decide either, so nobody can remove
    themselves from the group.
    Raises: PermissionDenied; ValidationError keyed by field, or if the spark was handed in in the meantime.
    """
    require(rules.can_write_spark, by, spark.team_id)
    lock_sparks((spark, *values.get("grew_from", ())))
    spark = lock(spark)
    if spark.status not in OPEN:
        raise ValidationError(_("This spark has been submitted, so its answers cannot be changed."), code="step")
    if "members" in values and by not in values["members"] and spark.members.filter(pk=by.pk).exists():
        raise ValidationError(
            {"members": _("You are listed as a member of this group. Ask a colleague to remove you.")}
        )
    changed = _write_answers(spark, values, by=by)
    if changed:
        audit.record(by=by, verb=Verb.UPDATE, obj=spark, fields=changed)
    return spark


def _write_answers(spark: Spark, values: dict[str, Any], *, by: User) -> list[str]:
    """Save the answers and who wrote them. Return the names of changed fields, with "writers" for a new writer.

    A spark that needs no money gets the amount £0. A host stays only if it holds the money or buys what is needed.
    """
    _refuse_other_teams(spark, values)
    before = {name: getattr(spark, name, None) for name in ANSWERS} if spark.pk else {}
    for name in ANSWERS:
        if name in values:
            setattr(spark, name, values[name])
    if spark.held_by == HeldBy.NO_MONEY:
        spark.amount_gbp = ZERO
    if spark.held_by not in (HeldBy.HOST, HeldBy.GOODS):
        spark.host = None
    if spark.status in LIVE:
        _refuse_second_of_group(spark)
    save_checked(spark)
    changed = [name for name, value in before.items() if getattr(spark, name) != value]
    for name in LISTS:
        if name in values and set(getattr(spark, name).all()) != set(values[name]):
            getattr(spark, name).set(values[name])
            changed.append(name)
    if "cost_lines" in values and write_lines(spark, values["cost_lines"], by=by):
        changed.append("cost_lines")
    if "grew_from" in values and write_roots(spark, values["grew_from"], by=by):
        changed.append("grew_from")
    if not spark.writers.filter(pk=by.pk).exists():
        spark.writers.add(by)
        changed.append("writers")
    return changed


def _refuse_other_teams(spark: Spark, values: dict[str, Any]) -> None:
    """Check that all rows belong to the team. Raises: ValidationError keyed by field."""
    for name in ("round", "neighbourhood", "group", "host", "conversation"):
        row = values.get(name)
        if row is not None and row.team_id != spark.team_id:
            raise ValidationError({name: _("Choose one that belongs to your team.")})
    if any(person.team_id != spark.team_id for person in values.get("applicants", ())):
        raise ValidationError({"applicants": _("Choose residents that your team knows.")})
    if any(not member.has_role(spark.team_id, *Role.values) for member in values.get("members", ())):
        raise ValidationError({"members": _("Choose members of your team.")})


def _refuse_second_of_group(spark: Spark) -> None:
    """Check that the group has no other live spark in the round. Raises: ValidationError that names the other one."""
    if words := queries.second_of_group(spark):
        raise ValidationError({"group_name": words})


@transaction.atomic
def submit_spark(*, spark: Spark, by: User, sent_at: datetime | None = None) -> Spark:
    """Hand in a draft while its round is open, or the answer to a question at any time.

    sent_at: when the people behind it sent it themselves, from the public page; the round has to be open then, not now.

    Raises: PermissionDenied; ValidationError for a step that is not allowed, or keyed by field for missing answers.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "hand-in")
    spark = lock(spark)
    check_step(spark, "hand-in")
    missing = queries.missing_answers(spark, at=sent_at)
    if missing:
        raise ValidationError(missing)
    if spark.submitted_at is None:
        spark.submitted_at = sent_at or timezone.now()
    told = {"question": spark.question, "answer": ""}
    # A second answer is another occasion.
    occasion = f"{spark.steps_taken}" if spark.question else ""
    spark.question = ""
    freeze_bars(spark)
    spark.version += 1
    take(spark, "hand-in", by=by, fields=["submitted_at", "question", "version"], told=told, occasion=occasion)
    return spark


@transaction.atomic
def ask_question(*, spark: Spark, by: User, question: str) -> Spark:
    """Send a spark back with a question. Its answers can be changed again. The open question asked again changes nothing.

    Raises: PermissionDenied; ValidationError for a step that is not allowed, without a question, or as `refuse_unconfirmed`.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "ask")
    spark = lock(spark)
    check_step(spark, "ask")
    refuse_unconfirmed(by, spark, "ask")
    if not readable(question):
        raise ValidationError({"question": _("Enter your question.")})
    if spark.status == Status.NEEDS_INFO and spark.question == readable(question):
        return spark
    spark.question = readable(question)
    # A second question is another occasion.
    occasion = timezone.now().isoformat()
    take(spark, "ask", by=by, fields=["question"], words=spark.question, occasion=occasion)
    return spark


@transaction.atomic
def declare_conflict(*, spark: Spark, by: User, people: Iterable[User] | None = None) -> Spark:
    """Record that people are too close to decide or pay, by default the user. It cannot be undone.

    Raises: PermissionDenied; ValidationError once everything is decided and paid.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "conflict")
    spark = lock(spark)
    check_step(spark, "conflict")
    known = set(spark.conflicts.all())
    close = [person for person in (people if people is not None else [by]) if person not in known]
    if close:
        spark.conflicts.add(*close)
        take(spark, "conflict", by=by)
    return spark


@idempotent(Report)
@transaction.atomic
def report_back(
    *, spark: Spark, by: User, uuid: UUID | None = None, photo: File | None = None, **values: object
) -> Report:
    """Create or change the one report on a spark.

    `values` are some of `REPORT_FIELDS`. A UUID means that the page showed no report yet.
    Raises: PermissionDenied; ValidationError if `what_happened` is empty, before the spark was paid (or ready, if it needs
    no money), if somebody else reported first, or under `photo` while a resident behind it says no to photos.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "report")
    spark = lock(spark)
    _check_has_happened(spark)
    report = Report.objects.filter(spark=spark).first()
    if report and uuid:
        raise ValidationError(
            _("Somebody else has added a report. What you typed is below and not saved yet."),
            code="reported",
        )
    report = report or Report(spark=spark, created_by=by, uuid=uuid or uuid4())
    changed = [
        name
        for name in REPORT_FIELDS
        if name in values and (report.pk is None or getattr(report, name) != values[name])
    ]
    for name in changed:
        setattr(report, name, values[name])
    if photo:
        _refuse_photo(spark)
        delete_after_commit(report.photo)
        report.photo = photo
        changed.append("photo")
    if not readable(report.what_happened):
        raise ValidationError({"what_happened": _("Say in a sentence or two what happened.")})
    if changed:
        save_checked(report)
        audit.record(by=by, verb=Verb.REPORT, obj=spark, fields=changed)
    if spark.status not in (Status.REPORTED, Status.CLOSED):
        take(spark, "report", by=by)
    return report


def _check_has_happened(spark: Spark) -> None:
    """Check that the spark has happened. Raises: ValidationError."""
    if rules.has_happened(spark):
        return
    if spark.status == Status.READY:
        raise ValidationError(_("The money has not been paid yet. You can report back once it has."))
    raise ValidationError(
        _("This spark’s status is now “%(now)s”. You can report back after the spark has happened.")
        % {"now": spark.get_status_display()},
        code="step",
    )


def _refuse_photo(spark: Spark) -> None:
    """Check that no resident behind a locked spark says no to photos. Raises: ValidationError."""
    behind = spark.applicants.through.objects.filter(spark=spark)
    if refused := refusals_of_photo(behind.values_list("person_id", flat=True)):
        raise ValidationError(refused)
