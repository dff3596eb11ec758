"""Every write of a counted row invalidates the cached figures, whatever the code forgets: the database does it."""

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.actions.freshness import prune_marks
from communities.apps import KithConfig
from communities.database_objects import run
from communities.freshness import Counted, stamp_of
from communities.models import AppendOnlyModel, CountMark, Team
from connectors.actions.merges import confirm_different_people
from connectors.models import Conversation, Gift, Person, Theme
from connectors.queries.duplicates import listed_duplicates
from connectors.web.queries.ties import Choice, read_web
from evaluation.framework.own import catalogue_of
from tests.evaluation.worlds import PERIODS, World, count_all
from tests.factories.communities import MembershipFactory, TeamFactory
from tests.factories.connectors import GiftFactory, PersonFactory, ThemeFactory
from tests.factories.evaluation import IndicatorFactory

#: Tables read only to decide whose rows to count, and never counted; and names to search for, which are written with the
#: row of their resident.
NOT_COUNTED = {"communities_team", "connectors_personname"}
TABLE = re.compile(r'(?:FROM|JOIN) "?(\w+)"?')


def counted() -> list[Counted]:
    """Return every table that an app declares as counted."""
    configs = [each for each in apps.get_app_configs() if isinstance(each, KithConfig)]
    return [each for config in configs for each in config.database_objects() if isinstance(each, Counted)]


def append_only() -> set[str]:
    """Return the tables whose rows are neither changed nor deleted."""
    return {model._meta.db_table for model in apps.get_models() if issubclass(model, AppendOnlyModel)}


def tables_read(team: Team) -> set[str]:
    """Return the tables that indicators, the web of connections and possible duplicates are read from."""
    choices = (Choice(), Choice(theme=Theme.objects.filter(team=team).first()))
    catalogue = catalogue_of(team)
    with CaptureQueriesContext(connection) as captured:
        count_all(team, PERIODS, catalogue)
        for choice in choices:
            read_web(team, choice)
        listed_duplicates(team, "no-stamp")
    return {table for query in captured.captured_queries for table in TABLE.findall(query["sql"])}


@pytest.fixture
def world(team: Team) -> World:
    """Return a team with rows in every counted table."""
    world = World(team, 3, size=5)
    for person in world.people:
        person.themes.add(ThemeFactory(team=team))
    theme = ThemeFactory(team=team)
    Conversation.objects.filter(team=team).first().themes.add(theme)
    IndicatorFactory(team=team, counted_from="talks", conditions={"theme": [str(theme.pk)]}, counts_people=True)
    IndicatorFactory(team=team, counted_from="sparks", conditions={"fund": ["spark"]})
    confirm_different_people(person=world.people[0], others=[world.people[1]], by=MembershipFactory(team=team).user)
    return world


@pytest.mark.django_db
def test_every_table_that_is_counted_marks_its_team(world: World) -> None:
    """Found from the actual queries: an indicator that reads a new table fails here."""
    read = tables_read(world.team) - NOT_COUNTED
    assert read == {each.table for each in counted()}
    assert {"connectors_conversation_people", "sparks_spark_applicants"} <= read


def a_row_of(table: str, cursor: object) -> dict[str, object]:
    """Return the newest row of a table."""
    cursor.execute(f"SELECT * FROM {table} ORDER BY id DESC LIMIT 1")
    names = [column[0] for column in cursor.description]
    generated = {
        field.column
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table == table
        for field in model._meta.fields
        if field.generated
    }
    return {
        name: value
        for name, value in zip(names, cursor.fetchone(), strict=True)
        if name not in generated | {"full_text"}
    }


