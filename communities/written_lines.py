"""CSV files whose lines the database writes: the same bytes as `spreadsheets.csv_chunks`, in less than half the time.

Python spends most of a long file on turning columns into values and values into cells. The database can put the cells of a row
together itself, with their quotation marks and the apostrophe that keeps a formula a text, and send one text for each row.

The columns are declared once, as fields of the rows. How the database writes a field follows from the field's type; one that it
cannot write to the letter, such as a moment in the time of London, or a number on SQLite, is written in Python as ever.
"""

from collections.abc import Iterator, Sequence
from itertools import batched, groupby
from operator import itemgetter
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connections, models
from django.db.models.constants import LOOKUP_SEP

from communities.spreadsheets import csv_lines
from communities.spreadsheets.writing import LIVE, NUMBER, csv_cell

#: Lines sent in one chunk, because each chunk costs the web server time.
_LINES = 200
#: Rows read from the database at once.
_ROWS = 2000
#: Below this Python and PostgreSQL write the same digits of a number, above it not always.
_SAME_DIGITS = 10**9

type Rows = models.QuerySet[Any, Any]
type Field = models.Field[Any, Any]

#: No letter, digits, and everything from A to ~: PostgreSQL looks a code up in a list faster than it compares it, SQLite does not.
_LISTED = f"ascii({{it}}) IN ({', '.join(map(str, (0, *range(48, 58), *range(65, 127))))})"
_COMPARED = "unicode({it}) BETWEEN 65 AND 126 OR unicode({it}) BETWEEN 48 AND 57 OR {it} = ''"
#: A text on each database. The first character of most tells that no spreadsheet takes them for a formula.
_TEXT = "replace(CASE WHEN {harmless} THEN {it} WHEN {live} THEN '''' || {it} ELSE {it} END, '\"', '\"\"')"
_TEXTS = {
    "postgresql": _TEXT.replace("{harmless}", _LISTED).replace("{live}", "{it} ~ %s AND {it} !~ %s"),
    "sqlite": _TEXT.replace("{harmless}", _COMPARED).replace("{live}", "{it} REGEXP %s AND NOT {it} REGEXP %s"),
}
#: A day on PostgreSQL, and how it is faster where the server writes days in ISO 8601, as it does unless it is told otherwise.
_DAY, _ISO_DAY = "to_char({it}, 'YYYY-MM-DD')", "{it}::text"
#: How a type of field is written, by database: what stands between quotation marks. None is written as an empty text.
_QUOTED: dict[str, dict[str, str]] = {
    "CharField": _TEXTS,
    "TextField": _TEXTS,
    "BooleanField": dict.fromkeys(("postgresql", "sqlite"), "CASE WHEN {it} THEN 'yes' WHEN NOT {it} THEN 'no' END"),
    "DateField": {"postgresql": _DAY, "sqlite": "{it}"},
    "UUIDField": {
        "postgresql": "{it}::text",
        "sqlite": "||'-'||".join(f"substr({{it}}, {start}, {count})" for start, count in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))),
    },
}  # fmt: skip
#: Numbers stand without quotation marks, and Python gives whole ones a decimal place.
_FLOAT = "CASE WHEN {it} IS NULL THEN '\"\"' WHEN {it} = trunc({it}) THEN {it}::text || '.0' ELSE {it}::text END"


def written_file(headings: Sequence[str], rows: Rows, fields: Sequence[str]) -> Iterator[str]:
    """Yield a CSV file in chunks, with a byte-order mark for Excel: a line for each row of a queryset, in its order.

    It is what `csv_chunks` makes of the headings and `rows.values_list(*fields)`, in constant memory and one query.
    """
    yield from csv_lines(headings, ())
    for lines in batched(_lines(rows, fields), _LINES):
        yield "\r\n".join((*lines, ""))


def left_to_python(rows: Rows, fields: Sequence[str]) -> list[str]:
    """Return which fields the database of the rows does not write."""
    connection = connections[rows.db]
    return [name for name in fields if _how(_field_at(rows.model, name), connection) is None]


def _lines(rows: Rows, fields: Sequence[str]) -> Iterator[str]:
    """Yield the line of each row without its end: the cells that the database joined, and between them those that it left."""
    left = set(left_to_python(rows, fields))
    columns: list[str | Cells] = []
    for is_left, group in groupby(fields, left.__contains__):
        names = list(group)
        columns += names if is_left else [Cells(*names)]
    write = [csv_cell if isinstance(column, str) else str for column in columns]
    if len(columns) == 1 and not left:
        yield from rows.values_list(*columns, flat=True).iterator(chunk_size=_ROWS)
        return
    for row in rows.values_list(*columns).iterator(chunk_size=_ROWS):
        yield ",".join([each(value) for each, value in zip(write, row, strict=True)])


def _field_at(model: type[models.Model], name: str) -> Field | None:
    """Return the field that a path from a model ends in; None for what is not a column, such as an annotation."""
    *through, final = name.split(LOOKUP_SEP)
    for part in through:
        related = model._meta.get_field(part).related_model
        if not isinstance(related, type):
            return None
        model = related
    try:
        field = model._meta.get_field(final)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) and field.concrete else None


def _how(field: Field | None, connection: Any) -> tuple[str, bool] | None:
    """Return how a database writes a field, and whether in quotation marks; None if it does not."""
    if field is None or hasattr(field, "from_db_value"):
        return None
    kind, vendor = field.get_internal_type(), connection.vendor
    if (sql := _QUOTED.get(kind, {}).get(vendor)) is not None:
        sql = _ISO_DAY if sql == _DAY and _writes_iso_days(connection) else sql
        return f"COALESCE({sql}, '')", True
    return (_FLOAT, False) if kind == "FloatField" and vendor == "postgresql" and _is_small(field) else None


def _writes_iso_days(connection: Any) -> bool:
    connection.ensure_connection()
    return (connection.connection.info.parameter_status("DateStyle") or "").startswith("ISO")


def _is_small(field: Field) -> bool:
    limits = [each.limit_value for each in field.validators if isinstance(each, MinValueValidator | MaxValueValidator)]
    return len(limits) > 1 and all(abs(limit) < _SAME_DIGITS for limit in limits)


class Cells(models.Func):
    """Fields of a row as cells of a CSV file, separated by commas."""

    output_field = models.TextField()

    def __init__(self, *names: str) -> None:
        super().__init__(*map(models.F, names))

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the cells in the words of the database."""
        columns: list[Any] = self.source_expressions
        cells, parts, params = [], list[str](), list[str]()
        for column in columns:
            name, _none = compiler.compile(column)
            how = _how(column.target, connection)
            if how is None:
                raise FieldDoesNotExist(f"The database does not write {column.target}.")
            cells.append((how[0].replace("{it}", name), how[1]))
            params += [LIVE, NUMBER] * (how[0].count("%s") // 2)
        for is_quoted, group in groupby(cells, itemgetter(1)):
            mark = '"' if is_quoted else ""
            between = f"'{mark},{mark}'"
            texts = [sql for sql, _is_quoted in group]
            # PostgreSQL would copy what stands before each `||`.
            joined = (
                f"concat_ws({between}, {', '.join(texts)})"
                if connection.vendor == "postgresql"
                else f" || {between} || ".join(texts)
            )
            parts += [f"'{',' if parts else ''}{mark}'", joined, f"'{mark}'"]
        sql = f"concat({', '.join(parts)})" if connection.vendor == "postgresql" else " || ".join(parts)
        return sql, tuple(params)
