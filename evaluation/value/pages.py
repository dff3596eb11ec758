"""A value map arranged for its page: what it rests on first, then how far that moves it, and only then what it comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.lists import listed
from evaluation.models import AssumptionKind, ValueAssumption, ValueLine
from evaluation.value.break_even import BreakEven, break_even
from evaluation.value.maps import Kind
from evaluation.value.queries import WholeLine, WholeMap, rows_of
from evaluation.value.reckoning import Reckoned
from evaluation.value.sensitivity import Swing, swings
from evaluation.value.wording import (
    amount_words,
    break_even_words,
    range_words,
    ratio_words,
    value_words,
    worth_words,
)

#: Assumptions on the page of a map, those that move it most; the pages of its outcomes have all.
SHOWN = 28
#: Rows of its tornado: with more, its page is too long for a phone.
DRAWN = 6


@dataclass(frozen=True)
class Assumed:
    """An assumption in words. broken: where the map breaks even; "" while there is nothing to compare with."""

    line: ValueLine
    row: ValueAssumption
    value: str
    between: str
    broken: str


@dataclass(frozen=True)
class Bar:
    """A row of the tornado: from where to where the result moves, in words and in per cent of the drawing; the rest is as in `Assumed`."""

    name: str
    kind: str
    low: str
    high: str
    x: str
    width: str
    broken: str
    url: str


@dataclass(frozen=True)
class Tornado:
    """Bars, the longest first, and the lines at what was put in and at the result as it stands, in per cent of the drawing."""

    bars: list[Bar]
    costs: list[str]
    now: str
    now_words: str
    cost_words: str


@dataclass(frozen=True)
class Shown:
    """All that the page of a map says. parts: what each outcome is worth, in order. ratio: "" where there is none, and then `why_none` says why.

    timing: what is discounted, by which rates.
    """

    assumptions: list[Assumed]
    others: int
    tornado: Tornado
    facts: list[tuple[str, str]]
    parts: list[str]
    ratio: str
    why_none: str
    timing: str


def shown_map(whole: WholeMap) -> Shown | None:
    """Return what a map's page says; None while something is missing."""
    reckoner = whole.reckoner
    if reckoner is None:
        return None
    reckoned = reckoner.reckon()
    found = swings(reckoner, {(number, kind): (row.low, row.high) for number, kind, row in whole.assumptions()})
    ratio = reckoned.ratio
    why_none = why_no_ratio(whole, reckoned)
    assumptions = _assumed(whole, reckoned, [(each.number, each.kind) for each in found[:SHOWN]])
    return Shown(
        assumptions=assumptions,
        others=max(0, len(found) - SHOWN),
        tornado=tornado_of(whole, reckoned, found[:DRAWN], assumptions[:DRAWN]),
        facts=_facts(whole, reckoned),
        parts=[worth_words(part, whole.value_map) for part in reckoned.by_outcome],
        ratio="" if why_none or ratio is None else ratio_words(*ratio),
        why_none=why_none,
        timing=timing_words(whole),
    )


def shown_line(whole: WholeMap, line: WholeLine) -> list[Assumed]:
    """Return the assumptions of an outcome in the order of the Value Map; without break-evens while the map is not complete."""
    number = whole.lines.index(line)
    reckoned = whole.reckoner.reckon() if whole.reckoner else None
    return _assumed(whole, reckoned, [(number, kind) for kind in Kind if kind in line.assumed])


def tornado_of(whole: WholeMap, reckoned: Reckoned, found: Sequence[Swing], assumptions: Sequence[Assumed]) -> Tornado:
    """Return the tornado of some swings of these assumptions, on a scale from the lowest to the highest of all that is drawn."""
    costs = sorted({reckoned.cost_low, reckoned.cost_high}) if whole.value_map.has_money and whole.inputs else []
    ends = [end for each in found for end in (each.at_low, each.at_high)]
    bottom, top = min([reckoned.present, *costs, *ends]), max([reckoned.present, *costs, *ends])
    scale = (top - bottom) or Decimal(1)

    def at(value: Decimal) -> Decimal:
        return (value - bottom) / scale * 100

    bars = []
    for each, assumed in zip(found, assumptions, strict=True):
        row = whole.lines[each.number].assumed[each.kind]
        low, high = sorted((at(each.at_low), at(each.at_high)))
        bars.append(
            Bar(
                name=str(whole.lines[each.number].line),
                kind=str(AssumptionKind(each.kind.value).label),
                low=_at(each.kind, row.low, each.at_low, whole),
                high=_at(each.kind, row.high, each.at_high, whole),
                x=f"{low:.1f}",
                width=f"{high - low:.1f}",
                broken=assumed.broken,
                url=reverse("evaluation:value-line-detail", args=[assumed.line.uuid]),
            )
        )
    return Tornado(
        bars=bars,
        costs=[f"{at(cost):.1f}" for cost in costs],
        now=f"{at(reckoned.present):.1f}",
        now_words=worth_words(reckoned.present, whole.value_map),
        cost_words=amount_words(costs[0], costs[-1]) if costs else "",
    )


