"""Charts and pictures: one scale, no height for what is hidden, three kinds of line, and files that say what they are."""

import html
import re
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from communities.models import Team, User
from communities.periods import Grain, last, year_of
from evaluation import actions, reports
from evaluation.framework import BY_KEY
from evaluation.models import Indicator, Yardstick, YardstickKind
from evaluation.queries import TEAM
from evaluation.reports.charts import Shape, chart, charts_of_places
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import ConversationFactory, PersonFactory
from tests.factories.evaluation import StoryFactory, YardstickFactory, release

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SVG = "{http://www.w3.org/2000/svg}"
Q1, Q2 = last(2, until=date(2026, 5, 20))
PEOPLE, TALKS = BY_KEY["residents-met-first"], BY_KEY["conversations-held"]


def drawn(team: Team, spec=TALKS, *, place: str = TEAM, periods=(Q1, Q2), **options):
    """Return the chart of an indicator."""
    return chart(reports.build(team, periods, **options), spec, place)


def picture(client, key: str = "conversations-held", **query: str) -> ElementTree.Element:
    """Return a downloaded picture."""
    response = client.get(reverse("evaluation:indicator-picture", args=[key]), query)
    assert response.headers["Content-Type"] == "image/svg+xml"
    return ElementTree.fromstring(b"".join(response.streaming_content))  # noqa: S314 - Kith wrote it


def words_of(svg: ElementTree.Element) -> str:
    """Return all words of a picture."""
    return " ".join(" ".join((each.text or "").split()) for each in svg.iter() if each.text)


# Columns


@pytest.mark.parametrize("number", [1, 4])
def test_a_small_number_is_a_band_that_is_the_same_for_every_small_number(team: Team, number: int) -> None:
    PersonFactory.create_batch(10, team=team, first_met_on=Q1.start)
    PersonFactory.create_batch(number, team=team, first_met_on=Q2.start)
    tall, small = drawn(team, PEOPLE).columns
    assert (tall.shape, tall.height) == (Shape.VALUE, "100.0")
    assert (small.shape, small.words, small.top, small.height) == (Shape.BAND, "1–4", "60.0", "30.0")


def test_a_band_of_a_release_is_by_the_threshold_of_then(team: Team) -> None:
    Team.objects.filter(pk=team.pk).update(small_number_threshold=10)
    team.refresh_from_db()
    PersonFactory.create_batch(7, team=team, first_met_on=Q1.start)
    release(team, Q1)
    Team.objects.filter(pk=team.pk).update(small_number_threshold=5)
    team.refresh_from_db()
    closed, running = drawn(team, PEOPLE, only_closed=True).columns
    assert (closed.shape, closed.words, closed.closed_on) == (Shape.BAND, "1–9", date(2026, 4, 21))
    assert (running.shape, running.words) == (Shape.HIDDEN, "not closed")


def test_what_is_hidden_to_protect_others_has_no_height(team: Team) -> None:
    place = NeighbourhoodFactory(team=team)
    PersonFactory.create_batch(9, team=team, neighbourhood=place, first_met_on=Q2.start)
    PersonFactory.create_batch(2, team=team, first_met_on=Q2.start)
    by_quarter = drawn(team, PEOPLE, place=str(place.pk)).columns[-1]
    (by_year,) = drawn(team, PEOPLE, place=str(place.pk), periods=[year_of(Q2.start)]).columns
    assert {(each.shape, each.height) for each in (by_quarter, by_year)} == {(Shape.HIDDEN, "100.0")}


def test_a_share_that_is_hidden_is_no_band(team: Team) -> None:
    shapes = {column.shape for column in drawn(team, BY_KEY["introductions-met-share"]).columns}
    assert shapes == {Shape.UNKNOWN}


def test_only_the_running_period_is_hatched(team: Team) -> None:
    assert [column.is_running for column in drawn(team).columns] == [False, True]


# Lines


