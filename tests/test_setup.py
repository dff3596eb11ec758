"""Setting up on other machines: which Python is used, what prevents a start, and what a start needs."""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import run
from tests.run import Part, Report
from tests.webkit import WebKit

ROOT = Path(__file__).resolve().parent.parent
PICKER = ROOT / "bin" / "python-for-kith"
SECRET = "0123456789abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PRODUCTION = {
    "KITH_DEBUG": "0",
    "KITH_SECRET_KEY": SECRET,
    "KITH_ALLOWED_HOSTS": "kith.example.org",
    "KITH_SMTP_HOST": "mail.example.org",
}


def answering(folder: Path, name: str, script: str) -> Path:
    """Create a program with this name from lines of shell in a folder, and return its path."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def works(folder: Path, name: str) -> Path:
    """Create a Python that is new enough in a folder."""
    return answering(folder, name, f'exec "{sys.executable}" "$@"')


def too_old(folder: Path, name: str) -> Path:
    """Create a Python 3.11 in a folder: it fails a version check and prints its version when asked."""
    return answering(
        folder, name, 'case "$2" in *version_info*print*|*print*version_info*) echo "Python 3.11";; *) exit 1;; esac'
    )


def pick(path: Path, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script where PATH has one folder only and the home is empty."""
    return subprocess.run(
        ["/bin/sh", str(PICKER)],
        env={"PATH": str(path), "HOME": str(tmp_path / "home"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_working_python_is_used(tmp_path: Path) -> None:
    works(tmp_path / "bin", "python3")
    answer = pick(tmp_path / "bin", tmp_path)
    assert (answer.returncode, answer.stdout.strip(), answer.stderr) == (0, sys.executable, "")


def test_a_shim_without_an_installed_python_is_ignored(tmp_path: Path) -> None:
    answering(tmp_path / "bin", "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    works(tmp_path / "bin", "python3")
    answer = pick(tmp_path / "bin", tmp_path)
    assert (answer.returncode, answer.stdout.strip(), answer.stderr) == (0, sys.executable, "")


def test_a_python_in_pyenv_is_found(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "home/.pyenv/versions/3.13.1").mkdir(parents=True)
    works(tmp_path / "home/.pyenv/versions/3.13.1/bin", "python")
    answer = pick(tmp_path / "bin", tmp_path)
    assert (answer.returncode, answer.stdout.strip()) == (0, sys.executable)


def test_too_old_a_python_is_a_one_line_error(tmp_path: Path) -> None:
    too_old(tmp_path / "bin", "python3")
    answer = pick(tmp_path / "bin", tmp_path)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.count("\n") == 1
    assert "Kith needs Python 3.12 or newer with venv, and found Python 3.11." in answer.stderr


def test_a_missing_python_is_a_one_line_error(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    answer = pick(tmp_path / "bin", tmp_path)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("Kith needs Python 3.12 or newer with venv, and found no Python.")
    assert answer.stderr.count("\n") == 1


def test_the_requested_python_is_used(tmp_path: Path) -> None:
    too_old(tmp_path / "bin", "python3")
    chosen = works(tmp_path / "other", "mine")
    assert pick(tmp_path / "bin", tmp_path, PYTHON=str(chosen)).stdout.strip() == sys.executable


def test_a_requested_python_that_is_too_old_is_refused(tmp_path: Path) -> None:
    works(tmp_path / "bin", "python3")
    chosen = too_old(tmp_path / "other", "mine")
    answer = pick(tmp_path / "bin", tmp_path, PYTHON=str(chosen))
    assert (answer.returncode, answer.stdout) == (1, "")
    assert f"PYTHON={chosen} is not one" in answer.stderr


class Environments:
    """bin/environment, with a Python that creates an environment of two small programs and downloads nothing."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder, self.log = tmp_path / "kith" / ".venv", tmp_path / "log"
        self.folder.parent.mkdir()
        self.version, self.pip = tmp_path / "version", tmp_path / "pip"
        self.version.write_text("3.13")
        self.pip.write_text("exit 0")
        self.python = answering(
            tmp_path / "bin",
            "mine",
            f"""case "$1 $2" in
              "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && cat {self.version} > "$3/version"; echo "venv $3" >> {self.log};;
              "-m pip") echo "pip $0" >> {self.log}; . {self.pip};;
              "-c import sys; print(sys.executable)") echo "$0";;
              "-c "*version_info*print*) exec {sys.executable} "$@";;
              "-c "*print*version_info*) here=$(dirname "$0")/../version; [ -f "$here" ] && cat "$here" || cat {self.version};;
              *) exec {sys.executable} "$@";;
            esac""",
        )

    def make(self) -> subprocess.CompletedProcess[str]:
        """Create the environment, or update it."""
        self.log.write_text("")
        return subprocess.run(
            ["/bin/sh", str(ROOT / "bin" / "environment"), ".venv"],
            cwd=self.folder.parent,
            env={**os.environ, "PYTHON": str(self.python)},
            capture_output=True,
            text=True,
            check=False,
        )

    def did(self) -> list[str]:
        """Return the commands that were run."""
        return [line.split()[0] for line in self.log.read_text().splitlines()]


@pytest.fixture
def environments(tmp_path: Path) -> Environments:
    """Return a folder without an environment."""
    return Environments(tmp_path)


def test_an_existing_environment_is_updated_and_never_emptied(environments: Environments) -> None:
    assert (environments.make().returncode, environments.did()) == (0, ["venv", "pip"])
    (environments.folder / "in-use").touch()
    assert (environments.make().returncode, environments.did()) == (0, ["pip"])
    assert (environments.folder / "in-use").exists()
    assert "--clear" not in (ROOT / "Makefile").read_text() + (ROOT / "bin" / "environment").read_text()


def test_another_python_gets_its_own_environment(environments: Environments) -> None:
    environments.make()
    (environments.folder / "in-use").touch()
    environments.version.write_text("3.14")
    assert (environments.make().returncode, environments.did()) == (0, ["venv", "pip"])
    assert environments.folder.is_symlink()
    assert (environments.folder / "version").read_text() == "3.14"
    (kept,) = environments.folder.parent.glob(".venvs/before-*")
    assert (kept / "in-use").exists()
    assert (environments.make().returncode, environments.did()) == (0, ["pip"])


def test_a_failed_installation_changes_nothing_and_is_repeated(environments: Environments) -> None:
    environments.make()
    environments.version.write_text("3.14")
    environments.pip.write_text("exit 1")
    assert environments.make().returncode != 0
    assert not environments.folder.is_symlink()
    assert (environments.folder / "version").read_text() == "3.13"
    environments.pip.write_text("exit 0")
    assert environments.make().returncode == 0
    assert (environments.folder / "version").read_text() == "3.14"


def test_an_incomplete_environment_is_replaced(environments: Environments) -> None:
    environments.folder.mkdir()
    assert (environments.make().returncode, environments.did()) == (0, ["venv", "pip"])
    assert (environments.folder / "version").read_text() == "3.13"


def run_kith(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of bin/kith whose Python only prints its arguments, through a link to its folder."""
    real = folder / "release"
    (real / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "bin" / "kith", real / "bin" / "kith")
    (real / ".venv").mkdir()
    answering(real / ".venv" / "bin", "python", 'echo "$0 $* $KITH_DEBUG $KITH_ALLOWED_HOSTS"')
    (folder / "current").symlink_to("release")
    return subprocess.run(
        [str(folder / "current" / "bin" / "kith"), *words],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_kith_command_runs_in_its_folder_with_the_services_settings(tmp_path: Path) -> None:
    (tmp_path / "kith.env").write_text("KITH_ALLOWED_HOSTS=kith.example.org\n")
    answer = run_kith(tmp_path, "migrate", KITH_ENV_FILE=str(tmp_path / "kith.env"))
    release = tmp_path.resolve() / "release"
    assert answer.stdout == f"{release}/.venv/bin/python {release}/manage.py migrate 0 kith.example.org\n"


def test_a_command_without_settings_touches_no_other_database(tmp_path: Path) -> None:
    answer = run_kith(tmp_path, "migrate", KITH_ENV_FILE=str(tmp_path / "absent"))
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "Kith's settings are not set" in answer.stderr


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with only these variables of Kith's set."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KITH_", "DATABASE_", "DJANGO_", "COV_"))
    }
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def scratch(tmp_path: Path) -> dict[str, str]:
    """Return variables that keep the files of a start out of the repository."""
    return {"KITH_VAR_DIR": str(tmp_path / "var")}


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({**PRODUCTION, "KITH_SECRET_KEY": ""}, "KITH_SECRET_KEY must be set"),
        ({**PRODUCTION, "KITH_SECRET_KEY": "short"}, "KITH_SECRET_KEY must be set"),
        (
            {**PRODUCTION, "KITH_SECRET_KEY": "only-for-development-and-never-for-real-people"},
            "KITH_SECRET_KEY must be set",
        ),
        ({**PRODUCTION, "KITH_ALLOWED_HOSTS": ""}, "KITH_ALLOWED_HOSTS must name the host"),
        ({"DATABASE_URL": "mysql://kith@localhost/kith"}, "DATABASE_URL must begin with sqlite:/// or postgres://"),
        ({"DATABASE_URL": "kith.sqlite3"}, "DATABASE_URL"),
        ({"KITH_DEBUG": "perhaps"}, "KITH_DEBUG must be 1 or 0, not 'perhaps'"),
        ({"KITH_CONN_MAX_AGE": "long"}, "KITH_CONN_MAX_AGE must be a whole number, not 'long'"),
        (
            {"KITH_SECURITY_CONTACT": "security@example.org"},
            "KITH_SECURITY_CONTACT must begin with mailto: or https://",
        ),
        ({"KITH_TILE_URL": "https://tiles.example.org/{z}/{x}/{y}.png"}, "KITH_TILE_URL needs KITH_TILE_ATTRIBUTION"),
    ],
)
def test_an_invalid_setting_stops_the_start_with_a_message(
    environment: dict[str, str], sentence: str, scratch: dict[str, str]
) -> None:
    answer = manage("check", **{**scratch, **environment})
    assert answer.returncode != 0
    assert sentence in answer.stderr


