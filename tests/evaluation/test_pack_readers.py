"""A police member of the steering group reads packs by their links, of two days and all places, and finds no resident.

The reader has no account, knows the rules of the gate and keeps every page. The solver is the evaluator's: see `attacker`.
"""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from communities.models import Team, User
from communities.periods import Period, quarters_in
from connectors.models import Person
from evaluation import actions as stories
from evaluation.framework import INDICATORS
from evaluation.models import ConsentScope, PublishedPack, Release, ReleaseCount, Story
from evaluation.packs.actions import make_pack_link, publish_pack
from evaluation.queries import NOWHERE, TEAM, Cell, cells_of, place_of, year_of_rows
from evaluation.releases.actions import close_quarter
from tests.evaluation.attacker import charted, published, read_packs, solve, whole_years
from tests.evaluation.worlds import World
from tests.factories.connectors import PersonFactory
from tests.factories.evaluation import ObservationFactory, PackFactory, StoryFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 20)
LEFT_OPEN = 4


@pytest.fixture
def world(team: Team, clock) -> World:
    """Return a team with some records of every kind in three quarters, all of which have names."""
    world = World(team, seed=11, size=40)
    names = ("Neema Achieng", "Tomasz Nowak", "Una Byrne", "Zofia Kruk", "Idris Vaughan")
    for number, person in enumerate(Person.objects.filter(team=team).order_by("pk")):
        parts = names[number % len(names)].split()
        Person.objects.filter(pk=person.pk).update(
            known_as=f"{parts[0]}{number} {parts[1]}", phone=f"0113 496 {number:04}", email=f"p{number}@example.org"
        )
    return world


def close_year(team: Team, year: Period) -> None:
    """Close the quarters of a year."""
    for quarter in quarters_in(year):
        close_quarter(by=None, team=team, quarter=quarter)


def share(team: Team, by: User, release: Release, place: str, **more: object) -> str:
    """Publish a pack with every number of a release at a place, and return its link."""
    pack = PackFactory(
        team=team, release=release, place=place, created_by=by, nothing_wrong="It rained less.",
        numbers=[each["key"] for each in release.document["definitions"]],
    )  # fmt: skip
    for name, rows in more.items():
        getattr(pack, name).set(rows)
    made = make_pack_link(by=by, published=publish_pack(by=by, pack=pack), reader="Police", days=31)
    return reverse("evaluation:pack-read", args=[made.secret])


def share_everything(team: Team, by: User) -> list[str]:
    """Publish a pack of each release at each of its places, and return the links."""
    return [
        share(team, by, release, place["key"])
        for release in Release.objects.filter(team=team).order_by("period_end", "period_start")
        for place in release.document["places"]
    ]


def counted(team: Team, cells: dict) -> list:
    """Return the counts of people of last year, as a reader of packs puts them together."""
    closed = {each.period for each in Release.objects.filter(team=team)}
    return published(cells, whole_years(DAY)[:1], team.small_number_threshold, closed=closed, today=DAY)


def test_every_pack_of_a_year_together_narrows_nothing(world, team, manager, client):
    close_year(team, whole_years(DAY)[0])
    cells = read_packs(client, share_everything(team, manager))
    tried = counted(team, cells)
    assert sum(len(solve(each).ranges) for each in tried) > 20
    assert [each.name for each in tried if solve(each).narrowest < LEFT_OPEN] == []


def test_packs_of_two_days_say_the_same_whatever_was_written_between(world, team, manager, client, clock):
    """D7 of the first attack: yesterday's file against today's. Somebody is added, corrected and deleted between the days."""
    close_year(team, whole_years(DAY)[0])
    before = read_packs(client, share_everything(team, manager))
    person = world.people[0]
    PersonFactory(team=team, first_met_on=date(2025, 11, 3), neighbourhood=None)
    Person.objects.filter(pk=person.pk).update(neighbourhood=world.places[1], first_met_on=date(2025, 8, 3))
    clock.shift(timedelta(days=1))
    after = read_packs(client, share_everything(team, manager))
    assert before == after
    assert [each.name for each in counted(team, after) if solve(each).narrowest < LEFT_OPEN] == []


