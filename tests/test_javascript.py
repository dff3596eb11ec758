"""JavaScript: each rule of the linter against a planted violation, so that none is ineffective."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OXLINT = Path(sys.executable).parent / "oxlint"


def lint(folder: Path, name: str, source: str) -> list[str]:
    """Return the rules that a file of this name and source violates in our configuration, sorted."""
    shutil.copy(ROOT / ".oxlintrc.json", folder)
    file = folder / name
    file.parent.mkdir(parents=True)
    file.write_text(source)
    answer = subprocess.run(
        [OXLINT, "--format=unix", "."], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    rules = sorted(line.rpartition("(")[2].rstrip(")]") for line in answer.stdout.splitlines() if "[Error/" in line)
    assert answer.returncode == int(bool(rules)), answer.stdout + answer.stderr
    return rules


PAGE, WORKER = "static/js/page.js", "static/js/worker.js"


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("const unused = 1;", "no-unused-vars"),
        ("addEventListener('online', (unused) => {});", "no-unused-vars"),
        ("undeclared();", "no-undef"),
        ("forgotten = 1;", "no-undef"),
        ("self.x = KITH.version;", "no-undef"),
        ("self.x = name;", "no-restricted-globals"),
        ("const a = 1; self.x = () => { const a = 2; return a; }; self.y = a;", "no-shadow"),
        ("var a = 1; self.x = a;", "no-var"),
        ("let a = 1; self.x = a;", "prefer-const"),
        ("self.x = self.y == 1;", "eqeqeq"),
        ("self.x = parseInt('08');", "radix"),
        ("eval('1');", "no-eval"),
        ("self.x = new Function('return 1');", "no-new-func"),
        ("setTimeout('go()', 10);", "no-implied-eval"),
        ("document.body.innerHTML = '<b>';", "no-restricted-properties"),
        ("document.body.insertAdjacentHTML('beforeend', '<b>');", "no-restricted-properties"),
        ("document.write('<b>');", "no-restricted-properties"),
        ("console.log(1);", "no-console"),
        ("debugger;", "no-debugger"),
        ("if (self.a) { self.b = 1; } else if (self.a) { self.b = 2; }", "no-dupe-else-if"),
        ("self.x = () => { throw 'words'; };", "no-throw-literal"),
    ],
)
def test_a_planted_breach_is_found(source: str, rule: str, tmp_path: Path) -> None:
    assert lint(tmp_path, PAGE, source) == [rule]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        (PAGE, "document.title = 'Kith';"),
        (WORKER, "self.x = [KITH.version, clients, caches]; importScripts('a.js');"),
        ("tests/js/a.test.mjs", "import test from 'node:test';\n\ntest('it', () => { process.exit(0); });"),
    ],
)
def test_each_folder_knows_its_own_globals(name: str, source: str, tmp_path: Path) -> None:
    assert lint(tmp_path, name, source) == []


def test_the_worker_has_no_document(tmp_path: Path) -> None:
    assert lint(tmp_path, WORKER, "document.title = 'Kith';") == ["no-undef"]
