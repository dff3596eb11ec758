"""Lines of CSV files that the database writes: to the byte what Python writes of the same rows."""

import re
import sys
from datetime import UTC, date, datetime
from itertools import batched

import pytest
from django.db import connection
from django.db.models import F, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.exports import _FIELDS, COLUMNS, asset_rows, csv_export
from assets.models import Asset, AssetQuerySet, Kind, LedBy, Visibility
from communities import written_lines
from communities.spreadsheets import csv_chunks, neutralise
from communities.spreadsheets.writing import _BLANKS
from communities.written_lines import left_to_python, written_file
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory

pytestmark = pytest.mark.django_db

TEXTS = ("name", "description", "address", "postcode", "phone", "email", "website", "opening", "access")
#: What somebody types who wants to break a file, or does not know that it can.
NASTY = (
    "", "words", 'a "b", c', '"', '""', '"=1"', "comma, semicolon; tab\t", "two\nlines", "two\r\nlines", "\r", "\n=1", "\t=cmd", " ", "  =1",
    "=1+1", "+1", "-1", "@SUM(A1)", "'", "''", "'=1", "'''=1", "'quoted'", "+44 113 496 0000", "-2.24", "-2.24\n", "1e5", "-1E-5", "+", "-",
    "+1 2 3", "+1.", "-.5", "-1e", "+\u0661", "\uff1d1", "\uff0bA", "\uff0d1", "\uff20x", "\u3000=1", "\u00a0=1", "\ufeff=1", "\u200b=1",
    "\u200b\ufeff \x1f@x", "\u00a31,000", "(brackets)", "\u00e9cole", "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "\U0001f941" * 3,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "e\u0301", "\u202eabc", "back\\slash", "100 %", "%s", "{it}", "{}", "\x7f", "~", "[", "\x01=1", "\x1c=1",
)  # fmt: skip


def plainly(assets: AssetQuerySet) -> str:
    """Return the file as Python writes it."""
    return "".join(csv_chunks(COLUMNS, asset_rows(assets)))


def assert_same(assets: AssetQuerySet) -> None:
    """Compare both files, line by line, so that a difference is short."""
    assert "".join(csv_export(assets)).split("\r\n") == plainly(assets).split("\r\n")


def build_rows(team, texts: list[str]) -> None:
    """Create assets with one text in each of their fields, as often as it takes."""
    longest = {name: Asset._meta.get_field(name).max_length for name in TEXTS}
    assert all(len(text) <= (longest[name] or 99) for text in texts for name in TEXTS)
    Asset.objects.bulk_create(
        Asset(team=team, kind=Kind.STORY, **dict(zip(TEXTS, some, strict=False))) for some in batched(texts, len(TEXTS))
    )


def test_every_nasty_text_in_every_column(team) -> None:
    for number, text in enumerate(NASTY):
        place = NeighbourhoodFactory(team=team, name=f"{text}{number}")
        texts = {name: text[: Asset._meta.get_field(name).max_length] for name in TEXTS}
        AssetFactory(team=team, neighbourhood=place, **texts)
    assert_same(Asset.objects.all())
    written = "".join(csv_export(Asset.objects.all()))
    assert all(f'"{str(neutralise(text)).replace(chr(34), chr(34) * 2)}"' in written for text in NASTY)


def test_every_letter_that_a_text_can_begin_with(team) -> None:
    """Which texts are formulas is asked of the database, in an expression that three programs read."""
    letters = [chr(code) for code in (*range(1, 0x3400), *range(0xFE00, 0x10000)) if not 0xD800 <= code < 0xE000]
    build_rows(team, [f"{letter}=1" for letter in letters])
    build_rows(team, [f"{letter}x" for letter in letters])
    assert_same(Asset.objects.all())


def test_white_space_is_what_python_calls_so() -> None:
    found = {chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()}
    assert {chr(code) for code in range(sys.maxunicode + 1) if re.match(f"[{_BLANKS}]", chr(code))} == found


NUMBERS = (
    0.0, -0.0, 1.0, -1.0, 52.0, 51.8642, -2.2382, 0.1, 0.0001, 0.00001, -1e-7, 5e-324, 89.99999999999999, 1 / 3, 10.0, 3.0000000000000004, -90.0, 90.0,
)  # fmt: skip


def test_numbers_days_and_choices(team) -> None:
    """None in each of them, and each of their values."""
    days = (
        None,
        date(1, 1, 1),
        date(999, 12, 31),
        date(1851, 5, 1),
        date(2026, 3, 29),
        date(2026, 7, 1),
        date(9999, 12, 31),
    )
    for number, value in enumerate(NUMBERS):
        AssetFactory(
            team=team, latitude=value, longitude=-value, formed_on=days[number % 7], last_confirmed_on=days[(number + 1) % 7],
            kind=Kind.values[number % len(Kind.values)], led_by=LedBy.values[number % len(LedBy.values)],
            visibility=Visibility.values[number % 2], is_bumping_place=number % 2 == 0, is_touch_point=number % 3 == 0,
        )  # fmt: skip
    AssetFactory(team=team, name="No position, no place")
    AssetFactory(team=team, retired=True)
    assert_same(Asset.objects.all())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.lists(st.text(st.sampled_from("'=+-@\t\r\n a1.e;,\"\uff1d\ufeff\u00a3\U0001f941\u05e9"), max_size=9), min_size=9, max_size=9),
        max_size=5,
    )
)  # fmt: skip
def test_any_text(team, rows) -> None:
    Asset.objects.all().delete()
    build_rows(team, [text for row in rows for text in row])
    assert_same(Asset.objects.all())