def test_development_starts_with_no_settings(scratch: dict[str, str]) -> None:
    answer = manage("check", **scratch)
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize("database", ["", "postgres://kith@localhost/kith"])
def test_production_passes_djangos_own_check(database: str, scratch: dict[str, str]) -> None:
    answer = manage("check", "--deploy", "--fail-level", "INFO", **scratch, **PRODUCTION, DATABASE_URL=database)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_the_migrations_match_the_models(scratch: dict[str, str]) -> None:
    answer = manage("makemigrations", "--check", "--dry-run", **scratch)
    assert answer.returncode == 0, answer.stdout + answer.stderr


WHOLE = Report([Part("SQLite", 0, "9 passed"), Part("PostgreSQL", 0, "9 passed")])
LACKING = Report([Part("SQLite", 0, "9 passed")], ["browser tests: no Chromium was found"])
SKIPPING = Report([Part("SQLite", 0, "8 passed, 1 skipped")])
FAILING = Report([Part("SQLite", 0, "9 passed"), Part("PostgreSQL", 1, "8 passed, 1 failed")])
EMPTY = Report([Part("SQLite", 5)])


@pytest.mark.parametrize(
    ("report", "at_home", "in_ci"),
    [(WHOLE, 0, 0), (LACKING, 0, 1), (SKIPPING, 0, 1), (FAILING, 1, 1), (EMPTY, 1, 1)],
)
def test_skipped_parts_are_reported_locally_and_fail_in_ci(report: Report, at_home: int, in_ci: int) -> None:
    assert report.verdict(nothing_left_out=False) == at_home
    assert report.verdict(nothing_left_out=True) == in_ci


