"""The lock files pin what pyproject.toml declares, and nothing else."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
#: Each lock file with what is declared for it.
DECLARED = {
    "base.lock": PROJECT["project"]["dependencies"],
    "test.lock": [line for group in PROJECT["dependency-groups"].values() for line in group],
}
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;\\]+)")
PINNED = re.compile(r"^[A-Za-z0-9._-]+(?:\[[^]]*\])?==[^\s;\\]+", re.MULTILINE)
ASKED_BY = re.compile(r"^    # (?:via)?\s*(.*)$")
OURS = "kith (pyproject.toml"


def lock(name: str) -> str:
    """Return the text of a lock file."""
    return (ROOT / "requirements" / name).read_text()


def pins(text: str) -> dict[str, tuple[str, list[str]]]:
    """Return each package that a lock file pins, with its version and what asks for it."""
    found: dict[str, tuple[str, list[str]]] = {}
    asked_by: list[str] = []
    for line in text.splitlines():
        if pin := PIN.match(line):
            asked_by = []
            found[canonicalize_name(pin["name"])] = (pin["version"], asked_by)
        elif (asks := ASKED_BY.match(line)) and asks[1] and not asks[1].startswith("-c "):
            asked_by.append(asks[1])
    return found


def differences(declared: Iterable[str], text: str) -> list[str]:
    """Return where a lock file differs from the declaration: not pinned, pinned to another version, or no longer
    declared.
    """
    pinned = pins(text)
    asked = {canonicalize_name(requirement.name): requirement for requirement in map(Requirement, declared)}
    found = [f"{name} is declared and not pinned" for name in sorted(asked.keys() - pinned.keys())]
    for name, (version, asked_by) in pinned.items():
        ours = any(each.startswith(OURS) for each in asked_by)
        if ours and name not in asked:
            found.append(f"{name} is pinned as ours and not declared")
        elif not ours and name in asked:
            found.append(f"{name} is declared, and the lock does not know")
        elif not asked_by:
            found.append(f"{name} is pinned and nothing asks for it")
        if name in asked and not asked[name].specifier.contains(version):
            found.append(f"{name} is pinned to {version}, and {asked[name]} is declared")
    return found


@pytest.mark.parametrize("name", DECLARED)
def test_the_lock_pins_what_is_declared_and_nothing_else(name: str) -> None:
    assert differences(DECLARED[name], lock(name)) == []


def extras_lost(text: str, asked: Iterable[Requirement]) -> list[str]:
    """Return the requirements with extras that a lock file pins without them: the pip of Python 3.12 refuses those."""
    kept = {canonicalize_name(pin.name): pin.extras for pin in map(Requirement, PINNED.findall(text))}
    return sorted({str(each) for each in asked if each.extras - kept.get(canonicalize_name(each.name), each.extras)})


def asked_by_installed(names: Iterable[str]) -> Iterator[Requirement]:
    """Yield what the packages of these names require here, of those that are installed."""
    for name in names:
        try:
            lines = distribution(name).requires or ()
        except PackageNotFoundError:
            continue
        found = map(Requirement, lines)
        yield from (each for each in found if each.marker is None or each.marker.evaluate({"extra": ""}))


@pytest.mark.parametrize("name", DECLARED)
def test_a_pin_keeps_the_extras_that_are_asked_for(name: str) -> None:
    declared = [Requirement(line) for line in DECLARED[name]]
    assert extras_lost(lock(name), [*declared, *asked_by_installed(pins(lock(name)))]) == []


def test_a_lost_extra_is_found() -> None:
    asked = [Requirement("coverage[toml]>=7"), Requirement("Django")]
    assert extras_lost(pinned("coverage", "7.17.3", "pytest-cov"), asked) == ["coverage[toml]>=7"]
    assert extras_lost(pinned("coverage[toml]", "7.17.3", "pytest-cov"), asked) == []


@pytest.mark.parametrize("name", DECLARED)
def test_packages_that_require_a_pinned_package_are_pinned(name: str) -> None:
    known = {package for each in DECLARED for package in pins(lock(each))}
    asking = {who for _, asked_by in pins(lock(name)).values() for who in asked_by if not who.startswith(OURS)}
    assert {who for who in asking if canonicalize_name(who) not in known} == set()


def test_both_locks_pin_a_package_to_the_same_version() -> None:
    base, test = (pins(lock(name)) for name in DECLARED)
    assert {
        name: (base[name][0], test[name][0]) for name in base.keys() & test.keys() if base[name][0] != test[name][0]
    } == {}


def test_every_lock_is_compiled_from_the_declaration() -> None:
    assert {path.name for path in (ROOT / "requirements").iterdir()} == set(DECLARED)


def test_nothing_is_declared_twice() -> None:
    names = [canonicalize_name(Requirement(line).name) for lines in DECLARED.values() for line in lines]
    assert sorted(names) == sorted(set(names))


def pinned(name: str, version: str, asked_by: str) -> str:
    """Return the lines of a lock file for one package."""
    return f"{name}=={version} \\\n    --hash=sha256:{'0' * 64}\n    # via {asked_by}\n"


DJANGO = pinned("django", "6.1.3", f"{OURS})")
WHITENOISE = pinned("whitenoise", "6.12.0", f"{OURS})")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (DJANGO, ["whitenoise is declared and not pinned"]),
        (DJANGO.replace("6.1.3", "6.0.1") + WHITENOISE, ["django is pinned to 6.0.1, and Django~=6.1.0 is declared"]),
        (DJANGO + WHITENOISE + pinned("six", "1.0", f"{OURS})"), ["six is pinned as ours and not declared"]),
        (DJANGO + WHITENOISE + pinned("six", "1.0", ""), ["six is pinned and nothing asks for it"]),
        (DJANGO + pinned("whitenoise", "6.12.0", "django"), ["whitenoise is declared, and the lock does not know"]),
        (DJANGO + WHITENOISE + pinned("asgiref", "3.13.0", "django"), []),
    ],
)
def test_a_planted_difference_is_found(text: str, words: list[str]) -> None:
    assert differences(["Django~=6.1.0", "whitenoise"], text) == words
