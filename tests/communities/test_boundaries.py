"""Neighbourhoods and their outlines: previewing an import, importing, and drawing by hand."""

import json
import re

import pytest
from django.core.exceptions import ValidationError

from communities import geometry
from communities.actions.boundaries import (
    create_neighbourhood,
    delete_neighbourhood,
    import_boundaries,
    update_neighbourhood,
)
from communities.models import AuditEntry, Neighbourhood
from communities.queries import boundary_index, display_outlines, plan_boundary_import
from communities.rules import can_write_neighbourhood
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, outline

pytestmark = pytest.mark.django_db

HERE = (-2.24, 51.86, -2.23, 51.87)
THERE = (-2.23, 51.86, -2.22, 51.87)
BOWTIE = [[-2.24, 51.86], [-2.23, 51.87], [-2.23, 51.86], [-2.24, 51.87], [-2.24, 51.86]]
CORNERS = "51.86, -2.24\n51.86, -2.23\n51.87, -2.23\n51.87, -2.24"


def canonical(*box):
    return geometry.clean_drawing(outline(*box)).geometry


def features(*rows):
    """Return checked features from (name, code, GeoJSON geometry text) rows."""
    found = [
        {"type": "Feature", "properties": {"name": name, "code": code}, "geometry": json.loads(text)}
        for name, code, text in rows
    ]
    data = json.dumps({"type": "FeatureCollection", "features": found})
    return geometry.parse_boundaries(data, name_property="name", code_property="code")


def fates(report):
    return [(row.feature.name, str(row.fate)) for row in report.fates]


def audited():
    entries = AuditEntry.objects.order_by("pk").values_list("verb", "model", "field_names")
    return [(verb, model, names) for verb, model, names in entries]


class TestRule:
    def test_only_managers_of_the_team_can_write(self, team, builder, manager, evaluator, administrator, stranger):
        allowed = [
            can_write_neighbourhood(user, team) for user in (manager, administrator, builder, evaluator, stranger)
        ]
        assert allowed == [True, True, False, False, False]
        assert not can_write_neighbourhood(manager, None)


class TestPlan:
    def test_neighbourhoods_are_matched_by_code_then_name_in_one_query(self, team, django_assert_num_queries):
        coded = NeighbourhoodFactory(team=team, name="The Brook", code="E1", boundary="")
        named = NeighbourhoodFactory(team=team, name="Abbey", boundary="")
        rows = features(
            ("Brook ward", "e1", outline(*HERE)),
            ("ABBEY", "E2", outline(*THERE)),
            ("New", "", outline(0, 52, 0.01, 52.01)),
        )
        with django_assert_num_queries(1):
            plan = plan_boundary_import(team=team, features=rows)
        assert [row.neighbourhood for row in plan.fates] == [coded, named, None]
        assert fates(plan) == [("Brook ward", "updated"), ("ABBEY", "updated"), ("New", "added")]

    def test_other_teams_neighbourhoods_are_not_matched(self, team, other_team):
        NeighbourhoodFactory(team=other_team, name="Abbey", code="E1")
        assert fates(plan_boundary_import(team=team, features=features(("Abbey", "E1", outline(*HERE))))) == [
            ("Abbey", "added")
        ]

    def test_the_same_outline_written_differently_is_unchanged(self, team):
        NeighbourhoodFactory(team=team, name="Abbey", outlined=True, boundary=canonical(*HERE))
        turned = json.dumps(
            {
                "type": "Polygon",
                "coordinates": [[[-2.23, 51.87], [-2.23, 51.86], [-2.24, 51.86], [-2.24, 51.87], [-2.23, 51.87]]],
            }
        )
        assert fates(plan_boundary_import(team=team, features=features(("abbey", "", turned)))) == [
            ("abbey", "unchanged")
        ]

    def test_new_code_on_the_same_outline_is_an_update(self, team):
        NeighbourhoodFactory(team=team, name="Abbey", outlined=True, boundary=canonical(*HERE))
        assert fates(plan_boundary_import(team=team, features=features(("Abbey", "E1", outline(*HERE))))) == [
            ("Abbey", "updated")
        ]

    def test_same_name_with_another_code_is_refused(self, team):
        NeighbourhoodFactory(team=team, name="Abbey", code="E1")
        (row,) = plan_boundary_import(team=team, features=features(("Abbey", "E2", outline(*HERE)))).refused
        assert row.why == "The team has a neighbourhood with this name and the code E1."

    def test_an_outline_drawn_by_residents_is_not_replaced(self, team):
        NeighbourhoodFactory(team=team, name="Abbey", outlined=True, boundary_story="Twelve of us, on a tablecloth.")
        (row,) = plan_boundary_import(team=team, features=features(("Abbey", "", outline(*THERE)))).refused
        assert "Residents drew the outline" in row.why
        NeighbourhoodFactory(team=team, name="Barton", boundary_story="Not drawn yet.")
        assert fates(plan_boundary_import(team=team, features=features(("Barton", "", outline(*THERE))))) == [
            ("Barton", "updated")
        ]

    def test_a_repeated_neighbourhood_in_a_file_is_refused(self, team):
        NeighbourhoodFactory(team=team, name="The Brook", code="E1")
        rows = features(
            ("Ward", "E1", outline(*HERE)),
            ("the brook", "", outline(*THERE)),
            ("A", "E9", outline(*HERE)),
            ("B", "e9", outline(*THERE)),
        )
        plan = plan_boundary_import(team=team, features=rows)
        assert fates(plan) == [("Ward", "updated"), ("the brook", "refused"), ("A", "added"), ("B", "refused")]
        assert [row.why for row in plan.refused] == [
            "Feature 1 in this file is the same neighbourhood.",
            "Feature 3 in this file is the same neighbourhood.",
        ]


