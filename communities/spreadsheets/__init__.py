"""Spreadsheets that are safe to open and safe to accept: plain functions without models and requests.

`writing` makes CSV files, and `workbook_writing` XLSX files, whose texts no spreadsheet takes for formulas; `reading`
reads a table from a CSV or XLSX file, after `uploads` has detected the kind of file; `limits` says how much it can
contain.
"""

from communities.spreadsheets.limits import COMMAND, UPLOAD, Limits, Sheet
from communities.spreadsheets.reading import read_rows
from communities.spreadsheets.uploads import CSV, XLSX, check_upload
from communities.spreadsheets.workbook_writing import write_workbook, write_xlsx
from communities.spreadsheets.writing import (
    CSV_TYPE,
    PREFIX,
    XLSX_TYPE,
    csv_chunks,
    csv_lines,
    neutralise,
    plain,
    restore,
)

__all__ = [
    "COMMAND",
    "CSV",
    "CSV_TYPE",
    "PREFIX",
    "UPLOAD",
    "XLSX",
    "XLSX_TYPE",
    "Limits",
    "Sheet",
    "check_upload",
    "csv_chunks",
    "csv_lines",
    "neutralise",
    "plain",
    "read_rows",
    "restore",
    "write_workbook",
    "write_xlsx",
]
