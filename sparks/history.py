"""What happened with a spark so far: its steps, questions and answers."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sparks import workflow
from sparks.models import Spark, Status, StepTaken
from sparks.spark_rows import steps_taken

#: How long somebody can reopen what was ended by mistake.
REOPEN_WITHIN = timedelta(days=1)
#: The steps that say no.
DECLINING = ("decline", "outside")


def last_step(spark: Spark) -> StepTaken | None:
    """Return the newest step of a spark that changed its status; None if it is as it was created."""
    rows = StepTaken.objects.filter(spark=spark).select_related("by").order_by("-number")
    return next((row for row in rows[:20] if row.before != row.after), None)


def was_appealed(spark: Spark) -> bool:
    """Return whether another decision was asked for once."""
    return StepTaken.objects.filter(spark=spark, step="appeal").exists()


def told_steps(spark: Spark) -> list[StepTaken]:
    """Return the steps of a spark, oldest first, as its page lists them."""
    return steps_taken(spark=spark)


def ending_to_reopen(spark: Spark) -> StepTaken | None:
    """Return the step that ended a spark, if it is recent enough to be undone; None otherwise."""
    last = last_step(spark)
    if last is None or last.after != spark.status or last.at < timezone.now() - REOPEN_WITHIN:
        return None
    return last if workflow.way("reopen", spark.status, last.before) else None


def was_overturned(steps: Iterable[StepTaken]) -> bool:
    """Return whether, among the steps of a spark, oldest first, somebody reopened what another person had declined."""
    declined_by = None
    for taken in steps:
        if taken.step in DECLINING:
            declined_by = taken.by_id
        is_taken_back = taken.step == "reopen" and taken.before in (Status.DECLINED, Status.INELIGIBLE)
        if is_taken_back and taken.by_id != declined_by:
            return True
    return False


def what_happened_meanwhile(spark: Spark) -> str:
    """Return a sentence for a page that was left open: who took which step when, and that nothing was changed."""
    last = last_step(spark)
    if last is None or last.after != spark.status:
        words = _("This spark’s status is now “%(now)s”, so that step was not taken. Nothing was changed.")
        return words % {"now": spark.get_status_display()}
    return _(
        "%(who)s chose “%(step)s” on %(day)s at %(time)s, so this spark’s status is now “%(now)s”. "
        "Your step was not taken, and nothing was changed."
    ) % {
        "who": last.who,
        "step": _(workflow.STEPS[last.step].button),
        "day": date_format(timezone.localtime(last.at), "j F Y"),
        "time": date_format(timezone.localtime(last.at), "H:i"),
        "now": spark.get_status_display(),
    }