class TestImport:
    def test_importing_twice_adds_once(self, team, manager):
        rows = features(("Abbey", "E1", outline(*HERE)), ("Barton", "E2", outline(*THERE)))
        first = import_boundaries(team=team, features=rows, by=manager)
        assert first.summary == "2 added, 0 updated, 0 unchanged, 0 repaired, 0 refused."
        assert first.outcome == "2 neighbourhoods are on the map."
        abbey = team.neighbourhoods.get(name="Abbey")
        assert (abbey.code, abbey.boundary) == ("E1", canonical(*HERE))
        assert (abbey.min_lng, abbey.min_lat, abbey.max_lng, abbey.max_lat) == HERE
        assert audited() == [("create", "communities.neighbourhood", ["boundary", "code", "name"])] * 2
        again = import_boundaries(team=team, features=rows, by=manager)
        assert again.summary == "0 added, 0 updated, 2 unchanged, 0 repaired, 0 refused."
        assert again.outcome == "Nothing changed: the team has all of these neighbourhoods already."
        assert (Neighbourhood.objects.count(), AuditEntry.objects.count()) == (2, 2)

    def test_update_keeps_the_local_name_and_fills_the_code(self, team, manager):
        place = NeighbourhoodFactory(team=team, name="aBBey", outlined=True)
        report = import_boundaries(team=team, features=features(("Abbey", "E1", outline(*THERE))), by=manager)
        place.refresh_from_db()
        assert report.summary == "0 added, 1 updated, 0 unchanged, 0 repaired, 0 refused."
        assert report.outcome == "1 neighbourhood is on the map."
        assert (place.name, place.code, place.boundary, place.min_lng) == ("aBBey", "E1", canonical(*THERE), -2.23)
        assert audited() == [("update", "communities.neighbourhood", ["boundary", "code", "name"])]

    def test_repaired_outlines_are_reported_and_refused_ones_left_out(self, team, manager):
        crossing = json.dumps({"type": "Polygon", "coordinates": [BOWTIE]})
        rows = features(
            ("Crossing", "", crossing), ("Line", "", json.dumps({"type": "LineString", "coordinates": BOWTIE}))
        )
        report = import_boundaries(team=team, features=rows, by=manager)
        assert [(row.feature.name, row.repaired) for row in report.repaired] == [
            ("Crossing", "its line crosses itself near 51.86500, -2.23500")
        ]
        assert [(row.feature.name, row.why) for row in report.refused] == [
            ("Line", "A boundary must be an area (Polygon or MultiPolygon), and this is a LineString.")
        ]
        assert report.refused[0].repaired == ""
        assert [row.feature.name for row in report.to_read] == ["Line", "Crossing"]
        assert list(team.neighbourhoods.values_list("name", flat=True)) == ["Crossing"]


