"""What a spark needs, item by item: what is paid for, and what is lent or given instead."""

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from connectors.models import Gift
from sparks.models.funds import ZERO, money
from sparks.models.sparks import Spark, ThroughSparkQuerySet


class CostLine(models.Model):
    """One thing that a spark needs: paid for in cash, or in kind, lent or given by somebody.

    What is in kind has an estimated value, or none, and never costs cash. It counts in no budget and in no ledger.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spark = models.ForeignKey(Spark, on_delete=models.CASCADE, related_name="cost_lines")
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    what = models.CharField(_("what is needed"), max_length=120)
    quantity = models.PositiveSmallIntegerField(_("how many"), null=True, blank=True)
    cash_gbp = money(_("cost (£)"), default=ZERO)
    is_in_kind = models.BooleanField(_("lent or given"), default=False)
    in_kind_gbp = money(_("estimated value (£)"), null=True, blank=True)
    asset = models.ForeignKey(
        Asset,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="lent_to_sparks",
        verbose_name=_("who on the map lends or gives it"),
    )
    gift = models.ForeignKey(
        Gift,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="lent_to_sparks",
        verbose_name=_("whose gift it is"),
    )
    lender = models.CharField(_("who lends or gives it"), max_length=120, blank=True)

    objects = ThroughSparkQuerySet.as_manager()

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("cost line")
        verbose_name_plural = _("cost lines")
        constraints = (
            models.CheckConstraint(
                condition=~Q(what=""),
                name="%(app_label)s_%(class)s_says_what",
                violation_error_message=_("Say what is needed."),
            ),
            models.CheckConstraint(
                condition=Q(cash_gbp__gte=0) & (Q(in_kind_gbp__isnull=True) | Q(in_kind_gbp__gte=0)),
                name="%(app_label)s_%(class)s_not_negative",
                violation_error_message=_("The amount cannot be less than £0."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gte=1),
                name="%(app_label)s_%(class)s_at_least_one",
                violation_error_message=_("Enter 1 or more, or leave it empty."),
            ),
            models.CheckConstraint(
                condition=Q(is_in_kind=True, cash_gbp=0)
                | Q(is_in_kind=False, in_kind_gbp__isnull=True, asset__isnull=True, gift__isnull=True, lender=""),
                name="%(app_label)s_%(class)s_cash_or_in_kind",
                violation_error_message=_("What is lent or given costs no cash, and what is paid for has no lender."),
            ),
            models.CheckConstraint(
                condition=Q(asset__isnull=True) | Q(gift__isnull=True), name="%(app_label)s_%(class)s_one_lender"
            ),
        )

    def __str__(self) -> str:
        return self.what

    @property
    def amount_gbp(self) -> Decimal | None:
        """Return what it costs, or what it is worth if it is in kind."""
        return self.in_kind_gbp if self.is_in_kind else self.cash_gbp
