"""The pages of the web: who sees what."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from connectors.models import WebCount
from connectors.web import actions as counting
from connectors.web import page as web_page
from connectors.web import picture
from connectors.web.actions import count_web
from connectors.web.queries import ties as reading
from connectors.web.rules import can_ask_for_count, can_name_web
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import PersonFactory, ThemeFactory
from tests.factories.connectors_web import talked, the_check, tied

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(monkeypatch) -> None:
    """Treat every web as large."""
    monkeypatch.setattr(reading, "SMALL_PEOPLE", -1)


def told(team, *people) -> None:
    """Mark these residents as told about our records."""
    for person in people:
        person.told_on = timezone.localdate()
        person.save(update_fields=["told_on"])


def test_a_builder_sees_the_figures_with_and_without_builders(client_for, team, builder):
    told(team, *the_check(team, builder))
    page = client_for(builder).get("/web/?us=with")
    rows = {row.name: (row.with_us, row.without_us) for row in page.context["rows"]}
    assert rows["density"] == ("0.67", "0.33")
    assert rows["isolates"] == ("0", "1")
    assert rows["median_ties"] == ("2", "1")
    assert page.context["sentence"] == "3 neighbours, 4 recorded connections, ours among them; half have 2 or more."
    html = page.content.decode()
    assert html.count('<polygon class="web__shape web__shape--builder"') == 2
    assert "Xenia (Neighbour): 2 recorded connections" in html
    without = client_for(builder).get("/web/")
    expected = "3 neighbours, 1 recorded connection without us; half have 1 or more; 1 not introduced to anyone yet."
    assert without.context["sentence"] == expected
    assert "web__shape--builder" not in without.content.decode()
    assert "Zora (Neighbour): 0 recorded connections" in without.content.decode()


def test_ties_are_also_in_a_table(client_for, team, builder):
    told(team, *the_check(team, builder))
    page = client_for(builder).get("/web/?us=with")
    assert [str(row) for row in page.context["page"].rows] == ["Xenia – Yusuf"]
    assert f"{builder.name} (One of us): 3 recorded connections" in page.content.decode()


def test_residents_who_were_not_told_are_drawn_by_initials(client_for, team, builder):
    x, _y, _z = the_check(team, builder)
    x.told_on = None
    x.save(update_fields=["told_on"])
    html = client_for(builder).get("/web/").content.decode()
    assert "Xenia" not in html
    assert "X." in html


def test_neighbourhoods_have_a_colour_and_are_named(client_for, team, builder):
    places = [NeighbourhoodFactory(team=team, name=f"Place {number}") for number in range(6)]
    for number, place in enumerate(places):
        told(
            team, *(PersonFactory(team=team, neighbourhood=place, known_as=f"Of {number}") for _n in range(9 - number))
        )
    page = client_for(builder).get("/web/")
    assert page.context["places"] == [(1, "Place 0"), (2, "Place 1"), (3, "Place 2"), (4, "Place 3")]
    html = page.content.decode()
    assert "Of 1 (Neighbour, Place 1): 0 recorded connections" in html
    assert html.count("web__shape--place-2") == 8 + 1
    assert "Of 5 (Neighbour): 0 recorded connections" in html


def test_a_filter_applies_to_figures_drawing_and_table(client_for, team, builder):
    place, theme = NeighbourhoodFactory(team=team), ThemeFactory(team=team)
    one, two = (PersonFactory(team=team, neighbourhood=place, themes=[theme]) for _n in range(2))
    the_check(team, builder)
    tied(one, two, builder, introduced_on=timezone.localdate() - timedelta(days=400))
    web = client_for(builder)
    a_year_ago = timezone.localdate() - timedelta(days=365)
    for query in (f"neighbourhood={place.pk}", f"theme={theme.pk}", f"until={a_year_ago}"):
        page = web.get(f"/web/?{query}")
        assert len(page.context["page"].rows) == 1, query
    page = web.get(f"/web/?neighbourhood={place.pk}&us=without")
    assert page.context["figures"].people == 2
    assert [way["current"] for way in page.context["ways"]] == [True, False]
    assert f"neighbourhood={place.pk}" in page.context["ways"][1]["url"]


def test_invalid_filters_show_an_error_and_are_ignored(client_for, team, builder, other_team):
    the_check(team, builder)
    foreign = NeighbourhoodFactory(team=other_team)
    page = client_for(builder).get(f"/web/?neighbourhood={foreign.pk}&since=soon&us=perhaps")
    assert page.status_code == 200
    assert page.context["figures"].people == 3
    assert set(page.context["form"].errors) == {"neighbourhood", "since"}
    page = client_for(builder).get("/web/?since=2026-05-02&until=2026-05-01")
    assert "That is before the first day." in page.content.decode()


def test_an_empty_web_explains_how_to_begin(client_for, builder):
    html = client_for(builder).get("/web/").content.decode()
    assert "No one is in this part of the web yet." in html
    assert "No introduction has led to contact here yet" in html


def test_the_page_takes_as_many_queries_for_three_as_for_one(client_for, team, builder, django_assert_num_queries):
    web = client_for(builder)
    found = []
    for number in (1, 2):
        for _n in range(number):
            one, two = PersonFactory(team=team), PersonFactory(team=team)
            talked(builder, one)
            tied(one, two, builder)
        web.get("/web/")
        with django_assert_num_queries(14) as asked:
            web.get("/web/")
        found.append(len(asked))
    assert found[0] == found[1]


# --- users who may only count


def test_those_who_only_count_are_told_where_the_released_figures_are(client_for, team, builder, evaluator):
    """The same page, whoever is recorded and whatever part of the web the address asks for."""
    told(team, *the_check(team, builder))
    client = client_for(evaluator)
    mains = {part(client.get(f"/web/{query}")) for query in ("", "?us=with", "?neighbourhood=1&until=2020-01-01")}
    for _n in range(12):
        talked(builder, PersonFactory(team=team))
    (main,) = mains | {part(client.get("/web/"))}
    assert "All releases" in main
    assert not re.search(r"<svg class=.web|<td|<circle|[0-9]+ (neighbour|recorded)", main)


def part(page) -> str:
    """Return what is between the tags of `main`."""
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


# --- large webs


def test_a_web_too_large_to_read_is_drawn_by_neighbourhood(client_for, team, builder, monkeypatch):
    monkeypatch.setattr(web_page, "MOST_DRAWN", 3)
    places = [NeighbourhoodFactory(team=team, name=name) for name in ("Riverside", "Hilltop")]
    people = [PersonFactory(team=team, neighbourhood=places[n % 2]) for n in range(12)]
    tied(people[0], people[1], builder)
    tied(people[0], people[2], builder)
    page = client_for(builder).get("/web/?us=without")
    html = page.content.decode()
    assert "Riverside: 6 neighbours, 1 connection within" in html
    assert f"?us=without&amp;neighbourhood={places[0].pk}" in html
    assert len(page.context["drawn"].picture.lines) == 1
    inside = client_for(builder).get(f"/web/?us=without&neighbourhood={places[0].pk}")
    assert inside.context["drawn"].is_part


def test_a_large_neighbourhood_is_drawn_by_theme(client_for, team, builder, monkeypatch):
    monkeypatch.setattr(web_page, "MOST_DRAWN", 2)
    place, food = NeighbourhoodFactory(team=team), ThemeFactory(team=team, name="Growing food")
    for _n in range(4):
        PersonFactory(team=team, neighbourhood=place, themes=[food])
    page = client_for(builder).get(f"/web/?neighbourhood={place.pk}")
    assert "Growing food: 4 neighbours, 0 connections within" in page.content.decode()
    page = client_for(builder).get(f"/web/?neighbourhood={place.pk}&theme={food.pk}")
    assert page.context["drawn"].is_part
    assert len(page.context["dots"]) == 2


def test_a_large_web_shows_its_last_count(client_for, team, builder, large, clock):
    the_check(team, builder)
    web = client_for(builder)
    html = web.get("/web/").content.decode()
    assert "It has not been counted yet." in html
    assert "the page will take a while" in html
    assert web.post("/web/count/").headers["Location"] == "/web/"
    page = web.get("/web/")
    assert "Counted on 20 May 2026 at 12:00." in page.content.decode()
    assert page.context["rows"][0].with_us == "2"


def test_a_waiting_count_is_shown(client_for, team, builder, large, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    web = client_for(builder)
    html = web.get("/web/").content.decode()
    assert "Counting now." in html
    assert "Count now" not in html
    assert "The figures are already being counted." in web.post("/web/count/", follow=True).content.decode()


def test_a_failed_count_is_shown_and_can_be_repeated(client_for, team, builder, large, monkeypatch):
    the_check(team, builder)
    count_web(team=team)
    monkeypatch.setattr(counting, "read_web", lambda team: 1 / 0)
    web = client_for(builder)
    html = web.post("/web/count/", follow=True).content.decode()
    assert "Counting failed." in html
    assert "The last count failed." in html
    assert "These are the figures from before." in html
    assert "Count now" in html


def test_a_large_part_suggests_smaller_ones(client_for, builder, large):
    html = client_for(builder).get("/web/?until=2026-01-01").content.decode()
    assert "This part of the web is too large to count now" in html


def test_only_users_who_see_names_can_request_a_count(client_for, builder, manager, evaluator, stranger, team):
    assert client_for(evaluator).post("/web/count/").status_code == 403
    assert client_for(manager).post("/web/count/").status_code == 302
    client_for(stranger).post("/web/count/")
    assert WebCount.objects.filter(team=team).count() == 1


# --- one resident's web


def test_a_resident_has_a_web_of_their_own(client_for, team, builder, manager):
    x, y, z = the_check(team, builder)
    told(team, x, y, z)
    for user in (builder, manager):
        page = client_for(user).get(f"/people/{x.uuid}/web/")
        assert [dot["name"] for dot in page.context["friends"]] == [builder.name, "Yusuf"]
    without = client_for(builder).get(f"/people/{x.uuid}/web/?us=without")
    assert [dot["name"] for dot in without.context["friends"]] == ["Yusuf"]
    part = client_for(builder).get(f"/people/{x.uuid}/web/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    alone = PersonFactory(team=team)
    assert "No connections recorded yet." in client_for(builder).get(f"/people/{alone.uuid}/web/").content.decode()


def test_a_residents_web_is_not_found_for_others(client_for, client, team, evaluator, stranger):
    url = f"/people/{PersonFactory(team=team).uuid}/web/"
    assert client_for(evaluator).get(url).status_code == 404
    assert client_for(stranger).get(url).status_code == 404
    assert client.get(url).status_code == 302


def test_a_residents_page_links_to_their_web(client_for, team, builder):
    person = PersonFactory(team=team)
    assert f"/people/{person.uuid}/web/" in client_for(builder).get(f"/people/{person.uuid}/").content.decode()


# --- rules and texts


def test_permissions_of_each_role(team, builder, manager, evaluator, stranger, administrator):
    for user in (builder, manager, administrator):
        assert can_name_web(user, team)
        assert can_ask_for_count(user, team)
    for user in (evaluator, stranger):
        assert not can_name_web(user, team)
        assert not can_ask_for_count(user, team)


def test_a_drawing_has_a_limited_number_of_nodes():
    assert web_page.MOST_DRAWN == picture.MOST_DRAWN == 160
