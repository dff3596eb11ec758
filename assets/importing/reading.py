"""Open a file of assets as headings and rows of texts, whatever its format.

`communities.spreadsheets` reads CSV and XLSX. A GeoJSON file becomes a table too: every property is a column, and
the position is in "latitude" and "longitude"; an outline is read as a point inside it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

import shapely
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assets.importing.columns import headings_understood
from communities import geometry
from communities.spreadsheets import COMMAND, UPLOAD, Limits, Sheet, read_rows

__all__ = ["COMMAND", "GEOJSON", "UPLOAD", "Limits", "Sheet", "read_table"]

GEOJSON = "geojson"
PLACE = ("latitude", "longitude")
_NOT_STORED = re.compile("[\x00\ud800-\udfff]")


def read_table(file: BinaryIO, limits: Limits = UPLOAD, columns: Mapping[str, str] | None = None) -> Sheet:
    """Read the table in a CSV, XLSX or GeoJSON file.

    `columns` is {field: heading} if somebody has chosen it: then these headings are searched for, otherwise the known ones.
    Raises: ValidationError for a file that cannot be read as one table, also later while `rows` is read.
    """
    head = file.read(512).removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    if head.startswith((b"{", b"[")):
        return _read_geojson(file, limits)
    return read_rows(file, limits, lambda headings: headings_understood(headings, columns))


def _read_geojson(file: BinaryIO, limits: Limits) -> Sheet:
    features = _features(file, limits)
    headings: dict[str, None] = {}
    for feature in features:
        headings.update(dict.fromkeys(filter(None, map(_heading, feature["properties"]))))
    for name in PLACE:
        headings.pop(name, None)
    if len(headings) > limits.columns:
        raise ValidationError(
            _("This file has more than %(limit)s columns. Delete the ones you do not need."),
            code="too_wide",
            params={"limit": limits.columns},
        )
    names = [*headings, *PLACE]
    return Sheet(kind=GEOJSON, headers=names, rows=_rows(features, names))


def _features(file: BinaryIO, limits: Limits) -> list[dict]:
    """Return the features, each with a dictionary of properties."""
    text = file.read(limits.file_bytes + 1) if limits.file_bytes is not None else file.read()
    if limits.file_bytes is not None and len(text) > limits.file_bytes:
        raise ValidationError(
            _("This file is too large. Files can be up to %(limit)s MB. Split it into several files."),
            code="too_big",
            params={"limit": limits.file_bytes // 1024**2},
        )
    try:
        data = json.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValidationError(
            _("This GeoJSON file is not UTF-8. Save it as UTF-8 and try again."), "encoding"
        ) from error
    except (ValueError, RecursionError) as error:
        raise ValidationError(_("This file is damaged: its JSON is incomplete."), code="damaged") from error
    found = data.get("features") if isinstance(data, dict) and data.get("type") == "FeatureCollection" else None
    if not isinstance(found, list) or not all(isinstance(feature, dict) for feature in found):
        raise ValidationError(
            _("This is not a GeoJSON file of places: it must be a FeatureCollection."), code="not_geojson"
        )
    if not found:
        raise ValidationError(_("This file has no places in it. Nothing was read."), code="empty")
    if limits.rows is not None and len(found) > limits.rows:
        raise ValidationError(
            _("This file has more than %(limit)s rows. Split it into several files."),
            code="too_long",
            params={"limit": number_format(limits.rows, force_grouping=True)},
        )
    for feature in found:
        feature["properties"] = feature["properties"] if isinstance(feature.get("properties"), dict) else {}
    return found


def _rows(features: list[dict], names: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, feature in enumerate(features, start=1):
        row = dict.fromkeys(names, "")
        row.update((_heading(key), _text(value)) for key, value in feature["properties"].items() if _heading(key))
        row.update(zip(PLACE, _place(feature.get("geometry")), strict=True))
        if any(row.values()):
            yield number, row


def _heading(key: str) -> str:
    return _NOT_STORED.sub("", key).strip()


def _text(value: object) -> str:
    """Return a property as text, without characters that cannot be stored; "" if it is nested too deeply."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | dict):
        try:
            value = json.dumps(value, ensure_ascii=False)
        except RecursionError:
            return ""
    return _NOT_STORED.sub("", str(value))


#: The exceptions of shapely for a dictionary that is not a shape, or an empty shape.
_NO_SHAPE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


def _place(shape: object) -> tuple[str, str]:
    """Return the latitude and longitude of a shape as texts; both empty if it has no single position."""
    if not isinstance(shape, dict):
        return "", ""
    if shape.get("type") == "Point":
        numbers = shape.get("coordinates")
        if isinstance(numbers, list) and len(numbers) >= 2 and not any(isinstance(n, list | dict) for n in numbers[:2]):
            return _text(numbers[1]), _text(numbers[0])
        return "", ""
    try:
        latitude, longitude = geometry.representative_point(json.dumps(shape))
    except (shapely.errors.ShapelyError, *_NO_SHAPE):
        return "", ""
    return str(latitude), str(longitude)
