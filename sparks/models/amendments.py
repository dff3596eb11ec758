"""Changes of an award after it was approved."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sparks.models.funds import money
from sparks.models.sparks import Spark, ThroughSparkQuerySet


class Amendment(models.Model):
    """Another award that one person proposed, and that another agreed to or refused. One is open at a time."""

    class Outcome(models.TextChoices):
        """What came of a proposal."""

        OPEN = "open", _("Waiting for a second person")
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Kept as it was")

    spark = models.ForeignKey(Spark, on_delete=models.PROTECT, related_name="amendments")
    before_gbp = money(_("award before (£)"))
    amount_gbp = money(_("new award (£)"))
    reason = models.TextField(_("reason"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, default=Outcome.OPEN)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = ThroughSparkQuerySet.as_manager()

    class Meta:
        ordering = ("proposed_at", "pk")
        verbose_name = _("change of an award")
        verbose_name_plural = _("changes of awards")
        constraints = (
            models.UniqueConstraint(
                fields=("spark",),
                condition=Q(outcome="open"),
                name="%(app_label)s_%(class)s_one_open",
                violation_error_message=_(
                    "Another award has been proposed already. Agree to it or keep the award first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=("open", "agreed", "refused")), name="%(app_label)s_%(class)s_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(amount_gbp__gt=0) & ~Q(amount_gbp=F("before_gbp")),
                name="%(app_label)s_%(class)s_changes_something",
                violation_error_message=_("Enter an award other than the present one, and more than £0."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome="agreed") | (Q(settled_by__isnull=False) & ~Q(settled_by=F("proposed_by"))),
                name="%(app_label)s_%(class)s_two_people",
                violation_error_message=_("Somebody else has to agree to it."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="%(app_label)s_%(class)s_has_reason"),
        )

    def __str__(self) -> str:
        return f"£{self.before_gbp} → £{self.amount_gbp}"