@pytest.mark.django_db
@pytest.mark.parametrize("table", [each.table for each in counted()])
def test_adding_changing_and_removing_a_row_each_change_the_stamp(table: str, world: World, other_team: Team) -> None:
    """In plain SQL, which no action, admin or import can avoid."""
    stamps, others = [stamp_of(world.team)], stamp_of(other_team)
    with connection.cursor() as cursor:
        row = a_row_of(table, cursor)
        ways = [
            (f"UPDATE {table} SET id = id WHERE id = %s", [row["id"]]),
            (f"DELETE FROM {table} WHERE id = %s", [row["id"]]),
        ]
        if table in append_only():
            ways, row = [], row | {"uuid": uuid4().hex} | {name: row[name] + 1000 for name in ("id", "number", "turn")}
        names, places = ", ".join(row), ", ".join(["%s"] * len(row))
        for sql, values in (*ways, (f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))):
            CountMark.objects.all().delete()
            cursor.execute(sql, values)
            stamps.append(stamp_of(world.team))
            assert set(CountMark.objects.values_list("team", flat=True)) == {world.team.pk}
    assert len(set(stamps)) == len(stamps)
    assert stamp_of(other_team) == others


@pytest.mark.django_db
def test_without_its_trigger_a_write_would_be_missed(world: World) -> None:
    """Proof that the test above can fail: this is what it sees when a trigger is missing."""
    where = " ON connectors_gift" if connection.vendor == "postgresql" else ""
    with transaction.atomic():
        run(connection, [f"DROP TRIGGER connectors_gift_marks_update{where}"])
        CountMark.objects.all().delete()
        Gift.objects.update(is_offered=True)
        assert stamp_of(world.team) == "0"
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_adding_and_removing_links_marks_the_team(team: Team) -> None:
    """`add` on a relation uses OR IGNORE on SQLite, which must not apply inside the trigger."""
    person, theme = PersonFactory(team=team), ThemeFactory(team=team)
    stamps = {stamp_of(team)}
    for change in (person.themes.add, person.themes.remove):
        CountMark.objects.all().delete()
        change(theme)
        stamps.add(stamp_of(team))
    assert len(stamps) == 3


@pytest.mark.django_db
def test_a_bulk_write_of_two_teams_marks_both(team: Team, other_team: Team) -> None:
    for each in (team, team, other_team):
        PersonFactory(team=each)
    CountMark.objects.all().delete()
    Person.objects.update(street="Mill Row")
    assert set(CountMark.objects.values_list("team", flat=True)) == {team.pk, other_team.pk}


@pytest.mark.django_db
def test_a_row_that_moves_to_another_team_marks_both(team: Team, other_team: Team) -> None:
    gift = GiftFactory(person=PersonFactory(team=team))
    other = PersonFactory(team=other_team)
    CountMark.objects.all().delete()
    Gift.objects.filter(pk=gift.pk).update(person=other)
    assert set(CountMark.objects.values_list("team", flat=True)) == {team.pk, other_team.pk}


@pytest.mark.django_db
def test_a_rolled_back_write_marks_nothing(team: Team) -> None:
    before = stamp_of(team)
    with transaction.atomic():
        PersonFactory(team=team)
        transaction.set_rollback(True)
    assert stamp_of(team) == before


