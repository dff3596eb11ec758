"""What a number is compared with: where it began, what is hoped for, and how it is elsewhere."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Neighbourhood, Team, TeamScopedQuerySet
from communities.periods import Grain
from evaluation.models.framework import Form, Indicator


class YardstickKind(models.TextChoices):
    """What a number is compared with."""

    BASELINE = "baseline", _("Baseline: where it began")
    TARGET = "target", _("Target: what we hope for")
    COMPARATOR = "comparator", _("Comparator: how it is elsewhere")


class Yardstick(models.Model):
    """A value to compare an indicator's figures with, for periods of one length, with its source and its day.

    `on`: of a baseline and a comparator the day on which it was so; of a target the day by which it is hoped for.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="yardsticks")
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="yardsticks", verbose_name=_("indicator")
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="yardsticks",
        verbose_name=_("neighbourhood"),
    )
    kind = models.CharField(_("what it is"), max_length=10, choices=YardstickKind)
    grain = models.CharField(
        _("for"),
        max_length=8,
        choices=((Grain.QUARTER.value, _("a quarter")), (Grain.YEAR.value, _("a year from April"))),
    )
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    on = models.DateField(_("day"))
    source = models.CharField(_("source"), max_length=200)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("indicator", "kind", "-on", "-pk")
        verbose_name = _("yardstick")
        verbose_name_plural = _("yardsticks")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=YardstickKind.values), name="%(app_label)s_%(class)s_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(grain__in=[each.value for each in Grain]), name="%(app_label)s_%(class)s_grain_known"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="%(app_label)s_%(class)s_value_positive",
                violation_error_message=_("The number cannot be less than 0."),
            ),
            models.UniqueConstraint(
                fields=("team", "indicator", "neighbourhood", "kind", "grain", "on"),
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_("There is one for this day already. Delete that one first."),
            ),
            models.UniqueConstraint(
                fields=("team", "indicator", "kind", "grain", "on"),
                condition=Q(neighbourhood__isnull=True),
                name="%(app_label)s_%(class)s_once_for_team",
                violation_error_message=_("There is one for this day already. Delete that one first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value.normalize():f}"

    def clean(self) -> None:
        """Check that the value fits its indicator, and that everything belongs to one team. Raises: ValidationError by field."""
        refused = {}
        if self.neighbourhood_id and self.neighbourhood.team_id != self.team_id:
            refused["neighbourhood"] = _("This neighbourhood belongs to another team.")
        if self.indicator_id and self.indicator.team_id not in (None, self.team_id):
            refused["indicator"] = _("This indicator belongs to another team.")
        number = Decimal(self.value) if self.value is not None else Decimal(0)
        if not number.is_finite() or number < 0:
            refused["value"] = _("The number cannot be less than 0.")
        elif self.indicator_id and self.indicator.form == Form.SHARE and number > 100:
            refused["value"] = _("A percentage is at most 100.")
        if refused:
            raise ValidationError(refused)
