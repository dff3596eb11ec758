"""Releases as a data package: one ZIP of CSV tables with their descriptions, for Power BI, R and Excel (ADR 34).

Tables are written row by row, one release at a time, so that memory does not grow with the years. The same releases are the same
bytes as long as the people in their stories agree to share them.
"""

import io
import tempfile
import zipfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import BinaryIO

from django.db.models import Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.spreadsheets import CSV_TYPE, csv_lines
from evaluation.models import Release
from evaluation.releases import tables
from evaluation.releases.contents import ROWS, story_rows
from evaluation.releases.metadata import CSVW, FRICTIONLESS, csvw, frictionless
from evaluation.reports.files import contribution

ZIP, ZIP_TYPE = "zip", "application/zip"
#: The whole package, where its files are read one by one.
WHOLE = f"package.{ZIP}"
#: The type of each file that can be read by itself, by name.
PARTS = {
    **{table.file_name: CSV_TYPE for table in tables.TABLES},
    FRICTIONLESS: "application/json",
    CSVW: "application/csvm+json",
    WHOLE: ZIP_TYPE,
}
_LINES_AT_ONCE = 500


@dataclass(frozen=True)
class Package:
    """A data package: an open file at its start, what it is called, and how many values are in it."""

    file: BinaryIO
    name: str
    rows: int


def package_of(releases: QuerySet[Release]) -> Package:
    """Return releases of one team as a data package. Raises: Release.DoesNotExist for no release."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    rows = write_package(file, releases)
    file.seek(0)
    return Package(file, f"{_about(releases)['name']}.{ZIP}", rows)


def write_package(file: BinaryIO, releases: QuerySet[Release]) -> int:
    """Write releases of one team as a ZIP: its tables by name, then what describes them; return how many values it has.

    Raises: Release.DoesNotExist for no release.
    """
    about = _about(releases)
    pairs: list[tuple[str, str, str]] = []
    counted: Counter[str] = Counter()
    with override(about["language"]), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables.TABLES:
            with archive.open(_part(table.file_name), "w") as part:
                for lines in batched(_lines(table, _rows(releases, table, pairs)), _LINES_AT_ONCE):
                    part.write("".join(lines).encode())
                    counted[table.name] += len(lines)
        for name, content in _descriptions(about):
            archive.writestr(_part(name), content)
    return counted[tables.VALUES.name] - 1


def content_of(releases: QuerySet[Release], name: str) -> bytes:
    """Return one of `PARTS` of the package of a release, as it is in the ZIP. Raises: KeyError for another name."""
    if name == WHOLE:
        file = io.BytesIO()
        write_package(file, releases)
        return file.getvalue()
    about = _about(releases)
    with override(about["language"]):
        descriptions = dict(_descriptions(about))
        if name in descriptions:
            return descriptions[name]
        table = {table.file_name: table for table in tables.TABLES}[name]
        pairs: list[tuple[str, str, str]] = []
        if table == tables.STORY_INDICATORS:
            deque(_rows(releases, tables.STORIES, pairs), maxlen=0)
        return "".join(_lines(table, _rows(releases, table, pairs))).encode()


def _lines(table: tables.Table, rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a table, without the mark that tells Excel that it is UTF-8: programs read it as part of a heading."""
    lines = csv_lines(table.headings, rows)
    yield next(lines).removeprefix("\ufeff")
    yield from lines


def _part(name: str) -> zipfile.ZipInfo:
    """Return a part of the archive without the time of writing."""
    part = zipfile.ZipInfo(name)
    part.compress_type = zipfile.ZIP_DEFLATED
    part.external_attr = 0o600 << 16
    return part


def _about(releases: QuerySet[Release]) -> dict[str, str]:
    """Return whose releases these are and of when; team and language are those of the latest."""
    latest = releases.only("document", "period_end").latest("period_end", "period_start").document
    ends = releases.order_by().aggregate(first=Min("period_start"), final=Max("period_end"), at=Max("closed_at"))
    first, final = ends["first"].isoformat(), ends["final"].isoformat()
    return {
        "team": latest["team"]["name"],
        "language": latest["language"],
        "first": first,
        "final": final,
        "created": timezone.localdate(ends["at"]).isoformat(),
        "name": f"{latest['team']['slug']}-data-{first}-{final}".lower(),
    }


def _descriptions(about: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of the files that describe the tables."""
    title = _("%(team)s: indicators from %(first)s to %(final)s") % about
    said = {"title": title, "description": contribution(), "created": about["created"]}
    yield CSVW, csvw(**said, language=about["language"])
    yield FRICTIONLESS, frictionless(**said, name=about["name"])


def _rows(
    releases: QuerySet[Release], table: tables.Table, pairs: list[tuple[str, str, str]]
) -> Iterator[Sequence[object]]:
    """Yield the rows of a table under its headings, release by release.

    Stories note the indicators that they explain in `pairs`, which is the table after them: both are of one query.
    """
    if table == tables.STORY_INDICATORS:
        yield from pairs
        return
    for release in releases.order_by("period_end", "-period_start").iterator(chunk_size=1):
        if table == tables.STORIES:
            yield from story_rows(release, pairs)
        else:
            yield from ROWS[table.name](release)
