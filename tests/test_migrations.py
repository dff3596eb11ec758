"""Migrations hold the schema and nothing else, so that later code cannot break them, and make what the models describe."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tests import checks
from tests.journeys.processes import database_url

ROOT = Path(__file__).resolve().parent.parent
#: Everything that a PostgreSQL says about its tables, one line for each part, without the order of columns.
OF_POSTGRESQL = (
    "SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable,"
    " column_default, is_identity, collation_name, generation_expression"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgrelid::regclass, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)
#: What a migration may import: a field's validators and defaults, and a model's manager.
REFERRED_TO = {"models", "validators"}
#: Operations that run code or statements of their own.
RUNS = {"RunPython", "RunSQL", "SeparateDatabaseAndState"}


def migrations_of(app: str) -> list[Path]:
    """Return an app's migrations."""
    return sorted(path for path in (ROOT / app / "migrations").glob("*.py") if path.name != "__init__.py")


def current_code(path: str, source: str) -> Iterator[str]:
    """Yield what a migration imports from Kith beyond the parts of its models, and operations that run code."""
    tree = ast.parse(source)
    for line, name in checks.imports(tree, path):
        parts = name.split(".")
        if parts[0] in (*checks.APPS, "config") and (len(parts) < 2 or parts[1] not in REFERRED_TO):
            yield f"{path}:{line} imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and checks.called_name(node) in RUNS:
            yield f"{path}:{node.lineno} calls {checks.called_name(node)}"


@pytest.mark.parametrize("app", checks.APPS)
def test_there_is_one_migration_until_the_first_release(app: str) -> None:
    assert [path.name for path in migrations_of(app)] == ["0001_initial.py"]


@pytest.mark.parametrize("app", checks.APPS)
def test_migrations_call_no_current_code(app: str) -> None:
    found = [breach for path in migrations_of(app) for breach in current_code(f"{app}/{path.name}", path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("from evaluation.actions import install_framework", "imports evaluation.actions.install_framework"),
        ("import communities", "imports communities"),
        ("from config.env import flag", "imports config.env.flag"),
        ("operations = [migrations.RunPython(install)]", "calls RunPython"),
        ("operations = [RunSQL('SELECT 1')]", "calls RunSQL"),
    ],
)
def test_a_planted_call_is_found(source: str, said: str) -> None:
    assert list(current_code("a.py", source)) == [f"a.py:1 {said}"]


def test_what_a_field_or_a_manager_refers_to_is_allowed() -> None:
    assert list(current_code("a.py", "import communities.models.teams\nfrom assets.validators import check")) == []


@contextmanager
def migrated(folder: Path) -> Iterator[BaseDatabaseWrapper]:
    """Make a database with `manage.py migrate`, of the kind that the tests use, and connect to it."""
    other = connection.copy("default")
    other.settings_dict["NAME"] = str(folder / "migrated.sqlite3")
    url = f"sqlite:///{other.settings_dict['NAME']}"
    if connection.vendor == "postgresql":
        other.settings_dict["NAME"] = f"{connection.settings_dict['NAME']}_migrated"
        url = urlunsplit(urlsplit(database_url())._replace(path=f"/{other.settings_dict['NAME']}"))
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {other.settings_dict['NAME']}")
    try:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("KITH_", "DJANGO_"))}
        where = {"DATABASE_URL": url, "KITH_VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0", "--no-input"]
        subprocess.run(migrate, cwd=ROOT, env={**clean, **where}, check=True)
        yield other
    finally:
        other.close()
        if connection.vendor == "postgresql":
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {other.settings_dict['NAME']}")


def schema_of(database: BaseDatabaseWrapper) -> set[str]:
    """Return a line for each column, constraint, index and trigger; the order of a table's columns does not count."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            found = set()
            for question in OF_POSTGRESQL:
                cursor.execute(question)
                found |= {" ".join(map(str, row)) for row in cursor.fetchall()}
            return found
        # SQLite's own tables say nothing of the schema: ANALYZE makes sqlite_stat1.
        cursor.execute(
            r"SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'"
        )
        rows = cursor.fetchall()
    tables = {name: sql for kind, name, sql in rows if kind == "table"}
    found = {f"{name}: {sql}" for kind, name, sql in rows if kind != "table"}
    return found | {f"{name}: {part}" for name, sql in tables.items() for part in parts_of(sql)}


def of_kith(lines: set[str]) -> set[str]:
    """Return the lines without those of Django's own tables: its older migrations number some of them otherwise."""
    return {line for line in lines if not line.startswith(("auth_", "django_"))}


def parts_of(sql: str) -> Iterator[str]:
    """Yield what stands in the outer brackets of a CREATE TABLE, between the commas that are in no others and in no text."""
    depth, part = 0, ""
    for token in re.findall(r"'(?:[^']|'')*'|[(),]|[^'(),]+", sql.partition("(")[2].rpartition(")")[0]):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "," and not depth:
            yield part.strip()
            part = ""
        else:
            part += token
    yield part.strip()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_migrations_make_the_schema_of_the_models(tmp_path: Path) -> None:
    """The tables of the tests are made from the models, see tests/settings.py."""
    with migrated(tmp_path) as database:
        made, described = of_kith(schema_of(database)), of_kith(schema_of(connection))
    assert len(described) > 500
    assert sorted(described - made) == [], "the migrations do not make it"
    assert sorted(made - described) == [], "no model describes it"


def test_a_table_is_read_in_parts() -> None:
    sql = """CREATE TABLE "a" ("id" integer NOT NULL, "b" text DEFAULT 'x, (y', CHECK ("b" IN ('1', '2)')), UNIQUE ("b", "id"))"""
    assert list(parts_of(sql)) == [
        '"id" integer NOT NULL', """"b" text DEFAULT 'x, (y'""", """CHECK ("b" IN ('1', '2)'))""", 'UNIQUE ("b", "id")',
    ]  # fmt: skip
