"""Files beside the database's own dump of the same rows: a bare cursor into Python's csv, or PostgreSQL's COPY."""

import csv
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle, islice

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from assets.exports import COLUMNS, asset_rows
from assets.models import Asset
from bench.pages import blank_page
from bench.plan import ROUNDS, Plan
from bench.report import Line
from bench.visits import Visitor, side_by_side
from communities.models import Team, User
from communities.periods import Grain, last
from communities.spreadsheets import csv_lines, write_xlsx
from evaluation import reports
from evaluation.filters import TREND
from sparks.exports import FIELDS as LEDGER_FIELDS
from sparks.models import LedgerEntry

#: The database writes the lines of assets; those of the others are worked out, and the cells of indicators are not stored.
AIM, AIM_OF_WORKED_OUT = 2, 3
#: A workbook of so many rows is compared with their CSV.
WORKBOOK_ROWS, WORKBOOK_AIM = 50_000, 3


class Raw:
    """A connection of its own, with only the driver in between."""

    def __init__(self) -> None:
        self.is_sqlite = connection.vendor == "sqlite"
        if self.is_sqlite:
            self.connection = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        else:
            import psycopg

            parameters = connection.get_connection_params()
            plain = {
                name: parameters[name] for name in ("host", "port", "dbname", "user", "password") if name in parameters
            }
            self.connection = psycopg.connect(**plain, autocommit=True)

    def dump(self, sql: str, params: tuple = ()) -> None:
        """Write the result of a SELECT as CSV to nowhere."""
        with open(os.devnull, "w", encoding="utf-8", newline="") as nowhere:
            if self.is_sqlite:
                rows = self.connection.execute(sql.replace("%s", "?"), params)
                csv.writer(nowhere).writerows(rows)
                return
            with self.connection.cursor().copy(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv)", params or None) as pieces:
                for piece in pieces:
                    nowhere.write(str(piece, "utf-8"))

    def keep(self, rows: list[tuple]) -> str:
        """Insert rows into a temporary table of this connection, and return the SELECT that reads them."""
        columns = ", ".join(f"c{number} text" for number in range(len(rows[0])))
        self.connection.execute("DROP TABLE IF EXISTS bench_rows")
        self.connection.execute(f"CREATE TEMPORARY TABLE bench_rows ({columns})")
        marks = ", ".join(["?" if self.is_sqlite else "%s"] * len(rows[0]))
        texts = [tuple(None if value is None else str(value) for value in row) for row in rows]
        self.connection.cursor().executemany(f"INSERT INTO bench_rows VALUES ({marks})", texts)
        return "SELECT * FROM bench_rows"

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def measure(plan: Plan, *, rounds: int, seconds: float) -> Iterator[Line]:
    """Yield a line for each file that Kith streams."""
    raw, blank = Raw(), blank_page()
    try:
        for name, who, address, dump, rows, aim in _files(plan, raw):
            who.get(address)

            def fetch(who: Visitor = who, address: str = address) -> None:
                who.get(address)

            taken = side_by_side(dump, fetch, rounds=rounds, seconds=seconds)
            empty = side_by_side(lambda who=who: who.get(blank), lambda: None, rounds=5, seconds=1)[0].median
            rest = (taken[1].median - empty) / taken[0].median
            note = f"{rows:,} rows; {rest:.1f}× without what any request costs"
            yield Line(name, taken[1].median, taken[1].p95, taken[0].median, aim, note=note)
    finally:
        raw.close()


def measure_workbook(plan: Plan, *, rounds: int, seconds: float) -> Iterator[Line]:
    """Yield one line: the rows of a list of assets written as a workbook, beside the same rows as CSV by Python.

    The rows are read first, so that only the writing is compared; the other costs of a download are the same for both.
    """
    rows = list(islice(cycle(asset_rows(Asset.objects.filter(team=plan.main.number))), WORKBOOK_ROWS))

    def as_csv() -> None:
        with open(os.devnull, "w", encoding="utf-8", newline="") as nowhere:
            nowhere.writelines(csv_lines(COLUMNS, rows))

    def as_workbook() -> None:
        with tempfile.TemporaryFile() as file:
            write_xlsx(file, COLUMNS, rows)

    taken = side_by_side(as_csv, as_workbook, rounds=rounds, seconds=seconds)
    note = f"{len(rows):,} rows of {len(COLUMNS)} columns"
    yield Line("Assets as XLSX", taken[1].median, taken[1].p95, taken[0].median, WORKBOOK_AIM, note=note)


def _files(plan: Plan, raw: Raw) -> Iterator[tuple[str, Visitor, str, Callable[[], None], int, int]]:
    team = Team.objects.get(pk=plan.main.number)
    builder, evaluator = (Visitor(User.objects.get(pk=pk)) for pk in (plan.main.first_user, plan.main.evaluator))
    names = [f"{name}__name" if name == "neighbourhood" else name for name in COLUMNS]
    assets = Asset.objects.filter(team=team).listed().order_by("name", "id").values_list(*names)
    address = f"{reverse('assets:asset-export')}?format=csv"
    yield "Assets as CSV", builder, address, _dumping(raw, assets), assets.count(), AIM
    found = list(reports.rows(reports.build(team, last(TREND[Grain.QUARTER], until=timezone.localdate()))))
    select = raw.keep(found)
    address = reverse("evaluation:indicator-export", kwargs={"file_format": "csv"})
    yield "Indicators as CSV", evaluator, address, lambda: raw.dump(select), len(found), AIM_OF_WORKED_OUT
    pot = plan.main.number * ROUNDS
    ledger = LedgerEntry.objects.filter(round=pot).order_by("pk").values_list(*LEDGER_FIELDS)
    address = reverse("sparks:ledger-export", kwargs={"pk": pot})
    name = "Ledger of the largest round as CSV"
    yield name, builder, address, _dumping(raw, ledger), ledger.count(), AIM_OF_WORKED_OUT


def _dumping(raw: Raw, rows: QuerySet) -> Callable[[], None]:
    sql, params = rows.query.sql_with_params()
    return lambda: raw.dump(sql, params)
