"""The types: each kind of fault against a planted one, so that none is ineffective, and which modules are checked."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from tests import checks, type_check

PROJECT = tomllib.loads((type_check.ROOT / "pyproject.toml").read_text())
PLANTED = """
from itertools import batched
from warnings import deprecated
from communities.models import Team, User
from communities.rules import can_edit_team

def first(teams: list[Team]) -> str:
    return teams[0].pk

def listed(user: User) -> str | None:
    return Team.objects.visible_to(user).filter(nmae="Bench").first().name

batched([1, 2], 1, strict=True)
"""


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[int, str, str]]]:
    """Return the line, code and message of everything that mypy says about the planted faults, by our configuration."""
    folder = tmp_path_factory.mktemp("types")
    module = folder / "planted.py"
    module.write_text(PLANTED)
    found = type_check.faults([str(module)], f"--cache-dir={folder / 'cache'}")
    return [(each["line"], each["code"], each["message"]) for each in found if Path(each["file"]) == module]


@pytest.mark.parametrize(
    ("line", "code", "words", "everywhere"),
    [
        (3, "attr-defined", 'Module "warnings" has no attribute "deprecated"', True),
        (5, "attr-defined", 'Module "communities.rules" has no attribute "can_edit_team"', True),
        (8, "return-value", 'got "int", expected "str"', False),
        (11, "misc", "Cannot resolve keyword 'nmae' into field", False),
        (11, "union-attr", 'Item "None" of "Team | None" has no attribute "name"', False),
        (13, "call-arg", 'Unexpected keyword argument "strict" for "batched"', True),
    ],
)
def test_a_planted_fault_is_found(
    planted: list[tuple[int, str, str]], line: int, code: str, words: str, everywhere: bool
) -> None:
    messages = [message for at, kind, message in planted if (at, kind) == (line, code)]
    assert any(words in message for message in messages), planted
    assert [type_check.counts("assets/rules.py", code, message) for message in messages] == [True] * len(messages)
    assert {type_check.counts("assets/views/assets.py", code, message) for message in messages} == {everywhere}
    assert {type_check.counts("config/urls.py", code, message) for message in messages} == {everywhere}


def test_nothing_else_is_found_in_it(planted: list[tuple[int, str, str]]) -> None:
    assert sorted({line for line, _code, _message in planted}) == [3, 5, 8, 11, 13]


def test_a_checker_that_cannot_finish_is_no_pass(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no_such_file"):
        type_check.faults([str(tmp_path / "no_such_file.py")])


def test_mypy_is_silenced_nowhere_in_these_layers() -> None:
    modules = [path for path in type_check.modules() if not path.startswith("config/")]
    assert [each for path in modules for each in type_check.silenced(path, (type_check.ROOT / path).read_text())] == []


@pytest.mark.parametrize(
    ("path", "source", "words"),
    [
        ("assets/rules.py", "x: str = None  # type: ignore[assignment]", ["assets/rules.py:1 holds '# type: ignore'"]),
        ("assets/rules.py", "# mypy: ignore-errors", ["assets/rules.py:1 holds '# mypy:'"]),
        ("assets/rules.py", "from typing import Any, cast", ["assets/rules.py:1 imports cast"]),
        ("assets/views/assets.py", "from typing import cast  # type: ignore[misc]", []),
    ],
)
def test_what_silences_mypy_is_found(path: str, source: str, words: list[str]) -> None:
    assert type_check.silenced(path, source) == words


def test_the_layers_of_rules_queries_actions_and_pure_modules_are_checked() -> None:
    assert set(checks.TYPED) < set(checks.LAYERS)
    modules = type_check.modules()
    typed = [path for path in modules if not path.startswith("config/") and checks.is_typed(path)]
    kinds = {checks.kind_of(path) for path in typed}
    assert kinds >= {"rules", "queries", "actions"}
    assert {"connectors/wording/reading.py", "connectors/web/tasks.py", "evaluation/reports/figures.py"} <= set(typed)
    assert not kinds & {"models", "doors", "forms", "admin", "views", "resources"}
    assert not [path for path in modules if "migrations" in path]


def test_types_are_checked_for_the_oldest_python_that_runs_kith() -> None:
    supported = SpecifierSet(PROJECT["project"]["requires-python"])
    oldest = PROJECT["tool"]["mypy"]["python_version"]
    major, minor = map(int, oldest.split("."))
    assert supported.contains(oldest)
    assert not supported.contains(f"{major}.{minor - 1}")