def test_the_closing_lines_list_skipped_parts() -> None:
    words = LACKING.words(nothing_left_out=False)
    assert words.endswith("Left out:\n  browser tests: no Chromium was found\nPASSED\n9 passed, 0 failed, 0 skipped")
    assert "9 passed" in words
    assert "so this is a failure.\nFAILED" in LACKING.words(nothing_left_out=True)
    assert FAILING.words(nothing_left_out=False).endswith("FAILED\n17 passed, 1 failed, 0 skipped")
    assert "1 tests were skipped" in SKIPPING.words(nothing_left_out=False)
    assert WHOLE.words(nothing_left_out=True).endswith("Nothing was left out.\nPASSED\n18 passed, 0 failed, 0 skipped")


def test_the_counts_of_pytest_are_read_from_its_last_line() -> None:
    assert run.COUNTED.findall("....\n== 3 failed, 96 passed, 2 skipped in 5.29s ==\n") == [
        "3 failed, 96 passed, 2 skipped"
    ]
    assert run.COUNTED.findall("85 passed in 3.73s\n") == ["85 passed"]


def test_the_twenty_slowest_tests_are_listed() -> None:
    said = "== slowest 20 durations ==\n12.50s call     tests/a.py::test_it[x y]\n0.10s setup    tests/b.py::test_b\n"
    assert run.SLOW.findall(said) == [
        ("12.50", "call", "tests/a.py::test_it[x y]"),
        ("0.10", "setup", "tests/b.py::test_b"),
    ]
    parts = [Part("SQLite", 0, "9 passed", 1.0, [(float(number), f"test {number}")]) for number in range(30)]
    lines = Report(parts).words(nothing_left_out=False).splitlines()
    first = lines.index("The slowest:") + 1
    assert lines[first] == "    29.0 s  test 29 (SQLite)"
    assert [line for line in lines if " s  test " in line][-1] == "    10.0 s  test 10 (SQLite)"