def test_a_pack_shows_no_figure_that_its_release_hides(world, team, manager, client):
    close_year(team, whole_years(DAY)[0])
    tried = 0
    for release in Release.objects.filter(team=team):
        for place in (release.document["places"][0]["key"], TEAM):
            cells = read_packs(client, [share(team, manager, release, place)])
            names = {each["key"]: each["name"] for each in release.document["definitions"]}
            hidden = {
                names[key] for key, at, status, *_rest in release.document["values"]
                if at == place and status.startswith("hidden")
            }  # fmt: skip
            assert {name for (name, _place, _period), text in cells.items() if text == "*"} >= hidden
            tried += len(hidden)
    assert tried > 20


class TestPolice:
    """What a reader finds who knows names, telephone numbers and email addresses of the neighbourhood."""

    @pytest.fixture
    def pages(self, world, team, manager, client) -> list[str]:
        """Return a pack as a year and as a quarter, each with a story of everybody and all that was learned."""
        close_year(team, whole_years(DAY)[0])
        people = list(Person.objects.filter(team=team).order_by("pk")[:3])
        told = StoryFactory(
            team=team, published=True, published_by=manager, people=people, happened_on=date(2025, 11, 3),
            neighbourhood=world.places[1], self_text=f"{people[0].known_as} asked {people[1].known_as.split()[0]} for a key.",
            us_text=f"Ring {people[2].phone} or write to {people[2].email}.", quote="It took a key.", quote_by=people[0].known_as,
        )  # fmt: skip
        learned = [ObservationFactory(team=team, went=went, observed_on=DAY) for went in ("well", "wrong")]
        links = [
            share(team, manager, release, TEAM, stories=[told], observations=learned)
            for release in Release.objects.filter(team=team).order_by("period_end", "period_start")[3:]
        ]
        return [client.get(link).content.decode() for link in links]

    def test_no_resident_is_named_and_no_story_has_a_day_or_a_place(self, pages, team, world):
        assert len(pages) == 2
        for page in pages:
            assert "neighbour A asked neighbour B for a key" in page.replace("Neighbour A", "neighbour A")
            for person in Person.objects.filter(team=team):
                parts = [*person.known_as.split(), person.phone, person.email, person.phone.replace(" ", "")]
                assert [part for part in parts if part in page] == []
            assert "3 November" not in page
            assert world.places[1].name not in page

    def test_no_key_of_a_record_is_in_the_page(self, pages, team, manager):
        known = {str(each) for each in Person.objects.values_list("uuid", flat=True)}
        known |= {str(each) for each in Story.objects.values_list("uuid", flat=True)}
        for page in pages:
            assert not known & set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", page))
            assert not re.search(r"Resident [0-9A-F]{4}", page)
            assert str(manager) not in page or "It rained less." in page

    def test_the_page_leads_nowhere_inside(self, pages):
        for page in pages:
            links = re.findall(r'(?:href|src|action)="([^"]+)"', page)
            inside = [link for link in links if not link.startswith(("#", "/static/"))]
            assert [link for link in inside if not re.fullmatch(r"[a-z-]+\.svg", link)] == []
            # A chart of each number, beside the page itself.
            assert len(inside) == len(set(inside)) == page.count('card pack__number"')

    def test_a_story_whose_people_say_no_leaves_both_packs(self, world, team, manager, client):
        close_year(team, whole_years(DAY)[0])
        told = StoryFactory(team=team, published=True, published_by=manager, us_text="We mended the swing.")
        links = [share(team, manager, each, TEAM, stories=[told]) for each in Release.objects.filter(team=team)[:2]]
        assert all("mended the swing" in client.get(link).content.decode() for link in links)
        assert told.consent_scope == ConsentScope.REPORTS
        stories.withdraw_consent(by=manager, story=told)
        for link in links:
            page = client.get(link).content.decode()
            assert "mended the swing" not in page
            assert "no longer agree" in page


def test_the_attack_bites(world, team, manager, client):
    """If packs showed all hidden numbers of a row but one, and the year, the reader would know the last one, too."""
    close_year(team, whole_years(DAY)[0])
    rows = year_of_rows(ReleaseCount.objects.filter(release__team=team).values_list("rows", flat=True))
    truth, keys = cells_of(rows), {str(spec.name): spec.key for spec in INDICATORS}
    places = {place.name: place_of(place.pk) for place in world.places if place} | {"No neighbourhood": NOWHERE}
    bitten = 0
    for each in counted(team, read_packs(client, share_everything(team, manager))):
        hidden = [name for name, value in each.places.items() if value is None]
        if not each.adds_up or not hidden:
            continue
        key = keys[each.name.partition(", ")[0]]
        shown = {name: int(truth.get((key, places[name]), Cell()).number) for name in hidden[1:]}
        year = int(truth.get((key, TEAM), Cell()).number)
        low, high = solve(replace(each, year=year, places={**each.places, **shown})).ranges[hidden[0]]
        assert low == high == int(truth.get((key, places[hidden[0]]), Cell()).number)
        bitten += 1
    assert bitten


