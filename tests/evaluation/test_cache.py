"""Cached figures always equal a recount."""

import random
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from communities.models import CountMark, Team
from connectors.models import Conversation, Person
from evaluation import cache
from evaluation.cache import cached_counts, catalogue_stamp, stamp_of
from evaluation.framework import INDICATORS
from evaluation.models import Rollup
from evaluation.queries import TEAM, count_all
from sparks.models import Spark
from tests.evaluation.worlds import PERIODS, World
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory, PersonFactory


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


@pytest.mark.django_db
def test_a_cached_period_is_not_counted_again(team: Team, django_assert_num_queries) -> None:
    World(team, 1, size=5)
    first = cached_counts(team=team, periods=PERIODS)
    with django_assert_num_queries(2):
        assert cached_counts(team=team, periods=PERIODS) == first
    assert Rollup.objects.filter(team=team).count() == len(PERIODS)


@pytest.mark.django_db
def test_a_new_definition_is_counted_again(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stamp_of(team)
    newer = [replace(spec, version=spec.version + 1) if n == 3 else spec for n, spec in enumerate(INDICATORS)]
    other = [replace(spec, key="another") if n == 3 else spec for n, spec in enumerate(INDICATORS)]
    assert (
        len({catalogue_stamp(), catalogue_stamp(newer), catalogue_stamp(other), catalogue_stamp(INDICATORS[1:])}) == 4
    )
    monkeypatch.setattr(cache, "SHAPE", cache.SHAPE + 1)
    assert stamp_of(team) != before


@pytest.mark.django_db
def test_the_longest_stamp_fits_its_column(team: Team) -> None:
    """With eight million transactions within a day, on either database, and any number of indicators."""
    CountMark.objects.create(team=team, token=2**63 - 1)
    assert len(stamp_of(team)) == 63
    cached_counts(team=team, periods=PERIODS[-1:])
    row = Rollup.objects.get(team=team)
    row.clean_fields(exclude=["cells"])
    assert row.stamp == stamp_of(team)


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
