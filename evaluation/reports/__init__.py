"""One source for the page, the file and the command: what they show can only be the same."""

from evaluation.reports.files import csv_file, dictionary_rows, file_name, write_file
from evaluation.reports.table import COLUMNS, Figure, Place, Report, build, places_of, rows

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
    "rows",
    "write_file",
]
