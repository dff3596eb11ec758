"""Migrations hold the schema and nothing else, so that later code cannot break them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import checks

ROOT = Path(__file__).resolve().parent.parent
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
