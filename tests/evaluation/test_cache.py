"""Cached figures always equal a recount."""

import random
import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.apps import KithConfig
from communities.freshness import Counted
from communities.models import Team
from communities.periods import quarter_of
from connectors.models import ConnectorTerm, Conversation, Person
from evaluation import cache
from evaluation.cache import cached_counts, definitions_stamp
from evaluation.framework import INDICATORS, SHIPPED
from evaluation.framework.declaring import midnight
from evaluation.models import Rollup
from evaluation.queries import TEAM, by_source
from sparks.actions.chaining import append_line
from sparks.models import LedgerEntry, LedgerKind, Spark
from tests.evaluation.worlds import PERIODS, World, count_all
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory, PersonFactory
from tests.factories.connectors_asks import AskFactory


def edit_at_random(world: World, dice: random.Random) -> None:
    """Change, add or delete rows without telling the cache."""
    made = dice.choice((world.conversation, world.gift, world.introduction, world.asset, world.spark, world.story))
    made()
    if dice.random() < 0.3:
        Conversation.objects.filter(team=world.team).order_by("?").first().delete()
    if dice.random() < 0.3:
        Person.objects.filter(team=world.team).update(connector_since=world.day())
    if dice.random() < 0.3:
        Spark.objects.filter(team=world.team).update(neighbourhood=world.place())


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_cached_counts_equal_a_recount_after_any_edit(seed: int, team: Team) -> None:
    world, dice = World(team, seed, size=5), random.Random(seed)
    for _ in range(15):
        edit_at_random(world, dice)
        assert cached_counts(team=team, periods=PERIODS) == count_all(team, PERIODS)


#: What a figure can depend on, by table: columns that the next test changes at random in plain SQL.
COLUMNS = {
    "connectors_conversation": ("held_on", "neighbourhood_id", "idea"),
    "connectors_conversation_people": ("person_id", "conversation_id"),
    "connectors_person": ("first_met_on", "neighbourhood_id", "connector_since", "merged_into_id"),
    "connectors_connectorterm": ("since", "person_id"),
    "connectors_gift": ("heard_on", "is_offered", "person_id"),
    "connectors_introduction": ("introduced_on", "neighbourhood_id"),
    "connectors_ask": ("met_on", "met_by", "neighbourhood_id"),
    "connectors_lighttouch": ("held_on", "gave", "belongs_more", "neighbourhood_id"),
    "connectors_journey": ("began_on", "person_id"),
    "connectors_journeychange": ("noticed_on", "journey_id"),
    "assets_asset": ("formed_on", "led_by", "neighbourhood_id", "last_confirmed_on", "created_at"),
    "sparks_spark": ("submitted_at", "decided_at", "neighbourhood_id", "award_gbp"),
    "sparks_spark_applicants": ("person_id", "spark_id"),
    "sparks_costline": ("in_kind_gbp", "spark_id"),
    "evaluation_story": ("happened_on", "neighbourhood_id"),
}


