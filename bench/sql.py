"""SQL for both databases: pseudo-random numbers, dates, UUIDs, and inserts of many rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, models

#: Rows that one statement creates.
BATCH = 25_000
_PRIME = 2_147_483_647


@dataclass(frozen=True)
class Sql:
    """Expressions for one database, with days counted back from `today`."""

    today: date
    vendor: str

    def day(self, days_ago: str) -> str:
        """Return the date so many days ago; negative numbers lie in the future."""
        if self.vendor == "postgresql":
            return f"(DATE '{self.today}' - CAST(({days_ago}) AS integer))"
        return f"date('{self.today}', printf('%+d days', -({days_ago})))"

    def moment(self, days_ago: str, seconds: str = "0") -> str:
        """Return a time on the date so many days ago, at most `seconds` after six in the morning, UTC."""
        if self.vendor == "postgresql":
            return (
                f"(TIMESTAMPTZ '{self.today} 06:00:00+00' - ({days_ago}) * INTERVAL '1 day'"
                f" + ({seconds}) * INTERVAL '1 second')"
            )
        return f"datetime('{self.today} 06:00:00', printf('%+d seconds', ({seconds}) - 86400 * ({days_ago})))"

    def uuid(self, kind: str, number: str = "i") -> str:
        """Return a UUID that depends only on a word and a number."""
        text = f"md5('{kind}' || CAST({number} AS text))"
        return f"CAST({text} AS uuid)" if self.vendor == "postgresql" else text

    def default(self, field: models.Field) -> str:
        """Return a column's value when none is given. Raises: ValueError when it is unknown."""
        if field.null:
            return "NULL"
        if field.has_default() and not callable(field.default):
            return literal(field.default)
        if isinstance(field, models.JSONField):
            return literal("{}" if field.default is dict else "[]")
        if isinstance(field, models.DateTimeField):
            return self.moment("0")
        if isinstance(field, models.DateField):
            return self.day("0")
        if field.empty_strings_allowed:
            return "''"
        raise ValueError(f"The bench has nothing to put into {field}.")


def literal(value: object) -> str:
    """Return a Python value as SQL."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | Decimal):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def roll(number: str, salt: int, below: str | int) -> str:
    """Return a whole number from 0 to `below` - 1 that depends on a number and a salt, without an obvious pattern."""
    return f"((((({number}) + {salt * 7919}) * 1103515245) % {_PRIME} / 1000) % {below})"


def pick(index: str, choices: Sequence[object]) -> str:
    """Return the choice at an index from 0."""
    cases = " ".join(f"WHEN {n} THEN {literal(choice)}" for n, choice in enumerate(choices))
    return f"(CASE {index} {cases} END)"


def batches(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of BATCH numbers, both ends included."""
    for low in range(first, last + 1, BATCH):
        yield low, min(low + BATCH - 1, last)


def insert(
    sql: Sql,
    model: type[models.Model],
    count: int,
    values: dict[str, str],
    *,
    source: str = "n",
    step: Callable[[int], None] = lambda rows: None,
) -> None:
    """Insert rows for i from 1 to `count` by `values`, {attname: expression}; other columns get their default.

    `source` is the text after FROM, with `n` for the numbers; it can join and filter. A primary key that is not given
    is the database's own. `step` is called after every batch.
    """
    fields = [field for field in model._meta.concrete_fields if field.attname in values or not field.primary_key]
    unknown = values.keys() - {field.attname for field in fields}
    if unknown:
        raise ValueError(f"{model.__name__} has no {sorted(unknown)}.")
    columns = ", ".join(f'"{field.column}"' for field in fields)
    chosen = ", ".join(values.get(field.attname) or sql.default(field) for field in fields)
    for low, high in batches(1, count):
        run(
            f"WITH RECURSIVE n(i) AS (SELECT CAST({low} AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < {high}) "
            f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {chosen} FROM {source}'
        )
        step(high - low + 1)


def run(statement: str) -> list[tuple]:
    """Run a statement without parameters and return its rows, if it has any."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []
