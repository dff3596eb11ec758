"""The data package of releases: the figures of the table, valid by its own descriptions, the same bytes, and nobody to be found."""

import csv
import io
import json
import warnings
import zipfile
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from communities.models import Neighbourhood, Team, User
from communities.periods import quarters_in, year_of
from connectors.models import Person
from evaluation import actions
from evaluation.models import ConsentScope, Release, Story
from evaluation.releases.contents import place_codes
from evaluation.releases.package import package_of
from evaluation.releases.tables import TABLES
from evaluation.reports import build, rows
from tests.evaluation.worlds import PERIODS, World
from tests.factories.evaluation import MeasurementFactory, StoryFactory, release

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
YEAR = year_of(PERIODS[0].start)
Q1 = PERIODS[1]


def unpacked(data: bytes) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each table of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def packed(team: Team) -> bytes:
    """Return all releases of a team as a package."""
    with package_of(Release.objects.filter(team=team)).file as file:
        return file.read()


@pytest.fixture
def world(team: Team) -> World:
    """Return a team with records of every kind, whose year is closed; one place has the code of a ward."""
    world = World(team, seed=11, size=20)
    Neighbourhood.objects.filter(pk=world.places[0].pk).update(code="E05010951", population=4100)
    MeasurementFactory(team=team, period_start=Q1.start, period_end=Q1.end)
    Story.objects.filter(team=team).update(published_at=f"{YEAR.start} 12:00Z", now_text="=SUM(1)\n“Quoted”, kettle")
    StoryFactory(
        team=team, happened_on=Q1.start, published=True, published_at=f"{Q1.end} 12:00Z", indicators=["groups-formed"]
    )
    release(team, *quarters_in(YEAR))
    return world


def test_every_row_is_there_and_told_apart(world: World, team: Team) -> None:
    found = unpacked(packed(team))
    assert set(found) == {table.name for table in TABLES}
    for table in TABLES:
        assert found[table.name], table.name
        keys = [tuple(row[name] for name in table.key) for row in found[table.name]]
        assert len(set(keys)) == len(keys), table.name
    assert len(found["values"]) == sum(len(each.document["values"]) for each in Release.objects.filter(team=team))
    assert {row["is_complete"] for row in found["values"]} == {"true"}
    assert {row["status"] for row in found["values"]} == {"shown", "hidden_small", "hidden_other", "unknown"}
    assert all((row["status"] == "shown") == bool(row["value"]) for row in found["values"])
    place = next(row for row in found["places"] if row["place_key"] == str(world.places[0].pk))
    assert (place["place_code"], place["official_code"], place["population"]) == ("E05010951", "E05010951", "4100")


def faults(data: bytes, folder: Path) -> list[str]:
    """Return what the validators of both descriptions find wrong with a package that is unpacked into a folder.

    Source: frictionless-py of the Open Knowledge Foundation; csvw of the Max Planck Institute, after the recommendation of the W3C.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    with warnings.catch_warnings():
        # The two packages use what newer versions of Python and of their own packages will not have.
        warnings.simplefilter("ignore")
        import csvw
        import frictionless

        report = frictionless.validate(str(folder / "datapackage.json"))
        found = [str(fault) for fault in report.flatten(["name", "type", "message"])]
        try:
            metadata = csvw.CSVW(str(folder / "csv-metadata.json"), validate=True)
            found += [] if metadata.is_valid else ["not valid as CSV on the Web"]
            found += [str(fault.message) for fault in metadata.warnings]
            csvw.TableGroup.from_file(folder / "csv-metadata.json").check_referential_integrity()
        except ValueError as fault:
            found.append(str(fault))
    return found


@pytest.mark.once
def test_the_validators_of_both_descriptions_find_no_fault(world: World, team: Team, tmp_path: Path) -> None:
    with package_of(Release.objects.filter(team=team, period_end=YEAR.end, period_start=YEAR.start)).file as file:
        data = file.read()
    assert faults(data, tmp_path) == []
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(broken, "w") as other:
        for name in archive.namelist():
            text = archive.read(name).decode()
            other.writestr(name, text.replace('"groups-formed"', '"nothing"') if name == "indicators.csv" else text)
    found = faults(broken.getvalue(), tmp_path)
    assert [fault for fault in found if "indicators.csv" in fault]
    assert [fault for fault in found if "foreign" in fault.lower()]


def test_sums_of_values_equal_the_table(world: World, team: Team) -> None:
    """For every indicator that can be added up: places make the team, quarters make the year, and both are the table's."""
    report = build(team, [YEAR, *quarters_in(YEAR)][1:], only_closed=True)
    of_table = defaultdict(Decimal)
    for _team, label, start, _end, _outcome, name, _version, _unit, value, _hidden, _stories in rows(report):
        if value is not None:
            of_table[name, label, str(start)] = Decimal(value)
    found = unpacked(packed(team))
    names = {row["indicator_key"]: row["name"] for row in found["indicators"]}
    labels = {row["place_code"]: row["name"] for row in found["places"]}
    starts = {row["period"]: row["period_start"] for row in found["periods"]}
    kinds = {row["period"]: row["kind"] for row in found["periods"]}
    places, quarters, checked = defaultdict(Decimal), defaultdict(Decimal), set()
    team_values, hidden = {}, set()
    for row in found["values"]:
        key = row["indicator_key"], row["period"]
        if row["kind"] not in ("count", "sum"):
            continue
        if row["status"] != "shown":
            hidden.add(key)
            continue
        value = Decimal(row["value"])
        if kinds[row["period"]] == "quarter":
            assert of_table[names[key[0]], labels[row["place_code"]], starts[key[1]]] == value
        if row["place_code"] == "team":
            team_values[key] = value
        else:
            places[key] += value
    for key, value in team_values.items():
        if key not in hidden:
            assert places[key] == value, key
            checked.add(key[0])
        if kinds[key[1]] == "quarter":
            quarters[key[0]] += value
    for (key, period), value in team_values.items():
        if kinds[period] == "year" and not any((key, quarter.key) in hidden for quarter in quarters_in(YEAR)):
            assert quarters[key] == value, key
    assert len(checked) >= 12


