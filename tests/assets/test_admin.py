"""The admin of assets: limited to a manager's own team, and every write goes through the actions."""

from datetime import timedelta

import pytest

from assets.models import Asset
from communities.actions.undo import delete_expired_undoables
from communities.models import AuditEntry
from tests.bringing import download, preview
from tests.factories.assets import INSIDE, AssetFactory, AssetPhotoFactory
from tests.factories.communities import NeighbourhoodFactory

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
ASSETS = "/admin/assets/asset/"
NO_PHOTOS = {"photos-TOTAL_FORMS": "0", "photos-INITIAL_FORMS": "0"}


def typed(**data):
    """Return the data that the admin's form posts."""
    return {"name": "Bench", "kind": "place", "visibility": "team", "led_by": "", **NO_PHOTOS, **data}


def verbs(obj):
    """Return the audit entries of an object."""
    rows = AuditEntry.objects.filter(model=obj._meta.label_lower, object_id=str(obj.pk)).order_by("pk")
    return [(row.verb, row.field_names) for row in rows]


@pytest.mark.parametrize(
    ("person", "status"), [("builder", 403), ("evaluator", 403), ("manager", 200), ("administrator", 200)]
)
def test_who_can_open_the_admin(client_for, request, team, person, status):
    asset = AssetFactory(team=team)
    client = client_for(request.getfixturevalue(person))

    assert client.get(ASSETS).status_code == status
    assert client.get(f"{ASSETS}{asset.pk}/change/").status_code == status


def test_a_manager_sees_their_own_team(client_for, manager, team, other_team):
    AssetFactory(team=team, name="Ours")
    theirs = AssetFactory(team=other_team, name="Theirs")
    NeighbourhoodFactory(team=other_team, name="Secret patch")
    client = client_for(manager)
    page = client.get(ASSETS, {"q": "s"}).text

    assert "Ours" in page
    assert "Theirs" not in page
    assert "Secret patch" not in page
    assert client.get(f"{ASSETS}{theirs.pk}/change/").status_code == 302
    assert client.post(f"{ASSETS}{theirs.pk}/change/", typed(name="Mine")).status_code == 404
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"


def test_the_facets_of_the_list_work(client_for, manager, team):
    brook = NeighbourhoodFactory(team=team, name="Brook")
    AssetFactory(team=team, name="Ours", neighbourhood=brook)
    query = {
        "kind__exact": "place",
        "neighbourhood__id__exact": brook.pk,
        "status__exact": "listed",
        "visibility__exact": "team",
        "is_bumping_place__exact": "0",
        "created_at__year": Asset.objects.get().created_at.year,
    }

    assert "Ours" in client_for(manager).get(ASSETS, query).text


def test_adding_an_asset_locates_and_audits_it_once(client_for, manager, team):
    brook = NeighbourhoodFactory(team=team, name="Brook", outlined=True)
    data = typed(team=team.pk, latitude=INSIDE[0], longitude=INSIDE[1])
    response = client_for(manager).post(f"{ASSETS}add/", data)
    asset = Asset.objects.get()

    assert response.status_code == 302
    assert (asset.neighbourhood, asset.created_by, len(asset.quadkey)) == (brook, manager, 18)
    assert [verb for verb, _ in verbs(asset)] == ["create"]


def test_changing_an_asset_locates_and_audits_it_once(client_for, manager, team):
    asset = AssetFactory(team=team, name="Bench", placed=True)
    data = typed(name="The bench", latitude="51.9", longitude="-2.1")
    client_for(manager).post(f"{ASSETS}{asset.pk}/change/", data)
    old, asset = asset.quadkey, Asset.objects.get()

    assert (asset.name, asset.latitude) == ("The bench", 51.9)
    assert asset.quadkey != old
    assert verbs(asset) == [("update", ["latitude", "longitude", "name"])]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"latitude": "51.9"}, "longitude"),
        ({"latitude": "-2.1", "longitude": "51.9"}, "latitude"),
        ({"latitude": "510", "longitude": "1"}, "latitude"),
    ],
)
def test_an_invalid_position_shows_an_error_beside_the_field(client_for, manager, team, wrong, field):
    asset = AssetFactory(team=team, name="Bench")
    page = client_for(manager).post(f"{ASSETS}{asset.pk}/change/", typed(name="Other", **wrong))

    assert field in page.context["adminform"].form.errors
    assert Asset.objects.get().name == "Bench"