def test_the_latest_of_each_kind_is_a_line_on_the_scale_of_the_columns(team: Team) -> None:
    ConversationFactory.create_batch(5, team=team)
    YardstickFactory(team=team, value=40, on=date(2026, 1, 1))
    YardstickFactory(team=team, value=20)
    YardstickFactory(team=team, kind="baseline", value=5, on=date(2025, 1, 1))
    YardstickFactory(team=team, kind="comparator", value=10, grain=Grain.YEAR)
    beside = Yardstick.objects.filter(team=team, grain=Grain.QUARTER)
    found = chart(reports.build(team, [Q2]), TALKS, TEAM, beside)
    assert [(line.kind, line.y) for line in found.lines] == [("baseline", "75.0"), ("target", "0.0")]
    assert found.columns[0].height == "25.0"


def test_lines_of_a_neighbourhood_stay_there(team: Team) -> None:
    place = NeighbourhoodFactory(team=team)
    YardstickFactory(team=team, neighbourhood=place, value=3)
    report, beside = reports.build(team, [Q2]), list(Yardstick.objects.all())
    assert [len(chart(report, TALKS, key, beside).lines) for key in (TEAM, str(place.pk), "none")] == [0, 1, 0]


def test_lines_stand_on_the_page_with_source_and_day(team: Team, evaluator: User, client_for) -> None:
    YardstickFactory(team=team)
    page = client_for(evaluator).get(reverse("evaluation:indicator-detail", args=["conversations-held"]))
    told = page.content.decode()
    assert "trend-chart__line--target" in told
    assert "The plan that was agreed with the steering group." in told
    assert "31 March 2027" in told


@pytest.mark.parametrize(
    ("key", "values", "field"),
    [
        ("residents-met-first", {"kind": "baseline", "value": Decimal(3)}, "value"),
        ("introductions-met-share", {"value": Decimal(101)}, "value"),
        ("conversations-held", {"source": " "}, "source"),
        ("conversations-held", {"value": Decimal(-1)}, "value"),
    ],
)
def test_a_yardstick_that_says_too_much_or_nothing_is_refused(
    team: Team, manager: User, key: str, values: dict, field: str
) -> None:
    given = {"kind": "target", "grain": "quarter", "value": Decimal(9), "on": Q1.end, "source": "The plan"} | values
    with pytest.raises(ValidationError) as refused:
        actions.add_yardstick(by=manager, team=team, indicator=Indicator.objects.get(key=key), **given)
    assert list(refused.value.message_dict) == [field]
    assert not Yardstick.objects.exists()


def test_a_baseline_of_people_in_a_neighbourhood_is_for_a_year(team: Team, manager: User) -> None:
    given = {"kind": YardstickKind.BASELINE, "value": Decimal(9), "on": Q1.end, "source": "The plan"}
    given |= {"neighbourhood": NeighbourhoodFactory(team=team), "indicator": Indicator.objects.get(key=PEOPLE.key)}
    with pytest.raises(ValidationError, match="whole years"):
        actions.add_yardstick(by=manager, team=team, grain=Grain.QUARTER, **given)
    assert actions.add_yardstick(by=manager, team=team, grain=Grain.YEAR, **given).value == 9


def test_one_of_a_kind_for_a_day(team: Team, manager: User) -> None:
    given = {"kind": "target", "grain": "quarter", "value": Decimal(9), "on": Q1.end, "source": "The plan"}
    given["indicator"] = Indicator.objects.get(key="conversations-held")
    actions.add_yardstick(by=manager, team=team, **given)
    with pytest.raises(ValidationError, match="one for this day already"):
        actions.add_yardstick(by=manager, team=team, **given | {"value": Decimal(10)})


# Neighbourhoods beside each other


def test_neighbourhoods_have_one_scale_and_people_only_years(team: Team, builder: User, client_for) -> None:
    one, two = NeighbourhoodFactory(team=team, name="Ash"), NeighbourhoodFactory(team=team, name="Birch")
    ConversationFactory.create_batch(8, team=team, neighbourhood=one)
    ConversationFactory.create_batch(2, team=team, neighbourhood=two)
    report = reports.build(team, [Q2])
    drawn_of = charts_of_places(report, TALKS, report.places[:2])
    assert [each.columns[0].height for _place, each in drawn_of] == ["100.0", "25.0"]
    client = client_for(builder)
    page = client.get(reverse("evaluation:indicator-places", args=[PEOPLE.key])).content.decode()
    assert "for whole years only" in page
    assert "Year to Mar 2027 so far" in page
    assert "Jan–Mar 2026" not in page
    assert "Jan–Mar 2026" in client.get(reverse("evaluation:indicator-places", args=[TALKS.key])).content.decode()


