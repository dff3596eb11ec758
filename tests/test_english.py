"""The words of the glossary: phrases that no page uses, and docstrings that read as translated."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests import checks
from tests.test_architecture import tracked_texts

ROOT = Path(__file__).resolve().parent.parent
GLOSSARY = (ROOT / "docs/glossary.md").read_text()

#: Folders whose docstrings and comments have been rewritten.
REWRITTEN = ("assets", "bench", "communities", "config", "connectors", "evaluation", "sparks")

#: Docstrings and comments of the kind "is no UUID" that may stay, each with its reason.
ALLOWED: dict[str, str] = {}

#: How many files still use a phrase, because their pages have not been rewritten yet. These numbers only ever go down.
STILL_OLD: dict[str, int] = {}

#: Files in which "e-mail" is a spelling that imports accept, or the word that this rule is about.
SPELLS_WITH_A_HYPHEN = {
    "communities/resources/base.py",
    "communities/resources/columns.py",
    "docs/glossary.md",
    "tests/assets/test_import_command.py",
    "tests/assets/test_importing.py",
    "tests/connectors/test_champions.py",
    "tests/test_english.py",
    "tests/test_hostile_spreadsheets.py",
}

IS_NO = re.compile(r"(?<!\b[Tt]here )\b(?:is|are|was|were) (?:no|none)\b(?! longer)")

#: Parts of names that read as translated: delete, close, dismiss, undo, review, remove a name and erase say it.
TRANSLATED_NAME = re.compile(
    r"(?:^|_)(?:let_go|let_old|put_aside|put_together|noted_down|bring_back|tak(?:e|en)_back|look_at|look_through|unname"
    r"|forget\w*|forgotten|walk_alongside|doubles|meeter)(?:_|$)"
)


def avoided_phrases() -> list[str]:
    """Return the left column of the glossary's table "Not this, but that"."""
    rows = GLOSSARY.partition("| Not this | But that |")[2].partition("\n\n")[0]
    return [row.split("|")[1].strip() for row in rows.splitlines()[2:]]


@cache
def interface_files() -> list[Path]:
    """Return the templates, and the Python and JavaScript files that hold text for people."""
    code = (path for app in checks.APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
    return sorted(
        (
            *(ROOT / "templates").rglob("*.*"),
            *(ROOT / "static/js").glob("*.js"),
            *(ROOT / "config").rglob("*.py"),
            *code,
        )
    )


@cache
def shown(path: Path) -> str:
    """Return the text of a file that people can see: all of a template, only the strings of code."""
    text = path.read_text()
    if path.suffix != ".py":
        return text
    tree = ast.parse(text)
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in notes)
    return "\n".join(node.value for node in strings if isinstance(node.value, str))


def remarks(source: str) -> Iterator[str]:
    """Yield the docstrings and comments of Python source, each as one line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield " ".join(node.value.value.split())
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def translated_remarks(source: str) -> list[str]:
    """Return the docstrings and comments of the kind "is no UUID"."""
    return [remark for remark in remarks(source) if IS_NO.search(remark) and remark not in ALLOWED]


def test_the_glossary_lists_phrases_to_avoid_and_what_to_say_instead() -> None:
    assert len(avoided_phrases()) > 20
    assert {"Look in your post", "Noted down twice?", "Questions to begin with"} <= set(avoided_phrases())


#: A £ before a value that is put into a sentence: `pounds` and the filter `money` write the sign, and no pence that are nought.
SIGN_BEFORE_A_VALUE = re.compile(r"£\s?(?:%\(|%[sd]|\{)")
#: Where the sign is written: for everybody else.
WRITES_THE_SIGN = {"communities/pounds.py"}


def test_pounds_in_sentences_are_written_in_one_way() -> None:
    """£250, as on every page: a refusal that said £250.00 was of another kind than the page that showed it."""
    assert SIGN_BEFORE_A_VALUE.search("Only £%(left)s is left.")
    assert SIGN_BEFORE_A_VALUE.search('f"£{amount}"')
    files = {path.relative_to(ROOT).as_posix(): path.read_text() for path in interface_files()}
    assert {name for name, text in files.items() if SIGN_BEFORE_A_VALUE.search(text)} == WRITES_THE_SIGN


@pytest.mark.parametrize("phrase", avoided_phrases())
def test_no_page_uses_an_avoided_phrase(phrase: str) -> None:
    files = [path.relative_to(ROOT).as_posix() for path in interface_files() if phrase in shown(path)]
    assert len(files) <= STILL_OLD.get(phrase, 0), files


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('"""What is no UUID is nobody."""', 1),
        ("# Words that are none.", 1),
        ('"""Return None if the value is not a UUID."""', 0),
        ("x = 1  # There is no index, because there is no query.", 0),
        ('"""Why it is no longer there."""', 0),
    ],
)
def test_a_sentence_that_reads_as_translated_is_found(source: str, found: int) -> None:
    assert len(translated_remarks(source)) == found


@pytest.mark.parametrize("folder", REWRITTEN)
def test_docstrings_and_comments_are_plain(folder: str) -> None:
    found = {
        path.relative_to(ROOT).as_posix(): sentences
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (sentences := translated_remarks(path.read_text()))
    }
    assert found == {}


def test_email_is_spelled_without_a_hyphen() -> None:
    found = {name for name, text in tracked_texts().items() if re.search(r"e-mail", text, re.IGNORECASE)}
    assert found == SPELLS_WITH_A_HYPHEN


def test_names_of_functions_and_classes_are_plain() -> None:
    found = {
        f"{path.relative_to(ROOT).as_posix()}: {node.name}"
        for folder in (*checks.APPS, "config")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and TRANSLATED_NAME.search(node.name)
    }
    assert found == set()
