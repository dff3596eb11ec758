"""The bench creates the rows that it promises on both databases, and reports what it measured. No time is asserted."""

import argparse
import hashlib
import io
import os
import re
import sqlite3
import subprocess
import sys
import uuid
from datetime import date, timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.db.models import F, Sum

from assets.models import Asset
from bench import desk, measure, phones, store
from bench.build import Bar, fill
from bench.imports import write_file
from bench.plan import MAIN_MOST, plan
from bench.report import Line, Memory, say, say_memory, say_peer
from communities.geometry import quadkeys
from communities.models import AuditEntry, Neighbourhood, Team, Upkeep
from communities.queries import boundary_index
from connectors.models import Conversation, Gift, Introduction, Person
from evaluation.models import Story
from sparks.models import LedgerEntry, Round, Spark
from sparks.queries import reconcile
from tests.factories.communities import TeamFactory
from tests.factories.connectors import PersonFactory

SIZE = 200


class Silent(Bar):
    """A progress bar that prints nothing and remembers its progress."""

    made: "list[Silent]" = []

    def __init__(self, total):
        super().__init__(total, stream=io.StringIO())
        self.made.append(self)


@pytest.fixture
def built(db):
    """Return the plan of a tiny database, already filled."""
    return built_now()


@pytest.fixture
def built_for_all(transactional_db):
    """Return the plan of a tiny database that other connections can see too."""
    return built_now()


def built_now():
    fill(plan(SIZE), date.today(), bar=Silent)
    connection.check_constraints()
    return plan(SIZE)


@pytest.mark.parametrize("size", [200, 201, 7919 * 2, 100_000, 1_000_000])
def test_plan_of_any_size_adds_up(size):
    found = plan(size)
    assert sum(team.talks for team in found.teams) == size
    assert sum(team.people for team in found.teams) == found.people == size // 5
    assert sum(team.assets for team in found.teams) == found.assets == size // 5
    assert all(team.people >= 2 for team in found.teams)
    assert found.step * found.back % size == 1


def test_plan_reaches_page_5000_and_the_map_view_at_a_million():
    main = plan(1_000_000).main
    assert main.talks == MAIN_MOST > 125_000
    assert main.assets == 20_000
    assert plan(100_000).main.talks == 40_000


def test_a_plan_below_the_smallest_size_is_refused():
    with pytest.raises(ValueError, match="at least 200"):
        plan(199)


def test_builder_makes_the_rows_of_the_plan(built):
    for team in built.teams:
        assert Conversation.objects.filter(team=team.number).count() == team.talks
        assert Person.objects.filter(team=team.number).count() == team.people
        assert Asset.objects.filter(team=team.number).count() == team.assets
        assert Neighbourhood.objects.filter(team=team.number).count() == team.places
    assert Gift.objects.count() == 2 * built.people
    assert Introduction.objects.count() == built.introductions
    assert Spark.objects.count() == built.sparks
    assert Story.objects.count() == built.stories
    assert AuditEntry.objects.count() == SIZE + built.people + built.assets
    assert Conversation.people.through.objects.count() > SIZE
    assert Silent.made[-1].done == Silent.made[-1].total


def test_builder_keeps_teams_apart(built):
    across = {
        "people": Conversation.people.through.objects.exclude(conversation__team=F("person__team")),
        "themes": Conversation.themes.through.objects.exclude(conversation__team=F("theme__team")),
        "places": Conversation.objects.exclude(place=None).exclude(place__team=F("team")),
        "neighbourhoods": Conversation.objects.exclude(neighbourhood__team=F("team")),
        "builders": Conversation.objects.exclude(builder__memberships__team=F("team")),
        "gifts": Gift.objects.exclude(heard_in__team=F("person__team")),
        "introductions": Introduction.objects.exclude(from_person__team=F("team")),
        "sparks": Spark.objects.exclude(round__team=F("team")),
        "stories": Story.conversations.through.objects.exclude(conversation__team=F("story__team")),
    }
    assert {name: rows.count() for name, rows in across.items()} == dict.fromkeys(across, 0)


