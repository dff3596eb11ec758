"""Assets from a spreadsheet or a map file: one core for the command, the interface and the admin.

`reading` opens CSV, XLSX and GeoJSON as rows of texts; `columns` says which heading feeds which field; `cleaning` turns
a row's texts into values or says what is wrong with them; `matching` finds the asset that a row is about; `judging` puts
them together into one verdict a row. Nothing here writes: `assets.actions.importing` does.
"""

from assets.importing.columns import FIELDS, check_columns, guess_columns, label_of, parse_columns
from assets.importing.judging import Judge, Verdict
from assets.importing.reading import COMMAND, UPLOAD, read_table

__all__ = [
    "COMMAND",
    "FIELDS",
    "UPLOAD",
    "Judge",
    "Verdict",
    "check_columns",
    "guess_columns",
    "label_of",
    "parse_columns",
    "read_table",
]
