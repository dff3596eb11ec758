"""`manage.py import_boundaries`: one clear line on bad input, all or nothing, and real files."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from communities.models import AuditEntry, Neighbourhood
from tests.factories.communities import NeighbourhoodFactory, outline

pytestmark = pytest.mark.django_db

HERE = outline(-2.24, 51.86, -2.23, 51.87)
THERE = outline(-2.23, 51.86, -2.22, 51.87)
LINE = '{"type": "LineString", "coordinates": [[-2.24, 51.86], [-2.23, 51.87]]}'


@pytest.fixture
def file(tmp_path):
    """Return a function that writes (name, geometry text) rows to a GeoJSON file and returns its path."""

    def write(*rows):
        found = [
            {"type": "Feature", "properties": {"NM": name, "CD": f"E{name}"}, "geometry": json.loads(text)}
            for name, text in rows
        ]
        path = tmp_path / "places.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": found}), encoding="utf-8")
        return path

    return write


def run(path, team="brookside", *more):
    out = StringIO()
    call_command("import_boundaries", str(path), "--team", team, "--name-property", "NM", *more, stdout=out)
    return out.getvalue().splitlines()


def test_importing_twice_adds_once(team, file):
    path = file(("Abbey", HERE), ("Barton", THERE))
    assert run(path) == [
        "added     Abbey",
        "added     Barton",
        "Brookside: 2 added, 0 updated, 0 unchanged, 0 repaired, 0 refused.",
    ]
    assert run(path) == ["Brookside: 0 added, 0 updated, 2 unchanged, 0 repaired, 0 refused."]
    assert AuditEntry.objects.filter(actor=None, verb="create", team=team).count() == 2


def test_a_dry_run_reports_and_writes_nothing(team, file):
    assert run(file(("Abbey", HERE)), "brookside", "--dry-run", "--code-property", "CD") == [
        "added     Abbey (EAbbey)",
        "Brookside: 1 added, 0 updated, 0 unchanged, 0 repaired, 0 refused. Nothing was written (--dry-run).",
    ]
    assert not Neighbourhood.objects.exists()


def test_updates_and_repairs_are_reported(team, file):
    NeighbourhoodFactory(team=team, name="abbey")
    unclosed = json.loads(HERE)
    unclosed["coordinates"][0].pop()
    assert (
        run(file(("Abbey", json.dumps(unclosed))))[0]
        == "updated   Abbey; repaired: its last corner did not join the first"
    )


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_one_refused_feature_stops_the_import(team, file, more):
    with pytest.raises(CommandError) as caught:
        run(file(("Abbey", HERE), ("Line", LINE), ("Track", LINE)), "brookside", *more)
    assert str(caught.value) == (
        "Nothing was written. Feature 2 Line: A boundary must be an area (Polygon or MultiPolygon), and this is a LineString. "
        "(2 refused in all) --skip-refused writes the others."
    )
    assert not Neighbourhood.objects.exists()


def test_skip_refused_imports_the_others(team, file):
    lines = run(file(("Abbey", HERE), ("Line", LINE)), "brookside", "--skip-refused")
    assert lines[1].startswith("refused   Line: A boundary must be an area")
    assert lines[-1] == "Brookside: 1 added, 0 updated, 0 unchanged, 0 repaired, 1 refused."
    assert list(Neighbourhood.objects.values_list("name", flat=True)) == ["Abbey"]


def test_a_file_without_valid_features_fails_even_with_skip_refused(team, file):
    with pytest.raises(CommandError, match=r"^Nothing was written. Feature 1 Line: .* LineString\.$"):
        run(file(("Line", LINE)), "brookside", "--skip-refused")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"name,lat\n", "The file is not JSON"),
        ('{"type": "Caff\u00e8"}'.encode("latin-1"), "not UTF-8"),
        (b'{"type": "FeatureCollection", "features": []}', "no features"),
        (b" " * (6 * 1024 * 1024), "the most Kith takes is 5 MB"),
        (b'{"type": "Feature", "properties": {"ward": "A"}, "geometry": null}', 'no property "NM"; it has ward.'),
    ],
)
def test_an_invalid_file_gets_a_one_line_error(team, tmp_path, content, words):
    path = tmp_path / "bad.geojson"
    path.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        run(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_missing_file_or_team_gets_a_one_line_error(team, tmp_path, file):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run(tmp_path / "none.geojson")
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        run(tmp_path)
    with pytest.raises(CommandError, match='No team has the short name "elsewhere".'):
        run(file(("Abbey", HERE)), "elsewhere")


@pytest.mark.shared_data
def test_real_wards_add_fifteen_neighbourhoods_once(team, shared_data):
    command = ("import_boundaries", str(shared_data / "geo" / "gloucester_wards2013.geojson"), "--team", "brookside")
    for summary in ("15 added, 0 updated, 0 unchanged", "0 added, 0 updated, 15 unchanged"):
        out = StringIO()
        call_command(*command, "--name-property", "WD13NM", stdout=out)
        assert summary in out.getvalue()
        assert team.neighbourhoods.count() == 15


@pytest.mark.shared_data
def test_real_small_areas_report_the_repaired_ring(team, shared_data):
    out = StringIO()
    path = shared_data / "geo" / "derby_lsoa2011.geojson"
    call_command("import_boundaries", str(path), "--team", "brookside", "--name-property", "LSOA11NM", stdout=out)
    assert team.neighbourhoods.count() == 151
    assert [line for line in out.getvalue().splitlines() if "repaired:" in line] == [
        "added     Derby 022A; repaired: its line touches itself near 52.89690, -1.49978"
    ]
    assert out.getvalue().endswith("151 added, 0 updated, 0 unchanged, 1 repaired, 0 refused.\n")