def test_builder_puts_assets_into_their_outlines_and_tiles(built):
    rows = list(Asset.objects.filter(team=1).values_list("latitude", "longitude", "quadkey", "neighbourhood_id"))
    lats, lngs = [row[0] for row in rows], [row[1] for row in rows]
    assert [row[2] for row in rows] == quadkeys(lats, lngs)
    assert boundary_index(Team.objects.get(pk=1)).locate_many(lats, lngs) == [row[3] for row in rows]


def test_builder_makes_ledgers_that_agree_with_their_rounds(built):
    assert LedgerEntry.objects.exists()
    assert all(reconcile(each).agrees for each in Round.objects.all())


def test_builder_makes_the_same_rows_on_every_machine_and_database(built):
    talks = Conversation.objects.order_by("pk")
    days = list(talks.values_list("held_on", flat=True))
    assert days == sorted(days)
    assert days[-1] == date.today() - timedelta(days=1)
    assert talks[0].uuid == uuid.UUID(hashlib.md5(b"talk1", usedforsecurity=False).hexdigest())
    assert talks.aggregate(a=Sum("builder"), b=Sum("place"), c=Sum("people")) == {"a": 8817, "b": 905, "c": 5612}


def test_new_rows_get_primary_keys_after_those_of_the_plan(built):
    person = Person.objects.create(team_id=1, known_as="Ada")
    # Earlier tests may have used more primary keys: SQLite never assigns one twice.
    assert person.pk > built.people


@pytest.mark.long
def test_report_has_a_line_for_everything(built_for_all, settings, monkeypatch, tmp_path):
    settings.SECRET_KEY = "a secret of sixty letters, as the server that is started wants"
    # The bench serves in production mode, so signing in here has to use the same names of cookies.
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-kith-session", "__Host-kith-csrf"
    monkeypatch.setattr(phones, "PHONES", 3)
    monkeypatch.setattr(phones, "ITEMS", 2)
    monkeypatch.setattr(desk, "ROWS", 3)
    monkeypatch.setattr(desk, "QUIET", 0.2)
    url = f"sqlite:///{connection.settings_dict['NAME']}"
    if connection.vendor == "postgresql":
        parts = urlsplit(os.environ["DATABASE_URL"])
        url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    asked = argparse.Namespace(rounds=1, seconds=0, import_rows=60, desk=False)
    environment = {**store.environment(url), "KITH_VAR_DIR": str(tmp_path)}
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(collect, cwd=store.ROOT, env=environment, check=True)
    told = "\n".join(measure.everything(built_for_all, asked, environment))
    for name in (
        "Today, builder",
        "Today, manager",
        "Today, evaluator",
        "Conversations, page 1 ",
        "Conversations, page 4 ",
        "People, page 1 ",
        "Assets, list beside map, page 2 ",
        "Asset map, 40 in view",
        "Resident ",
        "Spark queue",
        "Stories",
        "Indicator table ",
        "Indicator table, just after a conversation",
        "Indicator table, counted from nothing",
        "Indicator with its rows",
        "Blank page",
        "Assets as CSV ",
        "Indicators as CSV ",
        "Ledger of the largest round",
        "Ledgers as CSV, all rounds'",
        "A name as it is typed ",
        "Saving a conversation ",
        "3 phones, 2 conversations each, each handed in twice, all at once: 6 saved, 6 kept, 0 lost, 0 doubled",
    ):
        assert f"\n{name}" in told
    assert re.search(r"\n3 rows imported .* 0 errors", told)
    assert "3 residents in the file, 3 there" in told
    assert "60 rows, 60 added, 0 left out" in told
    assert Asset.objects.count() == built_for_all.assets, "the import is taken back"


