"""The released figures of profiles as rows, CSV and XLSX, with stable columns.

The columns, in this order:

    release             the year, named by its first and its last day
    closed_on           ISO 8601
    team                a name
    table               asked, age, average_age, category, route
    key                 the answer; of a category, its primary key; empty for all who answered, and for the average
    row                 the answer in the team's language of that day
    number              how many people, or years; empty when hidden
    percent             of those who answered this; of “asked”, of all who were met; empty when hidden
    status              shown, or hidden_other
    threshold           counts of people from 1 to just below it are hidden
"""

import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import BinaryIO

from django.utils.translation import gettext as _

from communities.models import Team
from communities.spreadsheets import CSV, csv_lines, write_workbook
from evaluation.models import Release
from evaluation.reports.profiles import PROFILE_COLUMNS, profile_lines

#: Do not change the names or the order of columns, because spreadsheets depend on them; add others at the end.
COLUMNS = ("release", "closed_on", "team", *PROFILE_COLUMNS, "threshold")


def year_rows(releases: Iterable[Release]) -> Iterator[tuple]:
    """Yield the figures of profiles of several years under COLUMNS."""
    for release in releases:
        content = release.document
        about = (release.period.key, date.fromisoformat(content["closed_on"]), content["team"]["name"])
        for line in profile_lines(release):
            yield *about, *line, content["threshold"]


def profile_file(team: Team, releases: list[Release], file_format: str) -> BinaryIO:
    """Return the figures of profiles of some years of a team as an open CSV or XLSX file at its start; headings only for none."""
    file = io.BytesIO()
    if file_format == CSV:
        file.writelines(line.encode() for line in csv_lines(COLUMNS, year_rows(releases)))
    else:
        closed = releases[-1].document["closed_on"] if releases else ""
        printed = (team.name, _("Profile of residents met"), closed)
        write_workbook(file, [(_("Profile"), COLUMNS, year_rows(releases))], printed=printed)
    file.seek(0)
    return file
