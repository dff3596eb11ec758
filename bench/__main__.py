"""Build a database of a size, measure Kith on it, and print the results beside their aims.

python -m bench --size 100000            SQLite, in var/bench/
python -m bench --size 100000 --postgres a throw-away PostgreSQL; or one of your own, empty, in DATABASE_URL
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from bench import store
from bench.plan import SMALLEST, Plan, plan
from tests.postgres import NoPostgresError, running


def main(arguments: list[str]) -> int:
    """Run what the command line asks for, and return the exit code: a slow result is never a failure."""
    asked = _asked(arguments)
    size_plan = plan(asked.size)
    try:
        with _database(asked) as url:
            environment = store.environment(url)
            os.environ.clear()
            os.environ.update(environment)
            _run(size_plan, asked, environment)
    except (NoPostgresError, store.NotOursError) as error:
        print(f"The bench did not run: {error}", file=sys.stderr)
        return 1
    return 0


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Build a database and measure Kith on it.")
    parser.add_argument("--size", type=int, default=100_000, help="conversations; a fifth as many people and assets")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL that is thrown away afterwards")
    parser.add_argument("--rebuild", action="store_true", help="build anew, even when the database is there")
    parser.add_argument("--rounds", type=int, default=40, help="how often each page is looked at, at most")
    parser.add_argument("--seconds", type=float, default=8, help="how long each page is looked at, at most")
    parser.add_argument("--import-rows", type=int, default=50_000, help="rows of the imported file; 0 leaves it out")
    parser.add_argument("--desk", action="store_true", help="only the builders who save while a manager imports")
    asked = parser.parse_args(arguments)
    if asked.size < SMALLEST:
        parser.error(f"--size is at least {SMALLEST}.")
    return asked


@contextmanager
def _database(asked: argparse.Namespace) -> Iterator[str]:
    """Yield the URL of the database: PostgreSQL if requested, otherwise a file of the bench's own."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://")):
        yield given
    elif asked.postgres:
        with running() as url:
            yield url
    else:
        yield f"sqlite:///{store.file_of(asked.size)}"


def _run(size_plan: Plan, asked: argparse.Namespace, environment: dict[str, str]) -> None:
    today = date.today()  # noqa: DTZ011 - the machine's own day is what the pages go by
    is_sqlite = environment["DATABASE_URL"].startswith("sqlite")
    ready = is_sqlite and store.sqlite_is_ready(asked.size, today, rebuild=asked.rebuild)
    import django

    django.setup()
    if not is_sqlite:
        ready = store.postgres_is_ready(asked.size, today, rebuild=asked.rebuild)
    start = time.perf_counter()
    if not ready:
        print(f"Building a database of {asked.size:,} conversations ...", file=sys.stderr)
        store.build(size_plan, today)
    else:
        store.tend()
    _collect_static()
    for line in about(size_plan, None if ready else time.perf_counter() - start):
        print(line)
    from bench.measure import everything

    for line in everything(size_plan, asked, environment):
        print(line, flush=True)


def _collect_static() -> None:
    """Name the static files by their contents, as production does."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def about(size_plan: Plan, seconds: float | None) -> list[str]:
    """Return lines about the machine, the database and the measured team."""
    from django.db import connection

    main_team, others = size_plan.main, size_plan.teams[1:]
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        version = cursor.fetchone()[0]
    built = "there already" if seconds is None else f"built in {seconds:.0f} s"
    return [
        f"Kith bench, {datetime.now():%d.%m.%Y %H:%M}: {connection.display_name} {version}, Python "  # noqa: DTZ005
        f"{platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        f"{size_plan.size:,} conversations, {size_plan.people:,} people, {size_plan.assets:,} assets in "
        f"{len(size_plan.teams)} teams; {built}",
        f"The measured team: {main_team.talks:,} conversations, {main_team.people:,} people, {main_team.assets:,} assets, "
        f"{main_team.places} neighbourhoods. Each other: about {others[0].talks:,}, {others[0].people:,} and "
        f"{others[0].assets:,}.",
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
