"""The report that the page, the file and the command share."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities.models import Neighbourhood, Team, User
from communities.periods import Grain, last, quarter_of, year_of
from communities.spreadsheets import csv_chunks
from evaluation import reports
from evaluation.framework import BY_KEY, INDICATORS, SHIPPED
from evaluation.models import Indicator
from evaluation.queries import NOWHERE, TEAM
from tests.evaluation.worlds import PERIODS, World
from tests.factories.communities import NeighbourhoodFactory, TeamFactory
from tests.factories.connectors import ConversationFactory, IntroductionFactory, PersonFactory
from tests.factories.evaluation import MeasurementFactory, PackFactory, StoryFactory, release

pytestmark = pytest.mark.django_db
Q1, Q2 = last(2, until=date(2026, 5, 20))
YEAR = year_of(Q2.start)
HEADER = "team,neighbourhood,period_start,period_end,outcome,indicator,definition_version,unit,value,suppressed,stories"


def meet(team: Team, counts: list[int], day: date = Q2.start) -> list[str]:
    """Add a first conversation with a number of residents in each of some neighbourhoods; return the neighbourhoods."""
    places = NeighbourhoodFactory.create_batch(len(counts), team=team)
    for place, count in zip(places, counts, strict=True):
        PersonFactory.create_batch(count, team=team, neighbourhood=place, first_met_on=day)
    return [str(place.pk) for place in places]


def read(lines) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO("".join(lines).removeprefix("\ufeff"))))


def test_small_numbers_of_a_year_are_hidden_with_a_second_number(team: Team) -> None:
    places = meet(team, [3, 12, 20])
    report = reports.build(team, [YEAR])
    shown = [report.figure(YEAR, "residents-met-first", place) for place in (*places, NOWHERE, TEAM)]
    assert [figure.value for figure in shown] in ([None, None, 20, 0, 35], [None, 12, None, 0, 35])
    assert [figure.is_hidden for figure in shown] == [figure.value is None for figure in shown]


def test_people_of_a_neighbourhood_are_counted_by_year_only(team: Team) -> None:
    places = meet(team, [8, 12, 20])
    report = reports.build(team, [Q2])
    assert report.figure(Q2, "residents-met-first", TEAM).value == 40
    assert report.figure(Q2, "residents-met-first", places[0]) == reports.Figure(None, True, 0, is_by_year=True)
    assert reports.build(team, [YEAR]).figure(YEAR, "residents-met-first", places[0]).value == 8


def test_the_team_chooses_the_threshold(team: Team) -> None:
    meet(team, [6])
    assert reports.build(team, [Q2]).figure(Q2, "residents-met-first", TEAM).value == 6
    team.small_number_threshold = 7
    assert reports.build(team, [Q2]).figure(Q2, "residents-met-first", TEAM).is_hidden


def test_numbers_of_other_things_are_shown(team: Team) -> None:
    ConversationFactory(team=team, held_on=Q2.start)
    assert reports.build(team, [Q2]).figure(Q2, "conversations-held", TEAM).value == 1


def test_a_percentage_of_few_is_hidden_and_of_zero_unknown(team: Team) -> None:
    day = {"introduced_on": Q2.start, "outcome_on": Q2.start}
    IntroductionFactory.create_batch(3, team=team, met=True, **day)
    assert reports.build(team, [Q2]).figure(Q2, "introductions-met-share", TEAM).is_hidden
    IntroductionFactory.create_batch(3, team=team, outcome="not_yet", **day)
    for key in ("introductions-met-share", "introductions-met"):
        assert reports.build(team, [Q2]).figure(Q2, key, TEAM).is_hidden
    IntroductionFactory.create_batch(2, team=team, met=True, **day)
    IntroductionFactory.create_batch(2, team=team, outcome="not_yet", **day)
    assert reports.build(team, [Q2]).figure(Q2, "introductions-met-share", TEAM).value == Decimal("50.0")
    before = quarter_of(date(2026, 1, 1))
    assert reports.build(team, [before]).figure(before, "introductions-met-share", TEAM) == reports.Figure(
        None, False, 0
    )


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("waiting", [0, 6])
def test_a_full_share_says_that_some_outcomes_are_not_known_yet(
    team: Team, manager: User, client_for, waiting: int
) -> None:
    IntroductionFactory.create_batch(9, team=team, introduced_on=Q1.start, met=True)
    IntroductionFactory.create_batch(waiting, team=team, introduced_on=Q1.start)
    said = "100% is of those whose outcome is known; some are not known yet."
    client, key = client_for(manager), "introductions-met-share"
    detail = reverse("evaluation:indicator-detail", args=[key])
    pack = PackFactory(
        team=team, release=release(team, Q1), numbers=[key], created_by=manager, nothing_wrong="It rained less."
    )
    for address in (
        reverse("evaluation:indicator-list"), f"{detail}?period={Q1.key}", reverse("evaluation:pack-detail", args=[pack.uuid]),
    ):  # fmt: skip
        page = client.get(address).content.decode()
        assert "100%" in page
        assert (said in page) == bool(waiting)
        # Not “100% per cent”.
        assert "stat__unit" not in page
    assert said not in client.get(f"{detail}?period={Q2.key}").content.decode()


def test_a_year_does_not_reveal_its_quarters(team: Team) -> None:
    year = YEAR
    place = NeighbourhoodFactory(team=team)
    for month, count in ((4, 3), (7, 10), (10, 10)):
        PersonFactory.create_batch(count, team=team, neighbourhood=place, first_met_on=date(2026, month, 1))
    quarters = reports.build(team, last(3, until=date(2026, 12, 31)))
    assert [figure.value for figure in quarters.series("residents-met-first", TEAM)] == [None, 10, 10]
    report = reports.build(team, [year])
    assert report.figure(year, "residents-met-first", TEAM).is_hidden
    assert report.figure(year, "residents-met-first", str(place.pk)).is_hidden
    PersonFactory.create_batch(2, team=team, neighbourhood=place, first_met_on=date(2027, 1, 1))
    assert reports.build(team, [year]).figure(year, "residents-met-first", TEAM).value == 25


def test_a_neighbourhoods_shares_are_shown_when_all_of_them_can_be(team: Team) -> None:
    one, other = NeighbourhoodFactory.create_batch(2, team=team)
    day = {"team": team, "introduced_on": Q2.start, "outcome_on": Q2.start}
    for place in (one, other):
        IntroductionFactory.create_batch(6, neighbourhood=place, met=True, **day)
        IntroductionFactory.create_batch(6, neighbourhood=place, outcome="not_yet", **day)
    report = reports.build(team, [YEAR])
    assert report.figure(YEAR, "introductions-met-share", str(one.pk)).value == Decimal("50.0")
    assert report.figure(YEAR, "introductions-met", str(one.pk)).value == 6
    IntroductionFactory(met=True, **day)
    report = reports.build(team, [YEAR])
    places = [str(one.pk), str(other.pk), NOWHERE]
    assert all(report.figure(YEAR, "introductions-met-share", place).is_hidden for place in places)
    assert all(report.figure(YEAR, "introductions-met", place).is_hidden for place in places)
    assert report.figure(YEAR, "introductions-met-share", TEAM).value == Decimal("52.0")


def test_recorded_numbers_appear_in_their_period_and_place(team: Team) -> None:
    place = NeighbourhoodFactory(team=team)
    MeasurementFactory(team=team, value=4)
    MeasurementFactory(team=team, neighbourhood=place, value=2, period_start=Q2.start, period_end=year_of(Q2.end).end)
    report = reports.build(team, [Q2])
    assert report.figure(Q2, "changes-by-residents", TEAM).value == 4
    assert report.figure(Q2, "changes-by-residents", str(place.pk)) == reports.Figure(None, False, 0)


def test_small_numbers_of_connectors_are_shown(team: Team) -> None:
    place = NeighbourhoodFactory(team=team)
    MeasurementFactory(team=team, indicator=Indicator.objects.get(key="connector-knowledge"), value=4)
    PersonFactory.create_batch(9, team=team, neighbourhood=place, connector_since=PERIODS[0].start)
    PersonFactory(team=team, neighbourhood=place, connector_since=Q2.start)
    report = reports.build(team, [Q2])
    found = {key: report.figure(Q2, key, TEAM).value for key in ("connectors", "new-connectors", "connector-knowledge")}
    assert found == {"connectors": 10, "new-connectors": 1, "connector-knowledge": 4}
    assert report.figure(Q2, "new-connectors", str(place.pk)).value == 1


def test_stories_are_counted_by_period_and_place(team: Team) -> None:
    place = NeighbourhoodFactory(team=team)
    told = {"team": team, "indicators": ["groups-formed"], "published": True}
    StoryFactory(**told, neighbourhood=place, happened_on=Q2.start)
    StoryFactory(**told, happened_on=Q2.end)
    StoryFactory(**told, happened_on=PERIODS[0].start)
    StoryFactory(team=team, indicators=["groups-formed"], happened_on=Q2.start)
    report = reports.build(team, [Q2])
    assert [report.figure(Q2, "groups-formed", key).stories for key in (str(place.pk), NOWHERE, TEAM)] == [1, 1, 2]


def test_the_file_has_stable_columns_and_a_row_for_everything(team: Team) -> None:
    NeighbourhoodFactory(team=team, name="=Mill Row")
    lines = list(reports.csv_file(reports.build(team, PERIODS)))
    assert lines[0].partition("\r\n")[0].removeprefix("\ufeff").replace('"', "") == HEADER
    found = read(lines)
    under_outcomes = sum(len(spec.outcomes) for spec in BY_KEY.values())
    assert len(found) == 3 * 3 * under_outcomes
    assert {row["neighbourhood"] for row in found} == {"'=Mill Row", "No neighbourhood", "All neighbourhoods"}
    groups = [row for row in found if row["indicator"] == "Groups formed around an interest"]
    assert {row["outcome"] for row in groups} == {
        "Individuals and communities are better connected",
        "Communities identify and work to bring about the changes they want to see",
    }


def test_the_file_holds_the_figures_to_the_byte_as_python_writes_them(team: Team) -> None:
    """Texts are written once for many rows: quotes, formulas, decimals, hidden, unknown and released figures, stories."""
    Team.objects.filter(pk=team.pk).update(name='=Team "A", 2')
    team.refresh_from_db()
    places = meet(team, [3, 12, 20])
    named = ['+1, "Mill"', "@Brook\r\nSide", "\u05e9\u05dc\u05d5\u05dd \U0001f941"]
    for place, name in zip(places, named, strict=True):
        Neighbourhood.objects.filter(pk=place).update(name=name)
    ConversationFactory(team=team, held_on=Q2.start, neighbourhood_id=int(places[0]))
    MeasurementFactory(team=team, period_start=Q1.start, period_end=Q1.end, value=Decimal("-12.50"))
    story = StoryFactory(team=team, published=True, happened_on=Q2.start, neighbourhood_id=int(places[1]))
    story.indicators.add(*Indicator.objects.filter(team=None)[:2])
    release(team, Q1)
    seen = set()
    for periods in ([Q1, Q2], [YEAR]):
        for only_closed in (True, False):
            report = reports.build(team, periods, only_closed=only_closed)
            for only, key in ((None, None), (places[0], None), (TEAM, "residents-met-first"), (NOWHERE, "no such key")):
                rows = list(reports.rows(report, only, key))
                expected = "".join(csv_chunks(reports.COLUMNS, rows))
                assert "".join(reports.csv_file(report, only, key)) == expected
                assert len(rows) == reports.row_count(report, only, key)
            labels = {str(place.label): place.key for place in report.places}
            keys = {str(spec.name): spec.key for spec in report.catalogue.indicators}
            periods_by_start = {period.start: period for period in periods}
            for _team, label, start, *_words, name, _version, _unit, value, hidden, stories in reports.rows(report):
                figure = report.figure(periods_by_start[start], keys[name], labels[label])
                assert (figure.value, figure.is_hidden, figure.stories) == (value, hidden == "yes", stories)
                seen.add((hidden, value is None, bool(value), bool(stories)))
    # Shown, hidden and unknown, with and without a story.
    assert {
        ("no", False, True, False),
        ("no", False, False, False),
        ("yes", True, False, False),
        ("no", True, False, False),
    } < seen
    assert any(has_story for *_rest, has_story in seen)


def test_hidden_and_unknown_values_differ(team: Team) -> None:
    meet(team, [3])
    found = {row["indicator"]: row for row in read(reports.csv_file(reports.build(team, [Q2]), TEAM))}
    hidden, unknown = found["Residents met for the first time"], found["Changes to strategies and funding agreements"]
    assert (hidden["value"], hidden["suppressed"]) == ("", "yes")
    assert (unknown["value"], unknown["suppressed"]) == ("", "no")
    assert (found["Money awarded"]["value"], found["Money awarded"]["unit"]) == ("0", "pounds")


def test_a_report_takes_a_constant_number_of_queries(team: Team) -> None:
    reports.build(team, PERIODS)
    with CaptureQueriesContext(connection) as empty:
        reports.build(team, PERIODS)
    assert len(empty) == 7
    World(team, 1, size=3)
    reports.build(team, PERIODS)
    with CaptureQueriesContext(connection) as full:
        list(reports.rows(reports.build(team, PERIODS)))
    assert len(full) == 7


# The command


def export(team: Team, output: Path, *more: str, first: str = "2025-10-01", final: str = "2026-06-30") -> None:
    """Run the command."""
    call_command(
        "export_indicators",
        "--team",
        team.slug,
        "--from",
        first,
        "--to",
        final,
        "-o",
        str(output),
        *more,
        stdout=io.StringIO(),
        stderr=io.StringIO(),
    )


def test_the_command_writes_the_same_rows(team: Team, tmp_path: Path) -> None:
    World(team, 1, size=6)
    output = tmp_path / "report.csv"
    export(team, output)
    report = reports.build(team, PERIODS, only_closed=True)
    assert output.read_bytes().decode() == "".join(reports.csv_file(report))
    export(team, tmp_path / "report.xlsx")
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert book.sheetnames == ["Indicators", "Data dictionary"]
    cells = [[cell.value for cell in row] for row in book["Indicators"].iter_rows()]
    assert tuple(cells[0]) == reports.COLUMNS
    expected = list(reports.rows(report))
    assert len(cells) == len(expected) + 1
    assert [row[8] for row in cells[1:]] == [
        float(row[8]) if isinstance(row[8], Decimal) else row[8] for row in expected
    ]
    dictionary = [row[2].value for row in book["Data dictionary"].iter_rows()]
    assert any("contributed" in words for words in dictionary)


def test_the_command_can_write_one_neighbourhood(team: Team, tmp_path: Path) -> None:
    meet(team, [3, 12, 20])
    name = str(reports.places_of(team)[1].label)
    export(team, tmp_path / "one.csv", "--neighbourhood", name.upper())
    found = read([(tmp_path / "one.csv").read_text()])
    assert {row["neighbourhood"] for row in found} == {name}
    hidden = [row for row in found if row["indicator"] == "Residents met for the first time"][-1]
    assert hidden["suppressed"] == "yes"


def test_the_command_can_write_one_indicator(team: Team, tmp_path: Path) -> None:
    export(team, tmp_path / "one.csv", "--indicator", "connectors")
    assert {row["indicator"] for row in read([(tmp_path / "one.csv").read_text()])} == {"Connectors"}


def test_a_misspelt_indicator_or_period_is_answered_with_what_is_near(evaluator: User, client_for) -> None:
    client = client_for(evaluator)
    page = client.get("/indicators/connector-knowlege/")
    assert (page.status_code, "(connector-knowledge)" in page.content.decode()) == (404, True)
    page = client.get("/indicators/connectors/?period=2026-01-01_2026-01-03").content.decode()
    assert "That is not a quarter or a year" in page


def test_the_command_accepts_whole_quarters_only(team: Team, tmp_path: Path) -> None:
    complaint = io.StringIO()
    call_command(
        "export_indicators",
        team=team.slug,
        first="2026-02-03",
        final="2026-05-04",
        output=str(tmp_path / "a.csv"),
        stdout=io.StringIO(),
        stderr=complaint,
    )
    assert "from 2026-01-01 to 2026-06-30" in complaint.getvalue()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"team": "nobody"}, "No team has"),
        ({"first": "1.1.2026"}, "--from is a day such as"),
        ({"final": "2026-13-01"}, "--to is a day such as"),
        ({"final": "2024-01-01"}, "is before --from"),
        ({"first": "0026-01-01"}, "more than 50 years"),
        ({"output": "report.pdf"}, ".csv, .xlsx or .zip"),
        ({"indicator": "connector-knowlege"}, "connector-knowledge?"),
        ({"indicator": "weather"}, "No indicator is called “weather”."),
        (
            {"team": "nobody", "indicator": "weather", "neighbourhood": "Atlantis"},
            "No team has the short name “nobody”.",
        ),
        ({"output": "all.zip", "indicator": "connectors"}, "written whole"),
        ({"neighbourhood": "Atlantis"}, "no neighbourhood “Atlantis”"),
        ({"output": "missing/report.csv"}, "Cannot write to"),
        ({"output": "folder.csv"}, "is a folder"),
    ],
)
def test_the_command_reports_an_error_in_one_line(given: dict, says: str, team: Team, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    options = {"team": team.slug, "first": "2026-01-01", "final": "2026-03-31", "output": "out.csv", **given}
    options["output"] = str(tmp_path / options["output"])
    with pytest.raises(CommandError) as raised:
        call_command("export_indicators", **options)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_a_failure_half_way_keeps_the_old_file(team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "report.csv"
    output.write_text("what was there")

    def fail(file, *rest) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reports, "write_file", fail)
    with pytest.raises(CommandError, match="No space left on device"):
        export(team, output)
    assert output.read_text() == "what was there"
    assert [path.name for path in tmp_path.iterdir()] == ["report.csv"]


def test_another_teams_figures_are_left_out(team: Team, other_team: Team) -> None:
    World(other_team, 1, size=4)
    assert all(row[8] in (0, None) for row in reports.rows(reports.build(team, PERIODS)))


def test_the_dictionary_names_every_column_and_indicator() -> None:
    terms = [row[0] for row in reports.dictionary_rows(SHIPPED)]
    assert terms[1 : 1 + len(reports.COLUMNS)] == list(reports.COLUMNS)
    assert len(terms) == 1 + len(reports.COLUMNS) + len(INDICATORS)


def test_file_names_contain_team_and_period() -> None:
    report = reports.build(TeamFactory(slug="brookside"), last(2, until=date(2026, 5, 20), grain=Grain.QUARTER))
    assert reports.file_name(report, "csv") == "brookside-indicators-2026-01-01-2026-06-30.csv"
