"""Who sees the name of a resident not told about our records: the builder who wrote it down and the managers, on every page
of the URL tables and in files; another builder and an evaluator see initials at most.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communities.models import Role
from communities.resources.importing import write_rows
from communities.resources.rehearsal import Fate, rehearse
from communities.spreadsheets import csv_lines
from connectors.models import Conversation, Introduction, Person
from connectors.resources import PersonResource
from tests.factories.communities import UserFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, IntroductionFactory, PersonFactory
from tests.url_table import build_world, tables

pytestmark = pytest.mark.django_db

NAME, NICKNAME, INITIALS = "Zuleikha Quarrington", "Zuzu Quarrel", "Z. Q."
PAGES = tables()
#: Every page that a user can open; what pages leave to a search is asked for by `query` of the tables.
PEOPLE = [name for name, page in PAGES.items() if "GET" in page.methods]
#: Texts to check after somebody was erased: the rows of every app, each called what the app calls it for any reader.
#: `calendar` is read by programs of others, so it holds initials on purpose.
FOR_ANYBODY = {"connectors:review-list", "calendar"}


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
    world.other = UserFactory(name="Olu Other", email="olu@example.org", roles={world.team: [Role.BUILDER]})
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


def walk(world, person: str) -> tuple[list[str], list[str]]:
    """Return the pages on which a user reads the name, any part of it, and those on which they read the initials."""
    full, masked = [], []
    for name in PEOPLE:
        text = shown(world, person, name)
        if any(word in text for word in (*NAME.split(), *NICKNAME.split())):
            full.append(name)
        if INITIALS in text:
            masked.append(name)
    return full, masked


@pytest.mark.once
@pytest.mark.parametrize("person", ["other", "evaluator"])
def test_no_page_shows_the_name_to_others(world, person) -> None:
    full, masked = walk(world, person)
    assert full == []
    if person == "other":
        assert len(masked) >= 8, "the walk must meet the resident on many pages"


@pytest.mark.once
@pytest.mark.parametrize("person", ["builder", "manager", "administrator"])
def test_every_page_shows_the_name_to_its_author_and_the_managers(world, person) -> None:
    full, masked = walk(world, person)
    assert len(full) >= 12
    assert set(masked) - FOR_ANYBODY == set()


def test_an_author_who_is_no_builder_any_more_sees_initials(world) -> None:
    Person.objects.filter(pk=world.person.pk).update(created_by=world.evaluator)
    full, _masked = walk(world, "evaluator")
    assert full == []


def test_a_full_name_of_somebody_not_told_has_a_badge(world) -> None:
    url = reverse("connectors:person-detail", args=[world.person.uuid])
    client = Client()
    for reader, is_marked in ((world.builder, True), (world.manager, True), (world.other, False)):
        client.force_login(reader)
        heading = client.get(url).content.decode().split("<h1", 1)[1].split("</h1>")[0]
        assert ("Not told yet" in heading, NAME in heading) == (is_marked, is_marked)


def test_the_search_of_pages_would_find_a_name(world) -> None:
    Person.objects.filter(pk=world.person.pk).update(told_on=timezone.localdate())
    assert NAME in shown(world, "other", "connectors:person-list")
    assert NAME not in shown(world, "evaluator", "connectors:person-list")


def test_only_its_author_is_offered_the_name_in_full(client_for, builder, team) -> None:
    mine = PersonFactory(team=team, known_as=NAME, untold=True, created_by=builder)
    for url, query in (("connectors:person-options", {"q": "Zul"}), ("connectors:end-options", {"from_words": "Zul"})):
        Person.objects.filter(pk=mine.pk).update(created_by=builder)
        assert NAME in client_for(builder).get(reverse(url), query).content.decode()
        Person.objects.filter(pk=mine.pk).update(created_by=None)
        text = client_for(builder).get(reverse(url), query).content.decode()
        assert NAME not in text
        assert INITIALS in text


@pytest.mark.parametrize(
    ("typed", "is_shown"),
    [
        ("zuleikha QUARRINGTON", True),
        ("Quarrington, Zuleikha", True),
        ("Zuzu Quarrel", True),
        ("Zuleikha", False),
        ("Zuleikha Quarringto", False),
        ("Zuleikha Quarrington Smith", False),
        ("Zuleikha Quarrel", False),
        ("Z. Q.", False),
    ],
)
def test_a_whole_name_stands_beside_the_initials_as_it_was_typed(client_for, builder, team, typed, is_shown) -> None:
    """Whoever types all of a name knows it; a part of it is not confirmed, and nothing is shown that was not typed."""
    PersonFactory(team=team, known_as=NAME, also_known_as=NICKNAME, untold=True)
    for query in ({"q": typed}, {"q": typed, "whole": 1}):
        page = client_for(builder).get(reverse("connectors:person-options"), query).content.decode()
        known, found, _new = page.partition('id="person-option-new"')
        assert (f"“{typed}”, as you typed it" in known) == is_shown, (typed, query)
        read = known.replace(typed, "")
        assert not [word for word in (*NAME.split(), *NICKNAME.split()) if word in read]
        assert 'data-label="Z. Q."' in known or not is_shown
        assert found, "somebody new is offered, too"


def test_what_a_colleague_typed_is_confirmed_to_nobody_else(client_for, team, builder, manager) -> None:
    hidden = PersonFactory(team=team, known_as=NAME, untold=True, neighbourhood=None)
    talk = ConversationFactory(team=team, builder=builder, unsorted_names=[NAME])
    url = reverse("connectors:conversation-detail", args=[talk.uuid])
    questions = {}
    for reader in (builder, UserFactory(name="Olu", roles={team: [Role.BUILDER]}), manager):
        questions[reader.name] = client_for(reader).get(url).content.decode().partition('id="unsorted"')[2]
    button = f'value="{hidden.uuid}"'
    of = {name: text.partition(button)[2].partition("</button>")[0] for name, text in questions.items()}
    assert f"“{NAME}”" in of[builder.name]
    assert INITIALS in of[builder.name]
    assert "Quarrington" not in of["Olu"]
    assert NAME in of[manager.name]
    assert "“" not in of[manager.name]


def test_another_builder_changes_a_street_and_not_the_hidden_name(world) -> None:
    client = Client()
    client.force_login(world.other)
    url = reverse("connectors:person-update", args=[world.person.uuid])
    form = client.get(url).context["form"]
    assert "known_as" not in form.fields
    values = {name: form[name].value() or "" for name in form.fields}
    client.post(url, {**values, "street": "8 Kiln Lane", "known_as": "Somebody", "also_known_as": ""})
    world.person.refresh_from_db()
    assert (world.person.street, world.person.known_as, world.person.also_known_as) == ("8 Kiln Lane", NAME, NICKNAME)


def test_a_managers_export_has_names_and_initials_in_a_file_change_none(manager, team) -> None:
    person = PersonFactory(team=team, known_as=NAME, untold=True)
    told = PersonFactory(team=team, known_as="Rose")
    resource = PersonResource(user=manager)
    column = resource.headings.index("known_as")
    cells = list(resource.export(Person.objects.filter(team=team)))
    assert {row[0]: row[column] for row in cells} == {person.pk: NAME, told.pk: "Rose"}
    cells[[row[0] for row in cells].index(person.pk)][column] = INITIALS
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


def test_the_writer_reads_that_the_text_names_somebody_not_told(client_for, team, builder, manager) -> None:
    zoe = PersonFactory(team=team, known_as="Zoë Quill", untold=True, created_by=builder)
    talk = ConversationFactory(team=team, builder=builder, people=[zoe], summary="ZOE counts swifts.")
    url = reverse("connectors:conversation-detail", args=[talk.uuid])
    assert "Your text names Zoë Quill" in client_for(builder).get(url).content.decode()
    assert "Your text names" not in client_for(manager).get(url).content.decode()
    Person.objects.update(told_on=talk.held_on)
    assert "Your text names" not in client_for(builder).get(url).content.decode()
