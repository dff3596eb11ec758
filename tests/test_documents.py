"""The documents refer to what exists: links, commands, make targets, settings, sign-ins."""

import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import get_commands, load_command_class

from config.demo import build
from tests import checks
from tests.settings import READ_BY_TESTS

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for path in sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
}
DEPLOYMENT = DOCUMENTS["docs/deployment.md"]
#: Used by the tests, and by the programs in bin.
NOT_SETTINGS = READ_BY_TESTS | {
    name for program in (ROOT / "bin").iterdir() for name in re.findall(r"\$\{(KITH_\w+):-", program.read_text())
}

LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COMMAND = re.compile(r"manage\.py ([a-z_]+)((?: [^\n`#]+)?)")
OPTION = re.compile(r"(?<!\S)(--?[a-z][\w-]*)")
TARGET = re.compile(r"(?:^ {4}|`|&& )make (?:\w+=\S+ )*([\w./-]+)", re.MULTILINE)
VARIABLE = re.compile(r"\b(?:KITH_[A-Z_]+|DATABASE_URL)\b")
NAMED_TEST = re.compile(r"`(test_\w+)`")
DEFINED_TEST = re.compile(r"^def (test_\w+)\(", re.MULTILINE)
SETTING = re.compile(r"env\.(?:text|flag|whole|words)\(\s*\"([A-Z_]+)\"")


def links(text: str) -> list[str]:
    """Return the targets of a document's links and images that are in the repository."""
    found = [one or other for one, other in LINK.findall(text)]
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def anchors(text: str) -> set[str]:
    """Return the anchors that a document's headings get when Markdown is rendered."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}


def broken_links(name: str, text: str) -> list[str]:
    """Return a document's broken links, to a file or to a heading."""
    broken = []
    for target in links(text):
        path, _, anchor = unquote(target).partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        if not file.exists() or (anchor and anchor not in anchors(file.read_text())):
            broken.append(target)
    return broken


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Return the manage.py commands that a document shows, each with the options it gives them."""
    return [(name, OPTION.findall(rest)) for name, rest in COMMAND.findall(text)]


def unknown_options(name: str, options: list[str]) -> list[str]:
    """Return the options that a command does not take."""
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    known = command.create_parser("manage.py", name)._option_string_actions
    return [option for option in options if option not in known]


def documented_settings() -> set[str]:
    """Return the variables that have a row in the table of docs/deployment.md."""
    return set(re.findall(r"^\| `([A-Z_]+)` \|", DEPLOYMENT, re.MULTILINE))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_work(name: str) -> None:
    assert broken_links(name, DOCUMENTS[name]) == []


def test_a_broken_link_is_found() -> None:
    text = '[a](README.md) [b](README.md#licence) [c](gone.md) [d](README.md#gone) <img src="gone.png"> [e](https://x.example)'
    assert broken_links("CHANGELOG.md", text) == ["gone.md", "README.md#gone", "gone.png"]


def test_the_picture_files_are_small_and_all_are_shown() -> None:
    pictures = {path.name: path.stat().st_size for path in (ROOT / "docs/img").iterdir()}
    shown = {Path(target).name for text in DOCUMENTS.values() for target in links(text) if "/img/" in f"/{target}"}
    assert set(pictures) == shown
    assert {name: size for name, size in pictures.items() if size > 250_000} == {}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_exist_and_take_the_options_shown(name: str) -> None:
    shown = commands(DOCUMENTS[name])
    assert [command for command, _ in shown if command not in get_commands()] == []
    assert {command: unknown for command, options in shown if (unknown := unknown_options(command, options))} == {}


def test_an_unknown_command_or_option_is_found() -> None:
    (name, options), (other, _) = commands("manage.py demo --no-serve --loud\n`manage.py dance`")
    assert (name, unknown_options(name, options)) == ("demo", ["--loud"])
    assert other not in get_commands()


def test_readme_shows_every_command() -> None:
    ours = {path.stem for path in ROOT.glob("*/management/commands/*.py") if path.stem != "__init__"}
    assert ours - {name for name, _ in commands(DOCUMENTS["README.md"])} == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_targets_exist(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text().replace("$(VENV)", ".venv")
    targets = set(re.findall(r"^([\w./-]+):", makefile, re.MULTILINE))
    assert set(TARGET.findall(DOCUMENTS[name])) - targets == set()


def test_readme_names_the_two_commands() -> None:
    assert {"demo", "test"} <= set(TARGET.findall(DOCUMENTS["README.md"]))


def test_every_setting_is_explained_and_every_explained_one_is_read() -> None:
    settings = set(SETTING.findall((ROOT / "config/settings.py").read_text()))
    assert len(settings) > 15
    assert documented_settings() == settings


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_names_a_variable_that_nothing_reads(name: str) -> None:
    assert set(VARIABLE.findall(DOCUMENTS[name])) - documented_settings() - NOT_SETTINGS == set()


def words_of_the_code() -> list[str]:
    """Return the terms of the glossary's table of words of this code base."""
    table = DOCUMENTS["docs/glossary.md"].partition("## Words of this code base")[2].partition("\n## ")[0]
    return [word for cell in re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)[1:] for word in cell.split(", ")]


