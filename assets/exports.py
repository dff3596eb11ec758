"""Assets as CSV, XLSX and GeoJSON: streamed, with columns that stay.

The columns, in this order:

    uuid               Kith's own mark; an import finds the asset by it, whatever its name has become
    name               text
    kind               association, institution, place, exchange or story
    description        what makes it strong
    address, postcode  text
    latitude           degrees, WGS 84; empty without a position
    longitude          degrees, WGS 84
    neighbourhood      its name; empty outside every outline
    phone, email, website, opening, access     text
    is_bumping_place   yes or no
    formed_on          day, ISO 8601
    led_by             residents, organisation, or empty when not known
    last_confirmed_on  day, ISO 8601
    visibility         team or public
    status             suggested, listed or retired; only told: an import never changes it

An import of the same file finds every asset unchanged. Gifts of people are not assets of this app, so they are never in
these files. In CSV and XLSX a text that a spreadsheet would take for a formula has an apostrophe in front
(`communities.spreadsheets`); GeoJSON keeps texts as they are, with the position as geometry instead of columns.
"""

import json
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import batched
from typing import BinaryIO

from assets.models import AssetQuerySet
from communities.spreadsheets import CSV_TYPE, XLSX_TYPE, csv_lines, plain, write_xlsx

COLUMNS = (
    "uuid",
    "name",
    "kind",
    "description",
    "address",
    "postcode",
    "latitude",
    "longitude",
    "neighbourhood",
    "phone",
    "email",
    "website",
    "opening",
    "access",
    "is_bumping_place",
    "formed_on",
    "led_by",
    "last_confirmed_on",
    "visibility",
    "status",
)
CSV, XLSX, GEOJSON = "csv", "xlsx", "geojson"
CONTENT_TYPES = {CSV: CSV_TYPE, XLSX: XLSX_TYPE, GEOJSON: "application/geo+json"}
_FIELDS = tuple("neighbourhood__name" if column == "neighbourhood" else column for column in COLUMNS)
_DAYS = tuple(COLUMNS.index(column) for column in ("formed_on", "last_confirmed_on"))
_LATITUDE, _LONGITUDE = COLUMNS.index("latitude"), COLUMNS.index("longitude")
#: What Excel's calendar knows: earlier days leave as text.
_FIRST_DAY = date(1900, 3, 1)
#: Lines sent together: a web server takes its time over each piece.
_LINES = 200


def asset_rows(assets: AssetQuerySet) -> Iterator[tuple]:
    """Yield one tuple an asset, in the order of COLUMNS, by name; memory does not grow with their number."""
    return assets.order_by("name", "id").values_list(*_FIELDS).iterator(chunk_size=2000)


def csv_export(assets: AssetQuerySet) -> Iterator[str]:
    """Yield a CSV file piece by piece, marked as UTF-8 for Excel."""
    for lines in batched(csv_lines(COLUMNS, asset_rows(assets), bom=True), _LINES, strict=False):
        yield "".join(lines)


def geojson_export(assets: AssetQuerySet) -> Iterator[str]:
    """Yield a GeoJSON FeatureCollection piece by piece; an asset without a position has a null geometry."""
    yield '{"type": "FeatureCollection", "features": ['
    separator = "\n"
    for rows in batched(asset_rows(assets), _LINES, strict=False):
        yield separator + ",\n".join(json.dumps(_feature(row), ensure_ascii=False) for row in rows)
        separator = ",\n"
    yield "\n]}\n"


def xlsx_export(assets: AssetQuerySet) -> BinaryIO:
    """Return a workbook in a temporary file, at its beginning; the file is gone once closed."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - whoever sends it closes it
    write_xlsx(file, COLUMNS, (_datable(row) for row in asset_rows(assets)), title="assets")
    file.seek(0)
    return file


def _feature(row: tuple) -> dict:
    latitude, longitude = row[_LATITUDE], row[_LONGITUDE]
    properties = {
        column: value if value is None or isinstance(value, bool | str) else plain(value)
        for column, value in zip(COLUMNS, row, strict=True)
        if column not in ("latitude", "longitude")
    }
    point = None if latitude is None else {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "id": properties["uuid"], "geometry": point, "properties": properties}


def _datable(row: tuple) -> tuple:
    """Return the row with the days that Excel's calendar lacks as text."""
    if not any(row[day] is not None and row[day] < _FIRST_DAY for day in _DAYS):
        return row
    cells = list(row)
    for day in _DAYS:
        if cells[day] is not None and cells[day] < _FIRST_DAY:
            cells[day] = cells[day].isoformat()
    return tuple(cells)
