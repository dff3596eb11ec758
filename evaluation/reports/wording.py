"""Figures and periods as text, and the addresses at which they open, for pages."""

from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from communities.models import Team
from communities.periods import Grain, Period
from communities.pounds import pounds
from evaluation.framework import IndicatorSpec
from evaluation.models import Form
from evaluation.reports.figures import Figure

UNKNOWN = "–"


def address(key: str, place: str, period: Period | None = None) -> str:
    """Return the address of an indicator at a place, opened at a period."""
    query = {"place": place} | ({"period": period.key} if period else {})
    return f"{_page(key, get_script_prefix())}?{urlencode(query)}"


@lru_cache(1024)
def _page(key: str, prefix: str) -> str:
    """Return the path of an indicator's page, to which a table leads hundreds of times; `prefix` is where Kith is mounted."""
    return reverse("evaluation:indicator-detail", args=[key])


def period_short(period: Period) -> str:
    """Return a period for the head of a column: Apr–Jun 2026; Year to Mar 2027; Oct–Dec 2026 so far."""
    if period.grain == Grain.YEAR:
        short = _("Year to %(final)s") % {"final": date_format(period.end, "M Y")}
    else:
        short = f"{date_format(period.start, 'M')}–{date_format(period.end, 'M Y')}"
    return _("%(period)s so far") % {"period": short} if is_unfinished(period) else short


def is_unfinished(period: Period) -> bool:
    """Return whether a period is still running: its numbers will still grow."""
    return timezone.localdate() in period


def format_value(value: int | Decimal | None, spec: IndicatorSpec) -> str:
    """Return a value as people write it; a dash when nothing is known."""
    return UNKNOWN if value is None else format_number(value, spec.form)


def format_number(value: int | Decimal, form: Form) -> str:
    """Return a number as people write it: 1,204; £250; 66.7%.

    Source: the form that its indicator is declared with.
    """
    whole = value == int(value)
    if form == Form.POUNDS:
        return pounds(value)
    if form == Form.SHARE:
        return f"{number_format(value, 0 if whole else 1)}%"
    return number_format(value, 0 if whole else 2, force_grouping=True)


def format_figure(figure: Figure, spec: IndicatorSpec, team: Team) -> str:
    """Return a figure as text; hidden figures read the same whether they are small or hidden to protect a small one.

    One that is only published for whole years, for the whole team, or once its period is closed, says so.
    """
    if figure.is_team_only:
        return _("whole team only")
    if figure.is_by_year:
        return _("by year")
    if figure.is_awaited:
        return _("not closed")
    return _("hidden") if figure.is_hidden else format_value(figure.value, spec)
