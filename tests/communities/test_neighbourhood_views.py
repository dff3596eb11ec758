"""Pages of neighbourhoods: list, detail, outlines, adding, changing, removing, and files of boundaries."""

import json
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from communities import geometry
from communities.forms.neighbourhoods import KEPT_SECONDS, seal_collection, unseal_collection
from communities.models import AuditEntry, Neighbourhood, Role
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, UserFactory, outline

pytestmark = pytest.mark.django_db

LIST = reverse("communities:neighbourhood-list")
CREATE = reverse("communities:neighbourhood-create")
UPLOAD = reverse("communities:boundary-upload")
IMPORT = reverse("communities:boundary-import")
OUTLINES = reverse("communities:neighbourhood-outlines")
CORNERS = "51.86, -2.24\r\n51.86, -2.23\r\n51.87, -2.23\r\n51.87, -2.24"
BOWTIE = json.dumps(
    {
        "type": "Polygon",
        "coordinates": [[[-2.24, 51.86], [-2.23, 51.87], [-2.23, 51.86], [-2.24, 51.87], [-2.24, 51.86]]],
    }
)


def url(action, place):
    return reverse(f"communities:neighbourhood-{action}", args=[place.pk])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def file_of(*rows, name="places.geojson", **members):
    """Return an uploaded file of (properties, GeoJSON text) rows."""
    found = [
        {"type": "Feature", "properties": dict(properties), "geometry": json.loads(text)} for properties, text in rows
    ]
    data = json.dumps({"type": "FeatureCollection", "features": found, **members}).encode()
    return SimpleUploadedFile(name, data, content_type="application/geo+json")


WARDS = (
    ({"NM": "Abbey", "CD": "E1", "other": "Vale"}, outline(-2.24, 51.86, -2.23, 51.87)),
    ({"NM": "Barton", "CD": "E2", "other": "Hill"}, outline(-2.23, 51.86, -2.22, 51.87)),
)


class TestList:
    @pytest.mark.parametrize("rows", [1, 3])
    def test_takes_as_many_queries_for_three_as_for_one(
        self, client_for, manager, team, rows, django_assert_num_queries
    ):
        NeighbourhoodFactory.create_batch(rows, team=team, outlined=True)
        client = client_for(manager)
        with django_assert_num_queries(6):  # Session, user, memberships, team, count, rows.
            response = client.get(LIST)
        assert len(response.context["page"]) == rows

    def test_shows_own_neighbourhoods_and_the_source_of_outlines(self, client_for, builder, team, other_team):
        NeighbourhoodFactory(team=other_team, name="Elsewhere")
        NeighbourhoodFactory(team=team, name="Bare")
        NeighbourhoodFactory(team=team, name="Coded", outlined=True, code="E1", population=12345)
        NeighbourhoodFactory(team=team, name="Drawn", outlined=True, code="E2", boundary_story="At the gala.")
        NeighbourhoodFactory(team=team, name="Plain", outlined=True)
        html = client_for(builder).get(LIST).text
        assert "Elsewhere" not in html
        for words in ("not drawn yet", "official", "drawn by residents", "on the map", "12,345", "4 in all"):
            assert words in html
        assert f'data-outlines-url="{OUTLINES}"' in html

    def test_only_a_manager_sees_the_add_button(self, client_for, builder, manager):
        assert CREATE not in client_for(builder).get(LIST).text
        html = client_for(manager).get(LIST).text
        assert CREATE in html
        assert "No neighbourhoods yet" in html

    def test_an_empty_list_tells_a_builder_who_can_add(self, client_for, builder):
        assert "A manager of the team adds" in client_for(builder).get(LIST).text


