"""The documented upgrade, for real: a service keeps responding while another version is built, installed and rolled
back.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_setup import PRODUCTION, ROOT, answering

PATIENCE = 90
#: Holds the socket like systemd, and restarts Kith from `current` when told to.
HOLDER = """
import os, signal, socket, subprocess, sys, time
held = socket.socket(fileno=int(sys.argv[1]))
os.dup2(held.fileno(), 3)
os.set_inheritable(3, True)
child, wanted = None, {"restart": True, "end": False}
def ask(what):
    return lambda *_: wanted.update({what: True})
signal.signal(signal.SIGUSR1, ask("restart"))
signal.signal(signal.SIGTERM, ask("end"))
while not wanted["end"]:
    if wanted.pop("restart", False):
        if child:
            child.terminate()
            child.wait()
        serve = "LISTEN_PID=$$ LISTEN_FDS=1 exec current/bin/kith serve --workers 1 --graceful-timeout 10"
        child = subprocess.Popen(["/bin/sh", "-c", serve], pass_fds=[3], cwd=sys.argv[2])
    time.sleep(0.05)
child.terminate()
child.wait()
"""


def git(*words: str, folder: Path) -> None:
    """Run git with an invented identity."""
    who = {"GIT_AUTHOR_NAME": "Kith", "GIT_AUTHOR_EMAIL": "kith@example.org", "GIT_CONFIG_GLOBAL": os.devnull}
    who |= {"GIT_COMMITTER_NAME": "Kith", "GIT_COMMITTER_EMAIL": "kith@example.org"}
    subprocess.run(["git", *words], cwd=folder, env={**os.environ, **who}, check=True, capture_output=True)


class Place:
    """A machine with Kith on it: the clone, its releases, and a replacement for systemd."""

    def __init__(self, home: Path) -> None:
        self.home, self.source = home, home / "source"
        kept = shutil.ignore_patterns(
            ".git", ".venv*", "var", "__pycache__", "tests", "bench", ".hypothesis", ".ruff_cache"
        )
        shutil.copytree(ROOT, self.source, ignore=kept, symlinks=True)
        git("init", "--quiet", folder=self.source)
        self.held = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = f"http://127.0.0.1:{self.held.getsockname()[1]}"
        self.holder: subprocess.Popen | None = None
        self.answers: list[tuple[int, str]] = []
        self.stopped = threading.Event()
        settings = {**PRODUCTION, "KITH_SSL_REDIRECT": "0", "KITH_VAR_DIR": str(home / "var")}
        (home / "kith.env").write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))

    def commit(self, words: str) -> str:
        """Commit the content of the clone as a version, and return its name."""
        git("add", "--all", "--force", folder=self.source)
        git("commit", "--quiet", "--allow-empty", "-m", words, folder=self.source)
        said = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"], cwd=self.source, capture_output=True, text=True, check=True
        )
        return said.stdout.strip()

    def upgrade(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the script with the packages that are already on this machine."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("KITH_", "DATABASE_", "DJANGO_", "COV_", "MAKE"))
        }
        restart = f"kill -USR1 {self.holder.pid}" if self.holder else "true"
        more = {
            "KITH_ENV_FILE": str(self.home / "kith.env"),
            "KITH_RESTART": restart,
            "KITH_READY_URL": f"{self.address}/ready",
            "PYTHON": str(self.python()),
            "PIP_NO_INDEX": "1",
        }
        return subprocess.run(
            [str(self.source / "bin/upgrade"), *words],
            env={**kept, **more},
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )

    def python(self) -> Path:
        """Return a Python whose new environments find the packages of this one, so that nothing is downloaded."""
        packages = next(path for path in map(Path, sys.path) if path.name == "site-packages")
        return answering(
            self.home / "python",
            "python3",
            textwrap.dedent(f"""\
            case "$1 $2" in
              "-m venv") {sys.executable} -m venv --without-pip "$3" && echo {packages} > "$(echo "$3"/lib/python3.*/site-packages)/these.pth";;
              "-c import sys; print(sys.executable)") echo "$0";;
              *) exec {sys.executable} "$@";;
            esac"""),
        )

    def start(self) -> None:
        """Start the replacement for systemd, which starts Kith, and begin to send requests."""
        self.holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(self.held.fileno()), str(self.home)],
            pass_fds=[self.held.fileno()],
            env={"PATH": os.environ["PATH"], "KITH_ENV_FILE": str(self.home / "kith.env")},
            start_new_session=True,
        )
        self.ask("/ready")
        self.knocker = threading.Thread(target=self.knock)
        self.knocker.start()

    def ask(self, path: str) -> dict[str, str]:
        """Return Kith's response, waiting until there is one."""
        with urllib.request.urlopen(self.address + path, timeout=PATIENCE) as answer:
            return json.load(answer)

    def knock(self) -> None:
        """Send requests continuously, and record each response or error."""
        while not self.stopped.is_set():
            try:
                request = urllib.request.Request(f"{self.address}/sign-in/", headers={"Host": "kith.example.org"})
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                    self.answers.append((answer.status, "Sign in" if b"Sign in" in answer.read() else "something else"))
            except OSError as error:
                self.answers.append((0, repr(error)))
            # Often enough to be there when a version goes, and not so often that it delays what it watches.
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop everything that was started."""
        self.stopped.set()
        if self.holder:
            self.knocker.join()
            self.holder.terminate()
            try:
                self.holder.wait(PATIENCE)
            finally:
                if self.holder.poll() is None:
                    os.killpg(self.holder.pid, signal.SIGKILL)
        self.held.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Return a machine without Kith, and stop what runs on it afterwards."""
    place = Place(tmp_path)
    yield place
    place.stop()


@pytest.mark.sqlite
@pytest.mark.long
def test_the_service_responds_throughout_upgrades_and_rollbacks(place: Place) -> None:
    first = place.commit("One")
    done = place.upgrade()
    assert done.returncode == 0, done.stdout + done.stderr
    assert os.readlink(place.home / "current") == f"releases/{first}"
    place.start()
    assert place.ask("/health")["release"] == first
    # Bytecode files come and go while Python runs.
    files = (path for path in (place.home / "releases" / first).rglob("*") if "__pycache__" not in path.parts)
    before = {path: path.stat().st_mtime_ns for path in files if path.is_file()}

    second = place.commit("Two")
    done = place.upgrade()
    assert done.returncode == 0, done.stdout + done.stderr
    assert place.ask("/health")["release"] == second
    touched = [path for path, then in before.items() if not path.exists() or path.stat().st_mtime_ns != then]
    assert touched == [], "the environment or the code of the running version was touched"
    (copy,) = (place.home / "backups").iterdir()
    assert copy.name.endswith(f"-before-{second}.sqlite3")

    with (place.source / "config" / "settings.py").open("a") as settings:
        settings.write("\nraise ImproperlyConfigured('This version cannot start.')\n")
    third = place.commit("Three")
    done = place.upgrade()
    assert done.returncode != 0
    assert "This version cannot start." in done.stderr
    assert (place.home / "releases" / third).is_dir()
    assert place.ask("/health")["release"] == second

    (place.home / "upgrade.lock").mkdir()
    assert "Another upgrade is running, or one was cut off." in place.upgrade().stderr
    (place.home / "upgrade.lock").rmdir()
    done = place.upgrade("--back")
    assert done.returncode == 0, done.stdout + done.stderr
    assert place.ask("/health")["release"] == first
    assert not (place.home / "upgrade.lock").exists()
    place.stopped.set()
    place.knocker.join()
    assert place.answers
    assert {answer for answer in place.answers if answer != (200, "Sign in")} == set()