def test_what_failed_is_repeated_at_the_end() -> None:
    said = "FAILED tests/a.py::test_it[x y] - assert 1 == 2\nERROR tests/b.py::test_b - OSError\nFAILED\n"
    failures = run.FAILURE.findall(said)
    assert failures == ["tests/a.py::test_it[x y] - assert 1 == 2", "tests/b.py::test_b - OSError"]
    parts = [
        Part("SQLite", 1, "1 failed", failures=failures),
        Part("PostgreSQL", 1, failures=["tests/c.py" + "x" * 999]),
    ]
    lines = Report(parts).words(nothing_left_out=False).splitlines()
    first = lines.index("What failed:") + 1
    assert lines[first : first + 2] == [f"  {failure} (SQLite)" for failure in failures]
    assert lines[first + 2].endswith("x (PostgreSQL)")
    assert len(lines[first + 2]) < 450
    assert "What failed:" not in WHOLE.words(nothing_left_out=True)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [({}, False), ({"CI": "true"}, True), ({"KITH_REQUIRE_ALL": "1"}, True), ({"CI": "0"}, False)],
)
def test_ci_and_the_variable_require_everything(environment: dict[str, str], expected: bool) -> None:
    assert run.strict(environment) is expected


class Runs:
    """A replacement for pytest that records what would have run."""

    def __init__(self) -> None:
        self.parts: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {}

    def __call__(self, name: str, *arguments: str, **environment: str) -> Part:
        self.parts[name] = (arguments, environment)
        return Part(name, 0, "1 passed")


