"""Funds and their rounds."""

import uuid
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Partner, Team, TeamScopedQuerySet, is_plausible, plausible_day

ZERO = Decimal("0.00")


def money(verbose_name: str, **options) -> models.DecimalField:
    """Return a field for pounds and pence."""
    return models.DecimalField(verbose_name, max_digits=12, decimal_places=2, **options)


class FundKind(models.TextChoices):
    """What a fund is for."""

    SPARK = "spark", _("Small sparks")
    WELLBEING = "wellbeing", _("Wellbeing")
    SEED = "seed", _("Seed")


class Fund(models.Model):
    """A pot of money that rounds are opened from.

    `given_gbp` is what came in, less what went back to the funder; `allocated_gbp` the sum of the budgets of its rounds. Only a
    guarded update in `sparks.actions.fund_money` changes them, in the same transaction as the fund's ledger.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="funds")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=FundKind, default=FundKind.SPARK)
    purpose = models.TextField(_("purpose"), blank=True)
    funder = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="funds", verbose_name=_("funder")
    )
    given_gbp = money(_("given (£)"), default=ZERO, editable=False)
    allocated_gbp = money(_("set aside for rounds (£)"), default=ZERO, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        constraints = (
            models.UniqueConstraint(
                "team",
                Lower("name"),
                name="%(app_label)s_%(class)s_name_once",
                violation_error_message=_("Your team already has a fund with this name."),
            ),
            models.CheckConstraint(condition=Q(kind__in=FundKind.values), name="%(app_label)s_%(class)s_kind_known"),
            models.CheckConstraint(
                condition=Q(allocated_gbp__gte=0) & Q(allocated_gbp__lte=F("given_gbp")),
                name="%(app_label)s_%(class)s_within_given",
                violation_error_message=_("Rounds cannot have more than the fund was given."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def free_gbp(self) -> Decimal:
        """Return the amount that no round has yet."""
        return self.given_gbp - self.allocated_gbp


class Round(models.Model):
    """A period in which a fund is open, with a budget that cannot be overspent.

    `committed_gbp` is everything reserved, less what was released or recovered. Only a guarded update in `sparks.actions`
    changes it, in the same transaction as the ledger.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="rounds")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("fund"))
    name = models.CharField(_("name"), max_length=120)
    budget_gbp = money(_("budget (£)"))
    committed_gbp = money(_("promised (£)"), default=ZERO, editable=False)
    paid_gbp = money(_("paid (£)"), default=ZERO, editable=False)
    max_award_gbp = money(_("maximum award (£)"))
    opens_at = models.DateTimeField(_("opens"), validators=[plausible_day])
    closes_at = models.DateTimeField(_("closes"), validators=[plausible_day])
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-closes_at", "-pk")
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = (
            models.UniqueConstraint(
                "fund",
                Lower("name"),
                name="%(app_label)s_%(class)s_name_once",
                violation_error_message=_("This fund already has a round with this name."),
            ),
            models.CheckConstraint(
                condition=Q(budget_gbp__gt=0),
                name="%(app_label)s_%(class)s_budget_positive",
                violation_error_message=_("The budget must be more than £0."),
            ),
            models.CheckConstraint(
                condition=Q(committed_gbp__gte=0) & Q(committed_gbp__lte=F("budget_gbp")),
                name="%(app_label)s_%(class)s_within_budget",
                violation_error_message=_("The budget cannot be less than the amount already promised."),
            ),
            models.CheckConstraint(
                condition=Q(paid_gbp__gte=0) & Q(paid_gbp__lte=F("committed_gbp")),
                name="%(app_label)s_%(class)s_paid_within_promised",
            ),
            models.CheckConstraint(
                condition=Q(max_award_gbp__gt=0) & Q(max_award_gbp__lte=F("budget_gbp")),
                name="%(app_label)s_%(class)s_award_within_budget",
                violation_error_message=_("The maximum award must be more than £0 and no more than the budget."),
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="%(app_label)s_%(class)s_closes_after_opening",
                violation_error_message=_("A round must close after it opens."),
            ),
            is_plausible("opens_at", of_moments=True),
            is_plausible("closes_at", of_moments=True),
        )

    def __str__(self) -> str:
        return f"{self.fund}: {self.name}"

    @property
    def left_gbp(self) -> Decimal:
        """Return the amount that can still be promised."""
        return self.budget_gbp - self.committed_gbp

    @property
    def is_open(self) -> bool:
        """Return whether a spark can be handed in now. At `closes_at` itself the round is closed."""
        return self.was_open(timezone.now())

    def was_open(self, moment: datetime) -> bool:
        """Return whether the round was open at a moment. At `closes_at` itself it is closed."""
        return self.opens_at <= moment < self.closes_at
