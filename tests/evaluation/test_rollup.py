"""What is kept counted is always what a recount would say."""

import random
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from communities import audit
from communities.models import AuditEntry, Team, User
from connectors.models import Conversation, Person
from evaluation.actions import keep_counted, rollup
from evaluation.actions.rollup import stamp_of
from evaluation.indicators import TEAM, count_all
from evaluation.models import Rollup
from sparks.models import Application
from tests.evaluation.worlds import PERIODS, World
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory


def write(team: Team, made: object, by: User) -> None:
    """Leave the audit entry that every action leaves."""
    audit.record(by=by, verb="changed", obj=made, team=team)


def edit_at_random(world: World, dice: random.Random) -> object:
    """Change, add or remove one row the way actions do."""
    made = dice.choice(
        (world.conversation, world.gift, world.introduction, world.asset, world.application, world.story)
    )
    row = made()
    if dice.random() < 0.3:
        Conversation.objects.filter(team=world.team).order_by("?").first().delete()
    if dice.random() < 0.3:
        Person.objects.filter(team=world.team).update(connector_since=world.day())
    if dice.random() < 0.3:
        Application.objects.filter(team=world.team).update(neighbourhood=world.place())
    return row


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_kept_numbers_equal_a_recount_after_any_edit(seed: int, team: Team, builder: User) -> None:
    world, dice = World(team, seed, size=5), random.Random(seed)
    for _ in range(15):
        row = edit_at_random(world, dice)
        write(team, row, builder)
        assert keep_counted(team=team, periods=PERIODS) == count_all(team, PERIODS)


@pytest.mark.django_db
def test_nothing_is_counted_twice(team: Team, builder: User, django_assert_num_queries) -> None:
    World(team, 1, size=5)
    write(team, team, builder)
    first = keep_counted(team=team, periods=PERIODS)
    with django_assert_num_queries(3):
        assert keep_counted(team=team, periods=PERIODS) == first
    assert Rollup.objects.filter(team=team).count() == len(PERIODS)


@pytest.mark.django_db
def test_another_teams_writes_change_nothing(team: Team, other_team: Team, builder: User) -> None:
    before = stamp_of(team)
    write(other_team, other_team, builder)
    assert stamp_of(team) == before
    write(team, team, builder)
    assert stamp_of(team) != before


@pytest.mark.django_db
def test_an_entry_that_comes_late_with_a_lower_number_changes_the_stamp(team: Team, builder: User) -> None:
    AuditEntry.objects.create(pk=500, team=team, verb="changed", model="x")
    before = stamp_of(team)
    AuditEntry.objects.create(pk=400, team=team, verb="changed", model="x")
    assert stamp_of(team) != before


@pytest.mark.django_db
def test_a_new_definition_is_counted_again(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stamp_of(team)
    monkeypatch.setattr(rollup, "_CATALOGUE", "another")
    assert stamp_of(team) != before


@pytest.mark.django_db
def test_what_is_kept_is_counted_again_after_a_day(team: Team, clock) -> None:
    keep_counted(team=team, periods=PERIODS)
    ConversationFactory(team=team)
    assert ("conversations-held", TEAM) not in keep_counted(team=team, periods=PERIODS)[PERIODS[-1]]
    clock.shift(timedelta(hours=25))
    assert keep_counted(team=team, periods=PERIODS)[PERIODS[-1]]["conversations-held", TEAM].value == 1


@pytest.mark.django_db
def test_periods_that_begin_on_one_day_are_kept_apart(team: Team) -> None:
    ConversationFactory(team=team, held_on=PERIODS[-1].start)
    year = type(PERIODS[0])(PERIODS[-1].start, PERIODS[-1].start + timedelta(days=364))
    keep_counted(team=team, periods=[PERIODS[-1]])
    assert set(keep_counted(team=team, periods=[year])) == {year}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_finishes_late_is_noticed() -> None:
    team, user = TeamFactory(), UserFactory()
    started, finish = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                talk = ConversationFactory(team=team, builder=user, held_on=PERIODS[-1].start)
                write(team, talk, user)
                started.set()
                assert finish.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert started.wait(20)
    write(team, team, user)
    assert ("conversations-held", TEAM) not in keep_counted(team=team, periods=PERIODS)[PERIODS[-1]]
    finish.set()
    writer.join(20)
    assert keep_counted(team=team, periods=PERIODS) == count_all(team, PERIODS)
    assert keep_counted(team=team, periods=PERIODS)[PERIODS[-1]]["conversations-held", TEAM].value == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_readers_and_writers_at_once_end_with_the_truth(race) -> None:
    team, user = TeamFactory(), UserFactory()

    def log() -> None:
        for _ in range(10):
            with transaction.atomic():
                write(team, ConversationFactory(team=team, builder=user, held_on=PERIODS[-1].start), user)

    def read() -> None:
        for _ in range(10):
            keep_counted(team=team, periods=PERIODS)

    assert race(log, log, log, read, read, read) == [None] * 6
    assert keep_counted(team=team, periods=PERIODS) == count_all(team, PERIODS)
    assert keep_counted(team=team, periods=PERIODS)[PERIODS[-1]]["conversations-held", TEAM].value == 30


@pytest.mark.django_db
def test_a_late_count_names_when_it_was_made(team: Team, clock) -> None:
    keep_counted(team=team, periods=PERIODS[-1:])
    row = Rollup.objects.get(team=team)
    assert (row.period_start, row.period_end, row.counted_at) == (PERIODS[-1].start, PERIODS[-1].end, timezone.now())
    assert str(row) == "2026-04-01 – 2026-06-30"
