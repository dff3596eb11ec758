"""When outlines change, assets are assigned to neighbourhoods again, in the same transaction."""

import pytest

from assets.models import Asset
from communities import geometry
from communities.actions import boundaries
from tests.factories.assets import AssetFactory
from tests.factories.communities import SQUARE, outline

pytestmark = pytest.mark.django_db
ELSEWHERE = outline(-2.0, 52.0, -1.9, 52.1)


@pytest.fixture
def asset(team):
    """Return an asset in the middle of SQUARE, placed before any outline was drawn."""
    return AssetFactory(team=team, placed=True)


def place_of(asset):
    """Return the name of the neighbourhood that now contains the asset."""
    return Asset.objects.values_list("neighbourhood__name", flat=True).get(pk=asset.pk)


def test_a_new_neighbourhood_gets_the_assets_inside_it(team, manager, asset):
    boundaries.create_neighbourhood(team=team, by=manager, name="Undrawn")
    assert place_of(asset) is None
    boundaries.create_neighbourhood(team=team, by=manager, name="Brook", boundary=outline(*SQUARE))
    assert place_of(asset) == "Brook"


def test_a_changed_outline_updates_the_assets_inside_it(team, manager, asset):
    brook = boundaries.create_neighbourhood(team=team, by=manager, name="Brook", boundary=outline(*SQUARE))
    known = {"name": "Brook", "population": None, "boundary_story": ""}
    boundaries.update_neighbourhood(neighbourhood=brook, by=manager, boundary=ELSEWHERE, **known)
    assert place_of(asset) is None
    boundaries.update_neighbourhood(neighbourhood=brook, by=manager, boundary=outline(*SQUARE))
    assert place_of(asset) == "Brook"


def test_renaming_a_neighbourhood_moves_nothing(team, manager, asset):
    brook = boundaries.create_neighbourhood(team=team, by=manager, name="Brook", boundary=outline(*SQUARE))
    Asset.objects.update(neighbourhood=None)
    known = {"population": None, "boundary_story": "", "boundary": brook.boundary}
    boundaries.update_neighbourhood(neighbourhood=brook, by=manager, name="The Brook", **known)
    assert place_of(asset) is None, "nothing was drawn, so nothing is placed again"


def test_an_imported_outline_gets_the_assets_inside_it(team, other_team, asset):
    theirs = AssetFactory(team=other_team, placed=True)
    text = (
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Brook"}, "geometry": '
        f"{outline(*SQUARE)}}}]}}"
    )
    features = geometry.parse_boundaries(text, name_property="name")
    boundaries.import_boundaries(team=team, features=features, by=None)

    assert place_of(asset) == "Brook"
    assert place_of(theirs) is None