def test_a_line_says_whether_it_meets_its_target():
    within, over = (Line("A", median, 2 * median, 10, aim=3) for median in (30, 31))
    assert within.verdict == "ok"
    assert over.verdict == "OVER"
    assert "3.0×    ≤3 ok" in say(within)
    assert Line("A", 1, 1, 1, aim=None).verdict == "–"


def test_memory_report_says_whether_it_grows():
    flat = say_memory([Memory("A", 10, 100, 50), Memory("A", 100, 100, 52)])[-1]
    grows = say_memory([Memory("A", 10, 100, 50), Memory("A", 100, 200, 150)])[-1]
    assert flat.endswith("flat")
    assert grows.endswith("GROWS")


def test_import_file_has_a_name_for_each_row(tmp_path):
    write_file(tmp_path / "assets.csv", plan(SIZE).teams[-1], 5_000)
    names = [line.partition(",")[0] for line in (tmp_path / "assets.csv").read_text().splitlines()]
    assert len(set(names)) == 5_001


def test_only_a_complete_and_recent_database_is_cached(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "FOLDER", tmp_path)
    today = date(2026, 5, 20)

    def make(mark, day):
        with sqlite3.connect(store.file_of(SIZE)) as found:
            found.execute("CREATE TABLE IF NOT EXISTS bench_about (mark text, built_on text)")
            found.execute("DELETE FROM bench_about")
            found.execute("INSERT INTO bench_about VALUES (?, ?)", [mark, day.isoformat()])
        found.close()

    assert not store.sqlite_is_ready(SIZE, today, rebuild=False)
    make(store.mark(SIZE), today)
    assert store.sqlite_is_ready(SIZE, today, rebuild=False)
    assert not store.sqlite_is_ready(SIZE, today + timedelta(days=15), rebuild=False)
    assert not store.file_of(SIZE).exists()
    make("another schema", today)
    assert not store.sqlite_is_ready(SIZE, today, rebuild=False)
    make(store.mark(SIZE), today)
    assert not store.sqlite_is_ready(SIZE, today, rebuild=True)


def test_a_database_is_tended_before_it_is_measured(built_for_all):
    """Measuring leaves rows that were taken back: PostgreSQL reads no index alone until they are gone."""
    Person.objects.filter(team=built_for_all.main.number).update(street="Kiln Lane")
    store.tend()
    assert Upkeep.objects.exists()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT relpages, relallvisible FROM pg_class WHERE relname = 'connectors_person'")
            pages, without_rest = cursor.fetchone()
        assert 0 < without_rest <= pages


def test_environment_variables_of_the_shell_are_ignored(monkeypatch):
    monkeypatch.setenv("KITH_TILE_URL", "https://tiles.example/")
    found = store.environment("sqlite:///x")
    assert "KITH_TILE_URL" not in found
    assert found["KITH_DEBUG"] == "0"
    assert len(found["KITH_SECRET_KEY"]) >= 50


@pytest.mark.postgresql
def test_a_database_from_elsewhere_is_refused(db):
    with pytest.raises(store.NotOursError):
        store.postgres_is_ready(SIZE, date.today(), rebuild=True)


def test_a_comparison_with_a_stock_tool_is_a_ratio():
    line = Line("People, first page", 15.0, 16.0, 10.0, None, note="Django's admin")
    assert say_peer(line).split() == ["People,", "first", "page", "1.50×", "Django's", "admin"]


@pytest.mark.django_db
@pytest.mark.ignore_template_errors
@pytest.mark.urls("bench.peer_urls")
def test_the_stock_admin_lists_the_rows_of_the_measured_team(client_for, builder):
    number = plan(SIZE).main.number
    measured = Team.objects.filter(pk=number).first() or TeamFactory(pk=number)
    PersonFactory(team=measured, street="Mallow Close")
    PersonFactory(team=TeamFactory(), street="Tansy Way")
    page = client_for(builder).get("/peer/connectors/person/").content.decode()
    assert "Mallow Close" in page
    assert "Tansy Way" not in page
