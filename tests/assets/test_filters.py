"""The facets that the list and the map share."""

import pytest
from django.http import QueryDict

from assets.filters import AssetFilter
from assets.models import Asset, Kind, Status
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(team, builder):
    """Return a function that takes a query string and returns the names of the assets found."""

    def names(query):
        assets = Asset.objects.filter(team=team).order_by("name")
        return [asset.name for asset in AssetFilter(QueryDict(query), queryset=assets, team=team, user=builder).qs]

    return names


def test_without_filters_the_list_has_what_is_on_the_map(team, found):
    AssetFactory(team=team, name="there")
    AssetFactory(team=team, name="gone", retired=True)
    AssetFactory(team=team, name="maybe", status=Status.SUGGESTED)

    assert found("") == ["there"]
    assert found("status=retired") == ["gone"]
    assert found("status=suggested") == ["maybe"]
    assert found("status=nonsense") == ["there"]


def test_several_kinds_can_be_chosen(team, found):
    for kind in Kind.values:
        AssetFactory(team=team, name=kind, kind=kind)

    assert found("kind=place") == ["place"]
    assert found("kind=place&kind=story") == ["place", "story"]


def test_neighbourhoods(team, found):
    brook, hill = NeighbourhoodFactory(team=team), NeighbourhoodFactory(team=team)
    AssetFactory(team=team, name="brook", neighbourhood=brook)
    AssetFactory(team=team, name="hill", neighbourhood=hill, placed=True)
    AssetFactory(team=team, name="outside", outside=True)
    AssetFactory(team=team, name="nowhere")

    assert found(f"neighbourhood={brook.pk}") == ["brook"]
    assert found("neighbourhood=outside") == ["outside"]
    assert found("neighbourhood=unplaced") == ["brook", "nowhere"]


def test_another_teams_neighbourhood_cannot_be_chosen(team, other_team, builder):
    theirs = NeighbourhoodFactory(team=other_team, name="Secret patch")
    AssetFactory(team=team)
    asked = QueryDict(f"neighbourhood={theirs.pk}")
    narrowed = AssetFilter(asked, queryset=Asset.objects.all(), team=team, user=builder)

    assert list(narrowed.form.errors) == ["neighbourhood"]
    assert "Secret patch" not in str(narrowed.form)


def test_freshness(team, found, clock):
    AssetFactory(team=team, name="fresh", last_confirmed_on="2025-05-20")
    AssetFactory(team=team, name="check", last_confirmed_on="2025-05-19")
    AssetFactory(team=team, name="never")

    assert found("freshness=fresh") == ["fresh"]
    assert found("freshness=check") == ["check"]
    assert found("freshness=never") == ["never"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("choir", ["Brookside Choir"]),
        ("CHOIR brookside", ["Brookside Choir"]),
        ("choir hall", []),
        ("scouts", ["Hut"]),
        ("matson", ["Hut"]),
        ("GL4+6DX", ["Hut"]),
        ("gl46dx", ["Hut"]),
        ("gl4", ["Hut"]),
        ("%25", []),
        ("+++", ["Brookside Choir", "Hut"]),
    ],
)
def test_keywords_are_searched_in_every_text_field(team, found, words, names):
    AssetFactory(team=team, name="Brookside Choir", description="Sings on Fridays")
    AssetFactory(team=team, name="Hut", description="Scouts meet here", address="Matson Lane", postcode="GL4 6DX")

    assert found(f"q={words}") == names


def test_an_area_of_the_map(team, found):
    AssetFactory(team=team, name="inside", placed=True)
    AssetFactory(team=team, name="outside", outside=True)
    AssetFactory(team=team, name="nowhere")

    assert found("area=-2.3,51.8,-2.2,51.89") == ["inside"]
    assert found("area=") == ["inside", "nowhere", "outside"]


@pytest.mark.parametrize("area", ["1,2,3", "a,b,c,d", "3,0,1,1", "nan,0,1,1"])
def test_an_area_that_is_none_is_explained(team, builder, area):
    assets = Asset.objects.filter(team=team)
    found = AssetFilter(QueryDict(f"area={area}"), queryset=assets, team=team, user=builder)

    assert not found.is_valid()
    assert "A map window" in str(found.form.errors["area"])
