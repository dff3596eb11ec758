"""Actions of assets: what they change, what they refuse, and what they audit."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from assets.actions import (
    MOST_PHOTOS,
    add_asset_photo,
    confirm_asset,
    create_asset,
    relocate_assets,
    remove_asset_photo,
    restore_asset,
    retire_asset,
    update_asset,
)
from assets.models import Asset, AssetPhoto, Kind, Status
from communities.actions.undo import delete_expired_undoables
from communities.geometry import quadkey
from communities.idempotency import USED
from communities.models import AuditEntry, Role
from tests.factories.assets import INSIDE, OUTSIDE, AssetFactory, AssetPhotoFactory
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory, outline
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db
ELSEWHERE = (52.05, -1.95)


@pytest.fixture
def brook(team):
    """Return the neighbourhood whose outline contains INSIDE."""
    return NeighbourhoodFactory(team=team, name="Brook", outlined=True)


@pytest.fixture
def hill(team):
    """Return a neighbourhood that nobody has drawn."""
    return NeighbourhoodFactory(team=team, name="Hill")


def audits(obj):
    """Return (verb, fields) of every audit entry of an object, oldest first."""
    rows = AuditEntry.objects.filter(model=obj._meta.label_lower, object_id=str(obj.pk)).order_by("pk")
    return [(row.verb, row.field_names) for row in rows]


def photo():
    """Return a cleaned photo, as a form passes it on."""
    return ContentFile(photo_bytes(), name="x.jpg")


def test_create_asset_places_checks_and_audits(team, builder, brook, clock):
    asset = create_asset(
        team=team, by=builder, name="Friday breakfast", kind=Kind.ASSOCIATION, latitude=INSIDE[0], longitude=INSIDE[1]
    )
    asset.refresh_from_db()

    assert (asset.team, asset.created_by, asset.status) == (team, builder, Status.LISTED)
    assert asset.neighbourhood == brook
    assert not asset.is_neighbourhood_chosen
    assert asset.quadkey == quadkey(*INSIDE)
    assert asset.last_confirmed_on == date(2026, 5, 20)
    assert audits(asset) == [("create", ["kind", "latitude", "longitude", "name"])]


def test_create_asset_without_a_position(team, builder, brook):
    asset = create_asset(team=team, by=builder, name="The flood of 2007", kind=Kind.STORY)

    assert (asset.quadkey, asset.neighbourhood, asset.has_position) == ("", None, False)


def test_create_asset_outside_every_outline(team, builder, brook):
    asset = create_asset(
        team=team, by=builder, name="Bench", kind=Kind.PLACE, latitude=OUTSIDE[0], longitude=OUTSIDE[1]
    )

    assert asset.neighbourhood is None
    assert list(Asset.objects.outside_every_outline()) == [asset]


def test_create_asset_saves_the_chosen_neighbourhood(team, builder, brook, hill):
    asset = create_asset(
        team=team,
        by=builder,
        name="Bench",
        kind=Kind.PLACE,
        latitude=INSIDE[0],
        longitude=INSIDE[1],
        neighbourhood=hill,
        last_confirmed_on=None,
    )

    assert (asset.neighbourhood, asset.is_neighbourhood_chosen, asset.last_confirmed_on) == (hill, True, None)


def test_create_asset_takes_the_smaller_of_two_outlines(team, builder, brook):
    patch = NeighbourhoodFactory(
        team=team,
        name="Patch",
        boundary=outline(-2.236, 51.864, -2.234, 51.866),
        min_lng=-2.236,
        min_lat=51.864,
        max_lng=-2.234,
        max_lat=51.866,
    )
    asset = create_asset(team=team, by=builder, name="B", kind=Kind.PLACE, latitude=INSIDE[0], longitude=INSIDE[1])

    assert asset.neighbourhood == patch


def test_create_asset_ignores_the_outlines_of_other_teams(team, other_team, builder):
    NeighbourhoodFactory(team=other_team, outlined=True)
    asset = create_asset(team=team, by=builder, name="B", kind=Kind.PLACE, latitude=INSIDE[0], longitude=INSIDE[1])

    assert asset.neighbourhood is None


@pytest.mark.parametrize(
    ("values", "beside"),
    [
        ({"name": ""}, "name"),
        ({"kind": "people"}, "kind"),
        ({"latitude": 51.86}, "longitude"),
        ({"latitude": 510.0, "longitude": 1.0}, "latitude"),
        ({"latitude": -2.24, "longitude": 51.86}, "latitude"),
        ({"email": "not an address"}, "email"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"name": "x" * 161}, "name"),
    ],
)
def test_create_asset_refuses_and_writes_nothing(team, builder, values, beside):
    with pytest.raises(ValidationError) as refused:
        create_asset(team=team, by=builder, **{"name": "Bench", "kind": Kind.PLACE, **values})

    assert beside in refused.value.message_dict
    assert not Asset.objects.exists()
    assert not AuditEntry.objects.exists()


def test_create_asset_refuses_another_teams_neighbourhood(team, other_team, builder):
    theirs = NeighbourhoodFactory(team=other_team)

    with pytest.raises(ValidationError, match="one of your team") as refused:
        create_asset(team=team, by=builder, name="Bench", kind=Kind.PLACE, neighbourhood=theirs)
    assert list(refused.value.message_dict) == ["neighbourhood"]


@pytest.mark.parametrize("field", ["team_id", "status", "quadkey", "pk", "retired_at", "is_neighbourhood_chosen"])
def test_create_asset_accepts_editable_fields_only(team, builder, field):
    with pytest.raises(TypeError, match=field):
        create_asset(team=team, by=builder, name="Bench", kind=Kind.PLACE, **{field: 1})
    with pytest.raises(TypeError, match=field):
        update_asset(asset=AssetFactory(team=team), by=builder, **{field: 1})


def test_a_double_click_adds_one_asset(team, builder):
    key = uuid.uuid4()
    first = create_asset(team=team, by=builder, uuid=key, name="Bench", kind=Kind.PLACE)
    second = create_asset(team=team, by=builder, uuid=key, name="Bench", kind=Kind.PLACE)

    assert first == second
    assert Asset.objects.count() == 1
    assert len(audits(first)) == 1


def test_a_key_used_in_another_team_reveals_nothing(team, other_team, builder):
    theirs = AssetFactory(team=other_team)
    with pytest.raises(ValidationError, match="This form has been used before") as refused:
        create_asset(team=team, by=builder, uuid=theirs.uuid, name="Bench", kind=Kind.PLACE)

    assert refused.value.code == USED
    assert list(Asset.objects.all()) == [theirs]


def test_other_integrity_errors_are_raised(team, builder, monkeypatch):
    other = AssetFactory(team=TeamFactory())
    monkeypatch.setattr("assets.actions.assets.uuids.uuid4", lambda: other.uuid)

    with pytest.raises(IntegrityError), transaction.atomic():
        create_asset(team=team, by=builder, name="Bench", kind=Kind.PLACE)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_instant_adds_one_asset(race):
    team, key = TeamFactory(), uuid.uuid4()
    by = UserFactory(roles={team: [Role.BUILDER]})
    add = lambda: create_asset(team=team, by=by, uuid=key, name="Bench", kind=Kind.PLACE)  # noqa: E731
    made = race(*[add] * 6)

    assert {asset.pk for asset in made} == {Asset.objects.get().pk}


def test_create_asset_with_a_photo(team, builder):
    asset = create_asset(
        team=team, by=builder, name="Bench", kind=Kind.PLACE, photo=photo(), photo_alt=" A green bench "
    )
    made = asset.photos.get()

    assert (made.alt, made.width, made.height, made.created_by) == ("A green bench", 64, 48, builder)
    assert audits(made) == [("create", ["alt", "image"])]


def test_create_asset_with_an_undescribed_photo_adds_nothing(team, builder):
    with pytest.raises(ValidationError) as refused:
        create_asset(team=team, by=builder, name="Bench", kind=Kind.PLACE, photo=photo())

    assert list(refused.value.message_dict) == ["photo_alt"]
    assert not Asset.objects.exists()


def test_update_asset_writes_what_changed(team, builder, manager):
    asset = AssetFactory(team=team, name="Bench", opening="Always")
    stale_copy = Asset.objects.get(pk=asset.pk)
    update_asset(asset=asset, by=builder, name="The bench", opening="Always")
    update_asset(asset=stale_copy, by=manager, description="Everybody sits here.")
    asset.refresh_from_db()

    assert (asset.name, asset.description) == ("The bench", "Everybody sits here.")
    assert audits(asset) == [("update", ["name"]), ("update", ["description"])]


def test_update_asset_without_a_change_writes_nothing(team, builder):
    asset = AssetFactory(team=team, name="Bench")

    assert update_asset(asset=asset, by=builder, name="Bench") == asset
    assert audits(asset) == []


def test_update_asset_moves_it_to_the_neighbourhood_around_it(team, builder, brook):
    asset = AssetFactory(team=team, outside=True)
    moved = update_asset(asset=asset, by=builder, latitude=INSIDE[0], longitude=INSIDE[1])

    assert (moved.neighbourhood, moved.quadkey) == (brook, quadkey(*INSIDE))
    assert update_asset(asset=asset, by=builder, latitude=None, longitude=None).neighbourhood is None
    assert Asset.objects.get().quadkey == ""


def test_moving_the_pin_keeps_a_chosen_neighbourhood(team, builder, brook, hill):
    asset = AssetFactory(team=team, outside=True)
    update_asset(asset=asset, by=builder, neighbourhood=hill)
    moved = update_asset(asset=asset, by=builder, latitude=INSIDE[0], longitude=INSIDE[1])

    assert (moved.neighbourhood, moved.is_neighbourhood_chosen) == (hill, True)
    handed_back = update_asset(asset=asset, by=builder, neighbourhood=None)
    assert (handed_back.neighbourhood, handed_back.is_neighbourhood_chosen) == (brook, False)


@pytest.mark.parametrize(
    "values", [{"name": ""}, {"latitude": 51.0}, {"kind": "people"}, {"latitude": 383000.0, "longitude": 218000.0}]
)
def test_update_asset_refuses_invalid_values_and_changes_nothing(team, builder, values):
    asset = AssetFactory(team=team, name="Bench")

    with pytest.raises(ValidationError):
        update_asset(asset=asset, by=builder, **values)
    assert Asset.objects.get().name == "Bench"
    assert audits(asset) == []


def test_update_asset_refuses_another_teams_neighbourhood(team, other_team, builder):
    with pytest.raises(ValidationError, match="one of your team"):
        update_asset(
            asset=AssetFactory(team=team),
            by=builder,
            neighbourhood=NeighbourhoodFactory(team=other_team, outlined=True),
        )


def test_confirm_asset_records_todays_date_once(team, builder, clock):
    asset = AssetFactory(team=team, stale=True)

    assert confirm_asset(asset=asset, by=builder).last_confirmed_on == date(2026, 5, 20)
    confirm_asset(asset=asset, by=builder)
    assert audits(asset) == [("confirm", ["last_confirmed_on"])]
    assert confirm_asset(asset=asset, by=builder, on=date(2026, 5, 1)).last_confirmed_on == date(2026, 5, 1)


def test_confirm_asset_refuses_a_retired_asset(team, builder):
    with pytest.raises(ValidationError, match="Put it back first"):
        confirm_asset(asset=AssetFactory(team=team, retired=True), by=builder)


def test_retire_and_restore(team, builder, manager):
    asset = AssetFactory(team=team)
    gone = retire_asset(asset=asset, by=builder, reason=" Closed in spring ")

    assert (gone.status, gone.retired_reason, gone.retired_by) == (Status.RETIRED, "Closed in spring", builder)
    assert gone.retired_at is not None
    assert retire_asset(asset=asset, by=manager, reason="Again").retired_reason == "Closed in spring"
    back = restore_asset(asset=asset, by=manager)
    assert (back.status, back.retired_reason, back.retired_by, back.retired_at) == (Status.LISTED, "", None, None)
    assert restore_asset(asset=asset, by=manager).status == Status.LISTED
    assert [verb for verb, _ in audits(asset)] == ["retire", "restore"]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 251])
def test_retire_asset_needs_a_reason(team, builder, reason):
    asset = AssetFactory(team=team)

    with pytest.raises(ValidationError) as refused:
        retire_asset(asset=asset, by=builder, reason=reason)
    assert list(refused.value.message_dict) == ["reason"]
    assert Asset.objects.get().status == Status.LISTED


def test_relocate_assets_follows_the_outlines(team, other_team, builder, brook, hill):
    came_in = AssetFactory(team=team, placed=True)
    fell_out = AssetFactory(team=team, outside=True, neighbourhood=brook)
    stays = AssetFactory(team=team, placed=True, neighbourhood=brook)
    undrawn = AssetFactory(team=team, outside=True, neighbourhood=hill)
    chosen = AssetFactory(team=team, outside=True, neighbourhood=brook, is_neighbourhood_chosen=True)
    unplaced = AssetFactory(team=team, neighbourhood=brook)
    theirs = AssetFactory(team=other_team, placed=True)

    assert relocate_assets(team=team, by=builder) == 2
    found = dict(Asset.objects.values_list("pk", "neighbourhood_id"))
    assert found == {
        came_in.pk: brook.pk,
        fell_out.pk: None,
        stays.pk: brook.pk,
        undrawn.pk: hill.pk,
        chosen.pk: brook.pk,
        unplaced.pk: brook.pk,
        theirs.pk: None,
    }
    assert audits(came_in) == audits(fell_out) == [("update", ["neighbourhood"])]
    assert audits(stays) == []
    assert relocate_assets(team=team, by=builder) == 0


def test_relocate_assets_takes_as_many_queries_for_many_as_for_one(team, builder, brook, django_assert_num_queries):
    AssetFactory.create_batch(3, team=team, placed=True)
    assert builder.roles_by_team, "read once a request, by the page"
    with django_assert_num_queries(7):
        assert relocate_assets(team=team, by=builder) == 3
    Asset.objects.update(neighbourhood=None)
    AssetFactory.create_batch(30, team=team, placed=True)
    with django_assert_num_queries(7):
        assert relocate_assets(team=team, by=builder) == 33


def test_add_and_remove_a_photo(team, builder, media, django_capture_on_commit_callbacks):
    asset = AssetFactory(team=team)
    made = add_asset_photo(asset=asset, by=builder, photo=photo(), alt="The door")
    path = media / made.image.name
    pk = made.pk
    assert path.is_file()

    with django_capture_on_commit_callbacks() as callbacks:
        remove_asset_photo(photo=made, by=builder)
        delete_expired_undoables(now=timezone.now() + timedelta(days=31))
    assert path.is_file(), "the file goes only once the removal is sure"
    for callback in callbacks:
        callback()
    assert not path.exists()
    assert not AssetPhoto.objects.exists()
    rows = AuditEntry.objects.filter(model="assets.assetphoto", object_id=str(pk)).order_by("pk")
    assert [(row.verb, row.team_id) for row in rows] == [("create", team.pk), ("delete", team.pk)]


def test_an_asset_has_at_most_twelve_photos(team, builder):
    asset = AssetFactory(team=team)
    AssetPhotoFactory.create_batch(MOST_PHOTOS, asset=asset)

    with pytest.raises(ValidationError) as refused:
        add_asset_photo(asset=asset, by=builder, photo=photo(), alt="One more")
    assert list(refused.value.message_dict) == ["photo"]
    assert asset.photos.count() == 12
