"""The nightly upkeep: what it does on each database, who waits for it, and who is told when it does not run."""

import io
import threading
from datetime import timedelta

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, connections, transaction
from django.db.transaction import TransactionManagementError
from django.urls import reverse
from django.utils import timezone

from communities.actions.upkeep import analyse, compact, record_upkeep
from communities.database_objects import run
from communities.full_text import FullText, full_texts
from communities.models import CountMark, Team, Upkeep
from communities.queries.upkeep import last_upkeep
from connectors.models import Conversation
from connectors.queries.search import CONVERSATIONS
from tests.factories.communities import TeamFactory
from tests.factories.connectors import ConversationFactory, PersonFactory
from tests.factories.sparks import RoundFactory

INDEX = "connectors_conversation_text"


def tend() -> str:
    """Run the command, and return its output."""
    out = io.StringIO()
    call_command("tend", stdout=out)
    return out.getvalue()


def analysed() -> set[str]:
    """Return the tables for which the database has statistics."""
    sql = "SELECT DISTINCT tbl FROM sqlite_stat1"
    if connection.vendor == "postgresql":
        sql = "SELECT relname FROM pg_stat_user_tables WHERE analyze_count > 0 AND vacuum_count > 0"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall()}


def segments() -> int:
    """Return the number of segments of SQLite's index."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(DISTINCT segid) FROM {INDEX}_idx")
        return cursor.fetchone()[0]


def find(word: str, team: Team) -> list[int]:
    """Return the primary keys of a team's conversations that contain a word."""
    found = CONVERSATIONS.matching(Conversation.objects.all(), word, team_id=team.pk)
    return list(found.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_tending_deletes_old_rows_records_its_time_and_can_be_repeated() -> None:
    team = TeamFactory()
    talk = ConversationFactory(team=team, summary="A telescope for the allotment")
    for token in (1, 2, 3):
        CountMark.objects.create(
            team=team, part="gifts", quarter=8104, token=token, at=timezone.now() - timedelta(days=2)
        )
    start = timezone.now()
    assert "Statistics of" in tend()
    assert CountMark.objects.filter(team=team, at__lt=start - timedelta(days=1)).count() == 0
    assert {"connectors_conversation", "communities_team"} <= analysed()
    first = last_upkeep()
    assert start <= first <= timezone.now()
    tend()
    assert Upkeep.objects.count() == 1
    assert last_upkeep() > first
    assert find("telescope", team) == [talk.pk]


@pytest.mark.django_db(transaction=True)
def test_a_ledger_that_does_not_add_up_fails_the_night_after_everything_else_is_done() -> None:
    assert "as they were written" in tend()
    before = last_upkeep()
    RoundFactory(committed_gbp=5)
    with pytest.raises(CommandError, match="the lines add up to £0 promised"):
        tend()
    assert last_upkeep() > before


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_every_index_of_sqlite_has_statistics() -> None:
    """Row counts alone are not enough: each index needs the number of rows per value."""
    team = TeamFactory()
    PersonFactory.create_batch(40, team=team)
    analyse()
    with connection.cursor() as cursor:
        cursor.execute("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'connectors_person'")
        known = dict(cursor.fetchall())
        cursor.execute("SELECT name FROM pragma_index_list('connectors_person') WHERE NOT partial")
        assert {name for (name,) in cursor.fetchall()} <= set(known)
    by_team = [stat.split() for name, stat in known.items() if name and "team" in name and stat.startswith("40 ")]
    assert any(numbers[1] == "40" for numbers in by_team), "one team has them all"


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_the_full_text_index_of_sqlite_is_merged() -> None:
    team = TeamFactory()
    talks = [ConversationFactory(team=team, summary=f"A kettle and a telescope {number}") for number in range(12)]
    talks.pop().delete()
    assert segments() > 1
    compact(full_texts())
    assert segments() == 1
    assert sorted(find("kettle", team)) == [talk.pk for talk in talks]


def test_every_full_text_index_is_found() -> None:
    assert CONVERSATIONS in full_texts()
    assert all(isinstance(index, FullText) for index in full_texts())


@pytest.mark.postgresql
@pytest.mark.django_db
def test_statistics_on_postgresql_are_refused_in_a_transaction() -> None:
    with pytest.raises(TransactionManagementError), transaction.atomic():
        analyse()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_tables_of_somebody_else_are_named_and_the_upkeep_counts_as_not_done() -> None:
    """PostgreSQL only warns when it skips a table, and the pages would stay slow with nobody knowing why."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
    always = f'ALTER ROLE "{owner}" IN DATABASE "{connection.settings_dict["NAME"]}"'
    run(
        connection,
        [
            "CREATE ROLE kith_writer",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO kith_writer",
            f'GRANT kith_writer TO "{owner}"',
            # On every connection: commands open new ones.
            f"{always} SET role = 'kith_writer'",
        ],
    )
    connection.close()
    try:
        with pytest.raises(CommandError, match="tables, .* among them: only their owner may vacuum them"):
            tend()
        assert last_upkeep() is None
    finally:
        run(connection, ["SET ROLE NONE", f"{always} RESET role", "DROP OWNED BY kith_writer", "DROP ROLE kith_writer"])
        connection.close()
    tend()
    assert last_upkeep() is not None


@pytest.mark.django_db(transaction=True)
def test_others_can_save_meanwhile() -> None:
    """Somebody saves again and again until the upkeep has finished; no save is refused."""
    team, saved, errors, ended = TeamFactory(), [], [], threading.Event()
    begun = threading.Event()

    def save() -> None:
        try:
            while not (ended.is_set() and saved):
                saved.append(ConversationFactory(team=team, summary="A kettle").pk)
                begun.set()
        except Exception as error:  # noqa: BLE001 - the test judges it
            errors.append(error)
        finally:
            begun.set()
            connections.close_all()

    thread = threading.Thread(target=save)
    thread.start()
    assert begun.wait(30)
    tend()
    ended.set()
    thread.join(60)
    assert errors == []
    assert sorted(find("kettle", team)) == saved[-300:]


@pytest.mark.django_db
def test_the_upkeep_is_one_row() -> None:
    record_upkeep()
    with pytest.raises(IntegrityError), transaction.atomic():
        Upkeep.objects.create(pk=2, finished_at=timezone.now())


@pytest.mark.django_db
def test_an_administrator_is_warned_after_two_days(client_for, administrator, builder, team, settings) -> None:
    def warnings() -> list[str]:
        found = run_checks(tags=[Tags.database], databases=["default"])
        return [each.msg for each in found if each.id == "kith.W004"]

    def told(user, address: str) -> bool:
        page = browsers[user].get(address).content.decode()
        return "nightly upkeep" in page and ("did not run" in page or "Set up manage.py tend" in page)

    def tended(**ago: int) -> None:
        Upkeep.objects.update_or_create(pk=1, defaults={"finished_at": timezone.now() - timedelta(**ago)})

    browsers = {builder: client_for(builder), administrator: client_for(administrator)}
    pages = "/", reverse("admin:index")
    assert warnings() == []
    assert not any(told(administrator, page) for page in pages), "a new Kith has had no night yet"
    Team.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert "has never run" in warnings()[0]
    assert all(told(administrator, page) for page in pages)
    assert not told(builder, "/")
    tended(days=3)
    assert "last finished on" in warnings()[0]
    assert all(told(administrator, page) for page in pages)
    tended(hours=47)
    assert warnings() == []
    assert not any(told(administrator, page) for page in pages)
    assert "The nightly upkeep last finished on" in browsers[administrator].get(pages[1]).content.decode()
    tended(minutes=-30)
    assert warnings() == [], "a clock that was put right by some minutes"
    tended(days=-400)
    assert "last finished on" in warnings()[0], "nobody knows when it really was"
    tended(days=3)
    settings.DEBUG = True
    assert warnings() == []
    assert not told(administrator, "/")


@pytest.mark.django_db
def test_a_manager_is_not_warned_about_the_upkeep(client_for, manager, team) -> None:
    record_upkeep()
    assert "nightly upkeep" not in client_for(manager).get(reverse("admin:index")).content.decode()
