"""Requests of residents on Today: who answers them, and the day by which the law wants an answer."""

from datetime import UTC, date, datetime

import pytest

from connectors.models import Wish
from connectors.queries.requests import requests_waiting
from connectors.rules.consent import answer_by
from tests.factories.connectors import ConversationFactory, PersonFactory
from tests.factories.connectors_consent import WishFactory

pytestmark = pytest.mark.django_db


def ask(person, made: date, **values: object) -> Wish:
    """Return a request that was made on a day."""
    wish = WishFactory(person=person, **values)
    Wish.objects.filter(pk=wish.pk).update(made_at=datetime(made.year, made.month, made.day, 12, tzinfo=UTC))
    wish.refresh_from_db()
    return wish


@pytest.mark.parametrize(
    ("received", "by"),
    [
        (date(2026, 5, 20), date(2026, 6, 22)),  # A month later is a Saturday.
        (date(2026, 1, 31), date(2026, 3, 2)),  # 28 February is a Saturday.
        (date(2026, 11, 25), date(2026, 12, 29)),  # Christmas Day, Boxing Day on a Saturday, its substitute on Monday.
        (date(2026, 3, 3), date(2026, 4, 7)),  # Good Friday.
        (date(2026, 4, 20), date(2026, 5, 20)),
    ],
)
def test_a_request_is_answered_within_a_calendar_month(received, by) -> None:
    assert answer_by(received) == by


def test_managers_answer_all_and_builders_those_they_know(clock, team, other_team, builder, manager) -> None:
    mine = ask(PersonFactory(team=team, created_by=builder), date(2026, 5, 10))
    met = PersonFactory(team=team)
    ConversationFactory(team=team, builder=builder, people=[met])
    talked = ask(met, date(2026, 5, 11))
    strange = ask(PersonFactory(team=team), date(2026, 5, 12))
    ask(PersonFactory(team=other_team), date(2026, 5, 12))
    done = ask(PersonFactory(team=team, created_by=builder), date(2026, 5, 9))
    Wish.objects.filter(pk=done.pk).update(handled_at=done.made_at, handled_by=manager)
    found = {user: [each.wish for each in requests_waiting(user, team, limit=5)[0]] for user in (builder, manager)}
    assert found == {builder: [mine, talked], manager: [mine, talked, strange]}


def test_overdue_ones_come_first_and_all_are_counted(clock, team, manager, django_assert_num_queries) -> None:
    person = PersonFactory(team=team)
    for day in (date(2026, 5, 18), date(2026, 4, 17), date(2026, 4, 20)):
        ask(person, day)
    manager.team_ids()
    with django_assert_num_queries(1):
        waiting, count = requests_waiting(manager, team, limit=2)
    assert count == 3
    assert [(each.answer_by, each.is_overdue) for each in waiting] == [
        (date(2026, 5, 18), True), (date(2026, 5, 20), False)
    ]  # fmt: skip


def test_today_lists_them_with_the_day(clock, client_for, team, builder, manager, evaluator) -> None:
    ask(PersonFactory(team=team, known_as="Tomasz"), date(2026, 4, 17), words="Please do not write that I lean on you")
    text = client_for(manager).get("/").content.decode()
    for words in ("1 request to answer", "Tomasz", "Answer by 18 May 2026", "Overdue"):
        assert words in text
    assert "request to answer" not in client_for(builder).get("/").content.decode()
    assert "request to answer" not in client_for(evaluator).get("/").content.decode()
