"""Closing a quarter, and with its last quarter the year."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities import audit
from communities.models import Team, User
from communities.periods import Period, quarters_in, year_of
from communities.rules import require
from communities.verbs import Verb
from connectors.queries.introduction_routes import KeptLine, counts_of, year_of_counts
from evaluation.canonical import sha256_of
from evaluation.framework import Catalogue
from evaluation.framework.indicators import RESIDENTS_MET
from evaluation.framework.own import catalogue_of
from evaluation.gate import Gate
from evaluation.models import Release, ReleaseCount
from evaluation.queries import (
    NOWHERE,
    TEAM,
    CountedRows,
    cells_of,
    counted_rows,
    recorded_values,
    year_of_rows,
)
from evaluation.queries.profiles import people_met, profile_rows
from evaluation.releases import rules
from evaluation.releases.documents import Counted, document, kept_part, places_used, small_part


@transaction.atomic
def close_quarter(*, by: User | None, team: Team, quarter: Period, at: datetime | None = None) -> Release:
    """Release the figures of a quarter as they are shown now; with the last quarter of a year, those of the year too.

    A quarter that is closed stays as it is, and is returned. Two who close it at once get the same release. at: when, if not
    now; only the demonstration closes in the past.
    Raises: PermissionDenied; ValidationError for anything but a quarter, and before three weeks have passed since its end.
    """
    require(rules.can_close_quarter, by, team)
    # Closings of a team wait for each other; other writes do not.
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if found := _closed(team, quarter):
        return found
    if refused := rules.why_not_yet(quarter, timezone.localdate()):
        raise ValidationError(refused)
    catalogue, places = _in_use(catalogue_of(team), quarter), _places(team)
    rows = counted_rows(team, quarter, catalogue)
    cells = {quarter: cells_of(rows, catalogue)}
    gate = Gate(team.pk, team.small_number_threshold, _keys(places), cells, catalogue)
    hidden = {spec.key: gate.hidden(quarter, spec.key) for spec in catalogue.indicators}
    recorded = recorded_values(team, [quarter])
    counted = Counted(quarter, cells[quarter], recorded, hidden, _listed(rows, catalogue), catalogue)
    at = at or timezone.now()
    release = _release(by, team, team.small_number_threshold, places, counted, at)
    ReleaseCount.objects.create(release=release, rows=rows, tables=counts_of(team, quarter))
    _close_year(by, team, year_of(quarter.start), places, at, catalogue)
    return release


def _close_year(
    by: User | None, team: Team, year: Period, places: list[dict], at: datetime, catalogue: Catalogue
) -> None:
    """Release a year once its four quarters are: what they counted is added up, so the two can only agree."""
    wanted = quarters_in(year)
    rows = Release.objects.filter(team=team, period_start__in=[quarter.start for quarter in wanted])
    found = {release.period: release for release in rows.select_related("count")}
    if not all(quarter in found for quarter in wanted) or year in found:
        return
    quarters = {quarter: found[quarter] for quarter in wanted}
    counts = {quarter: release.count.rows for quarter, release in quarters.items()}
    whole = year_of_rows(counts.values(), catalogue)
    cells = {quarter: cells_of(each, catalogue) for quarter, each in counts.items()}
    cells |= {year: cells_of(whole, catalogue)}
    documents = [release.document for release in quarters.values()]
    places = _all_places(documents, places)
    thresholds = {each["threshold"] for each in documents}
    gate = Gate(team.pk, max(thresholds), _keys(places), cells, catalogue)
    hidden = {spec.key: gate.hidden(year, spec.key) for spec in catalogue.indicators}
    if len(thresholds) > 1:
        # What one threshold hides beside what another shows has not been proven.
        everywhere = frozenset(place["key"] for place in places)
        hidden |= {spec.key: everywhere for spec in catalogue.indicators if spec.is_kept}
    changed = [spec.key for spec in catalogue.indicators if _versions(documents, spec.key) != {spec.version}]
    tables = _tables(team, year, max(thresholds), [release.count.tables for release in quarters.values()])
    if len(thresholds) > 1:
        tables = {name: [replace(line, total=None) for line in lines] for name, lines in tables.items()}
    recorded, listed = recorded_values(team, [year]), _listed(whole, catalogue)
    is_shown = RESIDENTS_MET.key not in changed and TEAM not in hidden[RESIDENTS_MET.key]
    with override(team.language):
        profile = profile_rows(team, year, max(thresholds), people_met(whole), is_shown=is_shown)
    counted = Counted(year, cells[year], recorded, hidden, listed, catalogue, changed, tables, profile)
    _release(by, team, max(thresholds), places, counted, at)


def _tables(team: Team, year: Period, threshold: int, quarters: list[dict]) -> dict[str, list[KeptLine]]:
    with override(team.language):
        return year_of_counts(team.pk, threshold, year, quarters)


def _release(
    by: User | None, team: Team, threshold: int, places: list[dict], counted: Counted, at: datetime
) -> Release:
    content = document(team=team, threshold=threshold, closed_on=timezone.localdate(at), places=places, counted=counted)
    release = Release.objects.create(
        team=team,
        period_start=counted.period.start,
        period_end=counted.period.end,
        document=content,
        kept=kept_part(content, counted.catalogue),
        small=small_part(content),
        sha256=sha256_of(content),
        closed_by=by,
        closed_at=at,
    )
    audit.record(by=by, verb=Verb.CLOSE, obj=release)
    return release


def _closed(team: Team, period: Period) -> Release | None:
    return Release.objects.filter(team=team, period_start=period.start, period_end=period.end).first()


def _places(team: Team) -> list[dict]:
    with override(team.language):
        return places_used(team, {NOWHERE: _("No neighbourhood"), TEAM: _("All neighbourhoods")})


def _all_places(documents: list[dict], now: list[dict]) -> list[dict]:
    """Return the places of now, and before the last two those that only an earlier quarter had."""
    keys = {place["key"] for place in now}
    earlier = {place["key"]: place for each in documents for place in each["places"] if place["key"] not in keys}
    return [*now[:-2], *earlier.values(), *now[-2:]]


def _keys(places: list[dict]) -> list[str]:
    return [place["key"] for place in places if place["key"] != TEAM]


def _versions(documents: list[dict], key: str) -> set[int | None]:
    return {
        next((each["version"] for each in content["definitions"] if each["key"] == key), None) for content in documents
    }


def _in_use(catalogue: Catalogue, quarter: Period) -> Catalogue:
    """Return a catalogue without the indicators that had ended when a quarter began."""
    used = [spec for spec in catalogue.indicators if spec.ended_on is None or spec.ended_on > quarter.start]
    return replace(catalogue, indicators=tuple(used))


def _listed(rows: CountedRows, catalogue: Catalogue) -> Mapping[tuple[str, str], int]:
    """Return how many rows stand behind each figure: different people where people are counted."""
    found = {}
    for key, places in rows.items():
        counting = catalogue.countings.get(key)
        team: list = []
        for place, each in places.items():
            listed = {person for _row, person in each} if counting and counting.whom else each
            found[key, place] = len(listed)
            team.extend(listed)
        found[key, TEAM] = len(set(team)) if counting and counting.whom else len(team)
    return found
