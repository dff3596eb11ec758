"""Fill an empty, migrated database with the rows of a plan."""

import sys
from collections.abc import Callable
from datetime import date

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

from bench.catalogue import fill_catalogue
from bench.plan import Plan
from bench.rows import tasks
from bench.sql import Sql, run

COLUMNS = [
    "ordinal",
    "id",
    "talks",
    "people",
    "first_person",
    "assets",
    "first_asset",
    "places",
    "first_place",
    "builders",
    "first_user",
]


class Bar:
    """A progress bar on the error stream; if that is not a terminal, only a line for each table."""

    def __init__(self, total: int, stream: object = sys.stderr) -> None:
        self.total, self.done, self.stream, self.name = max(total, 1), 0, stream, ""
        self.is_screen = getattr(stream, "isatty", lambda: False)()

    def begin(self, name: str) -> None:
        """Show the name of the next table."""
        self.name = name
        self.step(0)
        if not self.is_screen:
            self.stream.write(f"  {100 * self.done // self.total:3}%  {name}\n")
            self.stream.flush()

    def step(self, rows: int) -> None:
        """Add rows to the progress."""
        self.done += rows
        if self.is_screen:
            part = min(self.done / self.total, 1)
            self.stream.write(f"\r  [{'#' * int(30 * part):30}] {100 * part:3.0f}%  {self.name:32}")
            self.stream.flush()

    def end(self) -> None:
        """End the line."""
        if self.is_screen:
            self.stream.write("\n")


def fill(plan: Plan, today: date, bar: Callable[[int], Bar] = Bar) -> None:
    """Write every row of the plan. The database must be migrated and without teams. Dates count back from `today`."""
    sql = Sql(today=today, vendor=connection.vendor)
    fill_catalogue(plan, today)
    _number_sequences()
    run("DROP TABLE IF EXISTS bench_team")
    run(f"CREATE TEMPORARY TABLE bench_team ({', '.join(f'{column} bigint' for column in COLUMNS)})")
    for ordinal, team in enumerate(plan.teams):
        numbers = (ordinal, team.number, *(getattr(team, column) for column in COLUMNS[2:]))
        run(f"INSERT INTO bench_team VALUES ({', '.join(map(str, numbers))})")
    work = list(tasks(plan, sql))
    progress = bar(sum(task.count for task in work))
    for task in work:
        progress.begin(task.name)
        task.fill(progress.step)
    progress.end()
    run("DROP TABLE bench_team")
    _number_sequences()


def _number_sequences() -> None:
    """Let the database's sequences continue after the primary keys of the plan."""
    every: list[type[models.Model]] = list(apps.get_models(include_auto_created=True))
    for statement in connection.ops.sequence_reset_sql(no_style(), every):
        run(statement)
