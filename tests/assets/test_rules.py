"""Permissions on assets, and which pairs of numbers are a valid position."""

import pytest
from django.core.exceptions import ValidationError

from assets.models import Freshness, fresh_since
from assets.rules import can_restore_asset, can_retire_asset, can_write_asset, check_position
from tests.factories.assets import AssetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(builder, manager, evaluator, administrator, stranger):
    """Return every user by name."""
    return {
        "builder": builder,
        "manager": manager,
        "evaluator": evaluator,
        "administrator": administrator,
        "stranger": stranger,
    }


@pytest.mark.parametrize(
    ("person", "may"),
    [("builder", True), ("manager", True), ("evaluator", False), ("administrator", True), ("stranger", False)],
)
def test_builders_and_managers_can_write(cast, team, person, may):
    there, gone = AssetFactory(team=team), AssetFactory(team=team, retired=True)

    assert can_write_asset(cast[person], team) is may
    assert can_write_asset(cast[person], team.pk) is may
    assert can_retire_asset(cast[person], there) is may
    assert can_restore_asset(cast[person], gone) is may
    assert not can_retire_asset(cast[person], gone)
    assert not can_restore_asset(cast[person], there)


def test_nobody_can_write_without_a_team(builder):
    assert not can_write_asset(builder, None)


@pytest.mark.parametrize("pair", [(None, None), (51.86, -2.24), (0.0, 0.0), (60.8, -0.8), (-90.0, 180.0)])
def test_valid_positions_are_accepted(pair):
    assert check_position(*pair) is None


@pytest.mark.parametrize(
    ("pair", "beside", "words"),
    [
        ((51.86, None), "longitude", "needs a latitude and a longitude"),
        ((None, -2.24), "latitude", "needs a latitude and a longitude"),
        ((510.0, -2.24), "latitude", "out of range"),
        ((51.86, -224.0), "longitude", "out of range"),
        ((float("nan"), -2.24), "latitude", "ordinary numbers"),
        ((51.86, float("inf")), "longitude", "ordinary numbers"),
        ((-2.24, 51.86), "latitude", "look swapped.*try 51.86 here and -2.24 below"),
        ((383000.0, 218000.0), "latitude", "383000 and 218000 look like eastings and northings"),
        ((218000.0, 383000.0), "latitude", "eastings and northings"),
        ((383000.0, 1100000.0), "latitude", "eastings and northings"),
    ],
)
def test_invalid_positions_are_explained(pair, beside, words):
    with pytest.raises(ValidationError, match=words) as refused:
        check_position(*pair)
    assert list(refused.value.message_dict) == [beside]


def test_an_asset_is_fresh_for_twelve_months(clock):
    from datetime import date

    assert fresh_since(date(2026, 5, 20)) == date(2025, 5, 20)
    assert fresh_since(date(2024, 2, 29)) == date(2023, 2, 28)
    assert fresh_since(date(2026, 1, 31)) == date(2025, 1, 31)
    assert AssetFactory.build(team=None, last_confirmed_on=date(2025, 5, 20)).freshness == Freshness.FRESH
    assert AssetFactory.build(team=None, last_confirmed_on=date(2025, 5, 19)).freshness == Freshness.CHECK
    assert AssetFactory.build(team=None, last_confirmed_on=None).freshness == Freshness.NEVER