class TestDetail:
    def test_shows_population_size_code_and_story(self, client_for, evaluator, team):
        place = NeighbourhoodFactory(
            team=team, name="Abbey", outlined=True, population=4321, code="E1", boundary_story="<b>Twelve</b> of us."
        )
        html = client_for(evaluator).get(url("detail", place)).text
        assert "4,321" in html
        assert "0.77 square kilometres" in html
        assert "&lt;b&gt;Twelve&lt;/b&gt; of us." in html
        assert f'data-outlines-url="{OUTLINES}?neighbourhood={place.pk}"' in html
        assert url("update", place) not in html

    @pytest.mark.parametrize(("code", "words"), [("E1", "official outline"), ("", "Nobody has recorded")])
    def test_without_a_story_says_what_is_missing(self, client_for, manager, team, code, words):
        html = client_for(manager).get(url("detail", NeighbourhoodFactory(team=team, code=code))).text
        assert words in html
        assert "Nobody has drawn the outline yet" in html
        assert "data-map" not in html
        assert "Draw its outline" in html

    @pytest.mark.parametrize("action", ["detail", "update", "delete"])
    def test_other_teams_neighbourhoods_are_not_found(self, client_for, stranger, team, action):
        assert client_for(stranger).get(url(action, NeighbourhoodFactory(team=team))).status_code == 404


class TestOutlines:
    def test_are_light_geojson_of_the_team(self, client_for, evaluator, team, other_team, django_assert_num_queries):
        place = NeighbourhoodFactory(team=team, name="Abbey", outlined=True)
        NeighbourhoodFactory(team=team, name="Bare")
        NeighbourhoodFactory(team=other_team, outlined=True)
        client = client_for(evaluator)
        with django_assert_num_queries(5):  # Session, user, memberships, team, outlines.
            response = client.get(OUTLINES)
        assert response.headers["Content-Type"] == "application/geo+json"
        assert "no-store" in response.headers["Cache-Control"]
        (feature,) = response.json()["features"]
        assert feature["properties"] == {"name": "Abbey", "url": url("detail", place)}
        assert feature["geometry"]["type"] == "Polygon"

    def test_one_neighbourhood_can_be_requested(self, client_for, builder, team, other_team):
        first, _second = NeighbourhoodFactory.create_batch(2, team=team, outlined=True)
        foreign = NeighbourhoodFactory(team=other_team, outlined=True)
        client = client_for(builder)
        for pk, count in ((first.pk, 1), (foreign.pk, 0), ("9" * 30, 2), ("x", 2), ("", 2)):
            assert len(client.get(OUTLINES, {"neighbourhood": pk}).json()["features"]) == count


class TestCreate:
    def test_adding_leads_to_the_new_neighbourhood(self, client_for, manager, team):
        values = {"name": " Brook  End ", "population": "1200", "boundary": CORNERS, "boundary_story": "At the gala."}
        response = client_for(manager).post(CREATE, values)
        place = Neighbourhood.objects.get()
        assert response.headers["Location"] == url("detail", place)
        assert (place.team, place.name, place.population, place.boundary_story) == (
            team,
            "Brook End",
            1200,
            "At the gala.",
        )
        assert (place.min_lat, place.max_lng) == (51.86, -2.23)
        assert said(response) == ["Brook End is on the map."]

    def test_repairs_are_reported(self, client_for, manager):
        ring = [[-2.24, 51.86], [-2.23, 51.86], [-2.23, 51.87], [-2.24, 51.87]]
        boundary = json.dumps({"type": "Polygon", "coordinates": [ring]})
        response = client_for(manager).post(CREATE, {"name": "Abbey", "boundary": boundary})
        assert (
            said(response)[1]
            == "The outline has been repaired: its last corner did not join the first. Check that it is still right."
        )

    @pytest.mark.parametrize(
        ("values", "field", "words"),
        [
            ({"name": ""}, "name", "This field is required."),
            ({"name": "aBBEY"}, "name", "The team already has a neighbourhood with this name."),
            ({"population": "-5"}, "population", "greater than or equal to 0"),
            ({"population": "many"}, "population", "whole number"),
            ({"boundary": BOWTIE}, "boundary", "The outline is in several pieces"),
            ({"boundary": "51.86, -2.24\n51.86"}, "boundary", "Line 2 is not a corner"),
            ({"boundary": "-2.24, 51.86\n-2.23, 51.86\n-2.23, 51.87"}, "boundary", "look swapped"),
        ],
    )
    def test_invalid_input_shows_an_error_beside_the_field_and_stays(
        self, client_for, manager, team, values, field, words
    ):
        NeighbourhoodFactory(team=team, name="Abbey")
        typed = {
            "name": "Brook End",
            "population": "12",
            "boundary": CORNERS,
            "boundary_story": "Typed at length.",
            **values,
        }
        response = client_for(manager).post(CREATE, typed)
        assert response.status_code == 200
        assert words in response.context["form"].errors[field][0]
        assert "Typed at length." in response.text
        assert response.context["form"][field].value() == typed[field]
        assert Neighbourhood.objects.count() == 1

    def test_a_race_for_a_name_shows_an_error(self, client_for, manager, team, monkeypatch):
        NeighbourhoodFactory(team=team, name="Abbey")
        monkeypatch.setattr(
            "communities.forms.neighbourhoods.NeighbourhoodForm.clean_name", lambda form: form.cleaned_data["name"]
        )
        response = client_for(manager).post(CREATE, {"name": "Abbey"})
        assert response.context["form"].non_field_errors() == ["The team already has a neighbourhood with this name."]

    def test_extra_fields_are_ignored(self, client_for, manager, team, other_team):
        client_for(manager).post(CREATE, {"name": "Abbey", "team": other_team.pk, "code": "E9", "min_lat": "1"})
        place = Neighbourhood.objects.get()
        assert (place.team, place.code, place.min_lat) == (team, "", None)

    @pytest.mark.parametrize("address", [CREATE, UPLOAD])
    def test_builders_and_evaluators_cannot_add(self, client_for, builder, evaluator, address):
        for user in (builder, evaluator):
            assert client_for(user).get(address).status_code == 403
            assert client_for(user).post(address, {"name": "Abbey"}).status_code == 403
        assert not Neighbourhood.objects.exists()


