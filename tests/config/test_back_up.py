"""The backup of the database: complete, readable only by its owner, and never half written."""

import contextlib
import io
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from tests.factories.communities import TeamFactory


@pytest.fixture(autouse=True)
def mask() -> Iterator[None]:
    """Restore the umask."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.mark.sqlite
def test_a_backup_of_sqlite_is_complete_and_private(transactional_db, tmp_path: Path) -> None:
    TeamFactory(name="Brookside")
    out = io.StringIO()
    call_command("back_up", tmp_path / "copies" / "kith", stdout=out)
    copy = tmp_path / "copies" / "kith.sqlite3"
    assert str(copy) in out.getvalue()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with contextlib.closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("SELECT name FROM communities_team").fetchall() == [("Brookside",)]
    assert [each.name for each in copy.parent.iterdir()] == ["kith.sqlite3"]
    with pytest.raises(CommandError, match="is there already"):
        call_command("back_up", tmp_path / "copies" / "kith")


@pytest.mark.sqlite
def test_a_failed_backup_leaves_no_file(transactional_db, tmp_path: Path, monkeypatch) -> None:
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"not a database " * 100)
    monkeypatch.setitem(connection.settings_dict, "NAME", str(broken))
    with pytest.raises(CommandError, match="Nothing was copied"):
        call_command("back_up", tmp_path / "copies" / "kith")
    monkeypatch.undo()
    assert list((tmp_path / "copies").iterdir()) == []


def fake_dump(tmp_path: Path, monkeypatch, script: str) -> None:
    """Put a fake pg_dump on the path, and a database with a password in the settings."""
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(connections["default"], "vendor", "postgresql")
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "secret of the brook")
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {})


def test_pg_dump_gets_the_password_in_its_environment(tmp_path: Path, monkeypatch) -> None:
    said = tmp_path / "said"
    fake_dump(
        tmp_path,
        monkeypatch,
        f'printf "%s\\n" "$@" > {said}; echo "$PGPASSWORD" > {said}.password\n'
        'for each; do case "$each" in --file=*) echo dump > "${each#--file=}";; esac; done',
    )
    call_command("back_up", tmp_path / "kith", stdout=io.StringIO())
    assert (tmp_path / "kith.dump").read_text() == "dump\n"
    assert stat.S_IMODE((tmp_path / "kith.dump").stat().st_mode) == 0o600
    assert "secret of the brook" not in said.read_text()
    assert (tmp_path / "said.password").read_text() == "secret of the brook\n"


def test_a_failed_pg_dump_says_why_and_leaves_no_file(tmp_path: Path, monkeypatch) -> None:
    fake_dump(tmp_path, monkeypatch, "echo 'server version mismatch' >&2; exit 1")
    with pytest.raises(CommandError, match="Nothing was copied. It said: server version mismatch"):
        call_command("back_up", tmp_path / "kith")
    assert [each.name for each in tmp_path.iterdir()] == ["bin"]
