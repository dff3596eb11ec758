"""Map the headings of a file to the fields of an asset."""

import re
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset
from communities.columns import column
from communities.lists import listed

#: The fields of an asset that a file may contain, in the order of the form and of exports.
FIELDS = (
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
    "is_touch_point",
    "formed_on",
    "led_by",
    "last_confirmed_on",
    "visibility",
    "uuid",
)
#: Headings found in other organisations' files, without spaces and punctuation. "Type" is left out on purpose: its values are
#: hardly ever Kith's kinds, and a wrong guess would leave out every row.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "name": ("title", "asset", "assetname", "organisation", "organization", "venue", "venuename", "group", "groupname"),
    "kind": ("kindofasset", "assetkind"),
    "description": ("about", "details", "notes", "summary"),
    "address": ("streetaddress", "fulladdress", "address1", "addressline1", "location"),
    "postcode": ("postalcode", "zip", "zipcode"),
    "latitude": ("lat", "ycoordinate", "geolat"),
    "longitude": ("lng", "lon", "long", "xcoordinate", "geolng", "geolon"),
    "neighbourhood": ("ward", "area", "patch", "neighborhood"),
    "phone": ("telephone", "tel", "phonenumber", "telephonenumber", "contactnumber", "mobile"),
    "email": ("emailaddress", "mail", "contactemail"),
    "website": ("url", "web", "webaddress", "websiteurl", "link", "homepage"),
    "opening": ("openinghours", "openingtimes", "hours", "times", "whenopen"),
    "access": ("accessibility", "gettinginandaround"),
    "is_bumping_place": ("bumpingplace",),
    "is_touch_point": ("touchpoint",),
    "formed_on": ("formed", "founded", "started", "opened", "openedon"),
    "led_by": ("ledby",),
    "last_confirmed_on": ("lastconfirmed", "lastchecked", "lastupdated"),
    "visibility": ("whomayseeit",),
    "uuid": ("kithid",),
}
#: Headings of a single column with "latitude, longitude".
PAIRS = (
    "coordinates",
    "coords",
    "latlong",
    "latlng",
    "latlon",
    "latitudelongitude",
    "latitudeandlongitude",
    "position",
    "gps",
)
#: Headings of positions in metres, which are not read.
METRES = ("easting", "eastings", "northing", "northings", "xeasting", "ynorthing", "gridreference", "gridref")
_UUID_LABEL = gettext_lazy("Kith’s UUID of the asset")


def label_of(field: str) -> str:
    """Return the label of a field."""
    if field == "uuid":
        return str(_UUID_LABEL)
    label = str(column(Asset, field).verbose_name)
    return label[:1].upper() + label[1:]


def guess_columns(headings: Sequence[str]) -> dict[str, str]:
    """Return {field: heading} for the recognised headings; of two headings for one field, the first."""
    by_word: dict[str, str] = {}
    for heading in headings:
        by_word.setdefault(_bare(heading), heading)
    found: dict[str, str] = {}
    for field in FIELDS:
        words = (_bare(field), _bare(label_of(field)), *ALIASES[field])
        heading = next((by_word[word] for word in words if word in by_word), None)
        if heading is not None and heading not in found.values():
            found[field] = heading
    if not found.keys() & {"latitude", "longitude"}:
        pair = next((by_word[word] for word in PAIRS if word in by_word), None)
        if pair is not None and pair not in found.values():
            found["latitude"] = found["longitude"] = pair
    return found


def headings_understood(headings: Sequence[str], columns: Mapping[str, str] | None = None) -> int:
    """Return how many headings map to a field, by `columns` if given; 0 if none maps to the name."""
    if columns:
        return sum(heading in headings for heading in columns.values()) if columns.get("name") in headings else 0
    found = guess_columns(headings)
    return len(set(found.values())) if "name" in found else 0


def columns_not_read(headings: Sequence[str], columns: Mapping[str, str]) -> str:
    """Return a sentence listing the headings that are not read, in the order of the file; "" if all are."""
    unread = [heading for heading in headings if heading not in columns.values()]
    if not unread:
        return ""
    words = _("These columns are not read: %(headings)s.") % {"headings": listed(unread)}
    if "latitude" not in columns and any(_bare(heading) in METRES for heading in unread):
        words += " " + _("Kith cannot use eastings and northings. Add a latitude and a longitude in degrees.")
    return words


def parse_columns(text: str) -> dict[str, str]:
    """Read "name=Title,latitude=lat" as {field: heading}.

    Raises: ValidationError for a pair without "=" and for a field that assets do not have.
    """
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        field, equals, heading = (part.strip() for part in pair.partition("="))
        if not (field and equals and heading):
            raise ValidationError(_("“%(pair)s” is not of the form field=heading."), params={"pair": pair})
        if field not in FIELDS:
            raise ValidationError(
                _("Assets have no “%(field)s”. They have: %(fields)s."),
                params={"field": field, "fields": listed(FIELDS)},
            )
        found[field] = heading
    return found


def check_columns(columns: Mapping[str, str], headings: Sequence[str]) -> None:
    """Raise ValidationError if a heading is not in the file, naming all of them, or if no column holds the name."""
    missing = [heading for heading in columns.values() if heading not in headings]
    if missing:
        raise ValidationError(
            _("The file has no column %(missing)s. Its columns are: %(headings)s."),
            code="unknown_column",
            params={"missing": listed(f"“{heading}”" for heading in missing), "headings": listed(headings)},
        )
    if "name" not in columns:
        raise ValidationError(
            _("Say which column holds the name. The columns are: %(headings)s."),
            code="no_name_column",
            params={"headings": listed(headings)},
        )
    if ("latitude" in columns) != ("longitude" in columns):
        raise ValidationError(
            _("A position needs a column for the latitude and one for the longitude. The columns are: %(headings)s."),
            code="half_position",
            params={"headings": listed(headings)},
        )


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
