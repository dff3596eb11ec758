"""The ledger of a round as a file: to the byte what Python's csv writes of the same lines."""

from datetime import UTC, datetime
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.utils import timezone

from communities.models import User
from communities.spreadsheets import csv_chunks
from sparks import exports
from sparks.actions.chaining import append_line
from sparks.models import LedgerEntry, LedgerKind, Round
from tests.factories.communities import UserFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db

TEXTS = (
    "=1+1",
    'a "b", c',
    "two\r\nlines",
    "",
    "@x",
    "'=1",
    "+44 113 496 0000",
    "\uff1d1",
    "\u00e9\U0001f941",
    "\u05e9\u05dc\u05d5\u05dd",
)
#: Winter, summer, the last minute of a day in London that is the next one in UTC, and the hour that comes twice.
MOMENTS = (
    datetime(2026, 1, 2, 9, 5, 7, tzinfo=UTC), datetime(2026, 7, 1, 23, 30, 5, 99, UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
)  # fmt: skip
KINDS = (LedgerKind.RESERVE, LedgerKind.PAY, LedgerKind.RECOVER)


@pytest.fixture
def pot(team) -> Round:
    """Return a round whose ledger has a line for each hostile text in each column."""
    pot = RoundFactory(team=team, name='=Winter "2026"')
    for number, text in enumerate(TEXTS):
        spark = SparkFactory(round=pot, title=text or "Plain", group_name=text)
        by = UserFactory(name=text, email=f"somebody-{number}@kith.example") if number % 2 else None
        for turn, kind in enumerate(KINDS):
            append_line(
                LedgerEntry(
                    round=pot, spark=spark, kind=kind, amount_gbp=Decimal("200.10") - turn, by=by, payee=text, reference=text, note=text,
                    at=MOMENTS[(number + turn) % len(MOMENTS)],
                )
            )  # fmt: skip
    return pot


def plainly(pot: Round, reads: bool) -> str:
    """Return the file as Python writes it of the lines themselves."""
    rows, promised, paid = [], Decimal("0.00"), Decimal("0.00")
    for line in pot.ledger.order_by("number"):
        local = timezone.localtime(line.at)
        promised += {"reserve": line.amount_gbp, "recover": -line.amount_gbp}.get(line.kind, 0)
        paid += {"pay": line.amount_gbp, "recover": -line.amount_gbp}.get(line.kind, 0)
        texts = (line.payee, line.reference, line.note) if reads else ("", "", "")
        by = (line.by.name if line.by else "") or "Kith"
        spark = (line.spark.uuid, line.spark.title, line.spark.group_name)
        money = (line.get_kind_display(), line.amount_gbp, promised, paid)
        rows.append((pot.name, local.date(), f"{local:%H:%M}", *spark, *money, *texts, by))
    return "".join(csv_chunks(exports.COLUMNS, rows))


def written(pot: Round, reader: User) -> str:
    """Return the file."""
    number, pieces = exports.ledger_file(pot, reader)
    assert number == len(TEXTS) * len(KINDS)
    return "".join(pieces)


@pytest.mark.parametrize("at_once", [0, 2000])
def test_each_reader_gets_the_file_that_python_would_write(
    pot, manager, builder, evaluator, administrator, at_once
) -> None:
    """Read at once or, if it is long, through a cursor."""
    with patch.object(exports, "_AT_ONCE", at_once or 1):
        for reader, reads in ((manager, True), (builder, True), (administrator, True), (evaluator, False)):
            assert written(pot, reader).split("\r\n") == plainly(pot, reads).split("\r\n")
    assert '"\'=1+1"' in written(pot, manager)
    assert "25,01:30" in written(pot, manager).replace('"', "")


def test_a_ledger_takes_one_query_and_is_sent_in_chunks(pot, manager, django_assert_num_queries) -> None:
    assert manager.roles_by_team
    with django_assert_num_queries(1), patch.object(exports, "_LINES", 20):
        chunks = list(exports.ledger_file(pot, manager)[1])
    assert [chunk.count(pot.name[1:7]) for chunk in chunks] == [0, 20, 10]


def test_a_download_that_is_broken_off_leaves_the_connection_free(pot, manager) -> None:
    with patch.object(exports, "_AT_ONCE", 1):
        _number, pieces = exports.ledger_file(pot, manager)
        next(pieces), next(pieces)
        pieces.close()
    assert written(pot, manager) == plainly(pot, reads=True)
