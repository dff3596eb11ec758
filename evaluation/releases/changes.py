"""What has changed since a release: each indicator counted again, and for what reasons its rows came, went or moved.

A release stores which rows it counted. The reasons come from what has become of each row, and from the audit since.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.db.models import Model

from communities.models import AuditEntry, Neighbourhood, User
from communities.periods import quarters_in
from communities.verbs import Verb
from connectors.models import Gift, Person
from evaluation.framework import Catalogue, Counting
from evaluation.framework.own import catalogue_of
from evaluation.models import Release, ReleaseCount, Story, Withdrawn
from evaluation.queries import CountedRows, counted_rows, recorded_values, year_of_rows
from evaluation.releases.documents import outline_of
from evaluation.releases.rules import can_compare_people

#: Primary keys in one query; SQLite allows 32,766 variables.
AT_ONCE = 5000


class Reason(StrEnum):
    """Why a row counts differently than it did when the period was closed."""

    LATE = "late"
    MERGE = "merge"
    ERASURE = "erasure"
    CONSENT = "consent"
    CORRECTION = "correction"
    DELETION = "deletion"
    DEFINITION = "definition"
    OUTLINE = "outline"


@dataclass(frozen=True)
class Change:
    """How an indicator has changed since a release, for the team: how many rows for each reason.

    added, removed: rows, or different people, that count now and did not then, and the other way round.
    """

    key: str
    added: int
    removed: int
    reasons: Counter[Reason]


def changes_since(release: Release, user: User) -> list[Change]:
    """Return the indicators that count differently now than in a release, in order; others are left out.

    Those that count people are left out for users who may not read the records: from one look to the next the difference could
    be one resident.
    """
    catalogue = catalogue_of(release.team)
    then, now = _stored(release, catalogue), counted_rows(release.team, release.period, catalogue)
    versions = {each["key"]: each["version"] for each in release.document["definitions"]}
    may_compare = can_compare_people(user, release.team)
    found = []
    for spec in catalogue.indicators:
        if spec.key not in versions or (spec.is_kept and not may_compare):
            continue
        if spec.counting is None:
            if reasons := _why_recorded(release, spec.key):
                found.append(Change(spec.key, reasons[Reason.LATE], reasons[Reason.DELETION], reasons))
            continue
        comparing = _Comparing(release, spec.counting, then.get(spec.key, {}), now.get(spec.key, {}))
        reasons = comparing.reasons()
        if versions[spec.key] != spec.version:
            reasons = Counter({Reason.DEFINITION: max(reasons.total(), 1)})
        if reasons:
            found.append(Change(spec.key, len(comparing.added), len(comparing.removed), reasons))
    return found


def _stored(release: Release, catalogue: Catalogue) -> CountedRows:
    """Return the rows that a release counted; a year's are those of its quarters."""
    starts = [quarter.start for quarter in quarters_in(release.period)]
    counts = ReleaseCount.objects.filter(
        release__team=release.team_id, release__period_start__in=starts, release__period_end__lte=release.period_end
    )
    return year_of_rows(counts.order_by("release__period_start").values_list("rows", flat=True), catalogue)


def _why_recorded(release: Release, key: str) -> Counter[Reason]:
    """Return how many recorded values of an indicator are new, gone or other than in the release, over all places."""
    then = {
        place: Decimal(value)
        for at, place, _status, value, *_rest in release.document["values"]
        if at == key and value is not None
    }
    values = recorded_values(release.team, [release.period])
    now = {place: value for (_period, at, place), value in values.items() if at == key}
    changed = [place for place in then.keys() & now.keys() if then[place] != now[place]]
    counted = {
        Reason.LATE: len(now.keys() - then.keys()),
        Reason.DELETION: len(then.keys() - now.keys()),
        Reason.CORRECTION: len(changed),
    }
    return Counter({reason: number for reason, number in counted.items() if number})


