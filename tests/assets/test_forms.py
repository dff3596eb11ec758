"""Forms of assets."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assets.forms import AssetCreateForm, AssetForm
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db


def typed(team, **data):
    """Return a form for a new asset with the usual answers, updated with the given ones."""
    return AssetCreateForm({"name": "Bench", "kind": "place", **data}, team=team)


@pytest.mark.parametrize(
    ("latitude", "longitude", "position"),
    [
        ("51.8642", "-2.2382", (51.8642, -2.2382)),
        (" 51.8642° ", "\u22122.2382", (51.8642, -2.2382)),
        ("51.8642, -2.2382", "", (51.8642, -2.2382)),
        ("51.8642,-2.2382", "", (51.8642, -2.2382)),
        ("", "", (None, None)),
        ("0", "0", (0.0, 0.0)),
    ],
)
def test_positions_are_read_as_people_copy_them(team, latitude, longitude, position):
    form = typed(team, latitude=latitude, longitude=longitude)

    assert form.is_valid(), form.errors
    assert (form.cleaned_data["latitude"], form.cleaned_data["longitude"]) == position


@pytest.mark.parametrize(
    ("latitude", "longitude", "beside", "words"),
    [
        ("51,8", "-2.2", "latitude", "“51,8” has a comma. Write it with a full stop: 51.8."),
        ("51.8", "-2,2", "longitude", "“-2,2” has a comma. Write it with a full stop: -2.2."),
        ("north", "-2.2", "latitude", "“north” is not a position in degrees, like 51.8642."),
        ("nan", "-2.2", "latitude", "“nan” is not a position in degrees, like 51.8642."),
        ("1e999", "-2.2", "latitude", "“1e999” is not a position in degrees, like 51.8642."),
        ("51.8", "", "longitude", "A position needs a latitude and a longitude. Add this one, or clear the other."),
    ],
)
def test_an_invalid_position_is_explained_and_stays_in_the_form(team, latitude, longitude, beside, words):
    form = typed(team, latitude=latitude, longitude=longitude)

    assert form.errors == {beside: [words]}
    assert form["latitude"].value() == latitude
    assert form["longitude"].value() == longitude


@pytest.mark.parametrize("pair", [("510", "-2.2"), ("-2.2", "51.8"), ("383000", "218000")])
def test_one_mistake_gets_one_error(team, pair):
    form = typed(team, latitude=pair[0], longitude=pair[1])

    assert list(form.errors) == ["latitude"]
    assert len(form.errors["latitude"]) == 1


def test_a_name_and_a_kind_are_enough_and_needed(team):
    assert typed(team).is_valid()
    assert set(AssetCreateForm({}, team=team).errors) == {"name", "kind"}


def test_another_teams_neighbourhood_cannot_be_chosen(team, other_team):
    theirs = NeighbourhoodFactory(team=other_team, name="Secret patch")
    form = typed(team, neighbourhood=theirs.pk)

    assert form.errors == {"neighbourhood": ["Choose one of your team’s neighbourhoods."]}
    assert "Secret patch" not in str(form)


@pytest.mark.parametrize("website", ["javascript:alert(1)", "data:text/html,x"])
def test_a_website_is_a_web_address(team, website):
    assert list(typed(team, website=website).errors) == ["website"]


def test_a_website_needs_no_scheme(team):
    form = typed(team, website="example.org")

    assert form.is_valid()
    assert form.cleaned_data["website"] == "https://example.org"


def test_a_photo_needs_a_description(team):
    photo = SimpleUploadedFile("p.jpg", photo_bytes(), "image/jpeg")
    form = AssetCreateForm({"name": "Bench", "kind": "place"}, {"photo": photo}, team=team)

    assert list(form.errors) == ["photo_alt"]


def test_the_change_form_shows_current_values_and_returns_what_changed(team):
    brook = NeighbourhoodFactory(team=team)
    asset = AssetFactory(
        team=team, name="Bench", latitude=51.123456789, longitude=-2.0, neighbourhood=brook, formed_on="2020-02-01"
    )
    asset.refresh_from_db()
    shown = {field.name: field.value() for field in AssetForm(instance=asset, team=team)}
    data = {name: "" if value is None else value for name, value in shown.items()}
    data["formed_on"] = "2020-02-01"

    assert (shown["latitude"], shown["longitude"]) == ("51.123457", "-2.000000")
    same = AssetForm(data, instance=asset, team=team)
    assert same.is_valid(), same.errors
    assert same.clean_values() == {}
    changed = AssetForm({**data, "name": "The bench"}, instance=asset, team=team)
    assert changed.is_valid()
    assert changed.clean_values() == {"name": "The bench"}


def test_every_form_has_its_own_idempotency_key(team):
    keys = {AssetCreateForm(team=team)["uuid"].value() for _ in range(3)}

    assert len(keys) == 3


def test_similar_assets_that_were_shown_are_not_shown_again(team):
    one, two = AssetFactory(team=team), AssetFactory(team=team)
    form = typed(team)
    assert form.is_valid()
    assert form.not_seen([one]) == [one]
    again = typed(team, seen=form["seen"].value())
    assert again.is_valid()
    assert again.not_seen([one]) == []
    assert again.not_seen([one, two]) == [two]
