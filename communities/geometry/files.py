"""Read GeoJSON files: from bytes to named outlines, each valid, repaired or refused with a reason."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from communities.geometry.messages import GeometryError, Message, gettext_noop
from communities.geometry.outlines import Outline, clean_geometry
from communities.geometry.texts import refuse_half_characters, refuse_markup
from communities.geometry.work import Allowance

MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_FEATURES = 2_000
MAX_PROPERTIES = 200
"""The most properties in one file; each is offered twice on the page, and compared over all features."""
MAX_PROPERTY_NAME = 200
MAX_NAME = 120
MAX_CODE = 40

_GEOMETRIES = {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
_DEGREES = ("CRS84", "EPSG::4326", "EPSG:4326")


@dataclass(frozen=True)
class RawFeature:
    """One feature of the file, unchecked; `number` counts from 1."""

    number: int
    properties: dict[str, Any]
    geometry: object


@dataclass(frozen=True)
class Collection:
    """The features of one file."""

    features: list[RawFeature]

    @property
    def property_names(self) -> list[str]:
        """Return the names of all properties, in the order of their first use."""
        return list(dict.fromkeys(name for feature in self.features for name in feature.properties))

    def guess_name_property(self) -> str:
        """Return the property most likely to hold names, or "".

        A property whose name says so (name, NM, title) comes first, and only texts that differ from feature to
        feature count.
        """
        candidates = [name for name in self.property_names if self._tells_apart(name)]
        called = [name for name in candidates if _is_called_a_name(name)]
        return (called or candidates or [""])[0]

    def guess_code_property(self, name_property: str) -> str:
        """Return the property most likely to hold official codes (WD13CD, code), or ""."""
        candidates = [name for name in self.property_names if name != name_property and self._tells_apart(name)]
        return next((name for name in candidates if name.lower().rstrip("0123456789").endswith(("cd", "code"))), "")

    def sample(self, name: str, size: int = 3) -> str:
        """Return the first few values of a property, shortened, so that people recognise it."""
        values = [_words(feature.properties.get(name)) for feature in self.features[:size]]
        return ", ".join(value if len(value) <= 60 else f"{value[:60]}…" for value in values if value)

    def as_rows(self) -> list[list[Any]]:
        """Return the features as JSON values, for the form between preview and import."""
        return [[feature.number, feature.properties, feature.geometry] for feature in self.features]

    @classmethod
    def from_rows(cls, rows: list[list[Any]]) -> "Collection":
        """Return the collection from the result of `as_rows`."""
        return cls([RawFeature(*row) for row in rows])

    def _tells_apart(self, name: str) -> bool:
        values = [_words(feature.properties.get(name)) for feature in self.features]
        return all(values) and len(set(values)) == len(values) and not all(_is_numeric(value) for value in values)


@dataclass(frozen=True)
class BoundaryFeature:
    """One named feature after checking: its outline, or the reason in `refused`."""

    number: int
    name: str
    code: str = ""
    outline: Outline | None = field(default=None, repr=False)
    refused: Message | None = None

    @property
    def repaired(self) -> Message | None:
        """Return a description of the repairs to the outline, or None."""
        return self.outline.repaired if self.outline else None


#: The first bytes of image files.
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"BM")


def parse_boundaries(data: bytes | str, *, name_property: str, code_property: str = "") -> list[BoundaryFeature]:
    """Read a GeoJSON file into checked features, in the order of the file. Raises GeometryError (see both steps)."""
    return read_features(parse_collection(data), name_property=name_property, code_property=code_property)


def parse_collection(data: bytes | str) -> Collection:
    """Parse GeoJSON (a FeatureCollection, a Feature or a bare geometry) without checking shapes.

    Raises GeometryError if the file is too large, not UTF-8, not JSON, not GeoJSON, empty, or says that its
    coordinates are not degrees.
    """
    found = _json(_text(data))
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        raise GeometryError(
            gettext_noop('This is JSON but not GeoJSON: a GeoJSON file has a "type", such as FeatureCollection.')
        )
    _check_crs(found)
    kind = found["type"]
    if kind == "FeatureCollection":
        features = found.get("features")
    elif kind == "Feature":
        features = [found]
    elif kind in _GEOMETRIES:
        features = [{"type": "Feature", "properties": {}, "geometry": found}]
    elif kind == "Topology":
        raise GeometryError(gettext_noop("This is a TopoJSON file. Save it as GeoJSON and choose that file."))
    else:
        raise GeometryError(gettext_noop('This is not GeoJSON: its type is "%(kind)s".'), kind=kind[:40])
    if not isinstance(features, list) or not features:
        raise GeometryError(gettext_noop("The file has no features, so no boundaries can be added."))
    if len(features) > MAX_FEATURES:
        raise GeometryError(
            gettext_noop(
                "The file holds %(count)s features, more than %(limit)s at a time. Split it and add one part after "
                "another."
            ),
            count=f"{len(features):,}",
            limit=f"{MAX_FEATURES:,}",
        )
    return Collection(_raw_features(features))


def read_features(collection: Collection, *, name_property: str, code_property: str = "") -> list[BoundaryFeature]:
    """Check each feature and its name.

    A feature with an unusable shape or name is refused without affecting the others. Raises GeometryError if a
    feature lacks the property, because then the wrong property was chosen: the message names the feature and the
    properties that exist.
    """
    checked: list[BoundaryFeature] = []
    seen: dict[str, int] = {}
    allowance = Allowance()
    for feature in collection.features:
        for wanted in filter(None, (name_property, code_property)):
            if wanted not in feature.properties:
                raise _missing(feature, wanted)
        name = _words(feature.properties.get(name_property))
        code = _words(feature.properties.get(code_property)) if code_property else ""
        refused = _refused_name(name, code, seen.get(name.casefold()))
        outline = None
        if refused is None:
            seen[name.casefold()] = feature.number
            try:
                outline = clean_geometry(feature.geometry, allowance)
            except GeometryError as error:
                refused = error.message
        checked.append(BoundaryFeature(feature.number, name[:MAX_NAME], code[:MAX_CODE], outline, refused))
    return checked


def _text(data: bytes | str) -> str:
    """Return the text of the file without its byte-order mark."""
    size = len(data)
    if size > MAX_FILE_BYTES:
        raise GeometryError(
            gettext_noop("The file is %(size)s MB; the most Kith takes is %(limit)s MB. Use generalised boundaries."),
            size=f"{size / 1024 / 1024:.1f}",
            limit=MAX_FILE_BYTES // (1024 * 1024),
        )
    if isinstance(data, bytes):
        if data.startswith((b"PK\x03\x04", b"\x1f\x8b")):
            raise GeometryError(
                gettext_noop(
                    "This is a workbook, not a map. Save the outlines as GeoJSON in a map program, such as QGIS."
                )
                if b"[Content_Types].xml" in data
                else gettext_noop("This is a compressed file. Unpack it and choose the GeoJSON file inside.")
            )
        is_utf_16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        if data.startswith(PICTURES) or (b"\0" in data[:1000] and not is_utf_16):
            raise GeometryError(
                gettext_noop(
                    "This is a picture or another program’s own file. Save the outlines as GeoJSON, and choose that."
                )
            )
        try:
            data = data.decode("utf-16" if is_utf_16 else "utf-8")
        except UnicodeDecodeError:
            raise GeometryError(
                gettext_noop("The file is not UTF-8 text, so its names would be garbled. Save it as UTF-8 GeoJSON.")
            ) from None
    text = data.removeprefix("\ufeff")
    if not text.strip():
        raise GeometryError(gettext_noop("The file is empty."))
    refuse_markup(text)
    refuse_half_characters(text)
    return text


def _json(text: str) -> object:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise GeometryError(
            gettext_noop(
                "The file is not JSON: there is an error at line %(line)s, column %(column)s. Save the outlines as "
                "GeoJSON in a map program, such as QGIS, and choose that file."
            ),
            line=error.lineno,
            column=error.colno,
        ) from None
    except RecursionError:
        raise GeometryError(gettext_noop("The file is nested too deeply to be GeoJSON.")) from None
    except GeometryError:
        raise
    except ValueError:
        raise GeometryError(gettext_noop("The file holds a number too long to be a coordinate.")) from None


def _no_constant(constant: str) -> None:
    raise GeometryError(
        gettext_noop("The file holds %(constant)s, which is not a number GeoJSON allows."), constant=constant
    )


def _check_crs(found: dict[str, Any]) -> None:
    """Raise GeometryError if the file declares coordinates other than WGS 84 degrees (2008 GeoJSON)."""
    crs = found.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and not name.upper().endswith(_DEGREES):
        raise GeometryError(
            gettext_noop(
                "The file says its coordinates are %(crs)s. Save it with latitude and longitude (WGS 84, EPSG:4326)."
            ),
            crs=name[:60],
        )


def _raw_features(features: Sequence[object]) -> list[RawFeature]:
    """Return the unchecked features. Raises GeometryError as soon as there are too many different properties."""
    found: list[RawFeature] = []
    names: set[str] = set()
    for number, feature in enumerate(features, start=1):
        raw = _raw(number, feature)
        names.update(raw.properties)
        if len(names) > MAX_PROPERTIES:
            raise GeometryError(
                gettext_noop(
                    "The file has more than %(limit)s properties. Save it with those that hold the names and the codes."
                ),
                limit=MAX_PROPERTIES,
            )
        if any(len(name) > MAX_PROPERTY_NAME for name in raw.properties):
            raise GeometryError(
                gettext_noop("Feature %(number)s has a property whose name is longer than %(limit)s characters."),
                number=number,
                limit=MAX_PROPERTY_NAME,
            )
        found.append(raw)
    return found


def _raw(number: int, feature: object) -> RawFeature:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise GeometryError(gettext_noop("Feature %(number)s is not a GeoJSON feature."), number=number)
    properties = feature.get("properties")
    return RawFeature(number, properties if isinstance(properties, dict) else {}, feature.get("geometry"))


def _missing(feature: RawFeature, wanted: str) -> GeometryError:
    if not feature.properties:
        return GeometryError(
            gettext_noop('Feature %(number)s has no property "%(wanted)s"; it has no properties at all.'),
            number=feature.number,
            wanted=wanted,
        )
    return GeometryError(
        gettext_noop('Feature %(number)s has no property "%(wanted)s"; it has %(existing)s.'),
        number=feature.number,
        wanted=wanted,
        existing=", ".join(sorted(feature.properties)[:20]),
    )


def _refused_name(name: str, code: str, same_name: int | None) -> Message | None:
    if not name:
        return Message(gettext_noop("It has no name."))
    if len(name) > MAX_NAME:
        return Message(gettext_noop("Its name is longer than %(limit)s characters."), {"limit": MAX_NAME})
    if len(code) > MAX_CODE:
        return Message(gettext_noop("Its code is longer than %(limit)s characters."), {"limit": MAX_CODE})
    if same_name is not None:
        return Message(gettext_noop("Feature %(number)s in this file has the same name."), {"number": same_name})
    return None


def _words(value: object) -> str:
    """Return a property as one line of text; "" if it is neither text nor a number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).replace("\x00", "").split())


def _is_called_a_name(name: str) -> bool:
    lowered = name.lower()
    return "name" in lowered or "title" in lowered or lowered.rstrip("0123456789").endswith("nm")


def _is_numeric(value: str) -> bool:
    return value.replace(".", "", 1).removeprefix("-").isdigit()
