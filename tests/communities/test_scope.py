"""Reads that ask the same of any model."""

import pytest

from communities.models import Neighbourhood
from communities.queries.scope import numbered
from tests.factories.communities import NeighbourhoodFactory

pytestmark = pytest.mark.django_db


def test_numbered_keeps_what_the_rows_keep(team, other_team, builder, stranger) -> None:
    here, there = NeighbourhoodFactory(team=team), NeighbourhoodFactory(team=other_team)
    NeighbourhoodFactory(team=team)
    numbers = [here.pk, there.pk, there.pk + 1000]
    assert list(numbered(Neighbourhood.objects.visible_to(builder), numbers)) == [here]
    assert list(numbered(Neighbourhood.objects.visible_to(stranger), numbers)) == [there]
    assert list(numbered(Neighbourhood.objects.none(), numbers)) == []
    assert list(numbered(Neighbourhood.objects.visible_to(builder), [])) == []
    asked = Neighbourhood.objects.filter(pk__in=numbers).values("pk")
    assert list(numbered(Neighbourhood.objects.visible_to(builder), asked)) == [here]


@pytest.mark.sqlite
def test_numbered_walks_through_no_index_of_the_team(builder) -> None:
    many = list(range(1, 61))
    visible = Neighbourhood.objects.visible_to(builder)
    assert "team_id=?" in visible.filter(pk__in=many).order_by().explain()
    plan = numbered(visible, many).order_by().explain()
    assert "communities_neighbourhood USING INTEGER PRIMARY KEY" in plan
    assert "team_id=?" not in plan
