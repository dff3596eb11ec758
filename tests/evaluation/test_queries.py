"""Queries of Today and of the indicator pages."""

from datetime import date
from decimal import Decimal

import pytest

from communities.models import Team
from communities.periods import period_name, quarter_of
from evaluation.framework import INDICATORS
from evaluation.models import Measurement
from evaluation.queries import NOWHERE, TEAM, evaluation_freshness, measurements_behind, recorded_values, story_counts
from evaluation.reports.wording import format_value, period_short
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import ConversationFactory
from tests.factories.evaluation import MeasurementFactory, StoryFactory

pytestmark = pytest.mark.django_db
Q2 = quarter_of(date(2026, 5, 20))


def test_a_new_team_has_no_fresh_records(team: Team, django_assert_num_queries) -> None:
    with django_assert_num_queries(4):
        found = evaluation_freshness(team)
    assert found.is_quiet
    assert (found.last_conversation_on, found.last_story_on, found.last_measured_to) == (None, None, None)
    assert (found.published, found.waiting, found.indicators_without_story) == (0, 0, len(INDICATORS))


def test_freshness_is_of_the_latest_record_of_this_team(team: Team, other_team: Team) -> None:
    ConversationFactory(team=team, held_on=date(2026, 5, 1))
    ConversationFactory(team=team, held_on=date(2026, 5, 9))
    ConversationFactory(team=other_team, held_on=date(2026, 5, 19))
    StoryFactory(team=team, published=True, happened_on=date(2026, 4, 2), indicators=["groups-formed", "connectors"])
    StoryFactory(team=team, submitted=True, happened_on=date(2026, 5, 2))
    StoryFactory(team=team, happened_on=date(2026, 5, 3))
    StoryFactory(team=other_team, published=True, indicators=["gifts-heard"])
    MeasurementFactory(team=team)
    found = evaluation_freshness(team)
    assert not found.is_quiet
    assert (found.last_conversation_on, found.last_story_on) == (date(2026, 5, 9), date(2026, 4, 2))
    assert (found.last_measured_to, found.published, found.waiting) == (date(2026, 6, 30), 1, 1)
    assert found.indicators_without_story == len(INDICATORS) - 2


def test_measurements_match_period_and_place_exactly(team: Team, other_team: Team) -> None:
    place = NeighbourhoodFactory(team=team)
    here, whole = MeasurementFactory(team=team, neighbourhood=place, value=2), MeasurementFactory(team=team, value=5)
    MeasurementFactory(team=team, period_end=date(2027, 3, 31), value=9)
    MeasurementFactory(team=other_team, value=7)
    key = "changes-by-residents"
    assert recorded_values(team, [Q2]) == {(Q2, key, str(place.pk)): 2, (Q2, key, TEAM): 5}
    rows = Measurement.objects.all()
    assert measurements_behind(rows, team, key, str(place.pk), Q2) == [here]
    assert measurements_behind(rows, team, key, TEAM, Q2) == [whole]
    assert measurements_behind(rows, team, key, NOWHERE, Q2) == []


def test_no_periods_need_no_query(team: Team, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert story_counts(team, []) == {}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("money-awarded", 1250, "£1,250"),
        ("money-awarded", "1250.50", "£1,250.50"),
        ("introductions-met-share", "66.7", "66.7%"),
        ("introductions-met-share", "50.0", "50%"),
        ("belonging-after-a-word", "66.7", "66.7%"),
        ("asks-met-by-neighbours", "0.0", "0%"),
        ("conversations-held", 1204, "1,204"),
        ("conversations-held", None, "–"),
    ],
)
def test_values_are_formatted(key: str, value: object, words: str) -> None:
    spec = next(spec for spec in INDICATORS if spec.key == key)
    assert format_value(None if value is None else Decimal(value), spec) == words


def test_periods_are_formatted(clock) -> None:
    assert (period_name(Q2), period_short(Q2)) == ("April to June 2026", "Apr–Jun 2026 so far")
    clock.move_to("2026-07-01 09:00+01:00")
    assert period_short(Q2) == "Apr–Jun 2026"
