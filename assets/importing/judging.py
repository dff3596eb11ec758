"""Judge every row of a file: its fate, the reason, and exactly what would be written. Nothing is written here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import batched

from django.utils.translation import gettext as _

from assets.importing.cleaning import Cleaned, Cleaner, clean_postcode, shown
from assets.importing.matching import AssetIndex, Known, Match, bare_postcode
from assets.models import Asset, ImportRow
from communities.geometry import BoundaryIndex
from communities.models import Neighbourhood, Team

Fate = ImportRow.Fate
#: Rows judged and written per batch.
CHUNK = 2000
#: Positions closer than this, in degrees, are equal: programs round, and 0.0000005 degrees is five centimetres.
SAME_DEGREES = 5e-7


@dataclass(slots=True)
class Verdict:
    """The verdict on one row.

    `values` are a new asset's for ADD (and for a DUPLICATE that is added anyway), only the changes for UPDATE.
    `asset` is the asset that the row is about or resembles, None for something new. `is_written` is False if nothing changes.
    """

    number: int
    name: str
    fate: str
    messages: list[str]
    values: dict[str, object] = field(default_factory=dict)
    asset: Asset | None = None
    is_written: bool = False
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """The data that verdicts depend on: a team's assets and neighbourhoods as they were read.

    Equal data gives equal verdicts, so that a file can be judged before the lock is taken and only this is
    compared under the lock. `updated_at` stands for the fields of an asset that are not listed.
    """

    assets: list[tuple]
    places: list[tuple]

    @classmethod
    def of_team(cls, team: Team) -> "Ground":
        """Read the data of a team, in two queries."""
        return cls(
            list(Asset.objects.filter(team=team).order_by("pk").values_list(*AssetIndex.FIELDS, "updated_at")),
            list(Neighbourhood.objects.filter(team=team).order_by("pk").values_list("pk", "name", "boundary")),
        )


class Judge:
    """Judge the rows of one file for one team.

    `columns` is {field: heading}; `kind` is the default for rows without one; `adds_duplicates` writes rows that look like
    an existing asset. Reads the neighbourhoods and the team's assets once, and the assets to compare once per CHUNK.
    `ground` is the data that the verdicts depend on.
    """

    def __init__(self, *, team: Team, columns: Mapping[str, str], kind: str, adds_duplicates: bool = False) -> None:
        self.team, self.adds_duplicates = team, adds_duplicates
        self._cleaner = Cleaner(columns, kind)
        self._kind = kind
        self.ground = Ground.of_team(team)
        self._assets_by_name = AssetIndex.of_assets(row[:-1] for row in self.ground.assets)
        self._outlines = BoundaryIndex((pk, boundary) for pk, _name, boundary in self.ground.places)
        self._places = {name.casefold(): pk for pk, name, _boundary in reversed(self.ground.places)}

    def judge(self, rows: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[list[Verdict]]:
        """Yield the verdicts in the order of the rows, CHUNK at a time."""
        for chunk in batched(rows, CHUNK):
            cleaned = [self._cleaner.clean(row) for _number, row in chunk]
            located = self._locate(cleaned)
            matches = [self._match(number, row) for (number, _texts), row in zip(chunk, cleaned, strict=True)]
            assets = self._assets(matches)
            yield [
                self._verdict(number, row, match, place, assets)
                for (number, _texts), row, match, place in zip(chunk, cleaned, matches, located, strict=True)
            ]

    def _locate(self, cleaned: list[Cleaned]) -> list[int | None]:
        latitudes = [row.values.get("latitude") for row in cleaned]
        return self._outlines.locate_many(latitudes, [row.values.get("longitude") for row in cleaned])

    def _match(self, number: int, row: Cleaned) -> Match | None:
        """Return the asset that the row is about, and let later rows match this row: a list may repeat itself."""
        if row.is_refused:
            return None
        values = row.values
        seen = Known(
            values["name"],
            bare_postcode(values.get("postcode", "")),
            values.get("latitude"),
            values.get("longitude"),
            row=number,
        )
        match = self._assets_by_name.find(seen, values.get("uuid"))
        if match is not None and match.is_same and (match.known.claimed_by is not None or match.known.pk is None):
            match = Match(match.known, is_same=False)
        if match is not None and match.is_same:
            match.known.claimed_by = number
        elif match is None or self.adds_duplicates:
            seen.claimed_by = number
            self._assets_by_name.add(seen)
        return match

    def _assets(self, matches: list[Match | None]) -> dict[int, Asset]:
        ids = {match.known.pk for match in matches if match is not None and match.known.pk is not None}
        return Asset.objects.filter(team=self.team).order_by("pk").in_bulk(sorted(ids)) if ids else {}

    def _verdict(
        self, number: int, row: Cleaned, match: Match | None, located: int | None, assets: dict[int, Asset]
    ) -> Verdict:
        name = row.values.get("name", "")
        if row.is_refused:
            return Verdict(number, name, Fate.PROBLEM, row.messages)
        asset = assets.get(match.known.pk) if match is not None and match.known.pk is not None else None
        if match is not None and match.is_same and asset is not None:
            return self._about(number, row, asset, located)
        verdict = Verdict(number, name, Fate.ADD, row.messages, asset=asset, is_written=True)
        if match is not None:
            verdict.fate, verdict.is_written = Fate.DUPLICATE, self.adds_duplicates
            row.messages.append(_likeness(match.known, asset))
        verdict.values = self._new(row, located)
        self._say_where(verdict, row.values, located)
        return verdict

    def _new(self, row: Cleaned, located: int | None) -> dict[str, object]:
        """Return the fields of a new asset; report and leave out an unknown neighbourhood."""
        values = row.values
        values.setdefault("kind", self._kind)
        values.pop("uuid", None)
        chosen = self._chosen(values.pop("neighbourhood", None), located, row.messages)
        values["neighbourhood_id"] = located if located is not None else chosen
        values["is_neighbourhood_chosen"] = located is None and chosen is not None
        return values

    def _chosen(self, name: object, located: int | None, messages: list[str]) -> int | None:
        """Return the neighbourhood that a row names, unless an outline contains its position: then that decides."""
        if not name or located is not None:
            return None
        chosen = self._places.get(str(name).casefold())
        if chosen is None:
            messages.append(
                _("The team has no neighbourhood called “%(name)s”; it was left out.") % {"name": shown(str(name))}
            )
        return chosen

    def _about(self, number: int, row: Cleaned, asset: Asset, located: int | None) -> Verdict:
        """Return the verdict on a row about an existing asset: UPDATE with the fields that differ."""
        values = row.values
        values.pop("uuid", None)
        name = values.pop("neighbourhood", None)
        changes = {field: value for field, value in values.items() if _differs(field, value, getattr(asset, field))}
        if not asset.is_neighbourhood_chosen:
            changes.update(self._moved(asset, changes, located, name, row.messages))
        fate = Fate.UPDATE if changes else Fate.SAME
        verdict = Verdict(number, values["name"], fate, row.messages, changes, asset, is_written=bool(changes))
        if "latitude" in changes or "longitude" in changes:
            self._say_where(verdict, values, located)
        return verdict

    def _moved(
        self, asset: Asset, changes: Mapping[str, object], located: int | None, name: object, messages: list[str]
    ) -> dict[str, object]:
        """Return the change of neighbourhood, if any: by the outline around the position, else the named one."""
        has_moved = "latitude" in changes or "longitude" in changes
        if located is not None:
            return {"neighbourhood_id": located} if located != asset.neighbourhood_id else {}
        if has_moved and asset.neighbourhood_id is not None:
            return {"neighbourhood_id": None}
        if asset.neighbourhood_id is None and (chosen := self._chosen(name, located, messages)) is not None:
            return {"neighbourhood_id": chosen, "is_neighbourhood_chosen": True}
        return {}

    def _say_where(self, verdict: Verdict, values: Mapping[str, object], located: int | None) -> None:
        if located is None and values.get("latitude") is not None and len(self._outlines):
            verdict.is_outside = True
            verdict.messages.append(_("It is outside every neighbourhood outline."))


def _likeness(known: Known, asset: Asset | None) -> str:
    if known.row is not None:
        return _("It looks like row %(row)s of this file, “%(name)s”.") % {"row": known.row, "name": shown(known.name)}
    name = shown(known.name if asset is None else asset.name)
    if known.claimed_by is not None:
        return _("Row %(row)s of this file is about the same asset, “%(name)s”.") % {
            "row": known.claimed_by,
            "name": name,
        }
    if known.is_retired:
        return _("It looks like “%(name)s”, which was taken off the map.") % {"name": name}
    return _("It looks like “%(name)s”, which is already here.") % {"name": name}


def _differs(name: str, value: object, held: object) -> bool:
    """Return whether a row's value differs from the asset's, ignoring differences of format."""
    if value == held:
        return False
    if isinstance(value, float) and isinstance(held, float):
        return abs(value - held) > SAME_DEGREES
    if name == "postcode" and isinstance(held, str) and held:
        return value != clean_postcode(held)
    if isinstance(value, str) and isinstance(held, str):
        return value != held.replace("\r\n", "\n").strip()
    return True
