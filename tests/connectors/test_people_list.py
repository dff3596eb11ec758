"""The list of people: when each was last met, jumps to a letter, and whom nobody has seen for the longest."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.connectors import ConversationFactory, PersonFactory

pytestmark = pytest.mark.django_db

LIST = "connectors:person-list"


def test_the_list_says_when_each_was_last_met(team, builder, client_for) -> None:
    today = timezone.localdate()
    seen = PersonFactory(team=team, known_as="Ada", first_met_on=today - timedelta(days=400))
    PersonFactory(team=team, known_as="Bea", first_met_on=today - timedelta(days=21))
    for days in (30, 3):
        ConversationFactory(team=team, builder=builder, people=[seen], held_on=today - timedelta(days=days))
    rows = client_for(builder).get(reverse(LIST)).context["page"].rows
    assert [(person.known_as, (today - person.last_met_on).days) for person in rows] == [("Ada", 3), ("Bea", 21)]


def test_whom_nobody_has_seen_for_the_longest_is_first(team, builder, client_for) -> None:
    today = timezone.localdate()
    people = {
        name: PersonFactory(team=team, known_as=name, first_met_on=today - timedelta(days=days))
        for name, days in {"Ada": 10, "Bea": 500, "Cai": 90}.items()
    }
    ConversationFactory(team=team, builder=builder, people=[people["Bea"]], held_on=today)
    page = client_for(builder).get(reverse(LIST), {"order": "unseen"})
    assert [person.known_as for person in page.context["page"]] == ["Cai", "Ada", "Bea"]
    assert "not seen for the longest time first" in page.content.decode()


def test_a_letter_leads_into_a_long_list_with_pages_on_both_sides(team, builder, client_for) -> None:
    for number in range(30):
        for letter in "AMZ":
            PersonFactory(team=team, known_as=f"{letter}name {number:02}")
    client = client_for(builder)
    letters = dict(client.get(reverse(LIST)).context["letters"])
    assert list(letters) == list("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    page = client.get(letters["M"]).context["page"]
    assert [person.known_as for person in page][:2] == ["Mname 00", "Mname 01"]
    assert page.has_previous
    assert page.has_next
    before = client.get(page.previous_url).context["page"]
    assert [person.known_as for person in before][-1] == "Aname 29"
    # Nobody's name begins with N: the next who follow.
    assert client.get(letters["N"]).context["page"].rows[0].known_as == "Zname 00"


def test_a_short_list_has_no_letters(team, builder, client_for) -> None:
    PersonFactory(team=team)
    assert client_for(builder).get(reverse(LIST)).context["letters"] == []


def test_the_search_comes_before_everything_but_one_button(team, builder, client_for) -> None:
    PersonFactory(team=team)
    page = client_for(builder).get(reverse(LIST)).content.decode().partition("<main")[2]
    before = page[: page.index('name="q"')]
    assert before.count('class="button') == 1
