"""What an indicator of a team's own would have shown last year, through the gate, before it is defined."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Team
from communities.periods import Grain, Period, last, period_name, quarters_in
from evaluation.framework import Catalogue, IndicatorSpec
from evaluation.framework.own import catalogue_of, spec_of
from evaluation.gate import Gate
from evaluation.models import OWN, Indicator
from evaluation.queries import TEAM, by_source, count_sources
from evaluation.reports.wording import format_value
from evaluation.rules import OwnValues

#: A key that no indicator has: a name is never empty.
_DRAFT = OWN


@dataclass(frozen=True)
class Preview:
    """The figures of last year as (period, words), its quarters first. is_awaited: they are not shown to somebody who may only count."""

    figures: list[tuple[str, str]]
    is_awaited: bool = False


def preview(team: Team, values: OwnValues, *, only_closed: bool) -> Preview | None:
    """Return what a definition would have shown for the whole team last year; None for one that is written down, not counted.

    Counted anew and not cached. only_closed: for somebody who sees figures of people of closed periods only, so none of a new indicator.
    """
    draft = _draft(values)
    if draft.counting is None:
        return None
    if draft.is_kept and only_closed:
        return Preview([], is_awaited=True)
    year = last(2, until=timezone.localdate(), grain=Grain.YEAR)[0]
    quarters = quarters_in(year)
    catalogue = _needed(catalogue_of(team), draft)
    sources = by_source(catalogue)
    counted = count_sources(team, dict.fromkeys(sources, quarters), catalogue)
    counted |= count_sources(team, dict.fromkeys(sources, [year]), catalogue)
    gate = Gate(team.pk, team.small_number_threshold, [], counted, catalogue)
    return Preview([(period_name(period), _words(gate, period, draft)) for period in (*quarters, year)])


def _words(gate: Gate, period: Period, draft: IndicatorSpec) -> str:
    if TEAM in gate.hidden(period, draft.key):
        return _("hidden")
    cell = gate.counted[period].get((draft.key, TEAM))
    return format_value(cell.value if cell else draft.nothing, draft)


def _draft(values: OwnValues) -> IndicatorSpec:
    row = Indicator(
        key=_DRAFT,
        name=values.name,
        definition=values.definition,
        unit=values.unit,
        kind=values.kind,
        form=values.form,
        counted_from=values.counted_from,
        conditions=dict(values.conditions),
    )
    return spec_of(row, values.outcomes)


def _needed(catalogue: Catalogue, draft: IndicatorSpec) -> Catalogue:
    """Return a catalogue of the draft, and of what the gate compares it with."""
    whole = Catalogue(catalogue.outcomes, (*catalogue.indicators, draft))
    beside = {draft.part_of, *whole.divisions.get(draft.part_of, ())}
    found = [spec for spec in whole.indicators if spec.key == draft.key or spec.key in beside]
    return Catalogue(catalogue.outcomes, tuple(found))
