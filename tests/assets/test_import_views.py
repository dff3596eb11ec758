"""The pages that import and export a list."""

import csv
import io
import json
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assets.models import Asset, ImportBatch, Kind
from communities.models import Team, User
from tests.factories.assets import INSIDE, OUTSIDE, AssetFactory, ImportBatchFactory, ImportRowFactory
from tests.factories.communities import NeighbourhoodFactory
from tests.hostile import HostileClient

CREATE = "/assets/import/"
LIST = f"Name,Lat,Lng,Mail\nNew Hall,{INSIDE[0]},{INSIDE[1]},\nOld Hall,{INSIDE[0]},{INSIDE[1]},old@example.org\nFar Hall,{OUTSIDE[0]},{OUTSIDE[1]},no address\n,,,x@example.org\n"
type SignIn = Callable[[User], HostileClient]


def upload(text: str | bytes, name: str = "list.csv") -> SimpleUploadedFile:
    """Return an uploaded file, as a browser sends it."""
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def page(batch: ImportBatch, name: str = "rehearsal") -> str:
    """Return the URL of one of an import's pages."""
    return reverse(f"assets:import-{name}", kwargs={"uuid": batch.uuid})


@pytest.fixture
def rehearsed(team: Team, builder: User, client_for: SignIn) -> ImportBatch:
    """Return the import of LIST, previewed as on the page, with Old Hall on the map and one neighbourhood."""
    NeighbourhoodFactory(team=team, outlined=True)
    AssetFactory(team=team, name="Old Hall", placed=True)
    client_for(builder).post(CREATE, {"file": upload(LIST), "kind": Kind.INSTITUTION})
    return ImportBatch.objects.get()


# Choosing a file


@pytest.mark.parametrize("person", ["builder", "manager"])
def test_uploading_a_file_leads_to_its_preview(person: str, client_for: SignIn, request: pytest.FixtureRequest) -> None:
    client = client_for(request.getfixturevalue(person))
    assert client.get(CREATE).status_code == 200
    response = client.post(CREATE, {"file": upload(LIST, "C:\\my list.csv"), "kind": Kind.EXCHANGE})
    batch = ImportBatch.objects.get()
    assert response.headers["Location"] == page(batch)
    assert (batch.file_name, batch.kind, batch.created_by.name) == (
        "my list.csv",
        Kind.EXCHANGE,
        request.getfixturevalue(person).name,
    )
    assert batch.columns == {"name": "Name", "latitude": "Lat", "longitude": "Lng", "email": "Mail"}
    assert not Asset.objects.exists()


def test_evaluators_cannot_import(client_for: SignIn, evaluator: User) -> None:
    client = client_for(evaluator)
    assert client.get(CREATE).status_code == 403
    assert client.post(CREATE, {"file": upload(LIST), "kind": Kind.PLACE}).status_code == 403
    assert not ImportBatch.objects.exists()


def test_anonymous_visitors_have_to_sign_in(client: HostileClient) -> None:
    assert client.get(CREATE).headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The submitted file is empty."),
        (b"Name\nCaf\x81\n", "Line 2 holds letters that are not UTF-8."),
        (b"\xff\xfeN\0a\0", "This file is saved as UTF-16"),
        (b"Name,\nHall,1\n", "Row 2 has more cells than there are headings."),
        (b"Name,Name\nHall,1\n", "Two columns are called “Name”."),
        (b"Name\n", "This file has headings and no rows."),
        (b"Name\n" + b"Hall\n" * 5001, "This file has more than 5,000 rows."),
        (b"Name\n" + b"a" * 5_300_000, "Files can be up to 5 MB. Split it into several files."),
        (b"PK\x03\x04 not really", "This Excel file is damaged."),
        (b'{"type": "Point"}', "This is not a GeoJSON file of places"),
    ],
    ids=["empty", "encoding", "utf-16", "ragged", "twice", "no rows", "long", "big", "damaged", "point"],
)
def test_an_unreadable_file_shows_an_error_beside_the_field(
    content: bytes, words: str, client_for: SignIn, builder: User
) -> None:
    response = client_for(builder).post(CREATE, {"file": upload(content), "kind": Kind.STORY})
    assert words in response.content.decode()
    assert f'value="{Kind.STORY}" selected' in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_missing_file_is_an_error(client_for: SignIn, builder: User) -> None:
    assert "This field is required." in client_for(builder).post(CREATE, {"kind": "nonsense"}).content.decode()


