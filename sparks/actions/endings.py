"""Asking for another decision, and letting what nobody answers lapse, with notice."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.folding import readable
from communities.models import User
from communities.rules import require
from sparks import queries, rules, workflow
from sparks.actions.amending import refuse_open_amendment
from sparks.actions.steps import check_step, fresh, lock, move_money, take
from sparks.actions.telling import group_and_host, stop_reminding, tell
from sparks.models import LedgerKind, Spark, StepTaken

#: How many days before a spark lapses it is announced.
NOTICE_DAYS = 14
#: How far ahead a date can be moved.
LATEST_DAYS = 365
LAPSING = tuple(way.at for way in workflow.WAYS if way.step == "lapse")


@transaction.atomic
def appeal_spark(*, spark: Spark, by: User, reason: str) -> Spark:
    """Ask once for another decision on a spark that was declined or found outside the fund; somebody else decides.

    Raises: PermissionDenied; ValidationError for a step that is not allowed, a second time (`code` "once"), without a reason,
    or for a group with another live spark in the round (`code` "group").
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "appeal")
    spark = lock(spark)
    check_step(spark, "appeal")
    if StepTaken.objects.filter(spark=spark, step="appeal").exists():
        raise ValidationError(_("Another decision has been asked for once already, so this one stands."), code="once")
    if not readable(reason):
        raise ValidationError({"reason": _("Say what the next manager should know.")})
    if words := queries.second_of_group(spark):
        raise ValidationError(words, code="group")
    spark.version += 1
    spark.decided_at = None
    told = {"reason": readable(reason)}
    take(spark, "appeal", by=by, fields=["version", "decided_at"], words=readable(reason), told=told)
    return spark


@transaction.atomic
def move_date(*, spark: Spark, by: User, day: date) -> Spark:
    """Move the day by which the people behind a spark answer, accept or report. Its reminder moves with it.

    A reminder of the day before that was not sent or told yet is withdrawn, and there is one for the new day; the people behind
    it are told the new day. The same day again changes nothing.
    Raises: PermissionDenied; ValidationError for a step that is not allowed, or for a day that is over or too far ahead.
    """
    require(rules.has_role_for, fresh(by), spark.team_id, "move-date")
    spark = lock(spark)
    check_step(spark, "move-date")
    if day == spark.due_on:
        return spark
    today = timezone.localdate()
    if not today < day <= today + timedelta(days=LATEST_DAYS):
        raise ValidationError({"day": _("Choose a day after today, and within a year.")})
    stop_reminding(spark)
    spark.due_on, spark.lapse_told_at, spark.report_asked_at, spark.late_asked_at = day, None, None, None
    with override(spark.team.language):
        words = date_format(day, "j F Y")
    fields = ["due_on", "report_asked_at", "late_asked_at"]
    take(spark, "move-date", by=by, fields=fields, words=words, told={"day": day}, occasion=f"{spark.steps_taken}")
    return spark


def lapse_sparks() -> tuple[int, int]:
    """Announce what will lapse, and let lapse what was announced two weeks ago; return how many of each.

    Every night, and safe to run more often: nothing lapses without notice, and nobody is told twice.
    """
    now, today = timezone.now(), timezone.localdate()
    announced = lapsed = 0
    waiting = Spark.objects.filter(status__in=LAPSING, due_on__lte=today + timedelta(days=NOTICE_DAYS))
    notice_over = Q(due_on__lte=today, lapse_told_at__lte=now - timedelta(days=NOTICE_DAYS))
    for pk in list(waiting.filter(lapse_told_at__isnull=True).order_by("pk").values_list("pk", flat=True)):
        announced += _announce(pk)
    for pk in list(waiting.filter(notice_over).order_by("pk").values_list("pk", flat=True)):
        lapsed += _lapse(pk)
    return announced, lapsed


@transaction.atomic
def _announce(pk: int) -> bool:
    spark = _waiting(pk, lapse_told_at__isnull=True)
    if spark is None:
        return False
    now = timezone.now()
    with override(spark.team.language):
        spark.due_on = max(spark.due_on or date.min, timezone.localdate() + timedelta(days=NOTICE_DAYS))
        occasion = f"{spark.status} {spark.due_on}"
        tell(spark, "spark_lapses_soon", by=None, to=group_and_host(spark), day=spark.due_on, occasion=occasion)
    spark.lapse_told_at = now
    spark.save(update_fields=["due_on", "lapse_told_at"])
    return True


@transaction.atomic
def _lapse(pk: int) -> bool:
    told_by = timezone.now() - timedelta(days=NOTICE_DAYS)
    spark = _waiting(pk, lapse_told_at__lte=told_by, due_on__lte=timezone.localdate())
    if spark is None:
        return False
    way = take(spark, "lapse", by=None, occasion=f"{spark.steps_taken}")
    refuse_open_amendment(spark, by=None)
    if way.money == "release" and spark.award_gbp:
        move_money(spark, LedgerKind.RELEASE, spark.award_gbp, by=None, note=_("Lapsed"))
    return True


def _waiting(pk: int, **condition: object) -> Spark | None:
    """Return a locked spark if it can still lapse; None if somebody has taken a step meanwhile."""
    rows = Spark.objects.select_related("team", "round__fund", "host", "created_by").select_for_update(of=("self",))
    return rows.filter(pk=pk, status__in=LAPSING, **condition).first()