class TestUpdate:
    def test_shows_corners_to_change(self, client_for, manager, team):
        place = NeighbourhoodFactory(team=team, name="Abbey", outlined=True)
        response = client_for(manager).get(url("update", place))
        assert response.context["form"]["boundary"].value().splitlines()[0] == "51.860000, -2.240000"
        assert 'data-mode="draw"' in response.text
        assert 'data-target="id_boundary"' in response.text

    def test_shows_geojson_for_an_outline_of_two_parts(self, client_for, manager, team):
        two = {
            "type": "MultiPolygon",
            "coordinates": [
                json.loads(outline(*box))["coordinates"]
                for box in ((-2.24, 51.86, -2.23, 51.87), (-2.2, 51.86, -2.19, 51.87))
            ],
        }
        text = geometry.clean_geometry(two).geometry
        place = NeighbourhoodFactory(team=team, outlined=True, boundary=text)
        assert client_for(manager).get(url("update", place)).context["form"]["boundary"].value() == text

    def test_changes_and_audits(self, client_for, manager, team):
        place = NeighbourhoodFactory(team=team, name="Abbey", outlined=True)
        response = client_for(manager).post(
            url("update", place), {"name": "Abbeymead", "population": "", "boundary": "", "boundary_story": ""}
        )
        place.refresh_from_db()
        assert response.headers["Location"] == url("detail", place)
        assert said(response) == ["Abbeymead has been saved."]
        assert (place.name, place.boundary, place.min_lat) == ("Abbeymead", "", None)
        assert AuditEntry.objects.get().field_names == ["boundary", "name"]

    def test_its_own_name_is_accepted_and_a_refused_name_keeps_the_heading(self, client_for, manager, team):
        NeighbourhoodFactory(team=team, name="Barton")
        place = NeighbourhoodFactory(team=team, name="Abbey")
        client = client_for(manager)
        assert client.post(url("update", place), {"name": "ABBEY"}).status_code == 302
        response = client.post(url("update", place), {"name": "barton"})
        assert "Change ABBEY" in response.text
        assert response.context["form"]["name"].value() == "barton"

    def test_a_race_for_a_name_shows_an_error(self, client_for, manager, team, monkeypatch):
        NeighbourhoodFactory(team=team, name="Abbey")
        place = NeighbourhoodFactory(team=team, name="Barton")
        monkeypatch.setattr(
            "communities.forms.neighbourhoods.NeighbourhoodForm.clean_name", lambda form: form.cleaned_data["name"]
        )
        response = client_for(manager).post(url("update", place), {"name": "Abbey"})
        assert response.context["form"].non_field_errors() == ["The team already has a neighbourhood with this name."]

    def test_a_builder_cannot(self, client_for, builder, team):
        place = NeighbourhoodFactory(team=team, name="Abbey")
        for action in ("update", "delete"):
            assert client_for(builder).get(url(action, place)).status_code == 403
            assert client_for(builder).post(url(action, place), {"name": "X"}).status_code == 403
        place.refresh_from_db()
        assert place.name == "Abbey"

    def test_a_manager_of_another_team_cannot(self, client_for, team, other_team):
        user = UserFactory(roles={team: [Role.BUILDER], other_team: [Role.MANAGER]})
        place = NeighbourhoodFactory(team=team)
        assert client_for(user).get(url("update", place)).status_code == 403


