"""Changes of a fund's money and of a round's rules that need a second person."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Team, TeamScopedQuerySet, is_plausible, plausible_day
from sparks.models.fund_ledger import FundEntryKind
from sparks.models.funds import Fund, Round, money


class FundProposal(models.Model):
    """Money into or out of a fund, or other rules of a round, as one person proposed it. One is open for each at a time.

    `before` and `after` hold the rules that differ, by field, as texts. A round that nobody uses yet is changed without a
    second person; that is stored here too, so that the history of its rules is whole.
    """

    class Kind(models.TextChoices):
        """What is proposed. The first three become lines of the fund of the same kind."""

        RECEIVED = FundEntryKind.RECEIVED.value, _("Money from the funder")
        CARRIED = FundEntryKind.CARRIED.value, _("Money carried over")
        RETURNED = FundEntryKind.RETURNED.value, _("Money back to the funder")
        RULES = "rules", _("Other rules of a round")

    class Outcome(models.TextChoices):
        """What came of a proposal."""

        OPEN = "open", _("Waiting for a second person")
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        AT_ONCE = "at_once", _("Changed at once, before anybody used the round")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="fund_proposals")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("fund"))
    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name=_("round")
    )
    kind = models.CharField(_("what is proposed"), max_length=10, choices=Kind)
    from_fund = models.ForeignKey(
        Fund,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("from another fund"),
    )
    amount_gbp = money(_("amount (£)"), null=True, blank=True)
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    day = models.DateField(_("day"), null=True, blank=True, validators=[plausible_day])
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    reason = models.CharField(_("reason"), max_length=250)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("settled by"),
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("proposed_at", "pk")
        verbose_name = _("proposal about a fund")
        verbose_name_plural = _("proposals about funds")
        constraints = (
            models.UniqueConstraint(
                fields=("fund",),
                condition=Q(outcome="open", round__isnull=True),
                name="%(app_label)s_%(class)s_one_for_a_fund",
                violation_error_message=_("Something else is proposed for this fund already."),
            ),
            models.UniqueConstraint(
                fields=("round",),
                condition=Q(outcome="open", round__isnull=False),
                name="%(app_label)s_%(class)s_one_for_a_round",
                violation_error_message=_("Something else is proposed for this round already."),
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=("received", "carried", "returned"),
                    round__isnull=True,
                    amount_gbp__gt=0,
                    day__isnull=False,
                )
                | Q(kind="rules", round__isnull=False, amount_gbp__isnull=True, day__isnull=True),
                name="%(app_label)s_%(class)s_kind_known",
                violation_error_message=_("Enter an amount of more than £0."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=("open", "at_once"), settled_by__isnull=True, settled_at__isnull=True)
                | Q(outcome__in=("agreed", "refused"), settled_at__isnull=False, settled_by__isnull=False)
                & ~Q(settled_by=F("proposed_by"))
                | Q(outcome="withdrawn", settled_by=F("proposed_by"), settled_at__isnull=False),
                name="%(app_label)s_%(class)s_two_people",
                violation_error_message=_("Somebody else has to agree to it or refuse it."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome="at_once") | Q(kind="rules"), name="%(app_label)s_%(class)s_money_waits"
            ),
            models.CheckConstraint(
                condition=Q(from_fund__isnull=True) | Q(kind="carried") & ~Q(from_fund=F("fund")),
                name="%(app_label)s_%(class)s_from_another_fund",
                violation_error_message=_("Choose another fund, or none."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="%(app_label)s_%(class)s_has_reason"),
            is_plausible("day"),
        )
        indexes = (models.Index(fields=("team",), condition=Q(outcome="open"), name="sparks_proposal_open"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.round or self.fund}"
