"""Queries on a team's outlines: where a point lies, what to draw, and what an import would do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext

from communities.geometry import BoundaryFeature, BoundaryIndex, simplify_many
from communities.models import Neighbourhood, Team


class Fate(StrEnum):
    """What an import does with one feature of a file."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class BoundaryFate:
    """One feature, its fate, the neighbourhood it matched (None when new or refused) and the reason as text."""

    feature: BoundaryFeature
    fate: Fate
    neighbourhood: Neighbourhood | None = None
    why: str = ""

    @property
    def repaired(self) -> str:
        """Return what was repaired in the outline, in the reader's language, or ""."""
        return self.feature.repaired.translated(gettext) if self.feature.repaired else ""


@dataclass(frozen=True)
class BoundaryImport:
    """The fate of every feature, in the order of the file."""

    fates: list[BoundaryFate] = field(default_factory=list)

    def having(self, fate: Fate) -> list[BoundaryFate]:
        """Return the features with one fate."""
        return [row for row in self.fates if row.fate is fate]

    @property
    def added(self) -> list[BoundaryFate]:
        """Return the features that became, or would become, new neighbourhoods."""
        return self.having(Fate.ADDED)

    @property
    def updated(self) -> list[BoundaryFate]:
        """Return the features that changed the outline or code of a known neighbourhood."""
        return self.having(Fate.UPDATED)

    @property
    def unchanged(self) -> list[BoundaryFate]:
        """Return the features that equal a neighbourhood of the team."""
        return self.having(Fate.UNCHANGED)

    @property
    def refused(self) -> list[BoundaryFate]:
        """Return the features that cannot be used."""
        return self.having(Fate.REFUSED)

    @property
    def repaired(self) -> list[BoundaryFate]:
        """Return the features whose outline was repaired, whatever their fate."""
        return [row for row in self.fates if row.feature.repaired]

    @property
    def to_read(self) -> list[BoundaryFate]:
        """Return the fates with those to check first: refused, then repaired, then the others in file order."""
        return sorted(self.fates, key=lambda row: (row.fate is not Fate.REFUSED, not row.feature.repaired))

    @property
    def changed(self) -> int:
        """Return how many neighbourhoods are added or updated."""
        return len(self.added) + len(self.updated)

    @property
    def summary(self) -> str:
        """Return one line: how many were added, updated, unchanged, repaired and refused."""
        counts = [len(rows) for rows in (self.added, self.updated, self.unchanged, self.repaired, self.refused)]
        return gettext(
            "%(added)s added, %(updated)s updated, %(unchanged)s unchanged, %(repaired)s repaired, %(refused)s refused."
        ) % dict(zip(("added", "updated", "unchanged", "repaired", "refused"), counts, strict=True))

    @property
    def outcome(self) -> str:
        """Return one sentence for the user who confirmed an import."""
        if not self.changed:
            return gettext("Nothing changed: the team has all of these neighbourhoods already.")
        return ngettext(
            "%(count)s neighbourhood is on the map.", "%(count)s neighbourhoods are on the map.", self.changed
        ) % {"count": self.changed}


def boundary_index(team: Team) -> BoundaryIndex:
    """Return an index of a team's outlines whose keys are primary keys of neighbourhoods; one query."""
    return BoundaryIndex(team.neighbourhoods.exclude(boundary="").order_by("pk").values_list("pk", "boundary"))


def display_outlines(neighbourhoods: QuerySet[Neighbourhood]) -> list[tuple[int, str, dict[str, Any]]]:
    """Return (primary key, name, simplified GeoJSON geometry) of neighbourhoods with an outline, by name; one query."""
    rows = list(neighbourhoods.exclude(boundary="").order_by("name", "pk").values_list("pk", "name", "boundary"))
    lighter = simplify_many([boundary for _, _, boundary in rows])
    return [(pk, name, geometry) for (pk, name, _), geometry in zip(rows, lighter, strict=True)]


def plan_boundary_import(*, team: Team, features: Iterable[BoundaryFeature]) -> BoundaryImport:
    """Return what an import would do with each feature, without writing; one query.

    A feature matches a neighbourhood of the team by its official code, or else by its name, ignoring case. A name that
    residents changed stays; an outline whose story says that residents drew it is not replaced.
    """
    known = list(team.neighbourhoods.order_by("pk"))
    by_code = {place.code.casefold(): place for place in known if place.code}
    by_name = {place.name.casefold(): place for place in known}
    fates: list[BoundaryFate] = []
    taken: dict[object, int] = {}
    for feature in features:
        place = by_code.get(feature.code.casefold()) if feature.code else None
        fate = _fate(feature, place or by_name.get(feature.name.casefold()), taken)
        fates.append(fate)
    return BoundaryImport(fates)


def _fate(feature: BoundaryFeature, place: Neighbourhood | None, taken: dict[object, int]) -> BoundaryFate:
    """Return the fate of one feature; `taken` records which neighbourhoods and codes the file has named already."""
    if feature.refused:
        return BoundaryFate(feature, Fate.REFUSED, why=feature.refused.translated(gettext))
    keys = [key for key in (place and place.pk, feature.code.casefold()) if key]
    earlier = next((taken[key] for key in keys if key in taken), None)
    if earlier is not None:
        why = gettext("Feature %(number)s in this file is the same neighbourhood.") % {"number": earlier}
        return BoundaryFate(feature, Fate.REFUSED, why=why)
    taken.update(dict.fromkeys(keys, feature.number))
    if place is None:
        return BoundaryFate(feature, Fate.ADDED)
    if place.code and feature.code and place.code.casefold() != feature.code.casefold():
        why = gettext("The team has a neighbourhood with this name and the code %(code)s.") % {"code": place.code}
        return BoundaryFate(feature, Fate.REFUSED, why=why)
    same = feature.outline is not None and place.boundary == feature.outline.geometry
    if not same and place.boundary and place.boundary_story:
        why = gettext("Residents drew the outline of this neighbourhood, so a file does not replace it.")
        return BoundaryFate(feature, Fate.REFUSED, why=why)
    if same and (place.code or not feature.code):
        return BoundaryFate(feature, Fate.UNCHANGED, place)
    return BoundaryFate(feature, Fate.UPDATED, place)
