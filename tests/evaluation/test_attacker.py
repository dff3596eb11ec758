"""Nobody who only counts can work out a small number, from tables, files, lists, aliases or cursors."""

import random
import re
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse

from communities import disclosure
from communities.models import Team, User
from communities.periods import quarters_in, year_of
from connectors.models import Conversation, Person
from evaluation.framework import INDICATORS
from evaluation.models import Release
from evaluation.queries import TEAM
from evaluation.releases.actions import close_quarter
from evaluation.reports import build
from tests.evaluation.attacker import Published, published, read_files, read_package, solve, solve_two_days, whole_years
from tests.evaluation.worlds import World
from tests.factories.connectors import ConversationFactory, IntroductionFactory, PersonFactory

WORLDS = 1000
#: How many values every hidden number keeps.
LEFT_OPEN = 4
THRESHOLD = 5
DAY = date(2026, 5, 20)


def publish(quarters: list[int], places: dict[str, int], year: int, *, adds_up: bool, seed: str) -> Published:
    """Publish a count as the reports do."""
    total = disclosure.year_beside_quarters(quarters, year, THRESHOLD, adds_up=adds_up)
    order = disclosure.secret_order(list(places), seed)
    hidden = disclosure.hidden_places(list(places.values()), total, THRESHOLD, order, adds_up=adds_up)
    return Published(
        [None if disclosure.is_small(value, THRESHOLD) else value for value in quarters],
        year if total.is_shown else None,
        {name: None if flag else value for (name, value), flag in zip(places.items(), hidden, strict=True)},
        THRESHOLD,
        adds_up,
    )


def some_world(dice: random.Random) -> tuple[list[int], dict[str, int], int, bool]:
    """Return a year of people by quarter and place, its total, and whether it adds up: sparse, middling or busy."""
    size, count = dice.choice([1, 2, 3, 6, 15]), dice.randint(2, 7)
    cells = {(quarter, place): dice.randint(0, size) for quarter in range(4) for place in range(count)}
    cells = {key: value if dice.random() < 0.7 else 0 for key, value in cells.items()}
    quarters = [sum(cells[quarter, place] for place in range(count)) for quarter in range(4)]
    places = {f"Place {place}": sum(cells[quarter, place] for quarter in range(4)) for place in range(count)}
    adds_up = dice.random() < 0.5
    year = sum(quarters)
    if not adds_up:
        year = dice.randint(max(*quarters, *places.values()), year)
    return quarters, places, year, adds_up


def test_nothing_is_narrowed_in_random_worlds(capsys) -> None:
    """Also prints how many cells a reader loses."""
    dice = random.Random(20261127)
    narrow, seen = [], Counter()
    for number in range(WORLDS):
        quarters, places, year, adds_up = some_world(dice)
        found = publish(quarters, places, year, adds_up=adds_up, seed=str(number))
        solved = solve(found)
        seen["cells"] += 5 + len(places)
        seen["hidden"] += len(solved.ranges)
        seen["small"] += sum(disclosure.is_small(value, THRESHOLD) for value in [*quarters, *places.values()])
        if solved.narrowest < LEFT_OPEN:
            narrow.append((quarters, places, year, adds_up, solved))
    with capsys.disabled():
        print(f"\n{WORLDS} worlds: {dict(seen)}, narrowed: {len(narrow)}")
    assert not narrow[:3]
    assert seen["small"] > WORLDS


def test_the_solver_finds_what_a_careless_table_gives_away() -> None:
    """The attack bites: one hidden number beside a shown total, and a year beside its quarters."""
    careless = Published([9, 12, 16, None], 40, {"Brook": None, "Hill": 37}, THRESHOLD)
    assert solve(careless).ranges == {3: (3, 3), "Brook": (3, 3)}


@pytest.fixture
def world(team: Team, clock) -> World:
    """Return a team with some records of every kind in three quarters."""
    return World(team, seed=11, size=40)


def read(team: Team, client) -> list[Published]:
    """Return the counts of people of last year, as an evaluator reads them in files."""
    years = whole_years(DAY)[:1]
    closed = Release.objects.filter(team=team)
    cells, packed = read_files(client, years), read_package(client)
    people = {str(spec.name) for spec in INDICATORS if spec.is_kept}
    # Whatever a package says of people is what the table says: it gives no number away, and hides none that is shown.
    assert {key: cells[key] for key in packed if key[0] in people and key in cells} == {
        key: value for key, value in packed.items() if key[0] in people and key in cells
    }
    return published(
        cells,
        years,
        team.small_number_threshold,
        closed={each.period for each in closed},
        today=DAY,
    )


@pytest.mark.django_db
def test_the_files_of_a_team_narrow_nothing(world: World, team: Team, evaluator: User, client_for) -> None:
    close_year(team)
    tried = read(team, client_for(evaluator))
    assert sum(len(solve(each).ranges) for each in tried) > 20
    assert [each.name for each in tried if solve(each).narrowest < LEFT_OPEN] == []