def timing_words(whole: WholeMap) -> str:
    """Return what is discounted, by which rates, and in whose prices."""
    value_map, rates = whole.value_map, whole.rates
    if not value_map.has_money:
        return _("In points, which are not discounted. Nothing is rounded before the end.")
    after = ngettext(
        "What starts after the activity of %(years)s year starts in the year after it.",
        "What starts after the activity of %(years)s years starts in the year after them.",
        value_map.years,
    )
    steps = [
        _("%(rate)s%% up to year %(year)s") % {"rate": f"{step.per_cent.normalize():f}", "year": step.until_year}
        for step in rates.steps
    ]
    sentences = (
        _("In prices of %(year)s.") % {"year": value_map.price_year},
        _("Year 1 is not discounted."),
        after % {"years": value_map.years},
        _("Rates of its first day: %(source)s: %(steps)s.") % {"source": rates, "steps": listed(steps)},
        _("Nothing is rounded before the end."),
    )
    return " ".join(sentences)


def why_no_ratio(whole: WholeMap, reckoned: Reckoned) -> str:
    """Return why a map has no ratio to show; "" if it has one."""
    if not whole.value_map.has_money:
        return _(
            "This map measures in points, and points cannot be divided by pounds. It says what matters to whom, which is enough."
        )
    if not whole.inputs:
        return _("Not defined: nobody has entered what was put in.")
    if reckoned.ratio is None:
        return _("Not defined: what was put in is £0, or may be.")
    if number := whole.unsigned:
        return ngettext(
            "It is shown once a colleague has signed the %(number)s assumption or input that nobody has signed yet.",
            "It is shown once a colleague has signed the %(number)s assumptions and inputs that nobody has signed yet.",
            number,
        ) % {"number": number}
    return ""


def _at(kind: Kind, end: Decimal, result: Decimal, whole: WholeMap) -> str:
    """Return an end of an assumption, and what the map would be worth there."""
    return _("%(end)s: %(result)s") % {
        "end": value_words(kind, end, whole.value_map),
        "result": worth_words(result, whole.value_map),
    }


def _assumed(whole: WholeMap, reckoned: Reckoned | None, wanted: Iterable[tuple[int, Kind]]) -> list[Assumed]:
    wanted, found = list(wanted), []
    rows = rows_of(whole.lines[number].assumed[kind] for number, kind in wanted)
    for number, kind in wanted:
        held = whole.lines[number].assumed[kind]
        found.append(
            Assumed(
                line=whole.lines[number].line,
                row=rows[held.pk],
                value=value_words(kind, held.value, whole.value_map),
                between=range_words(kind, held.low, held.high, whole.value_map),
                broken=broken_words(whole, reckoned, number, kind) if reckoned else "",
            )
        )
    return found


def broken_words(whole: WholeMap, reckoned: Reckoned, number: int, kind: Kind) -> str:
    """Return where a map breaks even by one of its assumptions; at both ends where its costs are a range. "" without costs."""
    if whole.reckoner is None or not whole.value_map.has_money or not whole.inputs:
        return ""
    costs = sorted({reckoned.cost_low, reckoned.cost_high})
    found: list[BreakEven] = [break_even(whole.reckoner, number, kind, cost) for cost in costs]
    words = list(dict.fromkeys(break_even_words(kind, each, whole.value_map) for each in found))
    return _(" or ").join(words)


def _facts(whole: WholeMap, reckoned: Reckoned) -> list[tuple[str, str]]:
    """Return what a map comes to, step by step."""
    value_map = whole.value_map
    facts = [
        (_("In a year, before anything is taken off"), worth_words(reckoned.gross, value_map)),
        (
            _("In the first year, after deadweight, displacement and attribution"),
            worth_words(reckoned.impact, value_map),
        ),
        (_("Over all years, after drop-off"), worth_words(reckoned.total, value_map)),
    ]
    if value_map.has_money:
        facts.append((_("The same, discounted: the present value"), worth_words(reckoned.present, value_map)))
    if value_map.has_money and whole.inputs:
        facts.append((_("What was put in, discounted"), amount_words(reckoned.cost_low, reckoned.cost_high)))
        facts.append((_("Present value less what was put in"), amount_words(*reckoned.net)))
    return facts