def change_a_cell(table: str, column: str, dice: random.Random) -> None:
    """Give one row of a table the value that another row has in one column, or sometimes delete it, in plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {column} FROM {table} ORDER BY id")  # noqa: S608 - ours
        rows = cursor.fetchall()
        (number, before), *others = dice.sample(rows, len(rows))
        value = next((other for _number, other in others if other != before), None)
        if column == "merged_into_id":
            value = others[0][0]
        try:
            with transaction.atomic():
                # A constraint may refuse what is drawn: then nothing has changed.
                if table.endswith(("_people", "_applicants", "_gift", "_costline")) and dice.random() < 0.2:
                    cursor.execute(f"DELETE FROM {table} WHERE id = %s", [number])  # noqa: S608 - ours
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, number])  # noqa: S608 - ours
        except IntegrityError:
            pass


@pytest.mark.django_db
@pytest.mark.parametrize("table", COLUMNS)
def test_what_is_counted_again_equals_a_recount_after_any_change_of_a_cell(table: str, team: Team) -> None:
    """A part of the marks that is missing, or that is dated wrongly, is found here."""
    world, dice = World(team, 7, size=10), random.Random(7)
    for person in world.people:
        # Half of them were connectors once, and are not any more.
        ConnectorTerm.objects.create(person=person, since=world.day(), until=PERIODS[-1].end + timedelta(days=400))
        AskFactory(team=team, person=person, met_on=world.day(), met_by=dice.choice(["neighbour", "group"]))
    first, changed = cached_counts(team=team, periods=PERIODS), dict.fromkeys(COLUMNS[table], 0)
    rounds = 0
    while rounds < 6 or not all(changed.values()):
        rounds += 1
        assert rounds < 60, f"a column that changes no figure proves nothing: {changed}"
        for column in changed:
            change_a_cell(table, column, dice)
            now = cached_counts(team=team, periods=PERIODS)
            assert now == count_all(team, PERIODS), column
            changed[column] += now != first
            first = now


@pytest.mark.django_db
def test_money_that_comes_back_is_counted_again(team: Team) -> None:
    """The ledger only grows, so no cell of it changes above."""
    world = World(team, 7, size=3)
    cached_counts(team=team, periods=PERIODS)
    came_back = LedgerEntry(
        round=world.round,
        spark=world.spark(),
        kind=LedgerKind.RECOVER,
        amount_gbp=Decimal(12),
        at=midnight(PERIODS[0].start),
        by=world.user,
    )
    cached_counts(team=team, periods=PERIODS)
    append_line(came_back)
    assert cached_counts(team=team, periods=PERIODS) == count_all(team, PERIODS)


@pytest.mark.django_db
def test_the_columns_above_are_of_every_counted_table() -> None:
    counted = {table for source in by_source() for table in (*source.reads, *source.always_reads)}
    parts = {"residents", "homes", "connectors"}
    assert counted - parts == COLUMNS.keys() - {"connectors_person"} | {"sparks_ledgerentry"}, "a ledger only grows"
    assert parts <= counted


@pytest.mark.django_db
def test_every_part_that_a_source_reads_is_marked() -> None:
    """A misspelt part is never marked, so its figures would stay as they are for a day."""
    configs = [each for each in apps.get_app_configs() if isinstance(each, KithConfig)]
    counted = [each for config in configs for each in config.database_objects() if isinstance(each, Counted)]
    parts = {part.name: part for each in counted for part in each.all_parts}
    for source in by_source():
        assert {*source.reads, *source.always_reads} <= parts.keys(), source.key
        assert all(parts[name].day or parts[name].owner_day for name in source.reads), source.key


@pytest.mark.django_db
def test_a_cached_period_is_not_counted_again(team: Team, django_assert_num_queries) -> None:
    World(team, 1, size=5)
    first = cached_counts(team=team, periods=PERIODS)
    with django_assert_num_queries(2):
        assert cached_counts(team=team, periods=PERIODS) == first
    assert Rollup.objects.filter(team=team).count() == len(PERIODS)


@pytest.mark.django_db
def test_only_what_a_conversation_touches_is_counted_again(team: Team) -> None:
    World(team, 1, size=5)
    before = cached_counts(team=team, periods=PERIODS)
    ConversationFactory(team=team, held_on=PERIODS[-1].start)
    with CaptureQueriesContext(connection) as captured:
        after = cached_counts(team=team, periods=PERIODS)
    counts = [query["sql"] for query in captured.captured_queries if "COUNT(" in query["sql"]]
    assert counts
    assert all("connectors_conversation" in sql for sql in counts), "nothing else is counted"
    held = ("conversations-held", TEAM)
    assert after[PERIODS[-1]][held].number == before[PERIODS[-1]][held].number + 1
    assert [after[period] for period in PERIODS[:-1]] == [before[period] for period in PERIODS[:-1]]


@pytest.mark.django_db
def test_a_new_definition_is_counted_again(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = [replace(spec, version=spec.version + 1) if n == 3 else spec for n, spec in enumerate(INDICATORS)]
    other = [replace(spec, key="another") if n == 3 else spec for n, spec in enumerate(INDICATORS)]
    assert len({definitions_stamp(each) for each in (INDICATORS, newer, other, INDICATORS[1:])}) == 4
    PersonFactory(team=team, connector_since=PERIODS[0].start)
    cached_counts(team=team, periods=PERIODS)
    Rollup.objects.update(cells={})
    assert cached_counts(team=team, periods=PERIODS)[PERIODS[-1]] == {}
    newly = [replace(spec, version=spec.version + 1) if spec.key == "connectors" else spec for spec in INDICATORS]
    catalogue = replace(SHIPPED, indicators=tuple(newly))
    counted = cached_counts(team=team, periods=PERIODS, catalogue=catalogue)
    assert counted[PERIODS[-1]]["connectors", TEAM].value == 1
    Rollup.objects.update(cells={})
    monkeypatch.setattr(cache, "SHAPE", cache.SHAPE + 1)
    assert cached_counts(team=team, periods=PERIODS) == count_all(team, PERIODS)


@pytest.mark.django_db
def test_the_stock_of_a_running_period_is_counted_again_the_next_day(team: Team, clock) -> None:
    today = timezone.localdate()
    running = quarter_of(today)
    PersonFactory(team=team, connector_since=today + timedelta(days=1))
    assert ("connectors", TEAM) not in cached_counts(team=team, periods=[running])[running]
    clock.shift(timedelta(hours=23, minutes=59))
    assert timezone.localdate() == today + timedelta(days=1)
    assert cached_counts(team=team, periods=[running])[running]["connectors", TEAM].value == 1


@pytest.mark.django_db
def test_cached_counts_expire_after_a_day(team: Team, clock) -> None:
    PersonFactory(team=team, connector_since=PERIODS[0].start)
    cached_counts(team=team, periods=PERIODS)
    Rollup.objects.update(cells={})
    assert ("connectors", TEAM) not in cached_counts(team=team, periods=PERIODS)[PERIODS[-1]]
    clock.shift(timedelta(hours=25))
    assert cached_counts(team=team, periods=PERIODS)[PERIODS[-1]]["connectors", TEAM].value == 1


@pytest.mark.django_db
def test_periods_that_begin_on_one_day_are_cached_apart(team: Team) -> None:
    ConversationFactory(team=team, held_on=PERIODS[-1].start)
    year = type(PERIODS[0])(PERIODS[-1].start, PERIODS[-1].start + timedelta(days=364))
    cached_counts(team=team, periods=[PERIODS[-1]])
    assert set(cached_counts(team=team, periods=[year])) == {year}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_finishes_late_is_noticed() -> None:
    team, user = TeamFactory(), UserFactory()
    started, finish = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                ConversationFactory(team=team, builder=user, held_on=PERIODS[-1].start)
                started.set()
                assert finish.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert started.wait(20)
    PersonFactory(team=team)
    assert ("conversations-held", TEAM) not in cached_counts(team=team, periods=PERIODS)[PERIODS[-1]]
    finish.set()
    writer.join(20)
    assert cached_counts(team=team, periods=PERIODS) == count_all(team, PERIODS)
    assert cached_counts(team=team, periods=PERIODS)[PERIODS[-1]]["conversations-held", TEAM].value == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_concurrent_readers_and_writers_end_with_current_counts(race) -> None:
    team, user = TeamFactory(), UserFactory()

    def log() -> None:
        for _ in range(10):
            with transaction.atomic():
                ConversationFactory(team=team, builder=user, held_on=PERIODS[-1].start)

    def read() -> None:
        for _ in range(10):
            cached_counts(team=team, periods=PERIODS)

    assert race(log, log, log, read, read, read) == [None] * 6
    assert cached_counts(team=team, periods=PERIODS) == count_all(team, PERIODS)
    assert cached_counts(team=team, periods=PERIODS)[PERIODS[-1]]["conversations-held", TEAM].value == 30


@pytest.mark.django_db
def test_a_late_count_names_when_it_was_made(team: Team, clock) -> None:
    cached_counts(team=team, periods=PERIODS[-1:])
    row = Rollup.objects.get(team=team)
    assert (row.period_start, row.period_end, row.counted_at) == (PERIODS[-1].start, PERIODS[-1].end, timezone.now())
    assert str(row) == "2026-04-01 – 2026-06-30"