def test_without_a_name_column_the_first_unused_column_is_the_name(client_for: SignIn, builder: User) -> None:
    client_for(builder).post(CREATE, {"file": upload("Mail,Lat,Was\na@example.org,51,Hall\n"), "kind": Kind.PLACE})
    assert ImportBatch.objects.get().columns == {"email": "Mail", "name": "Was"}


# The preview


def test_the_preview_shows_each_rows_outcome_and_writes_nothing(
    rehearsed: ImportBatch, builder: User, client_for: SignIn
) -> None:
    html = client_for(builder).get(page(rehearsed)).content.decode()
    for words in (
        "All rows: 4",
        "Will be added: 2",
        "Will be updated: 1",
        "Left out: 1",
        "3 rows would be saved.",
        "1 of them is outside every neighbourhood outline",
        "The email address “no address” is not valid; it was left out.",
        "The name is missing.",
        "Add 3 rows to the map",
    ):
        assert words in " ".join(html.split())
    assert f'href="/assets/{Asset.objects.get().pk}/"' in html
    assert Asset.objects.get().email == ""


def test_rows_can_be_filtered_by_outcome(rehearsed: ImportBatch, builder: User, client_for: SignIn) -> None:
    response = client_for(builder).get(page(rehearsed) + "?fate=update")
    assert [row["name"] for row in response.context["rows"]] == ["Old Hall"]
    assert [tab["label"] for tab in response.context["tabs"] if tab["current"]] == ["Will be updated: 1"]
    response = client_for(builder).get(page(rehearsed) + "?fate=same")
    assert "No rows have this result." in response.content.decode()
    assert len(client_for(builder).get(page(rehearsed) + "?fate=nonsense").context["rows"]) == 4


def test_a_long_list_has_pages(team: Team, builder: User, client_for: SignIn) -> None:
    batch = ImportBatchFactory(team=team, columns={"name": "Name"}, headings=["Name"], counts={"add": 60})
    for number in range(60):
        ImportRowFactory(batch=batch, number=number + 2, values={"Name": f"Spot {number}"})
    client = client_for(builder)
    first = client.get(page(batch))
    second = client.get(first.context["page"].next_url)
    assert [row["number"] for row in first.context["rows"]] == list(range(2, 52))
    assert [row["number"] for row in second.context["rows"]] == list(range(52, 62))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_preview_takes_a_constant_number_of_queries(
    rows: int, team: Team, builder: User, client_for: SignIn, django_assert_num_queries
) -> None:
    batch = ImportBatchFactory(team=team, columns={"name": "Name"}, headings=["Name"], counts={"same": rows})
    for number in range(rows):
        asset = AssetFactory(team=team)
        ImportRowFactory(batch=batch, number=number + 2, values={"Name": "A"}, fate="same", asset=asset)
    client = client_for(builder)
    with django_assert_num_queries(7):
        client.get(page(batch))


def test_choosing_other_columns_updates_the_preview(rehearsed: ImportBatch, builder: User, client_for: SignIn) -> None:
    response = client_for(builder).post(
        page(rehearsed, "columns"), {"column_name": "Mail", "default_kind": Kind.STORY, "adds_duplicates": "on"}
    )
    assert response.headers["Location"] == page(rehearsed)
    rehearsed.refresh_from_db()
    assert (rehearsed.columns, rehearsed.kind, rehearsed.adds_duplicates) == ({"name": "Mail"}, Kind.STORY, True)
    assert rehearsed.counts == {"add": 3, "problem": 1, "outside": 0}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"column_email": "Mail"}, "Say which column holds the name."),
        ({"column_name": "Name", "column_latitude": "Lat"}, "A position needs a column for the latitude"),
        ({"column_name": "Another file’s"}, "Choose one from the list."),
    ],
)
def test_invalid_columns_are_refused_and_the_choices_stay(
    sent: dict[str, str], words: str, rehearsed: ImportBatch, builder: User, client_for: SignIn
) -> None:
    before = rehearsed.columns
    sent = {"column_phone": "Mail", "default_kind": Kind.STORY, **sent}
    html = client_for(builder).post(page(rehearsed, "columns"), sent).content.decode()
    assert words in html
    assert '<option value="Mail" selected>' in html
    rehearsed.refresh_from_db()
    assert rehearsed.columns == before


# Applying