class TestCharts:
    """The charts of packs and their files, which anybody saves who has the link."""

    def test_a_file_says_what_the_table_under_its_chart_says(self, world, team, manager, client):
        close_year(team, whole_years(DAY)[0])
        quarter = Release.objects.filter(team=team).order_by("-period_end", "-period_start")[0]
        year = Release.objects.filter(team=team).order_by("period_start", "-period_end")[0]
        read = 0
        for link in (
            share(team, manager, quarter, TEAM),
            share(team, manager, year, year.document["places"][0]["key"]),
        ):
            page = client.get(link).content.decode()
            for number in re.findall(r'<article class="card pack__number">(.*?)</article>', page, re.DOTALL):
                (file,) = re.findall(r'href="([^"]+\.svg)"', number)
                said = words_of_picture(client.get(link + file).content)
                rows = charted(number)
                assert rows
                for _period, text, parts in rows:
                    assert f": {text}" in said
                    assert f"({parts})" in said or not parts
                read += len(rows)
        assert read > 120

    def test_what_is_hidden_is_in_no_file_and_has_no_height(self, world, team, manager, client):
        close_year(team, whole_years(DAY)[0])
        release = Release.objects.filter(team=team).order_by("-period_end", "-period_start")[0]
        place = release.document["places"][0]["key"]
        link = share(team, manager, release, place)
        hidden = {
            key for key, at, status, *_rest in release.document["values"] if at == place and status == "hidden_other"
        }
        assert len(hidden) > 5
        for key in hidden:
            content = client.get(f"{link}{key}.svg").content
            svg = ElementTree.fromstring(content)  # noqa: S314 - Kith wrote it
            # People are by quarter for the whole team only: every column is an outline over the whole height.
            assert {rect.get("height") for rect in svg.iter("{http://www.w3.org/2000/svg}rect")} == {"240.0"}
            assert "hidden" in words_of_picture(content)

    def test_the_document_of_a_pack_has_no_hidden_number(self, world, team, manager, client):
        close_year(team, whole_years(DAY)[0])
        share_everything(team, manager)
        seen = Counter()
        for pack in PublishedPack.objects.all():
            for number in pack.document["numbers"]:
                for each in number["trend"]:
                    seen[each["status"]] += 1
                    if each["status"].startswith("hidden"):
                        assert (each["value"], each["numerator"], each["denominator"]) == (None, None, None)
                    assert (each["most"] is None) == (each["status"] != "hidden_small")
        assert seen["hidden_other"] > 50
        assert seen["hidden_small"] > 5

    def test_a_threshold_raised_since_hides_earlier_numbers_of_a_chart_too(self, team, manager, client, clock):
        first, second, third = quarters_in(whole_years(DAY)[0])[:3]
        PersonFactory.create_batch(6, team=team, first_met_on=first.start)
        PersonFactory.create_batch(2, team=team, first_met_on=second.start)
        PersonFactory.create_batch(9, team=team, first_met_on=third.start)
        for quarter in (first, second, third):
            close_quarter(by=None, team=team, quarter=quarter)
        release = Release.objects.get(team=team, period_start=third.start)
        key = "residents-met-first"
        said = [text for _period, text, _parts in charted(one_number(client, share(team, manager, release, TEAM), key))]
        assert said == ["6", "1–4", "9"]
        Team.objects.filter(pk=team.pk).update(small_number_threshold=7)
        team.refresh_from_db()
        said = [text for _period, text, _parts in charted(one_number(client, share(team, manager, release, TEAM), key))]
        assert said == ["hidden", "hidden", "9"]


def one_number(client, link: str, key: str) -> str:
    """Return what a pack shows of one number."""
    page = client.get(link).content.decode()
    (found,) = [each for each in re.split(r'<article class="card pack__number">', page) if f'"{key}.svg"' in each]
    return found.partition("</article>")[0]


def words_of_picture(content: bytes) -> str:
    """Return all words of an SVG."""
    svg = ElementTree.fromstring(content)  # noqa: S314 - Kith wrote it
    return " ".join(" ".join(each.text.split()) for each in svg.iter() if each.text)
