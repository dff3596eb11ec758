"""The chain of hashes through a ledger: whatever breaks it is found, in the database and in a copy."""

import io
import re
import sqlite3
import subprocess
import sys
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction

from communities.database_objects import triggers_of
from sparks import actions, chain
from sparks.models import LedgerEntry, Round
from sparks.verification import verify_ledgers
from tests.factories.sparks import RoundFactory, SparkFactory

TABLE = "sparks_ledgerentry"


def verify(*options: str) -> str:
    """Run the command, and return what it prints."""
    out = io.StringIO()
    call_command("verify_ledger", *options, stdout=out)
    return out.getvalue()


def tamper(sql: str) -> None:
    """Write to the ledger as somebody with a password of the database could: without its triggers."""
    with connection.cursor() as cursor:
        for name in triggers_of(TABLE, connection):
            cursor.execute(f"DROP TRIGGER {name}" + (f" ON {TABLE}" if connection.vendor == "postgresql" else ""))
        cursor.execute(sql)


@pytest.fixture
def pot(team, manager) -> Round:
    """A round whose ledger has four lines."""
    pot = RoundFactory(team=team, name="Spring")
    for _ in range(4):
        spark = SparkFactory(round=pot, handed_in=True, amount_gbp=Decimal(100))
        actions.approve_spark(spark=spark, by=manager, reason="Ärger & “quotes” 🎈")
    return pot


def test_each_line_holds_the_hash_of_the_line_before(pot):
    lines = list(LedgerEntry.objects.filter(round=pot).order_by("number"))
    assert [line.number for line in lines] == [1, 2, 3, 4]
    assert [line.previous_hash for line in lines] == [chain.START, *(line.hash for line in lines[:-1])]
    assert [line.hash for line in lines] == [line.digest() for line in lines]
    assert "2 ledgers with 6 lines: as they were written." in verify()


def test_the_canonical_form_is_the_documented_one():
    """Whoever checks a ledger with another program relies on these bytes."""
    assert (
        chain.canonical("a", {"b": Decimal(5), "ä": None}) == '{"b":"5.00","form":"1","previous":"a","ä":""}'.encode()
    )


@pytest.mark.parametrize(
    ("sql", "line", "words"),
    [
        ("UPDATE {t} SET amount_gbp = 99 WHERE number = 2", 2, "its fields were changed"),
        ("UPDATE {t} SET payee = 'Somebody' WHERE number = 3", 3, "its fields were changed"),
        ("UPDATE {t} SET kind = 'release' WHERE number = 4", 4, "its fields were changed"),
        ("DELETE FROM {t} WHERE number = 2", 2, "the line is missing"),
        ("UPDATE {t} SET previous_hash = hash WHERE number = 3", 3, "does not continue the line before"),
        ("UPDATE {t} SET number = 9 WHERE number = 4", 4, "the line is missing"),
    ],
)
def test_a_line_that_was_tampered_with_is_named(pot, sql, line, words):
    tamper(sql.format(t=TABLE))
    with pytest.raises(CommandError, match=f"Spring, line {line}: .*{words}"):
        verify()


def test_removing_the_last_line_is_found_by_the_totals_and_by_an_earlier_head(pot, tmp_path):
    (heads := tmp_path / "heads.txt").write_text(verify("--heads"))
    assert "as they were written" in verify("--earlier", str(heads))
    tamper(f"DELETE FROM {TABLE} WHERE number = 4")
    with pytest.raises(CommandError, match="add up to £300 promised.*the round says £400"):
        verify()
    Round.objects.filter(pk=pot.pk).update(committed_gbp=300)
    assert "5 lines" in verify(), "a shorter ledger with new totals looks whole by itself"
    with pytest.raises(CommandError, match="line 4: the line is missing: the ledger ends at line 3"):
        verify("--earlier", str(heads))


def test_a_ledger_written_again_from_a_line_on_is_found_by_an_earlier_head(pot, tmp_path):
    (heads := tmp_path / "heads.txt").write_text(verify("--heads"))
    last = LedgerEntry.objects.get(number=4)
    last.note = "Another story"
    tamper(f"UPDATE {TABLE} SET note = '{last.note}', hash = '{last.digest()}' WHERE number = 4")  # noqa: S608 - ours
    assert "6 lines" in verify()
    with pytest.raises(CommandError, match="line 4: it is not the line that was written down earlier"):
        verify("--earlier", str(heads))


def test_the_chain_cannot_be_split(pot, manager):
    first = LedgerEntry.objects.get(number=1)
    first.pk, first.uuid, first._state.adding, first.kind = None, None, True, "release"
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_copy_is_checked_by_itself(pot, tmp_path):
    """In a process of its own, as an administrator runs it; the database that it is configured for is not asked."""
    whole, tampered = tmp_path / "whole.sqlite3", tmp_path / "tampered.sqlite3"
    for copy in (whole, tampered):
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
    edit(tampered)
    done = check_copy(whole)
    assert (done.returncode, "6 lines" in done.stdout) == (0, True), done.stderr
    done = check_copy(tampered)
    assert done.returncode == 1
    assert "Spring, line 3: its fields were changed" in done.stderr


def check_copy(copy: Path) -> subprocess.CompletedProcess[str]:
    """Run the command on a copy."""
    command = [sys.executable, "manage.py", "verify_ledger", "--copy", str(copy)]
    return subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)


def edit(copy: Path) -> None:
    """Change a line of a copy."""
    database = sqlite3.connect(copy)
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", [TABLE])
    for (name,) in names.fetchall():
        database.execute(f"DROP TRIGGER {name}")
    database.execute(f"UPDATE {TABLE} SET reference = 'BACS 9' WHERE number = 3")
    database.commit()
    database.close()


def test_a_copy_that_is_not_there_is_said():
    with pytest.raises(CommandError, match="does not exist"):
        verify("--copy", "nothing.sqlite3")


def test_what_is_not_a_list_of_heads_is_refused(tmp_path, db):
    (file := tmp_path / "heads.txt").write_text("Dear Sol,")
    with pytest.raises(CommandError, match="not what --heads printed"):
        verify("--earlier", str(file))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_eight_writers_thirty_times_leave_one_unbroken_chain(race, team, manager):
    for _ in range(30):
        pot = RoundFactory(team=team)
        sparks = [SparkFactory(round=pot, handed_in=True, amount_gbp=Decimal(10)) for _ in range(8)]
        results = race(*(partial(actions.approve_spark, spark=spark, by=manager) for spark in sparks))
        assert not [result for result in results if isinstance(result, Exception)]
        numbers = LedgerEntry.objects.filter(round=pot).order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, 9))
    assert verify_ledgers().breaks == []
    assert re.search(r"60 ledgers with 300 lines", verify())