@pytest.mark.django_db
def test_the_stamp_takes_one_query(team: Team, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert stamp_of(team) == "0"


def mark(team: Team, token: int, *, days: int = 0) -> CountMark:
    """Write a mark like a transaction of some days ago."""
    return CountMark.objects.create(
        team=team, part="gifts", quarter=8104, token=token, at=timezone.now() - timedelta(days=days)
    )


@pytest.mark.django_db
def test_a_statement_makes_one_mark_for_each_team_part_and_quarter(team: Team, other_team: Team) -> None:
    """PostgreSQL made one for each row, so an import of 5,000 residents left 5,000 to be summed by every page of figures."""
    people = [PersonFactory(team=each) for each in (team, other_team)]
    before = CountMark.objects.count()
    gifts = [GiftFactory.build(person=person, name=f"Gift {number}") for person in people for number in range(20)]
    Gift.objects.bulk_create(gifts)
    Person.objects.bulk_create([PersonFactory.build(team=team) for _number in range(20)])
    assert CountMark.objects.count() - before <= 4, "gifts of each team, residents, and those first met in a quarter"
    before = CountMark.objects.count()
    Gift.objects.filter(person__in=people).delete()
    assert CountMark.objects.count() - before <= 2


@pytest.mark.django_db
def test_pruning_replaces_old_marks_by_one_and_never_repeats_a_stamp(team: Team, other_team: Team) -> None:
    quiet = mark(other_team, 7, days=9)
    stamps = []
    for token in (1, 2, 3):
        mark(team, token, days=2)
        stamps.append(stamp_of(team))
    recent = mark(team, 4)
    stamps.append(stamp_of(team))
    assert prune_marks() == 3
    assert CountMark.objects.filter(team=team).count() == 2
    assert CountMark.objects.filter(pk__in=[quiet.pk, recent.pk]).count() == 2, "a quiet team is not counted again"
    stamps.append(stamp_of(team))
    # A pruned mark arrives late: without the new mark, the sum of an earlier day would return.
    for token in (1, 2, 3):
        mark(team, token)
        stamps.append(stamp_of(team))
    assert len(set(stamps)) == len(stamps) == 8
    assert prune_marks() == 0


@pytest.mark.django_db
def test_more_old_marks_than_a_statement_has_parameters_are_pruned(team: Team) -> None:
    old = timezone.now() - timedelta(days=2)
    marks = (CountMark(team=team, part="gifts", quarter=8104, token=token, at=old) for token in range(65_600))
    CountMark.objects.bulk_create(marks, batch_size=5_000)
    assert prune_marks() == 65_600
    assert CountMark.objects.filter(team=team).count() == 1


@pytest.mark.django_db
def test_the_daily_command_prunes(team: Team) -> None:
    for token in (1, 2, 3):
        mark(team, token, days=2)
    call_command("delete_expired", verbosity=0)
    assert CountMark.objects.filter(team=team).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_writers_of_a_team_do_not_block_each_other() -> None:
    """The second one writes, commits and gives up on any lock after a second, while the first is open."""
    team = TeamFactory()
    wrote, finish, errors = threading.Event(), threading.Event(), []

    def write_and_wait() -> None:
        try:
            with transaction.atomic():
                PersonFactory(team=team)
                wrote.set()
                assert finish.wait(20)
        finally:
            connection.close()

    def write() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1s'")
                PersonFactory(team=team)
        except Exception as error:  # noqa: BLE001 - the test judges it
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=each) for each in (write_and_wait, write)]
    threads[0].start()
    assert wrote.wait(20)
    threads[1].start()
    threads[1].join(20)
    during = stamp_of(team)
    finish.set()
    threads[0].join(20)
    assert errors == []
    assert "0" != during != stamp_of(team), "the one that committed late is noticed"
    assert CountMark.objects.filter(team=team, part="connectors_person").count() == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_writers_of_two_teams_in_opposite_order_do_not_deadlock(race) -> None:
    teams = TeamFactory(), TeamFactory()

    def write(order: int) -> None:
        for _ in range(20):
            with transaction.atomic():
                for team in teams[::order]:
                    PersonFactory(team=team)

    assert race(lambda: write(1), lambda: write(-1), lambda: write(1), lambda: write(-1)) == [None] * 4
    marks = CountMark.objects.filter(part="connectors_person")
    assert [marks.filter(team=team).count() for team in teams] == [80, 80]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_statement_marks_a_team_once() -> None:
    team = TeamFactory()
    PersonFactory.create_batch(5, team=team)
    CountMark.objects.all().delete()
    Person.objects.update(street="Mill Row")
    assert CountMark.objects.filter(team=team).count() == 1


@pytest.mark.django_db
def test_a_write_after_a_read_in_one_transaction_is_noticed(team: Team) -> None:
    with transaction.atomic():
        PersonFactory(team=team)
        before = stamp_of(team)
        PersonFactory(team=team)
        assert stamp_of(team) != before
