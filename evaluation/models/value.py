"""Value maps: outcomes, what they rest on, and what was put in. What somebody enters, somebody else signs."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Team, TeamScopedQuerySet, not_too_early
from evaluation.value.maps import MOST_YEARS, SHARES, Kind

#: For how many years an activity can run.
LONGEST_ACTIVITY = 30


class Measure(models.TextChoices):
    """In what a map says what a change is worth."""

    MONEY = "money", _("In pounds")
    WEIGHTS = "weights", _("In points that the people it is about gave, without money")


class Starts(models.TextChoices):
    """When an outcome starts."""

    DURING = "during", _("During the activity")
    AFTER = "after", _("After the activity")


class AssumptionKind(models.TextChoices):
    """What an assumption is about, in the order of the Value Map."""

    QUANTITY = Kind.QUANTITY.value, _("For how many")
    YEARS = Kind.YEARS.value, _("For how many years")
    WORTH = Kind.WORTH.value, _("What it is worth")
    DEADWEIGHT = Kind.DEADWEIGHT.value, _("Deadweight: would have happened anyway")
    DISPLACEMENT = Kind.DISPLACEMENT.value, _("Displacement: moved a problem elsewhere")
    ATTRIBUTION = Kind.ATTRIBUTION.value, _("Attribution: what others did")
    DROP_OFF = Kind.DROP_OFF.value, _("Drop-off: lost each year")


class ValueMap(models.Model):
    """What changed for whom because of an activity, what that was worth, and what was put in, in the prices of one year."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="value_maps")
    title = models.CharField(_("title"), max_length=120)
    activity = models.TextField(_("activity"))
    starts_on = models.DateField(_("first day"), default=timezone.localdate, validators=(not_too_early,))
    years = models.PositiveSmallIntegerField(_("years of the activity"), default=1)
    measure = models.CharField(_("measured in"), max_length=7, choices=Measure, default=Measure.MONEY)
    price_year = models.PositiveSmallIntegerField(_("prices of the year"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("begun by")
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "-pk")
        verbose_name = _("value map")
        verbose_name_plural = _("value maps")
        constraints = (
            models.CheckConstraint(
                condition=Q(measure__in=Measure.values), name="%(app_label)s_%(class)s_measure_known"
            ),
            models.CheckConstraint(
                condition=Q(years__gte=1, years__lte=LONGEST_ACTIVITY),
                name="%(app_label)s_%(class)s_years_in_range",
                violation_error_message=_("An activity takes from 1 to 30 years."),
            ),
            models.CheckConstraint(
                condition=Q(price_year__gte=1990, price_year__lte=2100),
                name="%(app_label)s_%(class)s_price_year_in_range",
                violation_error_message=_("Enter the year of the prices with four digits, for example 2026."),
            ),
        )
        indexes = (models.Index(fields=("team", "-starts_on", "-id"), name="evaluation_valuemap_list"),)

    def __str__(self) -> str:
        return self.title

    @property
    def has_money(self) -> bool:
        """Return whether it says what changes are worth in pounds."""
        return self.measure == Measure.MONEY


class OfMapQuerySet(TeamScopedQuerySet):
    """Rows of a map, read by those who read it."""

    team_path = "value_map__team_id"


class OfLineQuerySet(TeamScopedQuerySet):
    """Rows of an outcome, read by those who read its map."""

    team_path = "line__value_map__team_id"


class ValueLine(models.Model):
    """An outcome of a map: one change for one group of people; its assumptions say how much, and for how long."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    value_map = models.ForeignKey(ValueMap, on_delete=models.CASCADE, related_name="lines")
    stakeholder = models.CharField(_("for whom"), max_length=120)
    change = models.CharField(_("what changed"), max_length=200)
    is_negative = models.BooleanField(_("a change for the worse"), default=False)
    starts = models.CharField(_("it starts"), max_length=6, choices=Starts, default=Starts.DURING)
    created_at = models.DateTimeField(default=timezone.now)

    objects = OfMapQuerySet.as_manager()

    class Meta:
        ordering = ("value_map", "pk")
        verbose_name = _("outcome of a value map")
        verbose_name_plural = _("outcomes of value maps")
        constraints = (
            models.CheckConstraint(condition=Q(starts__in=Starts.values), name="%(app_label)s_%(class)s_starts_known"),
            models.UniqueConstraint(
                "value_map",
                Lower("stakeholder"),
                Lower("change"),
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_(
                    "This map has this change for them already. Counting it twice would claim too much."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.stakeholder}: {self.change}"


class Signed(models.Model):
    """What one person enters and another one signs; `entered_at` changes with each change, which ends the signature."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(_("source"), max_length=300)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(default=timezone.now)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed by"),
    )
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("entered_by")),
                name="%(app_label)s_%(class)s_signed_by_another",
                violation_error_message=_("Whoever entered it cannot sign it. Ask a colleague."),
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True, signed_at__isnull=True)
                | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="%(app_label)s_%(class)s_signed_with_time",
            ),
        )

    @property
    def is_signed(self) -> bool:
        """Return whether somebody who did not enter it has signed it."""
        return self.signed_by_id is not None


