"""Changes to a spark after it was approved, each proposed by one person and agreed to by another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.pounds import pounds
from sparks.models.funds import ZERO, money
from sparks.models.sparks import Spark, ThroughSparkQuerySet


class Amendment(models.Model):
    """A change that one person proposed, and that another agreed to or refused. One is open at a time for each spark.

    Amounts are pounds. `award`: `amount_gbp` instead of `before_gbp`. `payee`: `payee` instead of `payee_before`.
    `returned`: `amount_gbp` of the payment came back, of the `before_gbp` that could. `failed`: the payment did not arrive
    and is made again. `mistake`: what was recorded last as returned did not come back.
    """

    class Kind(models.TextChoices):
        """What would change."""

        AWARD = "award", _("Another award")
        PAYEE = "payee", _("Another payee")
        RETURNED = "returned", _("Money returned")
        FAILED = "failed", _("A payment that failed")
        MISTAKE = "mistake", _("Money that was not returned after all")

    class Outcome(models.TextChoices):
        """What came of a proposal."""

        OPEN = "open", _("Waiting for a second person")
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Kept as it was")

    spark = models.ForeignKey(Spark, on_delete=models.PROTECT, related_name="amendments")
    kind = models.CharField(_("what would change"), max_length=8, choices=Kind, default=Kind.AWARD)
    before_gbp = money(_("amount before (£)"), default=ZERO)
    amount_gbp = money(_("new amount (£)"), default=ZERO)
    payee_before = models.CharField(_("payee before"), max_length=160, default="")
    payee = models.CharField(_("new payee"), max_length=160, default="")
    reference = models.CharField(_("reference"), max_length=80, default="")
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
                    "Another change has been proposed already. Agree to it or keep it as it is first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=("open", "agreed", "refused")), name="%(app_label)s_%(class)s_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="award", amount_gbp__gt=0) & ~Q(amount_gbp=F("before_gbp"))
                | Q(kind="payee") & ~Q(payee="")
                | Q(kind="returned", amount_gbp__gt=0, amount_gbp__lte=F("before_gbp")) & ~Q(reference="")
                | Q(kind="failed", amount_gbp__gt=0, amount_gbp=F("before_gbp")) & ~Q(reference="")
                | Q(kind="mistake", amount_gbp__gt=0, amount_gbp=F("before_gbp")),
                name="%(app_label)s_%(class)s_changes_something",
                violation_error_message=_("Enter what is to change, and more than £0."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome="agreed") | (Q(settled_by__isnull=False) & ~Q(settled_by=F("proposed_by"))),
                name="%(app_label)s_%(class)s_two_people",
                violation_error_message=_("Somebody else has to agree to it."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="%(app_label)s_%(class)s_has_reason"),
        )

    def __str__(self) -> str:
        return self.what

    @property
    def what(self) -> str:
        """What would change, as a sentence without its full stop: “£150 instead of £200”."""
        pay = gettext("pay it to “%(payee)s”")
        words = {
            self.Kind.AWARD: gettext("%(amount)s instead of %(before)s"),
            self.Kind.PAYEE: gettext("pay it to “%(payee)s” instead of “%(payee_before)s”")
            if self.payee_before
            else pay,
            self.Kind.RETURNED: gettext("%(amount)s was returned, with the reference “%(reference)s”"),
            self.Kind.MISTAKE: gettext("%(amount)s was not returned after all, and counts as paid"),
            self.Kind.FAILED: gettext(
                "the payment of %(amount)s failed, with the reference “%(reference)s”, and is made again"
            ),
        }[self.Kind(self.kind)]
        return words % {
            "amount": pounds(self.amount_gbp),
            "before": pounds(self.before_gbp),
            "payee": self.payee,
            "payee_before": self.payee_before,
            "reference": self.reference,
        }
