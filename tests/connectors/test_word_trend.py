"""How a team's words change: for the team, by quarter, and never for a single person."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from connectors.wording.queries.trend import FEWEST_BUILDERS, QUARTERS, word_trend
from tests.factories.communities import UserFactory
from tests.factories.connectors import ConversationFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 20)


@pytest.fixture
def builders(team):
    return UserFactory.create_batch(3)


def talks(team, builders, day: date, counts: list[int | None]) -> None:
    """Save a conversation for each count, written by the builders in turn."""
    for number, noticed in enumerate(counts):
        ConversationFactory(team=team, builder=builders[number % len(builders)], held_on=day, words_noticed=noticed)


def rates(trend) -> list[tuple]:
    return [(each.start, each.conversations, each.share, each.per_hundred, each.is_hidden) for each in trend.quarters]


def test_the_rates_equal_those_calculated_by_hand(team, builder, builders) -> None:
    talks(team, builders, date(2026, 3, 31), [2, 1, 1, 1, 1, *[0] * 10])
    talks(team, builders, date(2026, 4, 1), [*[1] * 5, *[0] * 35])
    assert rates(word_trend(user=builder, team=team, today=TODAY)) == [
        (date(2026, 1, 1), 15, Decimal("33.3"), Decimal("40.0"), False),
        (date(2026, 4, 1), 40, Decimal("12.5"), Decimal("12.5"), False),
    ]


@pytest.mark.parametrize(
    ("worded", "others", "is_hidden"),
    [(0, 5, False), (1, 30, True), (4, 30, True), (5, 30, False), (30, 4, True), (30, 5, False), (30, 0, False)],
)
def test_the_gate_keeps_a_share_of_few(team, builder, builders, worded: int, others: int, *, is_hidden: bool) -> None:
    talks(team, builders, date(2026, 4, 1), [1] * worded + [0] * others)
    assert [each.is_hidden for each in word_trend(user=builder, team=team, today=TODAY).quarters] == [is_hidden]


def test_those_who_only_count_do_not_see_a_quarter_that_grows(
    team, builder, evaluator, builders, client_for, clock
) -> None:
    talks(team, builders, date(2026, 1, 1), [1] * 6)
    talks(team, builders, date(2026, 4, 1), [1] * 6)
    firsts = [
        [each.start for each in word_trend(user=user, team=team, today=TODAY).quarters] for user in (builder, evaluator)
    ]
    assert firsts == [[date(2026, 1, 1), date(2026, 4, 1)], [date(2026, 1, 1)]]
    page = client_for(evaluator).get(reverse("connectors:word-trend")).text
    assert "The current quarter is shown once it is over." in page


def test_a_quarter_with_too_few_conversations_or_builders_is_hidden(team, builder, builders) -> None:
    assert (FEWEST_BUILDERS, team.small_number_threshold) == (3, 5)
    talks(team, builders, date(2025, 7, 1), [1] * 4)
    talks(team, builders, date(2025, 10, 1), [1] * 5)
    talks(team, builders[:2], date(2026, 1, 1), [1] * 50)
    talks(team, builders[:1], date(2026, 4, 1), [1] * 50)
    trend = word_trend(user=builder, team=team, today=TODAY)
    assert rates(trend) == [
        (date(2025, 7, 1), None, None, None, True),
        (date(2025, 10, 1), 5, Decimal("100.0"), Decimal("100.0"), False),
        (date(2026, 1, 1), None, None, None, True),
        (date(2026, 4, 1), None, None, None, True),
    ]
    assert trend.has_hidden
    assert [value for _, value in trend.columns] == [None, Decimal("100.0"), None, None]


def test_uncounted_conversations_are_not_zero(team, builder, builders) -> None:
    talks(team, builders, date(2026, 1, 5), [None] * 9)
    talks(team, builders, date(2026, 4, 5), [*[1] * 5, None, None, *[0] * 10])
    trend = word_trend(user=builder, team=team, today=TODAY)
    assert rates(trend) == [
        (date(2026, 1, 1), 0, None, None, False),
        (date(2026, 4, 1), 15, Decimal("33.3"), Decimal("33.3"), False),
    ]
    assert trend.uncounted == 11


def test_uncounted_conversations_do_not_reach_the_threshold(team, builder, builders) -> None:
    talks(team, builders, date(2026, 4, 5), [1, 1, 1, 1, None, None, None])
    talks(team, builders[:2], date(2026, 4, 5), [1, 1])
    ConversationFactory(team=team, builder=builders[2], held_on=date(2026, 1, 2), words_noticed=None)
    talks(team, builders[:2], date(2026, 1, 5), [1] * 9)
    assert [each.is_hidden for each in word_trend(user=builder, team=team, today=TODAY).quarters] == [True, False]


def test_the_trend_has_the_last_twelve_quarters_of_the_team(
    team, other_team, builder, builders, django_assert_num_queries
) -> None:
    talks(team, builders, date(2023, 6, 30), [1] * 6)
    talks(team, builders, date(2023, 7, 1), [1] * 6)
    talks(other_team, builders, date(2026, 4, 1), [1] * 6)
    with django_assert_num_queries(2):  # The memberships, and the quarters.
        trend = word_trend(user=builder, team=team, today=TODAY)
    assert len(trend.quarters) == QUARTERS
    assert trend.quarters[0].start == date(2023, 7, 1)
    assert [each.conversations for each in trend.quarters] == [6, *[0] * 11]


def test_other_teams_are_not_counted(team, stranger, builders) -> None:
    talks(team, builders, date(2026, 4, 1), [1] * 6)
    assert word_trend(user=stranger, team=team, today=TODAY).quarters == []


@pytest.mark.parametrize("role", ["builder", "manager", "evaluator"])
def test_the_page_shows_rates_without_people(
    role, team, builders, client_for, request, clock, django_assert_num_queries
) -> None:
    talks(team, builders, date(2026, 1, 5), [3, 2, 1, 1, 1, *[0] * 10])
    talks(team, builders[:1], date(2025, 10, 5), [3] * 7)
    page = client_for(request.getfixturevalue(role)).get(reverse("connectors:word-trend")).text
    assert "33.3%" in page
    assert "January to March 2026" in page
    assert "53.3" in page
    assert "hidden" in page
    assert "fewer than 3 builders" in page
    assert not [person.name for person in builders if person.name in page]


def test_no_address_filters_it_by_person(team, builder, builders, client_for, clock) -> None:
    """Whatever the query string says, the response is about the whole team; the query has no such parameter either."""
    talks(team, builders, date(2026, 4, 5), [0, 2, 1, 0, 0, 0])
    client = client_for(builder)
    url = reverse("connectors:word-trend")
    whole = client.get(url).context["trend"]
    for name in ("builder", "builder_id", "user", "person", "by", "who", "q"):
        asked = client.get(url, {name: builders[0].pk})
        assert asked.context["trend"] == whole
    assert set(word_trend.__annotations__) == {"user", "team", "today", "return"}
    with pytest.raises(TypeError):
        word_trend(user=builder, team=team, builder=builders[0])


def test_one_builders_rates_are_hidden_with_an_explanation(team, builder, client_for, clock) -> None:
    talks(team, [builder], date(2026, 4, 5), [1] * 20)
    page = client_for(builder).get(reverse("connectors:word-trend")).text
    assert "Nothing can be shown yet" in page
    assert "traced to one person" in page
    assert "100.0" not in page


def test_an_empty_team_and_uncounted_conversations_are_explained(team, builder, builders, client_for, clock) -> None:
    client = client_for(builder)
    url = reverse("connectors:word-trend")
    assert "No conversations yet" in client.get(url).text
    talks(team, builders, date(2026, 4, 5), [None] * 6)
    page = client.get(url).text
    assert "6 conversations were never counted" in page
    assert "count_words" in page