def test_another_teams_rows_cannot_be_chosen(client_for, manager, administrator, team, other_team):
    theirs = NeighbourhoodFactory(team=other_team)
    asset = AssetFactory(team=team)
    for person in (manager, administrator):
        page = client_for(person).post(f"{ASSETS}{asset.pk}/change/", typed(neighbourhood=theirs.pk))
        assert "neighbourhood" in page.context["adminform"].form.errors
    page = client_for(manager).post(f"{ASSETS}add/", typed(team=other_team.pk))
    assert "team" in page.context["adminform"].form.errors
    assert list(Asset.objects.values_list("pk", "neighbourhood")) == [(asset.pk, None)]


def test_assets_cannot_be_deleted(client_for, administrator, team):
    asset = AssetFactory(team=team)
    client = client_for(administrator)

    assert client.post(f"{ASSETS}{asset.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(ASSETS, {"action": "delete_selected", "_selected_action": [asset.pk], "post": "yes"})
    assert Asset.objects.exists()


def test_photos_can_be_described_and_removed(
    client_for, manager, team, media, clock, django_capture_on_commit_callbacks
):
    asset = AssetFactory(team=team, name="Bench")
    kept, removed = AssetPhotoFactory(asset=asset), AssetPhotoFactory(asset=asset)
    path = media / removed.image.name
    data = typed(
        **{
            "photos-TOTAL_FORMS": "2",
            "photos-INITIAL_FORMS": "2",
            "photos-0-id": kept.pk,
            "photos-0-asset": asset.pk,
            "photos-0-alt": "A red door",
            "photos-1-id": removed.pk,
            "photos-1-asset": asset.pk,
            "photos-1-alt": removed.alt,
            "photos-1-DELETE": "on",
        }
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert client_for(manager).post(f"{ASSETS}{asset.pk}/change/", data).status_code == 302

    assert [photo.alt for photo in asset.photos.all()] == ["A red door"]
    assert path.exists(), "it can still be undone"
    assert verbs(kept) == [("update", ["alt"])]
    assert verbs(removed) == [("delete", ["alt", "image"])]
    assert verbs(asset) == []
    clock.shift(timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):
        delete_expired_undoables()
    assert not path.exists()


def test_several_assets_can_be_confirmed_at_once(client_for, manager, team, other_team, clock):
    ours, gone = AssetFactory(team=team), AssetFactory(team=team, retired=True)
    theirs = AssetFactory(team=other_team)
    chosen = {"action": "confirm_still_true", "_selected_action": [ours.pk, gone.pk, theirs.pk]}
    page = client_for(manager).post(ASSETS, chosen, follow=True)

    assert "1 asset was confirmed as still correct today." in page.text
    assert list(Asset.objects.filter(last_confirmed_on="2026-05-20")) == [ours]


def test_export_and_import_of_the_teams_assets(client_for, manager, team, other_team):
    brook = NeighbourhoodFactory(team=team, name="Brook", outlined=True)
    asset = AssetFactory(team=team, name="Bench", address="1 Mill Lane")
    AssetFactory(team=other_team, name="Theirs")
    client = client_for(manager)
    exported = download(client, "assets/asset").decode("utf-8-sig")

    assert "1 Mill Lane" in exported
    assert "Theirs" not in exported

    rows = f"id,name,latitude,longitude\n{asset.pk},The bench,{INSIDE[0]},{INSIDE[1]}\n,New,,\n"
    page = preview(client, "assets/asset", rows)
    assert Asset.objects.filter(team=team).count() == 1, "a preview writes nothing"
    client.post(f"{ASSETS}import/confirm/", {"token": page.context["token"]})

    asset.refresh_from_db()
    assert (asset.name, asset.neighbourhood) == ("The bench", brook)
    assert verbs(asset) == [("update", ["latitude", "longitude", "name"])]
    assert verbs(Asset.objects.get(name="New"))[0][0] == "create"