class ValueAssumption(Signed):
    """What an outcome rests on: a value with its low and high end and its source.

    Percentages are from 0 to 100, years whole numbers. `worth` is for one of those it changed, in one year: pounds of `price_year`, or
    points, which have no price year.
    """

    line = models.ForeignKey(ValueLine, on_delete=models.CASCADE, related_name="assumptions")
    kind = models.CharField(_("what it is about"), max_length=12, choices=AssumptionKind)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    low = models.DecimalField(_("low end"), max_digits=14, decimal_places=2)
    high = models.DecimalField(_("high end"), max_digits=14, decimal_places=2)
    price_year = models.PositiveSmallIntegerField(_("prices of the year"), null=True, blank=True)

    objects = OfLineQuerySet.as_manager()

    class Meta:
        ordering = ("line", "pk")
        verbose_name = _("assumption")
        verbose_name_plural = _("assumptions")
        constraints = (
            *Signed.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=AssumptionKind.values), name="%(app_label)s_%(class)s_kind_known"
            ),
            models.UniqueConstraint(
                fields=("line", "kind"),
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_("Somebody has entered this meanwhile. Open the page again."),
            ),
            models.CheckConstraint(
                condition=Q(low__gte=0),
                name="%(app_label)s_%(class)s_not_negative",
                violation_error_message=_("A number here cannot be less than 0."),
            ),
            models.CheckConstraint(
                condition=Q(low__lte=F("value"), high__gte=F("value")),
                name="%(app_label)s_%(class)s_within_range",
                violation_error_message=_("The value must be between its low and its high end."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[each.value for each in SHARES]) | Q(high__lte=100),
                name="%(app_label)s_%(class)s_share_at_most_100",
                violation_error_message=_("A percentage is from 0 to 100."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=AssumptionKind.WORTH) | Q(low__gt=0),
                name="%(app_label)s_%(class)s_worth_something",
                violation_error_message=_("A worth of 0 says that the change does not matter. Enter more than 0."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=AssumptionKind.YEARS) | Q(low__gte=1, high__lte=MOST_YEARS),
                name="%(app_label)s_%(class)s_years_in_range",
                violation_error_message=_("An outcome lasts for 1 to 100 whole years."),
            ),
        )

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def clean(self) -> None:
        """Check the numbers, each beside its field. Raises: ValidationError by field."""
        refused = {}
        for name in ("value", "low", "high"):
            number = getattr(self, name)
            if isinstance(number, Decimal) and (words := why_not_assumed(self.kind, number)):
                refused[name] = words
        if not refused and (words := why_not_ordered(self.low, self.value, self.high)):
            refused |= words
        if refused:
            raise ValidationError(refused)


class ValueInput(Signed):
    """What somebody puts into the activity in one of its years, in money or in kind, in pounds from `low` to `high`."""

    value_map = models.ForeignKey(ValueMap, on_delete=models.CASCADE, related_name="inputs")
    who = models.CharField(_("who puts it in"), max_length=120)
    what = models.CharField(_("what"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year of the activity"), default=1)
    low_gbp = models.DecimalField(_("at least"), max_digits=12, decimal_places=2)
    high_gbp = models.DecimalField(_("at most"), max_digits=12, decimal_places=2)

    objects = OfMapQuerySet.as_manager()

    class Meta:
        ordering = ("value_map", "year", "pk")
        verbose_name = _("input of a value map")
        verbose_name_plural = _("inputs of value maps")
        constraints = (
            *Signed.Meta.constraints,
            models.CheckConstraint(
                condition=Q(low_gbp__gte=0),
                name="%(app_label)s_%(class)s_not_negative",
                violation_error_message=_("The amount cannot be less than £0."),
            ),
            models.CheckConstraint(
                condition=Q(low_gbp__lte=F("high_gbp")),
                name="%(app_label)s_%(class)s_range_in_order",
                violation_error_message=_("At least cannot be more than at most."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1, year__lte=LONGEST_ACTIVITY),
                name="%(app_label)s_%(class)s_year_in_range",
                violation_error_message=_("Choose a year of the activity."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.who}: {self.what}"


def why_not_assumed(kind: str, number: Decimal) -> str:
    """Return why a number cannot be assumed of a kind; "" if it can."""
    if not number.is_finite():
        return str(_("Enter the number in figures, for example 12 or 1,204."))
    if kind == AssumptionKind.YEARS and (number != int(number) or not 1 <= number <= MOST_YEARS):
        return str(_("An outcome lasts for 1 to 100 whole years."))
    if kind in SHARES and not 0 <= number <= 100:
        return str(_("A percentage is from 0 to 100."))
    if kind == AssumptionKind.WORTH and number <= 0:
        return str(_("A worth of 0 says that the change does not matter. Enter more than 0."))
    return str(_("A number here cannot be less than 0.")) if number < 0 else ""


def why_not_ordered(low: Decimal | None, value: Decimal | None, high: Decimal | None) -> dict[str, str]:
    """Return which end of a range is on the wrong side of its value; nothing if neither is."""
    if low is None or value is None or high is None:
        return {}
    refused = {}
    if low > value:
        refused["low"] = str(_("The low end cannot be above the value."))
    if high < value:
        refused["high"] = str(_("The high end cannot be below the value."))
    return refused