# Files


def test_a_picture_says_what_it_is_and_has_its_numbers_inside(team: Team, evaluator: User, client_for) -> None:
    ConversationFactory.create_batch(7, team=team)
    release(team, Q1)
    YardstickFactory(team=team)
    svg = picture(client_for(evaluator))
    words = words_of(svg)
    for said in (
        "Conversations held", "All neighbourhoods, Brookside. As of 20 May 2026.", "April to June 2026: 7 conversations so far",
        "January to March 2026: 0 conversations, closed on 21 April 2026", "Target: what we hope for: 12 (The plan that was agreed",
        "version 1", "Source: Kith", "Residents achieved",
    ):  # fmt: skip
        assert said in words
    assert [line.get("stroke-dasharray") for line in svg.findall(f"{SVG}line")] == [None, None]
    assert sum(rect.get("fill") == "url(#hatching)" for rect in svg.findall(f"{SVG}rect")) == 1
    assert not [name for each in svg.iter() for name in each.attrib if name in ("style", "class", "onload")]


def test_a_picture_shows_people_of_closed_periods_only_to_everybody(team: Team, manager: User, client_for) -> None:
    PersonFactory.create_batch(9, team=team, first_met_on=Q2.start)
    words = words_of(picture(client_for(manager), PEOPLE.key))
    assert "April to June 2026: not closed" in words
    assert " 9 " not in words


def test_the_links_of_the_pages_lead_to_their_pictures(team: Team, evaluator: User, client_for) -> None:
    client, place = client_for(evaluator), NeighbourhoodFactory(team=team)
    detail = reverse("evaluation:indicator-detail", args=["conversations-held"])
    for page in (
        detail,
        f"{detail}?place=none",
        f"{detail}?place={place.pk}",
        f"{detail[:-1]}/neighbourhoods/?by=year",
    ):
        (link,) = re.findall(r'href="([^"]+picture\.svg[^"]*)"', client.get(page).content.decode())
        assert client.get(html.unescape(link)).status_code == 200


def test_a_picture_of_neighbourhoods_has_them_all(team: Team, evaluator: User, client_for) -> None:
    ConversationFactory(team=team, neighbourhood=NeighbourhoodFactory(team=team, name="Ash & Elm"))
    words = words_of(picture(client_for(evaluator), places="1"))
    assert "Ash & Elm: July to September 2024: 0 conversations" in words
    assert "No neighbourhood:" in words


def test_the_audit_names_the_indicator_of_a_picture(evaluator: User, manager: User, client_for) -> None:
    picture(client_for(evaluator))
    page = client_for(manager).get(reverse("communities:audit-list")).text
    said = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))
    assert "downloaded a file about the indicator Conversations held" in said


def test_a_picture_of_an_unknown_indicator_or_period_is_not_found(evaluator: User, client_for) -> None:
    client = client_for(evaluator)
    address = reverse("evaluation:indicator-picture", args=["conversations-held"])
    assert client.get(address, {"period": "2026-01-01_2026-01-03"}).status_code == 404
    assert client.get(reverse("evaluation:indicator-picture", args=["conversations"])).status_code == 404


# Numbers without a story


def test_numbers_without_a_story_can_be_listed(team: Team, evaluator: User, client_for) -> None:
    StoryFactory(team=team, published=True, indicators=["conversations-held", "sparks-approved"])
    StoryFactory(team=team, submitted=True, indicators=["gifts-heard"])
    client = client_for(evaluator)
    shown = client.get(reverse("evaluation:indicator-list"), {"untold": "on"}).context["sections"]
    keys = {row.spec.key for _outcome, rows in shown for row in rows}
    assert keys == set(BY_KEY) - {"conversations-held", "sparks-approved"}
    today = client.get(reverse("today")).content.decode()
    assert f"{reverse('evaluation:indicator-list')}?untold=on" in today
