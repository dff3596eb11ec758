"""Checks of the text of a GeoJSON file before it is parsed."""

import re

from communities.geometry.messages import GeometryError, gettext_noop

#: A lone surrogate escape; texts that contain one cannot be stored or shown.
_HALF = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|[\ud800-\udfff]"
)


def refuse_half_characters(text: str) -> None:
    """Raise GeometryError for JSON with a lone surrogate, naming the line."""
    if found := _HALF.search(text):
        raise GeometryError(
            gettext_noop("Line %(line)s has an incomplete character, so the file is damaged. Save it again as UTF-8."),
            line=text.count("\n", 0, found.start()) + 1,
        )


def refuse_markup(text: str) -> None:
    """Raise GeometryError for KML, other XML or HTML, saying what to do instead."""
    start = text[:2048].lstrip().lower()
    if not start.startswith("<"):
        return
    if "<kml" in start:
        raise GeometryError(
            gettext_noop("This is KML, a map file. Open it in a map program, such as QGIS, and save it as GeoJSON.")
        )
    raise GeometryError(gettext_noop("This is XML or a web page, not GeoJSON. Save it as GeoJSON in a map program."))