class _Comparing:
    """The rows of one indicator then and now, by primary key: of people where these are counted."""

    def __init__(self, release: Release, counting: Counting, then: Mapping[str, list], now: Mapping[str, list]) -> None:
        self.release, self.counting = release, counting
        self.then, self.now = _by_key(counting, then), _by_key(counting, now)
        self.added = self.now.keys() - self.then.keys()
        self.removed = self.then.keys() - self.now.keys()
        self.altered = {key for key in self.then.keys() & self.now.keys() if self.then[key] != self.now[key]}
        self.sources = {**_sources(counting, then), **_sources(counting, now)}

    @property
    def model(self) -> type[Model]:
        """Return the model of what is counted."""
        return Person if self.counting.whom else self.counting.source.rows(self.release.team).model

    def reasons(self) -> Counter[Reason]:
        """Return how many rows differ for each reason."""
        return Counter(
            [
                *(self._why_added(key) for key in self.added),
                *(self._why_removed(key) for key in self.removed),
                *(self._why_altered(key) for key in self.altered),
            ]
        )

    def _why_added(self, key: int) -> Reason:
        row = self.found[key]
        if Verb.MERGE in self.verbs.get(key, ()):
            return Reason.MERGE
        since = self.release.closed_at
        if self.counting.whom and self.sources.get(key, set()) & self.late_sources:
            return Reason.LATE
        is_late = _is_late(row, since) or Verb.CREATE in self.verbs.get(key, ())
        return Reason.LATE if is_late else Reason.CORRECTION

    def _why_removed(self, key: int) -> Reason:
        row = self.found.get(key)
        if row is None:
            is_erased = self.model is Gift and Verb.DELETE not in self.verbs.get(key, ())
            return Reason.ERASURE if is_erased else Reason.DELETION
        if isinstance(row, Story) and row.withdrawn_why:
            return Reason.ERASURE if row.withdrawn_why == Withdrawn.ERASED else Reason.CONSENT
        whose = row if isinstance(row, Person) else getattr(row, "person", None)
        if whose is not None and whose.merged_into_id:
            return Reason.MERGE
        if self.counting.whom and not self.sources.get(key, set()) & self.present_sources:
            return Reason.DELETION
        return Reason.CORRECTION

    def _why_altered(self, key: int) -> Reason:
        places = {place for place, _detail in self.then[key] ^ self.now[key]}
        moved = {place for place, _detail in self.then[key]} != {place for place, _detail in self.now[key]}
        return Reason.OUTLINE if moved and places & self.redrawn else Reason.CORRECTION

    @cached_property
    def found(self) -> dict[int, Model]:
        """Return the rows that differ and that there still are."""
        return _in_bulk(self.model, [*self.added, *self.removed])

    @cached_property
    def verbs(self) -> dict[int, set[str]]:
        """Return what was done to the rows that differ since the release."""
        done: dict[int, set[str]] = {}
        keys = [str(key) for key in (*self.added, *self.removed)]
        for start in range(0, len(keys), AT_ONCE):
            entries = AuditEntry.objects.filter(
                model=self.model._meta.label_lower,
                object_id__in=keys[start : start + AT_ONCE],
                at__gt=self.release.closed_at,
            )
            for key, verb in entries.values_list("object_id", "verb"):
                done.setdefault(int(key), set()).add(verb)
        return done

    @cached_property
    def present_sources(self) -> set[int]:
        """Return those rows behind the people who differ that there still are."""
        return set(self._source_rows)

    @cached_property
    def late_sources(self) -> set[int]:
        """Return those rows behind the people who differ that were added since the release."""
        since = self.release.closed_at
        return {key for key, row in self._source_rows.items() if _is_late(row, since)}

    @cached_property
    def _source_rows(self) -> dict[int, Model]:
        keys = {row for key in (*self.added, *self.removed) for row in self.sources.get(key, ())}
        return _in_bulk(self.counting.source.rows(self.release.team).model, keys)

    @cached_property
    def redrawn(self) -> set[str]:
        """Return the places whose outline is another one now, by key."""
        outlines = {place["key"]: place["outline"] for place in self.release.document["places"]}
        now = Neighbourhood.objects.filter(team=self.release.team_id).values_list("pk", "boundary")
        return {str(pk) for pk, boundary in now if outlines.get(str(pk)) != outline_of(boundary)}


def _by_key(counting: Counting, places: Mapping[str, list]) -> dict[int, frozenset[tuple[str, object]]]:
    """Return by primary key where a row counts, and as what: its amount, or whether it is in the numerator."""
    found: dict[int, set[tuple[str, object]]] = {}
    for place, rows in places.items():
        for row in rows:
            if not isinstance(row, list):
                found.setdefault(row, set()).add((place, None))
            elif counting.whom:
                found.setdefault(row[1], set()).add((place, None))
            else:
                found.setdefault(row[0], set()).add((place, row[1]))
    return {key: frozenset(each) for key, each in found.items()}


def _sources(counting: Counting, places: Mapping[str, list]) -> dict[int, set[int]]:
    """Return the rows behind each person; nothing where rows are counted."""
    found: dict[int, set[int]] = {}
    for row, person in (each for rows in places.values() for each in rows) if counting.whom else ():
        found.setdefault(person, set()).add(row)
    return found


def _is_late(row: Model, since: datetime) -> bool:
    """Return whether a row began to count since: a story was published, a conversation received, anything else added."""
    names = ("published_at", "received_at", "created_at")
    return next((moment > since for name in names if (moment := getattr(row, name, None))), False)


def _in_bulk(model: type[Model], keys: Iterable[int]) -> dict[int, Model]:
    wanted = sorted(keys)
    found: dict[int, Model] = {}
    rows = Person.everyone if model is Person else model._default_manager
    for start in range(0, len(wanted), AT_ONCE):
        each = rows.filter(pk__in=wanted[start : start + AT_ONCE])
        found |= {row.pk: row for row in (each.select_related("person") if model is Gift else each)}
    return found
