"""Measuring a large web: cached, requested once at a time, in the background or by hand, and again after a failure."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from connectors.models import WebCount
from connectors.web import actions as counting
from connectors.web import requests
from connectors.web.actions import count_web, pack, unpack, web_stamp
from connectors.web.network import count
from connectors.web.queries import ties as reading
from connectors.web.queries.ties import Choice, read_web
from connectors.web.requests import FAILED_FOR, FRESH_FOR, ask_for_count, web_state
from connectors.web.tasks import recount_web
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import PersonFactory, ThemeFactory
from tests.factories.connectors_web import the_check, tied

pytestmark = pytest.mark.django_db

KEPT_TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def large(monkeypatch) -> None:
    """Treat every web as large."""
    monkeypatch.setattr(reading, "SMALL_PEOPLE", -1)


@pytest.fixture
def in_the_background(settings) -> None:
    """Keep tasks for a worker."""
    settings.TASKS = KEPT_TASKS


@pytest.fixture
def broken(monkeypatch) -> None:
    """Make measuring fail."""

    def fail(*args: object) -> None:
        raise ArithmeticError("no figures today")

    monkeypatch.setattr(counting, "read_web", fail)


def work() -> None:
    """Run the waiting tasks in a worker, once."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)


def waiting() -> int:
    return DBTaskResult.objects.ready().count()


def test_cached_figures_equal_the_counted_ones(team, builder):
    places = [NeighbourhoodFactory(team=team) for _n in range(2)]
    themes = [ThemeFactory(team=team) for _n in range(2)]
    x, _y, z = the_check(team, builder)
    other = PersonFactory(team=team, neighbourhood=places[0], themes=themes)
    far = PersonFactory(team=team, neighbourhood=places[1], themes=themes[:1])
    tied(other, far, builder)
    tied(other, z, builder)
    kept = count_web(team=team)
    counted = count(read_web(team), until=timezone.localdate())
    assert unpack(WebCount.objects.get(pk=kept.pk)) == counted
    assert counted.places.between == {(places[0].pk, places[1].pk): 1}
    assert kept.stamp == web_stamp(team)


def test_cached_figures_name_nobody(team, builder):
    the_check(team, builder)
    kept = json.dumps(count_web(team=team).figures)
    assert not any(name in kept for name in ("Xenia", "Yusuf", "Zora", builder.name))


def test_an_empty_web_is_cached_too(team):
    assert unpack(count_web(team=team)).with_us.people == 0


def test_figures_in_an_old_format_are_counted_again(team, builder, monkeypatch):
    the_check(team, builder)
    kept = count_web(team=team)
    monkeypatch.setattr(counting, "SHAPE", counting.SHAPE + 1)
    assert unpack(kept) is None


def test_packing_survives_json(team, builder):
    the_check(team, builder)
    counted = count(read_web(team))
    kept = WebCount(team=team, figures=json.loads(json.dumps(pack(counted))), stamp="1.")
    assert unpack(kept) == counted


def test_a_small_web_is_counted_at_once_and_not_cached(team, builder):
    the_check(team, builder)
    look = web_state(team=team)
    assert (look.counted.with_us.people, look.kept, len(look.web.ties)) == (3, None, 4)
    assert not WebCount.objects.exists()


def test_a_large_web_is_never_counted_during_a_request(team, builder, large):
    the_check(team, builder)
    look = web_state(team=team)
    assert (look.counted, look.is_waiting, look.asks_by_hand, look.is_stale) == (None, False, True, True)
    assert not WebCount.objects.exists()


def test_on_request_a_large_web_is_counted_before_the_response(team, builder, large):
    the_check(team, builder)
    assert ask_for_count(team=team)
    look = web_state(team=team)
    assert (look.counted.with_us.people, look.is_waiting, look.is_stale) == (3, False, False)


def test_a_large_part_of_a_large_web_is_not_counted(team, builder, large):
    the_check(team, builder)
    assert web_state(team=team, choice=Choice(until=timezone.localdate())).is_too_large