def test_each_reader_gets_the_rows_that_they_may_see(
    team, other_team, builder, manager, evaluator, stranger, administrator
) -> None:
    AssetFactory(team=team, name="=ours")
    AssetFactory(team=other_team, name="=theirs")
    found = set()
    for reader in (builder, manager, evaluator, stranger, administrator):
        rows = Asset.objects.visible_to(reader)
        assert_same(rows)
        found.add("".join(csv_export(rows)).count("\r\n") - 1)
    assert found == {1, 2}


def test_the_database_writes_every_column_that_it_can(team) -> None:
    """A column that is added must be of a type that both databases write, or be named here with the reason.

    SQLite writes fifteen digits of a number, and Python the seventeen that it may take.
    """
    left = [] if connection.vendor == "postgresql" else ["latitude", "longitude"]
    assert left_to_python(Asset.objects.all(), _FIELDS) == left


def test_what_the_database_does_not_write_is_written_by_python(team) -> None:
    """Moments in the time of London, whole numbers, what was worked out, and rows of nothing else."""
    for month in (1, 7):
        AssetFactory(team=team, name=f'="{month}"', created_at=datetime(2026, month, 2, 23, 30, 5, 99, UTC))
    rows = Asset.objects.order_by("pk").annotate(six=Value("=6"), its=F("team__name"))
    for fields in (
        ("created_at",),
        ("name", "created_at", "retired_at", "id", "name", "six"),
        ("id", "team__created_at", "its", "its"),
        ("name",),
    ):
        left = [name for name in fields if name != "name"]
        assert left_to_python(rows, fields) == left
        expected = "".join(csv_chunks(fields, rows.values_list(*fields)))
        assert "".join(written_file(fields, rows, fields)) == expected
        assert expected.count("\r\n") == 3


def test_lines_are_sent_many_at_a_time(team) -> None:
    build_rows(team, ["words"] * (len(TEXTS) * 2 * written_lines._LINES))
    chunks = [chunk.count("\r\n") for chunk in csv_export(Asset.objects.all())]
    assert chunks == [1, written_lines._LINES, written_lines._LINES]


def test_a_download_that_is_broken_off_leaves_the_connection_free(team) -> None:
    """Closed before the first line, after some, and simply forgotten."""
    build_rows(team, ["words"] * (len(TEXTS) * 2 * written_lines._ROWS))
    for taken in (0, 1, 2):
        pieces = csv_export(Asset.objects.all())
        for _piece in range(taken):
            next(pieces)
        pieces.close()
        assert Asset.objects.count() == 2 * written_lines._ROWS
    forgotten = csv_export(Asset.objects.all())
    next(forgotten), next(forgotten)
    assert_same(Asset.objects.all())


@pytest.mark.postgresql
def test_days_are_iso_whatever_the_server_is_told(team) -> None:
    AssetFactory(team=team, formed_on=date(2026, 2, 1), last_confirmed_on=date(999, 12, 31))
    expected = plainly(Asset.objects.all())
    with connection.cursor() as cursor:
        for style in ("German", "SQL, DMY", "Postgres, MDY", "ISO, YMD"):
            cursor.execute("SELECT set_config('DateStyle', %s, true)", [style])
            assert "".join(csv_export(Asset.objects.all())) == expected