def test_applying_twice_writes_once_and_shows_the_result(
    rehearsed: ImportBatch, builder: User, client_for: SignIn
) -> None:
    client = client_for(builder)
    for _press in range(2):
        response = client.post(page(rehearsed, "apply"))
        assert response.headers["Location"] == page(rehearsed)
    assert sorted(Asset.objects.values_list("name", flat=True)) == ["Far Hall", "New Hall", "Old Hall"]
    html = " ".join(client.get(page(rehearsed)).content.decode().split())
    for words in ("Import of list.csv", "Added: 2", "Updated: 1", "1 row is outside every neighbourhood outline"):
        assert words in html
    for asset in Asset.objects.all():
        assert f'href="/assets/{asset.pk}/"' in html


def test_the_result_says_what_happened_to_duplicates(team: Team, builder: User, client_for: SignIn) -> None:
    client = client_for(builder)
    client.post(CREATE, {"file": upload("Name\nHall\nHall\n"), "kind": Kind.PLACE})
    batch = ImportBatch.objects.get()
    assert "Possible duplicate: 1" in client.get(page(batch)).content.decode()
    client.post(page(batch, "columns"), {"column_name": "Name", "default_kind": Kind.PLACE, "adds_duplicates": "on"})
    assert "Possible duplicate, will be added: 1" in client.get(page(batch)).content.decode()
    client.post(page(batch, "apply"))
    assert "Possible duplicate, added: 1" in client.get(page(batch)).content.decode()
    assert Asset.objects.count() == 2


def test_the_columns_of_an_applied_import_cannot_change(
    rehearsed: ImportBatch, builder: User, client_for: SignIn
) -> None:
    client = client_for(builder)
    client.post(page(rehearsed, "apply"))
    sent = {"column_name": "Mail", "default_kind": Kind.STORY}
    html = client.post(page(rehearsed, "columns"), sent, follow=True).content.decode()
    assert "This import has already been applied. Nothing was changed." in html


def test_a_preview_without_changes_has_no_button(team: Team, builder: User, client_for: SignIn) -> None:
    client = client_for(builder)
    client.post(CREATE, {"file": upload("Name,Kind\nHall,libary\n"), "kind": Kind.PLACE})
    html = client.get(page(ImportBatch.objects.get())).content.decode()
    assert "Nothing will be added" in html
    assert "/apply/" not in html


@pytest.mark.parametrize(("person", "status"), [("evaluator", 403), ("stranger", 404)])
def test_others_cannot_see_or_apply_an_import(
    person: str, status: int, rehearsed: ImportBatch, client_for: SignIn, request: pytest.FixtureRequest
) -> None:
    client = client_for(request.getfixturevalue(person))
    assert client.get(page(rehearsed)).status_code == status
    assert client.post(page(rehearsed, "columns"), {"column_name": "Mail"}).status_code == status
    assert client.post(page(rehearsed, "apply")).status_code == status
    assert Asset.objects.count() == 1


# Downloading a list


def export(client: HostileClient, query: str = "") -> bytes:
    """Return the content of an export."""
    response = client.get(f"/assets/export/{query}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_the_export_has_the_filtered_list(
    team: Team, other_team: Team, evaluator: User, client_for: SignIn, clock
) -> None:
    AssetFactory(team=team, name="Choir", association=True)
    AssetFactory(team=team, name="Park")
    AssetFactory(team=team, name="Gone", retired=True)
    AssetFactory(team=other_team, name="Not ours", association=True)
    client = client_for(evaluator)

    def names(query: str) -> list[str]:
        rows = csv.DictReader(io.StringIO(export(client, query).decode("utf-8-sig")))
        return [row["name"] for row in rows]

    assert names("") == ["Choir", "Park"]
    assert names("?kind=association") == ["Choir"]
    assert names("?status=retired&format=csv") == ["Gone"]
    response = client.get("/assets/export/")
    assert response.headers["Content-Disposition"] == 'attachment; filename="assets-brookside-2026-05-20.csv"'
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_the_export_as_workbook_and_geojson(team: Team, builder: User, client_for: SignIn) -> None:
    AssetFactory(team=team, name="Park", placed=True)
    client = client_for(builder)
    book = openpyxl.load_workbook(io.BytesIO(export(client, "?format=xlsx")))
    assert book.active["B2"].value == "Park"
    assert json.loads(export(client, "?format=geojson"))["features"][0]["properties"]["name"] == "Park"


def test_other_formats_are_not_found(team: Team, builder: User, client_for: SignIn) -> None:
    assert client_for(builder).get("/assets/export/?format=exe").status_code == 400
