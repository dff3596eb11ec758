"""Run every test: on SQLite with coverage, in a browser, and again on PostgreSQL. `make test` calls this.

Parts that this machine cannot run are left out and listed at the end, with how to install what is missing. With CI=true
or KITH_REQUIRE_ALL=1 nothing may be left out: a missing part, or one skipped test, is then a failure. Arguments are
passed to pytest, and tests named there run instead of all: `make test PYTEST_ARGS="tests/sparks -x"`.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser import find_chromium
from tests.postgres import NoPostgresError, running, stop_when_told
from tests.webkit import find_webkit

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
NO_TESTS = 5
COUNTED = re.compile(
    r"^=*\s*(\d+ (?:passed|failed|skipped|error|deselected|xfailed|xpassed|warning).*?) in [\d.]+s", re.MULTILINE
)
#: A line of pytest's list of slow tests, and how many are shown at the end over all parts.
SLOW = re.compile(r"^([\d.]+)s (call|setup|teardown) +(\S.*)$", re.MULTILINE)
SLOWEST = 20
#: A line of pytest's short summary, and how many characters of one are repeated at the end.
FAILURE = re.compile(r"^(?:FAILED|ERROR) (tests/\S.*)$", re.MULTILINE)
LONGEST_FAILURE = 400
GET_CHROMIUM = "install Chromium (apt-get install chromium), or set CHROMIUM to the path of one"
GET_WEBKIT = (
    "install WebKit's driver and a display (apt-get install webkit2gtk-driver xvfb); Debian and Ubuntu have them"
)


def strict(environment: dict[str, str]) -> bool:
    """Return whether nothing may be left out."""
    return environment.get("KITH_REQUIRE_ALL") == "1" or environment.get("CI", "").lower() == "true"


@dataclass
class Part:
    """One run of pytest: its name, its output, and its exit code."""

    name: str
    code: int = 0
    counts: str = ""
    seconds: float = 0.0
    slow: list[tuple[float, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def count(self, *outcomes: str) -> int:
        """Return how many tests ended in any of these ways, according to pytest."""
        return sum(
            int(number) for number, outcome in re.findall(r"(\d+) (\w+?)s?\b", self.counts) if outcome in outcomes
        )

    @property
    def skipped(self) -> int:
        """Return how many tests pytest skipped."""
        return self.count("skipped")

    @property
    def good(self) -> bool:
        """Return whether the part passed; a part without tests is checked elsewhere."""
        return self.code in {0, NO_TESTS}


@dataclass
class Report:
    """All parts, and those that were left out, with the reason."""

    parts: list[Part] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def verdict(self, *, nothing_left_out: bool) -> int:
        """Return the exit code: 1 when a part failed, no test ran, or a required part was left out."""
        if not all(part.good for part in self.parts) or all(part.code == NO_TESTS for part in self.parts):
            return 1
        return int(nothing_left_out and bool(self.left_out or any(part.skipped for part in self.parts)))

    def words(self, *, nothing_left_out: bool) -> str:
        """Return the closing lines of the report."""
        width = max((len(part.name) for part in self.parts), default=0)
        lines = ["", "What ran:"]
        lines += [f"  {part.name:<{width}}  {part.seconds:6.1f} s  {part.counts or 'no tests'}" for part in self.parts]
        slow = sorted(((seconds, part.name, test) for part in self.parts for seconds, test in part.slow), reverse=True)
        if slow:
            lines += [
                "The slowest:",
                *(f"  {seconds:6.1f} s  {test} ({name})" for seconds, name, test in slow[:SLOWEST]),
            ]
        failures = [f"  {failure[:LONGEST_FAILURE]} ({part.name})" for part in self.parts for failure in part.failures]
        if failures:
            # Again at the end, where somebody sees them who has only the last page of a long log.
            lines += ["What failed:", *failures]
        skipped = sum(part.skipped for part in self.parts)
        missing = self.left_out + ([f"{skipped} tests were skipped; the reasons stand above"] if skipped else [])
        lines += ["Left out:" if missing else "Nothing was left out.", *(f"  {line}" for line in missing)]
        if nothing_left_out and missing:
            lines.append("Here nothing may be left out (CI=true or KITH_REQUIRE_ALL=1), so this is a failure.")
        lines.append("FAILED" if self.verdict(nothing_left_out=nothing_left_out) else "PASSED")
        passed, failed = (sum(part.count(*ways) for part in self.parts) for ways in (("passed",), ("failed", "error")))
        lines.append(f"{passed} passed, {failed} failed, {skipped} skipped")
        return "\n".join(lines)


def run_pytest(name: str, *arguments: str, **environment: str) -> Part:
    """Run pytest as a part, showing its output immediately and keeping its last line."""
    print(f"\n--- {name} ---", flush=True)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-rfEs", f"--durations={SLOWEST}", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    said = []
    for line in process.stdout or ():
        print(line, end="", flush=True)
        said.append(line)
    words = "".join(said)
    counts = COUNTED.findall(words)
    slow = [(float(seconds), f"{when} of {test}") for seconds, when, test in SLOW.findall(words)]
    code = process.wait()
    return Part(name, code, counts[-1] if counts else "", time.monotonic() - began, slow, FAILURE.findall(words))


@contextmanager
def bytecode_kept() -> Iterator[None]:
    """Let the parts, and the programs that tests start, share compiled code in a folder that is deleted afterwards.

    Compiling the tests with their assertions takes ten seconds of each process, and six processes run them.
    """
    before = {name: os.environ.get(name) for name in ("PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE")}
    with tempfile.TemporaryDirectory(prefix="kith-bytecode-", ignore_cleanup_errors=True) as folder:
        os.environ.update(PYTHONPYCACHEPREFIX=folder, PYTHONDONTWRITEBYTECODE="")
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


def spread() -> list[str]:
    """Return pytest's arguments for as many workers as there are cores, at most four."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # A worker that has finished takes over waiting tests from another, so none is idle while a file of slow tests runs.
    return ["-n", str(min(cores, 4)), "--dist", "worksteal"] if cores > 1 else []