@pytest.fixture
def runs(monkeypatch) -> Runs:
    """Return a replacement for pytest on a machine with Chromium, WebKit, a PostgreSQL and the real files."""
    runs = Runs()
    monkeypatch.setattr(run, "run_pytest", runs)
    monkeypatch.setattr(run, "find_chromium", lambda: "/opt/chromium")
    monkeypatch.setattr(run, "find_webkit", lambda: WebKit("/opt/WebKitWebDriver", "/opt/MiniBrowser", ""))
    monkeypatch.setattr(run, "running", lambda: contextlib.nullcontext("postgres://postgres@host/postgres"))
    monkeypatch.setattr(run, "SHARED_DATA", ROOT)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///elsewhere.sqlite3")
    return runs


def test_a_fully_equipped_machine_runs_everything(runs: Runs) -> None:
    report = Report()
    run.run_all(["-x"], report)
    assert list(runs.parts) == ["SQLite", "browser, SQLite", "PostgreSQL"]
    assert report.left_out == []
    assert runs.parts["SQLite"][1]["DATABASE_URL"] == ""
    assert {"--cov", "--ignore=tests/journeys"} < set(runs.parts["SQLite"][0])
    assert "tests/journeys" in runs.parts["browser, SQLite"][0]
    assert runs.parts["PostgreSQL"][1] == {
        "DATABASE_URL": "postgres://postgres@host/postgres",
        "CHROMIUM": "/opt/chromium",
        "KITH_DATABASE_ONLY": "1",
    }
    assert all(arguments[-1] == "-x" for arguments, _ in runs.parts.values())


def test_the_parts_share_compiled_code_and_leave_none(monkeypatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    with run.bytecode_kept():
        folder = Path(os.environ["PYTHONPYCACHEPREFIX"])
        subprocess.run([sys.executable, "-c", "import tests.checks"], cwd=ROOT, check=True)
        assert list(folder.rglob("checks.*.pyc"))
    assert not folder.exists()
    assert (os.environ["PYTHONDONTWRITEBYTECODE"], "PYTHONPYCACHEPREFIX" in os.environ) == ("1", False)


def test_a_bare_machine_runs_what_it_can_and_reports_the_rest(runs: Runs, monkeypatch, tmp_path: Path) -> None:
    def none() -> None:
        raise run.NoPostgresError("there is none")

    monkeypatch.setattr(run, "find_chromium", lambda: None)
    monkeypatch.setattr(run, "running", none)
    monkeypatch.setattr(run, "SHARED_DATA", tmp_path / "absent")
    report = Report()
    run.run_all([], report)
    assert list(runs.parts) == ["SQLite"]
    assert [line.split(":")[0] for line in report.left_out] == [
        "tests that read real files",
        "browser tests",
        "the suite on PostgreSQL, with the races",
    ]
    assert "apt-get install chromium" in report.left_out[1]


def test_missing_webkit_is_reported(runs: Runs, monkeypatch) -> None:
    monkeypatch.setattr(run, "find_webkit", lambda: None)
    report = Report()
    run.run_all([], report)
    assert list(runs.parts) == ["SQLite", "browser, SQLite", "PostgreSQL"]
    (line,) = report.left_out
    assert line.startswith("the sealed queue in WebKit: ")
    assert "apt-get install webkit2gtk-driver xvfb" in line


def test_named_tests_run_without_coverage(runs: Runs) -> None:
    run.run_all(["tests/sparks", "-x"], Report())
    assert list(runs.parts) == ["SQLite", "PostgreSQL"]
    assert "--cov" not in runs.parts["SQLite"][0]
    assert runs.parts["PostgreSQL"][1]["KITH_DATABASE_ONLY"] == "0"


def test_a_given_database_server_is_used(runs: Runs, monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://kith@mine/kith")
    run.run_all([], Report())
    assert "DATABASE_URL" not in runs.parts["PostgreSQL"][1]
    assert runs.parts["SQLite"][1]["DATABASE_URL"] == ""
