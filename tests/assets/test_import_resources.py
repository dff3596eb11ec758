"""Assets through the admin's import and export: the same rules as every import, and the same actions."""

import csv
import io
from collections.abc import Callable

import pytest
import tablib
from import_export.results import Result

from assets.exports import COLUMNS
from assets.models import Asset, Kind
from assets.resources import AssetResource
from communities.models import AuditEntry, Team, User
from tests.factories.assets import INSIDE, AssetFactory
from tests.factories.communities import NeighbourhoodFactory
from tests.hostile import HostileClient


def bring(by: User, headings: list[str], *rows: list[object], dry_run: bool = False) -> Result:
    """Import rows as the admin does."""
    return AssetResource(user=by).import_data(tablib.Dataset(*rows, headers=headings), dry_run=dry_run)


def faults(result: Result) -> list[str]:
    """Return what is said about rows that were refused."""
    return [message for row in result.invalid_rows for message in row.error.messages]


def test_a_new_row_is_placed_and_cleaned(team: Team, manager: User) -> None:
    here = NeighbourhoodFactory(team=team, outlined=True)
    headings = ["name", "kind", "latitude", "longitude", "postcode", "website", "formed_on", "is_bumping_place"]
    result = bring(
        manager, headings, ["Hall", "library", "51,865", "-2,235", "gl11aa", "example.org", "1/5/1951", "yes"]
    )
    assert (result.has_errors(), faults(result)) == (False, [])
    asset = Asset.objects.get()
    assert (asset.team, asset.kind, asset.latitude, asset.neighbourhood) == (team, Kind.INSTITUTION, 51.865, here)
    assert (asset.postcode, asset.website, asset.formed_on.year) == ("GL1 1AA", "https://example.org", 1951)
    assert (asset.is_bumping_place, asset.last_confirmed_on, len(asset.quadkey)) == (True, None, 18)
    assert list(AuditEntry.objects.values_list("verb", "actor", "object_id")) == [("create", manager.pk, str(asset.pk))]


@pytest.mark.parametrize(
    ("headings", "cells", "words"),
    [
        (["name", "kind"], ["Hall", "libary"], "There is no kind “libary”. Did you mean “library” (Institution)?"),
        (["name", "email"], ["Hall", "a@b@c"], "The e-mail address “a@b@c” is not right; it was left out."),
        (["name", "latitude", "longitude"], ["Hall", "-2.2", "51.8"], "Latitude -2.2 and longitude 51.8 look swapped"),
        (["name"], [""], "The name is missing."),
    ],
)
def test_a_row_that_cannot_be_kept_whole_is_refused(
    headings: list[str], cells: list[str], words: str, team: Team, manager: User
) -> None:
    # Blank rows fall away, so the row says its team.
    (fault,) = faults(bring(manager, [*headings, "team"], [*cells, team.slug]))
    assert fault.startswith(words)
    assert not Asset.objects.exists()


def test_a_known_row_is_brought_up_to_date_without_repeating_its_name(team: Team, manager: User) -> None:
    asset = AssetFactory(team=team, name="Hall", placed=True, phone="01452 1", email="a@example.org")
    result = bring(manager, ["id", "phone", "email"], [asset.pk, "01452 2", ""])
    assert (result.has_errors(), faults(result)) == (False, [])
    asset.refresh_from_db()
    assert (asset.name, asset.phone, asset.email, asset.latitude) == ("Hall", "01452 2", "", INSIDE[0])
    assert list(AuditEntry.objects.values_list("verb", "field_names")) == [("update", ["email", "phone"])]


def test_a_rehearsal_writes_nothing(team: Team, manager: User) -> None:
    result = bring(manager, ["name"], ["Hall"], dry_run=True)
    assert (result.row_errors(), faults(result), result.base_errors) == ([], [], [])
    assert result.totals["new"] == 1
    assert not Asset.objects.exists()


def test_what_left_comes_back_unchanged(team: Team, manager: User) -> None:
    here = NeighbourhoodFactory(team=team, outlined=True)
    AssetFactory(team=team, name="Hall", placed=True, neighbourhood=here, is_bumping_place=True, fresh=True)
    AssetFactory(team=team, name="A tale", kind=Kind.STORY)
    resource = AssetResource(user=manager)
    leaving = resource.export(Asset.objects.all())
    assert set(leaving.headers) - {"id", "team"} == set(COLUMNS) - {"uuid", "status"}
    result = AssetResource(user=manager).import_data(leaving)
    assert (result.has_errors(), faults(result)) == (False, [])
    assert (result.totals["skip"], AuditEntry.objects.count()) == (2, 0)


def test_another_teams_assets_are_neither_sent_nor_changed(team: Team, other_team: Team, manager: User) -> None:
    theirs = AssetFactory(team=other_team, name="Not ours")
    assert len(AssetResource(user=manager).export(Asset.objects.all())) == 0
    assert faults(bring(manager, ["id", "name"], [theirs.pk, "Ours"])) != []
    assert faults(bring(manager, ["team", "name"], [other_team.slug, "Ours"])) != []
    theirs.refresh_from_db()
    assert (theirs.name, Asset.objects.count()) == ("Not ours", 1)


def test_the_admin_offers_both(team: Team, manager: User, client_for: Callable[[User], HostileClient]) -> None:
    AssetFactory(team=team, name="=Hall")
    client = client_for(manager)
    assert client.get("/admin/assets/asset/import/").status_code == 200
    response = client.post("/admin/assets/asset/export/", {"format": "0", "resource": ""})
    (row,) = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    assert (row["name"], row["kind"], row["team"]) == ("'=Hall", "place", "brookside")