def test_the_same_release_is_the_same_bytes_on_any_day(world: World, team: Team, clock) -> None:
    first = packed(team)
    StoryFactory(team=team, happened_on=Q1.start, published=True, indicators=["groups-formed"])
    world.conversation()
    clock.shift(timedelta(days=400))
    assert packed(team) == first


def test_stories_are_there_with_consent_only_and_name_no_place_where_people_are_counted(
    team: Team, builder: User, manager: User
) -> None:
    place = World(team, seed=3, size=3).places[0]
    Story.objects.filter(team=team).delete()
    told = {"team": team, "neighbourhood": place, "happened_on": Q1.start, "published": True, "published_by": manager}
    told["published_at"] = f"{Q1.end} 12:00Z"
    shown = StoryFactory(**told, title="A bench", indicators=["groups-formed"], created_by=builder)
    people = StoryFactory(**told, title="A walk", indicators=["groups-formed", "residents-met"])
    StoryFactory(**told, title="Ours alone", consent_scope=ConsentScope.TEAM)
    StoryFactory(**{**told, "happened_on": Q1.end + timedelta(days=1)}, title="Later")
    release(team, Q1)
    found = unpacked(packed(team))
    codes = {row["title"]: row["place_code"] for row in found["stories"]}
    assert codes == {"A bench": f"place-{place.pk}", "A walk": "team"}
    pairs = {(row["story"], row["indicator_key"]) for row in found["story_indicators"]}
    assert pairs == {
        (str(shown.uuid), "groups-formed"),
        (str(people.uuid), "groups-formed"),
        (str(people.uuid), "residents-met"),
    }
    actions.withdraw_consent(by=builder, story=shown)
    assert [row["title"] for row in unpacked(packed(team))["stories"]] == ["A walk"]


def test_an_official_code_of_two_places_names_neither() -> None:
    codes = [("1", "E05010951"), ("2", "E05010951"), ("3", "W05001234"), ("4", "team"), ("none", ""), ("team", "")]
    assert place_codes([{"key": key, "code": code} for key, code in codes]) == {
        "1": "place-1", "2": "place-2", "3": "W05001234", "4": "place-4", "none": "none", "team": "team",
    }  # fmt: skip


def test_page_and_command_write_the_same_package(
    world: World, team: Team, evaluator: User, client_for, tmp_path: Path, capsys
) -> None:
    client, output = client_for(evaluator), tmp_path / "all.zip"
    answer = client.get(reverse("evaluation:release-package"))
    assert answer["Content-Disposition"] == f'attachment; filename="{team.slug}-data-{YEAR.key.replace("_", "-")}.zip"'
    days = ["--from", str(YEAR.start), "--to", str(YEAR.end)]
    call_command("export_indicators", "--team", team.slug, *days, "-o", str(output))
    assert output.read_bytes() == answer.getvalue() == packed(team)
    one = Release.objects.get(team=team, period_start=Q1.start, period_end=Q1.end)
    answer = client.get(reverse("evaluation:release-file", args=[one.uuid, "zip"])).getvalue()
    call_command("export_indicators", "--team", team.slug, "--release", Q1.key, "-o", str(output))
    assert output.read_bytes() == answer
    assert {row["release"] for row in unpacked(answer)["values"]} == {Q1.key}
    yearly = tmp_path / "years.csv"
    call_command("export_indicators", "--team", team.slug, *days, "--by", "year", "-o", str(yearly))
    written = csv.DictReader(yearly.read_text("utf-8-sig").splitlines())
    periods = {(row["period_start"], row["period_end"]) for row in written}
    assert periods == {(str(YEAR.start), str(YEAR.end))}
    for wrong in (["--from", "2020-01-01", "--to", "2020-12-31"], [*days, "--neighbourhood", "No neighbourhood"]):
        with pytest.raises(CommandError):
            call_command("export_indicators", "--team", team.slug, *wrong, "-o", str(tmp_path / "no.zip"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip", "years.csv"]


def test_nobody_is_named_and_nothing_is_dated(world: World, team: Team) -> None:
    """No resident, alias or day of a record is in a package; the names that people agreed to are in their stories."""
    data = packed(team)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    for person in Person.objects.filter(team=team):
        assert str(person.uuid) not in text
        assert person.uuid.hex[:4].upper() not in text.split(",")
    days = {row["closed_on"] for row in unpacked(data)["releases"]}
    days |= {str(edge) for period in [YEAR, *quarters_in(YEAR)] for edge in (period.start, period.end)}
    told = {story.happened_on for story in Story.objects.filter(team=team)} - {date.fromisoformat(day) for day in days}
    assert told
    assert not [day for day in told if str(day) in text]
    assert json.loads(data and zipfile.ZipFile(io.BytesIO(data)).read("datapackage.json"))["resources"]
