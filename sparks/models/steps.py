"""The steps that were taken with a spark, one after the other."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sparks import workflow
from sparks.models.funds import money
from sparks.models.sparks import Spark, Status, ThroughSparkQuerySet


class StepTaken(models.Model):
    """One step of a spark: who took it when, from which status to which, with what was said.

    `number` counts the steps of a spark without gaps, so that two steps taken at once cannot both be stored. `by` is None
    for steps of a command, and for those that the people behind it take on their own page. Unlike decisions and ledger
    lines, the words can be changed: they are erased with a resident.
    """

    spark = models.ForeignKey(Spark, on_delete=models.PROTECT, related_name="history")
    number = models.PositiveIntegerField(_("number"))
    step = models.CharField(_("step"), max_length=20)
    before = models.CharField(pgettext_lazy("status", "before"), max_length=12, choices=Status)
    after = models.CharField(pgettext_lazy("status", "after"), max_length=12, choices=Status)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.TextField(_("what was said"), blank=True)
    amount_gbp = money(_("amount (£)"), null=True, blank=True)
    at = models.DateTimeField(_("date"), default=timezone.now)

    objects = ThroughSparkQuerySet.as_manager()

    class Meta:
        ordering = ("spark", "number")
        verbose_name = _("step of a spark")
        verbose_name_plural = _("steps of sparks")
        constraints = (
            models.UniqueConstraint(fields=("spark", "number"), name="%(app_label)s_%(class)s_number_once"),
            models.UniqueConstraint(
                fields=("spark",), condition=Q(step="appeal"), name="%(app_label)s_%(class)s_appeal_once"
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="%(app_label)s_%(class)s_number_positive"),
            models.CheckConstraint(
                condition=Q(step__in=tuple(workflow.STEPS)), name="%(app_label)s_%(class)s_step_known"
            ),
            models.CheckConstraint(
                condition=Q(before__in=Status.values, after__in=Status.values),
                name="%(app_label)s_%(class)s_statuses_known",
            ),
        )

    def __str__(self) -> str:
        return gettext(workflow.STEPS[self.step].button)

    @property
    def who(self) -> str:
        """Who took the step: a user, Kith at night, or the people behind the spark, who have no account."""
        if self.by:
            return str(self.by)
        return gettext("Kith") if workflow.STEPS[self.step].who == "kith" else gettext("The people behind it")
