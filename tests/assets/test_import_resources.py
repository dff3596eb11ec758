"""Assets through the admin's import and export: the same rules and the same actions as every other import."""

import csv
import io
from collections.abc import Callable

import pytest

from assets.exports import COLUMNS
from assets.models import Asset, Kind
from assets.resources import AssetResource
from communities.models import AuditEntry, Team, User
from communities.resources.importing import write_rows
from communities.resources.rehearsal import Rehearsal, rehearse
from communities.spreadsheets import csv_lines
from tests.factories.assets import INSIDE, AssetFactory
from tests.factories.communities import NeighbourhoodFactory
from tests.hostile import HostileClient


def judged(by: User, headings: list[str], *rows: list[object]) -> Rehearsal:
    """Return the preview of a file."""
    lines = csv_lines(headings, rows)
    return rehearse(AssetResource(user=by), "".join(lines).encode())


def bring_in(by: User, headings: list[str], *rows: list[object]) -> Rehearsal:
    """Import rows as the admin does."""
    rehearsal = judged(by, headings, *rows)
    if not rehearsal.refused:
        assert write_rows(AssetResource(user=by), rehearsal).refused == []
    return rehearsal


def faults(rehearsal: Rehearsal) -> list[str]:
    """Return the error messages of refused rows."""
    return [words for row in rehearsal.refused for sentences in row.refusals.values() for words in sentences]


def test_a_new_row_is_placed_and_cleaned(team: Team, manager: User) -> None:
    here = NeighbourhoodFactory(team=team, outlined=True)
    headings = ["name", "kind", "latitude", "longitude", "postcode", "website", "formed_on", "is_bumping_place"]
    result = bring_in(
        manager, headings, ["Hall", "library", "51,865", "-2,235", "gl11aa", "example.org", "1/5/1951", "yes"]
    )
    assert faults(result) == []
    asset = Asset.objects.get()
    assert (asset.team, asset.kind, asset.latitude, asset.neighbourhood) == (team, Kind.INSTITUTION, 51.865, here)
    assert (asset.postcode, asset.website, asset.formed_on.year) == ("GL1 1AA", "https://example.org", 1951)
    assert (asset.is_bumping_place, asset.last_confirmed_on, len(asset.quadkey)) == (True, None, 18)
    assert list(AuditEntry.objects.values_list("verb", "actor", "object_id")) == [("create", manager.pk, str(asset.pk))]


@pytest.mark.parametrize(
    ("headings", "cells", "words"),
    [
        (
            ["name", "kind"],
            ["Hall", "libary"],
            "“libary” is not a kind of asset. Did you mean “library” (Institution)?",
        ),
        (["name", "email"], ["Hall", "a@b@c"], "The email address “a@b@c” is not valid; it was left out."),
        (["name", "latitude", "longitude"], ["Hall", "-2.2", "51.8"], "Latitude -2.2 and longitude 51.8 look swapped"),
        (["name"], [""], "The name is missing."),
    ],
)
def test_a_row_that_cannot_be_saved_completely_is_refused(
    headings: list[str], cells: list[str], words: str, team: Team, manager: User
) -> None:
    # Blank rows are skipped, so the row has to name its team.
    (fault,) = faults(bring_in(manager, [*headings, "team"], [*cells, team.slug]))
    assert fault.startswith(words)
    assert not Asset.objects.exists()


def test_an_existing_row_is_updated_without_repeating_its_name(team: Team, manager: User) -> None:
    asset = AssetFactory(team=team, name="Hall", placed=True, phone="01452 1", email="a@example.org")
    result = bring_in(manager, ["id", "phone", "email"], [asset.pk, "01452 2", ""])
    assert faults(result) == []
    asset.refresh_from_db()
    assert (asset.name, asset.phone, asset.email, asset.latitude) == ("Hall", "01452 2", "", INSIDE[0])
    assert list(AuditEntry.objects.values_list("verb", "field_names")) == [("update", ["email", "phone"])]


def test_a_preview_writes_nothing(team: Team, manager: User) -> None:
    result = judged(manager, ["name"], ["Hall"])
    assert (faults(result), result.count("new")) == ([], 1)
    assert not Asset.objects.exists()


def test_importing_an_export_changes_nothing(team: Team, manager: User) -> None:
    here = NeighbourhoodFactory(team=team, outlined=True)
    AssetFactory(team=team, name="Hall", placed=True, neighbourhood=here, is_bumping_place=True, fresh=True)
    AssetFactory(team=team, name="A tale", kind=Kind.STORY)
    resource = AssetResource(user=manager)
    assert set(resource.headings) - {"id", "team"} == set(COLUMNS) - {"uuid", "status"}
    result = bring_in(manager, resource.headings, *resource.export())
    assert (faults(result), result.count("same"), AuditEntry.objects.count()) == ([], 2, 0)


def test_another_teams_assets_are_neither_exported_nor_changed(team: Team, other_team: Team, manager: User) -> None:
    theirs = AssetFactory(team=other_team, name="Not ours")
    assert list(AssetResource(user=manager).export(Asset.objects.all())) == []
    assert faults(bring_in(manager, ["id", "name"], [theirs.pk, "Ours"])) != []
    assert faults(bring_in(manager, ["team", "name"], [other_team.slug, "Ours"])) != []
    theirs.refresh_from_db()
    assert (theirs.name, Asset.objects.count()) == ("Not ours", 1)


def test_the_admin_imports_and_exports(team: Team, manager: User, client_for: Callable[[User], HostileClient]) -> None:
    AssetFactory(team=team, name="=Hall")
    client = client_for(manager)
    assert client.get("/admin/assets/asset/import/").status_code == 200
    response = client.post("/admin/assets/asset/export/", {"format": "csv"})
    (row,) = csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig")))
    assert (row["name"], row["kind"], row["team"]) == ("'=Hall", "place", "brookside")