def names_tests(arguments: list[str]) -> bool:
    """Return whether the arguments name tests, which makes coverage of the whole meaningless."""
    return any(argument.split("::")[0].startswith("tests") or argument in {"-k", "-m"} for argument in arguments)


def run_all(arguments: list[str], report: Report) -> None:
    """Run each part that this machine can run."""
    whole = not names_tests(arguments)
    coverage = ["--cov", "--cov-report=term"] if whole else []
    chromium = find_chromium()
    if not SHARED_DATA.is_dir():
        report.left_out.append(
            "tests that read real files: there is no ../shared/data beside the repository; put it there"
        )
    # Journeys are all in one folder: leaving it out, or naming it alone, saves reading the tests that do not run.
    not_in_browser = ["--ignore=tests/journeys"] if whole else ["-m", "not browser"] if chromium is None else []
    sqlite = {"DATABASE_URL": "", "CHROMIUM": chromium or ""}
    report.parts.append(run_pytest("SQLite", *spread(), *not_in_browser, *coverage, *arguments, **sqlite))
    if chromium is None:
        report.left_out.append(f"browser tests: no Chromium was found; {GET_CHROMIUM}")
    elif find_webkit() is None:
        report.left_out.append(f"the sealed queue in WebKit: it was not found; {GET_WEBKIT}")
    if chromium and whole:
        report.parts.append(run_pytest("browser, SQLite", *spread(), "tests/journeys", *arguments, **sqlite))
    run_on_postgresql(arguments, report, chromium, whole=whole)


def run_on_postgresql(arguments: list[str], report: Report, chromium: str | None, *, whole: bool) -> None:
    """Run all tests on PostgreSQL, except those without a database and the journeys that check the same HTML on any
    database.
    """
    chosen = ["-m", "not browser or both_databases" if chromium else "not browser"] if whole or chromium is None else []
    given = os.environ.get("DATABASE_URL", "")
    environment = {"CHROMIUM": chromium or "", "KITH_DATABASE_ONLY": str(int(whole))}
    try:
        if given.startswith("postgres"):
            report.parts.append(run_pytest("PostgreSQL", *spread(), *chosen, *arguments, **environment))
            return
        with running() as url:
            report.parts.append(
                run_pytest("PostgreSQL", *spread(), *chosen, *arguments, DATABASE_URL=url, **environment)
            )
    except NoPostgresError as error:
        report.left_out.append(f"the suite on PostgreSQL, with the races: {error}")


def main(arguments: list[str]) -> int:
    """Run everything and report the results; return the exit code."""
    stop_when_told()
    report = Report()
    with bytecode_kept():
        run_all(arguments, report)
    nothing_left_out = strict(dict(os.environ))
    print(report.words(nothing_left_out=nothing_left_out), flush=True)
    return report.verdict(nothing_left_out=nothing_left_out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