def test_the_solver_finds_what_two_days_of_a_live_table_give_away() -> None:
    """A resident without a neighbourhood is written down, and the rows of both days are as the gate shows them (D7)."""
    places = {"Ferryside": 8, "Kiln Hill": 8, "Millbrook": 7, "None": 0}
    monday = Published([23, 0, 0, 0], 23, places, THRESHOLD)
    tuesday = Published([24, 0, 0, 0], 24, {**places, "Ferryside": None, "Millbrook": None, "None": None}, THRESHOLD)
    assert solve(tuesday).narrowest >= LEFT_OPEN
    assert solve_two_days(monday, tuesday)[1].narrowest < LEFT_OPEN


@pytest.mark.django_db
@pytest.mark.parametrize("is_closed", [False, True])
def test_two_days_with_a_release_between_them_narrow_nothing(
    world: World, team: Team, evaluator: User, client_for, *, is_closed: bool
) -> None:
    """One record changes: added, deleted, moved or corrected, before or after the year is closed."""
    client = client_for(evaluator)
    if is_closed:
        close_year(team)
    for change in one_record(world):
        with transaction.atomic():
            before = read(team, client)
            if not is_closed:
                close_year(team)
            change()
            after = read(team, client)
            # What was not published on the first day is not hidden by what was on the second.
            judged = slice(None) if is_closed else slice(1, None)
            for days in zip(before, after, strict=True):
                assert all(day.narrowest >= LEFT_OPEN for day in solve_two_days(*days)[judged]), days[1].name
            transaction.set_rollback(True)


def one_record(world: World) -> list[Callable[[], object]]:
    """Return ways in which a single record about a resident changes."""
    day, person = date(2025, 11, 3), world.people[0]
    return [
        lambda: PersonFactory(team=world.team, first_met_on=day),
        lambda: Person.objects.filter(pk=person.pk).update(first_met_on=day),
        lambda: Person.objects.filter(pk=person.pk).update(neighbourhood=world.places[1]),
        lambda: ConversationFactory(team=world.team, held_on=day, neighbourhood=world.places[0], people=[person]),
        lambda: Conversation.objects.filter(team=world.team).order_by("pk")[0].delete(),
        lambda: IntroductionFactory(team=world.team, from_person=person, to_person=world.people[1], introduced_on=day),
    ]


def close_year(team: Team) -> None:
    """Close the four quarters of last year."""
    for quarter in quarters_in(whole_years(DAY)[0]):
        close_quarter(by=None, team=team, quarter=quarter)


@pytest.mark.django_db
def test_people_are_by_quarter_for_the_team_and_by_place_for_the_year(world, team: Team) -> None:
    year = year_of(DAY)
    quarters = quarters_in(year)
    report = build(team, quarters)
    for spec in (spec for spec in INDICATORS if spec.is_kept):
        for place in report.places:
            figures = [report.figure(quarter, spec.key, place.key) for quarter in quarters]
            assert place.key == TEAM or all(figure.is_by_year for figure in figures)


@pytest.mark.django_db
def test_no_alias_stands_in_two_lists_and_no_cursor_leads_on(world, team: Team, evaluator: User, client_for) -> None:
    """Crawl every list behind every figure that an evaluator can open."""
    client, seen = client_for(evaluator), Counter()
    lists = 0
    close_year(team)
    for spec in (spec for spec in INDICATORS if spec.is_kept):
        for period in [*quarters_in(whole_years(DAY)[0]), whole_years(DAY)[0]]:
            for place in build(team, [period]).places:
                page = client.get(
                    reverse("evaluation:indicator-detail", args=[spec.key]), {"place": place.key, "period": period.key}
                )
                aliases = [row.words.split()[-1] for row in page.context["rows"]]
                assert {(row.day, row.place, row.note, row.url) for row in page.context["rows"]} <= {(None, "", "", "")}
                assert aliases == sorted(aliases)
                assert not re.search(r"[?&](after|before)=", page.content.decode())
                seen.update(aliases)
                lists += bool(aliases)
    assert lists > 3
    assert max(seen.values()) == 1


@pytest.mark.django_db
def test_asks_and_routes_of_now_are_for_those_who_know_the_residents(team: Team, evaluator: User, client_for) -> None:
    client = client_for(evaluator)
    for name in ("connectors:ask-shares", "connectors:introduction-routes"):
        page = client.get(reverse(name), {"format": "csv"})
        assert page["Content-Type"].startswith("text/html")
        assert not re.search(r"<td|%<|stat__", page.content.decode().partition("<main")[2])


@pytest.mark.django_db
def test_routes_of_a_year_are_released_and_narrow_nothing(world: World, team: Team) -> None:
    close_year(team)
    year = whole_years(DAY)[0]
    release = Release.objects.get(period_start=year.start, period_end=year.end)
    (total,) = [
        value
        for key, place, _status, value, *_rest in release.document["values"]
        if (key, place) == ("introductions-made", TEAM)
    ]
    assert [table["key"] for table in release.document["tables"]] == ["route", "direction"]
    for table in release.document["tables"]:
        *lines, (_key, _words, number) = table["rows"]
        assert number == total
        assert not [value for _key, _words, value in lines if disclosure.is_small(value, THRESHOLD)]
        found = Published([], number, {words: value for _key, words, value in lines}, THRESHOLD)
        assert solve(found).narrowest >= LEFT_OPEN or number is None