class TestByHand:
    def test_create_with_an_outline_typed_as_corners(self, team, manager):
        place = create_neighbourhood(
            team=team,
            by=manager,
            name="Brook End",
            population=1200,
            boundary=CORNERS,
            boundary_story="Drawn at the gala.",
        )
        place.refresh_from_db()
        assert (place.name, place.population, place.boundary_story) == ("Brook End", 1200, "Drawn at the gala.")
        assert (place.boundary, place.max_lat) == (canonical(*HERE), 51.87)
        assert audited() == [
            ("create", "communities.neighbourhood", ["boundary", "boundary_story", "name", "population"])
        ]

    def test_create_without_an_outline(self, team, manager):
        place = create_neighbourhood(team=team, by=manager, name="Brook End")
        assert (place.boundary, place.min_lat, place.population) == ("", None, None)

    @pytest.mark.parametrize(
        ("values", "field", "words"),
        [
            ({"boundary": json.dumps({"type": "Polygon", "coordinates": [BOWTIE]})}, "boundary", "in several pieces"),
            ({"boundary": "-2.24, 51.86\n-2.23, 51.86\n-2.23, 51.87"}, "boundary", "look swapped"),
            ({"name": "ABBEY"}, "__all__", "already has a neighbourhood with this name"),
            ({"name": ""}, "name", "blank"),
            ({"name": "x" * 121}, "name", "at most 120"),
            ({"population": -1}, "population", "greater than or equal to 0"),
        ],
    )
    def test_bad_values_are_refused_by_field_and_nothing_is_written(self, team, manager, values, field, words):
        NeighbourhoodFactory(team=team, name="Abbey")
        with pytest.raises(ValidationError) as caught:
            create_neighbourhood(team=team, by=manager, **{"name": "Brook End", **values})
        assert re.search(words, caught.value.message_dict[field][0])
        assert (Neighbourhood.objects.count(), AuditEntry.objects.count()) == (1, 0)

    def test_update_writes_and_audits_only_what_changed(self, team, manager):
        place = NeighbourhoodFactory(team=team, name="Abbey", outlined=True, boundary=canonical(*HERE))
        kept = {"name": "Abbey", "population": None, "boundary": place.boundary, "boundary_story": ""}
        update_neighbourhood(neighbourhood=place, by=manager, **kept)
        assert audited() == []
        update_neighbourhood(neighbourhood=place, by=manager, **{**kept, "population": 900, "boundary": ""})
        place.refresh_from_db()
        assert (place.population, place.boundary, place.min_lat, place.max_lng) == (900, "", None, None)
        assert audited() == [("update", "communities.neighbourhood", ["boundary", "population"])]

    def test_update_to_a_name_that_is_taken_is_refused(self, team, manager):
        NeighbourhoodFactory(team=team, name="Abbey")
        place = NeighbourhoodFactory(team=team, name="Barton")
        with pytest.raises(ValidationError, match="already has a neighbourhood"):
            update_neighbourhood(
                neighbourhood=place, by=manager, name="abbey", population=None, boundary="", boundary_story=""
            )
        place.refresh_from_db()
        assert place.name == "Barton"

    def test_updating_some_fields_keeps_the_others(self, team, manager):
        place = NeighbourhoodFactory(team=team, name="Abbey", population=900)
        update_neighbourhood(
            neighbourhood=place, by=manager, boundary=CORNERS, boundary_story="Walked with the residents."
        )
        place.refresh_from_db()
        assert (place.name, place.population) == ("Abbey", 900)
        assert (place.boundary, place.boundary_story) == (canonical(*HERE), "Walked with the residents.")
        assert audited() == [("update", "communities.neighbourhood", ["boundary", "boundary_story"])]

    def test_an_outline_of_one_corner_is_refused(self, team, manager):
        place = NeighbourhoodFactory(team=team, outlined=True)
        with pytest.raises(ValidationError) as caught:
            update_neighbourhood(neighbourhood=place, by=manager, boundary="51.86, -2.24")
        assert list(caught.value.message_dict) == ["boundary"]
        assert audited() == []

    def test_other_fields_are_refused(self, team, manager):
        with pytest.raises(TypeError, match="team_id"):
            update_neighbourhood(neighbourhood=NeighbourhoodFactory(team=team), by=manager, team_id=1)

    def test_deleting_is_audited(self, team, manager):
        place = NeighbourhoodFactory(team=team)
        pk = place.pk
        delete_neighbourhood(neighbourhood=place, by=manager)
        assert not Neighbourhood.objects.exists()
        assert AuditEntry.objects.get().object_id == str(pk)
        assert audited() == [("delete", "communities.neighbourhood", [])]

    def test_a_neighbourhood_in_use_cannot_be_deleted(self, team, manager):
        place = NeighbourhoodFactory(team=team, name="Abbey")
        AssetFactory(team=team, neighbourhood=place)
        with pytest.raises(
            ValidationError, match="Abbey cannot be deleted, because these belong to it: assets. Move them first."
        ):
            delete_neighbourhood(neighbourhood=place, by=manager)
        assert Neighbourhood.objects.filter(pk=place.pk).exists()
        assert audited() == []


class TestReads:
    def test_the_index_returns_ids_of_the_team_only(self, team, other_team, django_assert_num_queries):
        place = NeighbourhoodFactory(team=team, outlined=True)
        NeighbourhoodFactory(team=team)
        NeighbourhoodFactory(team=other_team, outlined=True)
        with django_assert_num_queries(1):
            index = boundary_index(team)
        assert len(index) == 1
        assert index.locate(51.865, -2.235) == place.pk
        assert index.locate(51, -2) is None

    def test_display_outlines_are_light_and_in_order_of_name(self, team, django_assert_num_queries):
        second = NeighbourhoodFactory(team=team, name="Barton", outlined=True)
        first = NeighbourhoodFactory(team=team, name="Abbey", outlined=True)
        NeighbourhoodFactory(team=team, name="Unlined")
        with django_assert_num_queries(1):
            rows = display_outlines(team.neighbourhoods.all())
        assert [(pk, name) for pk, name, _ in rows] == [(first.pk, "Abbey"), (second.pk, "Barton")]
        assert rows[0][2]["type"] == "Polygon"
