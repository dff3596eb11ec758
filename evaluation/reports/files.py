"""Indicator reports as CSV and XLSX, and the data dictionary that says what every column and number means."""

from collections.abc import Iterator
from itertools import batched
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.spreadsheets import CSV, csv_lines, write_workbook
from communities.spreadsheets.writing import csv_cell
from evaluation.framework import Catalogue
from evaluation.models import IndicatorKind
from evaluation.reports.figures import COLUMNS, Report, rows, tables

DICTIONARY_COLUMNS = ("term", "kind", "meaning", "unit", "version", "outcomes", "source")

#: Places whose lines are sent in one chunk, because each chunk costs the web server time.
_BLOCKS = 5
#: What stands in a CSV file where a number is hidden or not known.
NONE = csv_cell(None)

#: How the value of an indicator comes about, as the dictionary says it.
_HOW = {
    IndicatorKind.COMPUTED: gettext_lazy("counted from the records"),
    IndicatorKind.RECORDED: gettext_lazy("recorded by the team"),
    IndicatorKind.SURVEYED: gettext_lazy("asked of people"),
}


def contribution() -> str:
    """Return what every export says about whose achievement the numbers are."""
    return _(
        "Residents achieved what is counted here, and the team contributed to it. No number says that the team caused "
        "it."
    )


def column_meanings() -> list[tuple[str, str]]:
    """Return (column, meaning) for every column of an export, in order."""
    return list(
        zip(
            COLUMNS,
            (
                _("The community-building team."),
                _("The neighbourhood; “No neighbourhood” for records without one; “All neighbourhoods” for the team."),
                _("The first day counted."),
                _("The last day counted."),
                _("The change that the team hopes to contribute to. An indicator of two outcomes has two rows."),
                _("What is counted."),
                _("The version of the definition. Numbers of different versions are not compared."),
                _("What the value is a number of."),
                _(
                    "The number, without % or £: its unit has a column of its own. Empty when it is hidden or not "
                    "known."
                ),
                _(
                    "“yes” when the number is hidden so that no one can be identified: it is small, would reveal one that is, or "
                    "counts people by neighbourhood for less than a year."
                ),
                _("How many published stories explain this number, for this period and place."),
            ),
            strict=True,
        )
    )


def dictionary_rows(catalogue: Catalogue) -> Iterator[tuple]:
    """Yield the data dictionary of a team under DICTIONARY_COLUMNS: how to read it, every column, every indicator."""
    yield (_("How to read these numbers"), _("note"), contribution(), "", "", "", "")
    for column, meaning in column_meanings():
        yield (column, _("column"), meaning, "", "", "", "")
    for spec in catalogue.indicators:
        yield (
            str(spec.name),
            str(_HOW[spec.kind]),
            str(spec.definition),
            str(spec.unit),
            spec.version,
            "; ".join(str(catalogue.outcome_by_key[key].name) for key in spec.outcomes),
            str(spec.source),
        )


def file_name(report: Report, file_format: str) -> str:
    """Return a name that says whose numbers these are and of when."""
    return f"{report.team.slug}-indicators-{report.periods[0].start}-{report.periods[-1].end}.{file_format}"


def csv_file(report: Report, only: str | None = None, key: str | None = None) -> Iterator[str]:
    """Yield a report as CSV, in chunks: what `csv_chunks` makes of its rows, with each text written once."""
    yield from csv_lines(COLUMNS, ())
    for blocks in batched(_blocks(report, only, key), _BLOCKS):
        yield "".join(blocks)


def _blocks(report: Report, only: str | None, key: str | None) -> Iterator[str]:
    """Yield the lines of one place in one period after another. Numbers stand without quotation marks."""
    for where, when, figures in tables(report, only, key, write=lambda cells: ",".join(map(csv_cell, cells))):
        rest = [
            f'{words},{NONE if value is None else value},"{"yes" if why else "no"}",{stories}\r\n'
            for words, (value, why), stories in figures
        ]
        first = f"{where},{when},"
        yield first + first.join(rest) if rest else ""


def write_file(
    file: BinaryIO, report: Report, file_format: str, only: str | None = None, key: str | None = None
) -> None:
    """Write a report as CSV, or as a workbook with the data dictionary on its second sheet."""
    if file_format == CSV:
        file.writelines(line.encode() for line in csv_file(report, only, key))
        return
    write_workbook(
        file,
        [
            (_("Indicators"), COLUMNS, rows(report, only, key)),
            (_("Data dictionary"), DICTIONARY_COLUMNS, dictionary_rows(report.catalogue)),
        ],
        printed=_printed(report, only),
    )


def _printed(report: Report, only: str | None) -> tuple[str, str, str]:
    """Return the header of printed sheets: the team, the place, and the day of counting."""
    place = next((str(place.label) for place in report.places if place.key == only), _("all neighbourhoods"))
    return report.team.name, _("Indicators, %(place)s") % {"place": place}, timezone.localdate().isoformat()
