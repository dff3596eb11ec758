"""The charts of a published pack, drawn from its document: nothing is counted, and no release is asked."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from communities.periods import Period, period_name
from evaluation.models import Form, ValueStatus, YardstickKind
from evaluation.reports.charts import Change, Chart, Column, Line, Shape, change_at, per_cent_of
from evaluation.reports.pictures import About, Picture, picture_of_trend
from evaluation.reports.wording import UNKNOWN, format_number, period_short

type Number = Mapping[str, Any]


def chart_of(number: Number, sources: Mapping[str, str]) -> Chart | None:
    """Return the chart of a number of a pack; None for one of a pack that was published before there were charts.

    sources: where each line is from, by `Compared.name`; one that was taken out is missing.
    """
    if "trend" not in number:
        return None
    form, trend = Form(number["form"]), number["trend"]
    top = _top_of(form, trend, number["lines"])
    columns = [_column(each, form, top, is_current=each is trend[-1]) for each in trend]
    lines = [_line(each, form, top, sources.get(f"{number['key']} {each['kind']}", "")) for each in number["lines"]]
    return Chart(columns, top, lines)


def picture_of(number: Number, chart: Chart, content: Mapping[str, Any]) -> Picture:
    """Return the chart of a number as a picture that stands alone. content: the document of the pack."""
    about = _("%(place)s, %(team)s. %(period)s, closed on %(closed)s. Published on %(day)s.") % {
        "place": content["place"]["name"],
        "team": content["team"]["name"],
        "period": period_name(_period(content["release"])),
        "closed": _day(content["release"]["closed_on"]),
        "day": _day(content["published_on"]),
    }
    told = About(number["name"], number["unit"], number["definition"], number["version"], number["source"])
    return picture_of_trend(told, about, chart)


def words_of_value(value: Any, form: Form) -> str:
    """Return a value of a document as text; a dash when nothing is known."""
    return UNKNOWN if value is None else format_number(Decimal(str(value)), form)


def parts_of(each: Number) -> str:
    """Return what a shown share is made of, such as “20 of 30”; "" for anything else."""
    if each["status"] != ValueStatus.SHOWN or None in (each["numerator"], each["denominator"]):
        return ""
    return _("%(number)s of %(all)s") % {
        "number": number_format(each["numerator"], force_grouping=True),
        "all": number_format(each["denominator"], force_grouping=True),
    }


def _column(each: Number, form: Form, top: Decimal, *, is_current: bool) -> Column:
    period, shape = _period(each), _shape(each)
    low, high = _reach(each, shape, top)
    return Column(
        label=period_short(period),
        name=period_name(period),
        words=_words(each, form, shape),
        url="",
        shape=shape,
        top=f"{100 - high:.1f}",
        height=f"{high - low:.1f}",
        is_current=is_current,
        is_running=False,
        closed_on=date.fromisoformat(each["closed_on"]) if each["closed_on"] else None,
        stories=0,
        changes=tuple(_change(mark, period) for mark in each["marks"]),
        parts=parts_of(each),
    )


def _shape(each: Number) -> Shape:
    if each["status"] in (ValueStatus.HIDDEN_SMALL, ValueStatus.HIDDEN_OTHER):
        return Shape.BAND if each["most"] else Shape.HIDDEN
    return Shape.UNKNOWN if each["value"] is None else Shape.VALUE


def _words(each: Number, form: Form, shape: Shape) -> str:
    if each["closed_on"] is None:
        return _("not closed")
    if shape == Shape.BAND:
        return _("1–%(most)s") % {"most": each["most"]}
    return _("hidden") if shape == Shape.HIDDEN else words_of_value(each["value"], form)


def _reach(each: Number, shape: Shape, top: Decimal) -> tuple[float, float]:
    """Return where a column begins and ends, in per cent of the chart."""
    if shape == Shape.BAND:
        return per_cent_of(1, top), per_cent_of(each["most"], top)
    return (0.0, 100.0) if shape == Shape.HIDDEN else (0.0, per_cent_of(Decimal(str(each["value"] or 0)), top))


def _top_of(form: Form, trend: list[Number], lines: list[Number]) -> Decimal:
    """Return the value at the top of a chart: 100 for a share, else the highest that is shown or possible; at least 1."""
    if form == Form.SHARE:
        return Decimal(100)
    values = [Decimal(str(each["value"] or each["most"] or 0)) for each in trend]
    return max([*values, *(Decimal(each["value"]) for each in lines)], default=Decimal(0)) or Decimal(1)


def _line(each: Number, form: Form, top: Decimal, source: str) -> Line:
    value = Decimal(each["value"])
    return Line(
        kind=each["kind"],
        name=str(YardstickKind(each["kind"]).label),
        words=format_number(value, form),
        on=date.fromisoformat(each["on"]),
        source=source or _("Where it is from was taken out of this pack."),
        y=f"{100 - per_cent_of(value, top):.1f}",
    )


def _change(mark: list[Any], period: Period) -> Change:
    day, what, version = mark
    words = _("version %(version)s begins") if what == "begins" else _("version %(version)s ends")
    return change_at(words % {"version": version}, date.fromisoformat(day), period)


def _period(edges: Mapping[str, str]) -> Period:
    return Period(date.fromisoformat(edges["start"]), date.fromisoformat(edges["end"]))


def _day(day: str) -> str:
    return date_format(date.fromisoformat(day), "j F Y")
