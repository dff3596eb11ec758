"""Figures and periods in words, for pages."""

from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from communities.models import Team
from evaluation.framework import IndicatorSpec
from evaluation.periods import Grain, Period
from evaluation.reports import Figure

UNKNOWN = "–"


def period_name(period: Period) -> str:
    """Return a period as a reader says it: April to June 2026; April 2026 to March 2027."""
    first = date_format(period.start, "F" if period.grain == Grain.QUARTER else "F Y")
    return _("%(first)s to %(final)s") % {"first": first, "final": date_format(period.end, "F Y")}


def period_short(period: Period) -> str:
    """Return a period for the head of a column: Apr–Jun 2026; Year to Mar 2027; Oct–Dec 2026 so far."""
    if period.grain == Grain.YEAR:
        short = _("Year to %(final)s") % {"final": date_format(period.end, "M Y")}
    else:
        short = f"{date_format(period.start, 'M')}–{date_format(period.end, 'M Y')}"
    return _("%(period)s so far") % {"period": short} if is_unfinished(period) else short


def is_unfinished(period: Period) -> bool:
    """Return whether a period is still running: its numbers will grow, and are no fall."""
    return timezone.localdate() in period


def value_words(value: int | Decimal | None, spec: IndicatorSpec) -> str:
    """Return a value as people write it: 1,204; £250; 66.7%; a dash for nothing known."""
    if value is None:
        return UNKNOWN
    whole = value == int(value)
    if spec.key == "money-awarded":
        return f"£{number_format(value, 0 if whole else 2, force_grouping=True)}"
    if spec.key in ("introductions-met-share", "asks-met-by-neighbours"):
        return f"{number_format(value, 0 if whole else 1)}%"
    return number_format(value, 0 if whole else 2, force_grouping=True)


def figure_words(figure: Figure, spec: IndicatorSpec, team: Team) -> str:
    """Return a figure in words; a hidden one is the shortest thing that is true of small and secondary cells alike."""
    return _("hidden") if figure.is_hidden else value_words(figure.value, spec)
