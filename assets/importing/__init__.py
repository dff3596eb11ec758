"""Import assets from a spreadsheet or a map file: one core for the command, the pages and the admin.

`reading` opens CSV, XLSX and GeoJSON as rows of texts; `columns` maps headings to fields; `cleaning` turns
a row's texts into values or explains what is wrong; `matching` finds the asset that a row is about; `judging` combines
them into one verdict per row. Nothing here writes: `assets.actions.importing` does.
"""

from assets.importing.columns import FIELDS, check_columns, columns_not_read, guess_columns, label_of, parse_columns
from assets.importing.judging import Judge, Verdict
from assets.importing.reading import COMMAND, UPLOAD, read_table

__all__ = [
    "COMMAND",
    "FIELDS",
    "UPLOAD",
    "Judge",
    "Verdict",
    "check_columns",
    "columns_not_read",
    "guess_columns",
    "label_of",
    "parse_columns",
    "read_table",
]