@pytest.mark.django_db(transaction=True)
def test_a_worker_counts_the_web_that_a_page_requested(team, builder, large, in_the_background):
    the_check(team, builder)
    first = web_state(team=team)
    assert (first.counted, first.is_waiting, first.asks_by_hand, waiting()) == (None, True, False, 1)
    assert web_state(team=team).is_waiting
    assert waiting() == 1
    work()
    after = web_state(team=team)
    assert (after.counted.without_us.isolates, after.is_waiting, after.is_stale, waiting()) == (1, False, False, 0)


def test_requesting_a_count_twice_queues_it_once(team, in_the_background):
    assert ask_for_count(team=team)
    assert not ask_for_count(team=team)
    assert waiting() == 1


def test_a_count_that_never_finished_is_requested_again(team, in_the_background, clock):
    ask_for_count(team=team)
    clock.shift(timedelta(minutes=61))
    assert ask_for_count(team=team)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_pages_at_once_request_one_count(team, in_the_background, race):
    found = race(lambda: ask_for_count(team=team), lambda: ask_for_count(team=team), lambda: ask_for_count(team=team))
    assert sorted(found) == [False, False, True]
    assert waiting() == 1


def test_old_figures_are_used_until_a_row_changes(team, builder, large, in_the_background, clock):
    the_check(team, builder)
    count_web(team=team)
    PersonFactory(team=team)
    assert not web_state(team=team).is_stale
    clock.shift(FRESH_FOR + timedelta(minutes=1))
    look = web_state(team=team)
    assert (look.is_stale, look.is_waiting, waiting()) == (True, True, 1)
    assert look.counted.with_us.people == 3
    count_web(team=team)
    clock.shift(timedelta(days=30))
    assert not web_state(team=team).is_stale


def test_a_failure_keeps_the_last_figures_and_is_recorded(team, builder, large, in_the_background, broken, clock):
    the_check(team, builder)
    WebCount.objects.create(team=team, figures={}, stamp="", asked_at=timezone.now())
    with pytest.raises(ArithmeticError):
        count_web(team=team)
    look = web_state(team=team)
    assert (look.kept.failed_at, look.kept.asked_at, look.is_waiting, waiting()) == (timezone.now(), None, False, 0)
    clock.shift(FAILED_FOR + timedelta(minutes=1))
    assert web_state(team=team).is_waiting
    assert waiting() == 1


def test_figures_from_before_a_failure_stay(team, builder, large, monkeypatch):
    the_check(team, builder)
    count_web(team=team)
    monkeypatch.setattr(counting, "read_web", lambda team: 1 / 0)
    assert ask_for_count(team=team)
    look = web_state(team=team)
    assert look.kept.failed_at is not None
    assert look.counted.with_us.people == 3
    monkeypatch.undo()
    count_web(team=team)
    assert WebCount.objects.get(team=team).failed_at is None


def test_if_queueing_fails_the_next_request_can_try(team, monkeypatch):
    class Gone:
        def enqueue(self, *args: object) -> None:
            raise ConnectionError("no queue")

    monkeypatch.setattr(requests, "recount_web", Gone())
    with pytest.raises(ConnectionError):
        ask_for_count(team=team)
    kept = WebCount.objects.get(team=team)
    assert kept.asked_at is None
    assert kept.failed_at is not None


def test_a_deleted_team_has_nothing_to_count():
    recount_web.func(0)
    assert not WebCount.objects.exists()


def test_the_command_counts_and_reports(team, builder, capsys):
    the_check(team, builder)
    call_command("count_web", team=team.slug)
    assert capsys.readouterr().out.startswith("3 residents and 4 recorded connections (1 without us), counted in ")
    assert WebCount.objects.filter(team=team).exists()


def test_the_command_refuses_an_unknown_team():
    with pytest.raises(CommandError, match="No team has the short name “nowhere”"):
        call_command("count_web", team="nowhere")
