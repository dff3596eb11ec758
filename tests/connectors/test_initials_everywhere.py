"""Only initials of residents not told about our records: every page of the URL tables, as builder and evaluator, and
files.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities.resources.importing import write_rows
from communities.resources.rehearsal import Fate, rehearse
from communities.spreadsheets import csv_lines
from connectors.models import Conversation, Introduction, Person
from connectors.resources import PersonResource
from tests.factories.connectors import GiftFactory, IntroductionFactory, PersonFactory
from tests.url_table import build_world, tables

pytestmark = pytest.mark.django_db

NAME, NICKNAME, INITIALS = "Zuleikha Quarrington", "Zuzu Quarrel", "Z. Q."
PAGES = tables()
#: Pages that need the whole name, so that nobody is added twice or the wrong resident changed.
ALLOWED = {
    "connectors:person-update",  # The form that changes their details.
    "connectors:person-sheet",  # Their own sheet, read together or printed for them.
    "connectors:person-options",  # Suggestions for what a builder types.
    "connectors:end-options",
    "connectors:person-likeness",
    "connectors:person-merge",  # Two records are told apart by their names.
}
PEOPLE = [name for name, page in PAGES.items() if "GET" in page.methods and name not in ALLOWED]


@pytest.fixture
def world(settings):
    """Return the world, in which Rose has not been told about our records yet and every list may show her."""
    world = build_world()
    Person.objects.filter(pk=world.person.pk).update(
        known_as=NAME, also_known_as=NICKNAME, told_on=None, created_by=world.builder
    )
    Person.objects.filter(pk=world.person.pk).update(first_met_on=timezone.localdate() - timedelta(days=90))
    world.person.refresh_from_db()
    for kind in ("offered", "private"):
        GiftFactory(person=world.person, is_offered=kind == "offered")
    IntroductionFactory(team=world.team, to_person=world.person, introduced_by=world.builder)
    Introduction.objects.update(introduced_on=timezone.localdate() - timedelta(days=60))
    Conversation.objects.update(builder=world.builder)
    return world


def shown(world, person: str, name: str) -> str:
    """Return what a user reads at a URL, including attributes."""
    client = Client()
    client.force_login(getattr(world, person))
    page = PAGES[name]
    query = f"?{page.query}" if page.query else ""
    response = client.get(reverse(name, kwargs=page.kwargs(world) if page.kwargs else None) + query, follow=True)
    body = response.getvalue() if response.streaming else response.content
    return body.decode(errors="replace") + " ".join(f"{key}: {value}" for key, value in response.headers.items())


@pytest.mark.parametrize("person", ["builder", "evaluator"])
def test_no_page_shows_the_name(world, person) -> None:
    found, seen = [], 0
    for name in PEOPLE:
        text = shown(world, person, name)
        seen += INITIALS in text
        if any(word in text for word in (*NAME.split(), *NICKNAME.split())):
            found.append(name)
    assert found == []
    if person == "builder":
        assert seen >= 8, "the walk must meet the resident on many pages"


def test_the_search_of_pages_would_find_a_name(world) -> None:
    Person.objects.filter(pk=world.person.pk).update(told_on=timezone.localdate())
    assert NAME in shown(world, "builder", "connectors:person-list")
    assert NAME not in shown(world, "evaluator", "connectors:person-list")


def test_a_user_who_types_the_name_sees_it(client_for, builder, team) -> None:
    PersonFactory(team=team, known_as=NAME, untold=True)
    answer = client_for(builder).get(reverse("connectors:person-options"), {"q": "Zul"})
    assert NAME in answer.content.decode()
    answer = client_for(builder).get(reverse("connectors:end-options"), {"from_words": "Zul"})
    assert NAME in answer.content.decode()


def test_an_export_has_initials_and_importing_it_changes_no_name(manager, team) -> None:
    person = PersonFactory(team=team, known_as=NAME, untold=True)
    told = PersonFactory(team=team, known_as="Rose")
    resource = PersonResource(user=manager)
    column = resource.headings.index("known_as")
    cells = list(resource.export(Person.objects.filter(team=team)))
    assert {row[0]: row[column] for row in cells} == {person.pk: INITIALS, told.pk: "Rose"}
    file = "".join(csv_lines(resource.headings, cells)).encode()
    assert [row.fate for row in rehearse(resource, file).rows] == [Fate.SAME, Fate.SAME]
    cells[[row[0] for row in cells].index(person.pk)][resource.headings.index("street")] = "Mill Row"
    judged = rehearse(resource, "".join(csv_lines(resource.headings, cells)).encode())
    assert write_rows(resource, judged).changed == 1
    person.refresh_from_db()
    assert (person.known_as, person.street) == (NAME, "Mill Row")
    cells[0][resource.headings.index("uuid")] = "something else"
    judged = rehearse(resource, "".join(csv_lines(resource.headings, cells)).encode())
    assert judged.rows[0].refusals["uuid"] == ["Kith calculates this, so it cannot be imported. Leave it empty."]