class TestDelete:
    def test_deleting_asks_for_confirmation(self, client_for, manager, team):
        place = NeighbourhoodFactory(team=team, name="Abbey")
        client = client_for(manager)
        assert "You can restore it for 30 days" in client.get(url("delete", place)).text
        response = client.post(url("delete", place))
        assert (response.headers["Location"], said(response)) == (LIST, ["Abbey has been deleted."])
        assert not Neighbourhood.objects.exists()

    def test_a_neighbourhood_in_use_cannot_be_deleted(self, client_for, manager, team):
        place = NeighbourhoodFactory(team=team, name="Abbey")
        AssetFactory(team=team, neighbourhood=place)
        asked = client_for(manager).get(url("delete", place)).text.partition("<main")[2]
        assert "Abbey cannot be deleted, because these belong to it: assets. Move them first." in asked
        assert "<form" not in asked
        response = client_for(manager).post(url("delete", place))
        assert response.headers["Location"] == url("detail", place)
        assert said(response) == ["Abbey cannot be deleted, because these belong to it: assets. Move them first."]
        assert Neighbourhood.objects.filter(pk=place.pk).exists()


class TestUpload:
    def test_preview_guesses_names_and_writes_nothing(self, client_for, manager):
        response = client_for(manager).post(UPLOAD, {"file": file_of(*WARDS)})
        assert response.context["form"].cleaned_data == {"name_property": "NM", "code_property": "CD"}
        assert response.context["plan"].summary == "2 added, 0 updated, 0 unchanged, 0 repaired, 0 refused."
        assert "Put 2 neighbourhoods on the map" in response.text
        assert not Neighbourhood.objects.exists()

    def test_other_properties_can_be_previewed_then_imported_once(self, client_for, manager, team):
        client = client_for(manager)
        kept = client.post(UPLOAD, {"file": file_of(*WARDS)}).context["kept"]
        look = client.post(IMPORT, {"kept": kept, "name_property": "other", "look": ""})
        assert [row.feature.name for row in look.context["plan"].fates] == ["Vale", "Hill"]
        assert not Neighbourhood.objects.exists()
        values = {"kept": kept, "name_property": "other", "code_property": "CD", "confirm": "yes"}
        done = client.post(IMPORT, values)
        assert done.headers["Location"] == LIST
        assert said(done) == [
            "2 neighbourhoods are on the map. 2 added, 0 updated, 0 unchanged, 0 repaired, 0 refused."
        ]
        assert set(team.neighbourhoods.values_list("name", "code")) == {("Vale", "E1"), ("Hill", "E2")}
        assert said(client.post(IMPORT, values))[-1].startswith("Nothing changed")
        assert Neighbourhood.objects.count() == 2

    def test_preview_shows_repairs_refusals_and_existing_neighbourhoods(self, client_for, manager, team):
        NeighbourhoodFactory(
            team=team, name="Known", outlined=True, boundary=geometry.clean_drawing(WARDS[0][1]).geometry
        )
        NeighbourhoodFactory(team=team, name="Redrawn", outlined=True)
        rows = (
            ({"name": "Known"}, WARDS[0][1]),
            ({"name": "Redrawn"}, WARDS[1][1]),
            ({"name": "Crossing"}, BOWTIE),
            ({"name": "Line"}, '{"type": "LineString", "coordinates": []}'),
            ({"name": ""}, WARDS[0][1]),
        )
        html = client_for(manager).post(UPLOAD, {"file": file_of(*rows)}).text
        for words in (
            "Already on the map",
            "Will get this outline",
            "The outline had a fault: its line crosses itself near 51.86500, -2.23500. It has been repaired.",
            "this is a LineString",
            "Feature 5",
            "It has no name.",
        ):
            assert words in html

    def test_a_preview_without_changes_has_no_button(self, client_for, manager, team):
        NeighbourhoodFactory(
            team=team, name="Abbey", outlined=True, boundary=geometry.clean_drawing(WARDS[0][1]).geometry
        )
        response = client_for(manager).post(UPLOAD, {"file": file_of(({"name": "Abbey"}, WARDS[0][1]))})
        assert "Nothing in this file can be added" in response.text
        assert 'name="confirm"' not in response.text

    def test_an_incomplete_property_shows_an_error_beside_the_choice(self, client_for, manager):
        rows = (({"name": "A", "extra": "x"}, WARDS[0][1]), ({"name": "B"}, WARDS[1][1]))
        client = client_for(manager)
        kept = client.post(UPLOAD, {"file": file_of(*rows)}).context["kept"]
        response = client.post(IMPORT, {"kept": kept, "name_property": "extra", "confirm": "yes"})
        assert response.context["form"].errors["name_property"] == ['Feature 2 has no property "extra"; it has name.']
        assert response.context["plan"] is None
        response = client.post(IMPORT, {"kept": kept, "name_property": "nonsense", "confirm": "yes"})
        assert "name_property" in response.context["form"].errors
        assert not Neighbourhood.objects.exists()

    @pytest.mark.parametrize(
        ("file", "words"),
        [
            (SimpleUploadedFile("a.geojson", b""), "The file is empty."),
            (SimpleUploadedFile("a.geojson", b"name,lat"), "The file is not JSON"),
            (SimpleUploadedFile("a.geojson", "Caffè".encode("latin-1")), "not UTF-8"),
            (SimpleUploadedFile("a.geojson", b" " * (5 * 1024 * 1024 + 1)), "the most Kith takes is 5 MB"),
            (SimpleUploadedFile("a.geojson", WARDS[0][1].encode()), "Nothing in this file has a name"),
            (
                file_of(*WARDS, crs={"type": "name", "properties": {"name": "EPSG:27700"}}),
                "its coordinates are EPSG:27700",
            ),
        ],
    )
    def test_an_invalid_file_shows_an_error_beside_the_field(self, client_for, manager, file, words):
        file.seek(0)
        response = client_for(manager).post(UPLOAD, {"file": file})
        assert response.status_code == 200
        assert words in response.context["form"].errors["file"][0]

    def test_the_page_opens_without_an_error(self, client_for, manager):
        assert not client_for(manager).get(UPLOAD).context["form"].is_bound

    def test_a_missing_file_is_an_error(self, client_for, manager):
        assert "file" in client_for(manager).post(UPLOAD).context["form"].errors

    def test_a_changed_expired_or_foreign_preview_is_refused(
        self, client_for, manager, second_manager, team, other_team, clock
    ):
        collection = geometry.parse_collection(file_of(*WARDS).read())
        kept = seal_collection(collection, team=team, by=manager)
        assert unseal_collection(kept, team=team, by=manager) == collection
        assert unseal_collection(kept, team=team, by=second_manager) is None
        assert unseal_collection(kept, team=other_team, by=manager) is None
        for bad in ("", "x", kept[:-1], f"x{kept}"):
            response = client_for(manager).post(IMPORT, {"kept": bad, "name_property": "NM", "confirm": "yes"})
            assert response.headers["Location"] == UPLOAD
            assert said(response) == [
                "The preview expired after two hours. Nothing was imported. Choose the file again."
            ]
        clock.shift(timedelta(seconds=KEPT_SECONDS + 1))
        assert unseal_collection(kept, team=team, by=manager) is None
        assert not Neighbourhood.objects.exists()

    def test_builders_cannot_import_and_get_is_refused(self, client_for, builder, manager, team):
        kept = seal_collection(geometry.parse_collection(file_of(*WARDS).read()), team=team, by=builder)
        assert (
            client_for(builder).post(IMPORT, {"kept": kept, "name_property": "NM", "confirm": "yes"}).status_code == 403
        )
        assert client_for(manager).get(IMPORT).status_code == 405
        assert not Neighbourhood.objects.exists()


def test_a_user_without_a_team_sees_an_explanation(client_for):
    assert client_for(UserFactory()).get(LIST).status_code == 403