def test_each_word_of_the_code_in_the_glossary_is_used() -> None:
    code = " ".join(
        path.read_text() for app in (*checks.APPS, "tests") for path in (ROOT / app).rglob("*.py")
    ).casefold()
    assert len(words_of_the_code()) > 20
    assert [word for word in words_of_the_code() if not re.search(rf"\b{word.casefold()}(?:s|es|d)?\b", code)] == []


def missing_tests(text: str) -> set[str]:
    """Return the tests that a document names and that do not exist."""
    return set(NAMED_TEST.findall(text)) - {
        name for path in (ROOT / "tests").rglob("test_*.py") for name in DEFINED_TEST.findall(path.read_text())
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_tests_named_in_documents_exist(name: str) -> None:
    assert missing_tests(DOCUMENTS[name]) == set()


def test_an_unknown_test_name_is_found() -> None:
    # The name is built from parts, so that this file does not contain what it looks for.
    missing = "test_" + "nobody_wrote_this"
    assert missing_tests(f"`{missing}` and `test_tests_named_in_documents_exist`") == {missing}


def test_each_failure_without_signal_has_its_test() -> None:
    rows = [line.split("|") for line in DOCUMENTS["docs/offline.md"].splitlines() if line.startswith("|")][2:]
    assert len(rows) > 20
    assert [row[1] for row in rows if not NAMED_TEST.search(row[2])] == []


def test_readme_lists_every_sign_in_and_the_password() -> None:
    readme = DOCUMENTS["README.md"]
    assert [each.email for each in build.SIGN_INS if f"| `{each.email}` |" not in readme] == []
    assert f"`{build.PASSWORD}`" in readme


def test_every_decision_is_in_the_index_under_its_own_number() -> None:
    files = {path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md")}
    assert set(links(DOCUMENTS["docs/adr/README.md"])) == files
    assert len({name[:4] for name in files}) == len(files)
    assert [name for name in files if not DOCUMENTS[f"docs/adr/{name}"].startswith(f"# {name[:4]} ")] == []


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if re.match(r"docs/adr/\d", name)])
def test_a_decision_has_its_three_parts(name: str) -> None:
    assert re.findall(r"^## (.+)$", DOCUMENTS[name], re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_every_runtime_package_has_its_reason() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    asked = [re.match(r"[\w-]+", requirement)[0] for requirement in declared]
    table = re.findall(r"^\| ([\w-]+)", DOCUMENTS["docs/adr/0002-few-dependencies.md"], re.MULTILINE)
    assert {name.lower() for name in asked} == {name.lower() for name in table} - {"package"} - {"---"}
