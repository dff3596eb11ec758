"""One source for the page, the file and the command: what they show can only be the same."""

from evaluation.reports.figures import COLUMNS, Figure, Place, Report, build, places_of, row_count, rows
from evaluation.reports.files import csv_file, dictionary_rows, file_name, write_file

__all__ = [
    "COLUMNS",
    "Figure",
    "Place",
    "Report",
    "build",
    "csv_file",
    "dictionary_rows",
    "file_name",
    "places_of",
    "row_count",
    "rows",
    "write_file",
]
