"""A release as CSV and XLSX: from its document alone, in its own language, so that the same release gives the same bytes."""

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.spreadsheets import CSV, csv_lines, write_workbook
from evaluation.models import Release, ValueStatus
from evaluation.reports.profiles import PROFILE_COLUMNS, profile_lines, stored_profile

#: The columns of the values. Do not change their names or order, because spreadsheets depend on them.
COLUMNS = (
    "release",
    "closed_on",
    "team",
    "indicator_key",
    "indicator",
    "definition_version",
    "unit",
    "kind",
    "place_key",
    "place_code",
    "neighbourhood",
    "period_start",
    "period_end",
    "value",
    "numerator",
    "denominator",
    "rows",
    "status",
    "threshold",
)
DEFINITION_COLUMNS = ("indicator_key", "indicator", "definition_version", "unit", "kind", "definition", "source")
TABLE_COLUMNS = ("table", "key", "row", "introductions", "status")
PLACE_COLUMNS = ("place_key", "neighbourhood", "place_code", "population", "outline_sha256")


def value_rows(release: Release) -> Iterator[tuple]:
    """Yield the values under COLUMNS, one row for each fact. Hidden and unknown ones are None; `status` tells them apart."""
    content = release.document
    definitions = {each["key"]: each for each in content["definitions"]}
    places = {each["key"]: each for each in content["places"]}
    start, end = (date.fromisoformat(content["period"][edge]) for edge in ("start", "end"))
    for key, place, status, value, numerator, denominator, rows in content["values"]:
        spec = definitions[key]
        yield (
            release.period.key,
            date.fromisoformat(content["closed_on"]),
            content["team"]["name"],
            key,
            spec["name"],
            spec["version"],
            spec["unit"],
            spec["kind"],
            place,
            places[place]["code"],
            places[place]["name"],
            start,
            end,
            Decimal(value) if isinstance(value, str) else value,
            numerator,
            denominator,
            rows,
            status,
            content["threshold"],
        )


def definition_rows(release: Release) -> Iterator[tuple]:
    """Yield the definitions under DEFINITION_COLUMNS."""
    names = ("key", "name", "version", "unit", "kind", "definition", "source")
    for each in release.document["definitions"]:
        yield tuple(each[name] for name in names)


def place_rows(release: Release) -> Iterator[tuple]:
    """Yield the places under PLACE_COLUMNS, with the outlines that were used."""
    for each in release.document["places"]:
        yield tuple(each[name] for name in ("key", "name", "code", "population", "outline"))


def table_rows(release: Release) -> Iterator[tuple]:
    """Yield introductions by route and direction under TABLE_COLUMNS; the total of each has no key."""
    for table in release.document["tables"]:
        for key, words, number in table["rows"]:
            status = ValueStatus.HIDDEN_OTHER if number is None else ValueStatus.SHOWN
            yield table["key"], key, words, number, status.value


def row_count(release: Release) -> int:
    """Return how many rows `value_rows` yields."""
    return len(release.document["values"])


def file_name(release: Release, file_format: str) -> str:
    """Return a name that says whose release this is, of when."""
    return f"{release.document['team']['slug']}-release-{release.period.key}.{file_format}"


def release_file(release: Release, file_format: str) -> BinaryIO:
    """Return a release as an open CSV or XLSX file at its start."""
    file = io.BytesIO()
    write_release(file, release, file_format)
    file.seek(0)
    return file


def write_release(file: BinaryIO, release: Release, file_format: str) -> None:
    """Write a release as CSV, or as a workbook with its definitions, places and SHA-256 on further sheets."""
    with override(release.document["language"]):
        if file_format == CSV:
            file.writelines(line.encode() for line in csv_lines(COLUMNS, value_rows(release)))
            return
        write_workbook(
            file,
            [
                (_("Values"), COLUMNS, value_rows(release)),
                (_("Definitions"), DEFINITION_COLUMNS, definition_rows(release)),
                (_("Places"), PLACE_COLUMNS, place_rows(release)),
                *([(_("Introductions"), TABLE_COLUMNS, table_rows(release))] if release.document["tables"] else []),
                *([(_("Profile"), PROFILE_COLUMNS, profile_lines(release))] if stored_profile(release) else []),
                (_("Release"), ("release", "closed_on", "sha256"), [_about(release)]),
            ],
            printed=_printed(release),
        )


def _printed(release: Release) -> tuple[str, str, str]:
    """Return the header of printed sheets: the team, the release and its places, and the day of closing."""
    content = release.document
    words = _("Release %(release)s, all neighbourhoods") % {"release": release.period.key}
    return content["team"]["name"], words, content["closed_on"]


def _about(release: Release) -> tuple:
    return release.period.key, date.fromisoformat(release.document["closed_on"]), release.sha256
