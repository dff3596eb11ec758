"""What people type in the line of names although nobody is called that: asked about, never doubled, never lost."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from connectors.models import Conversation, Person
from connectors.queries.names import match_names
from connectors.rules.typed_names import (
    DESCRIBED,
    NO_NAME,
    SURNAME_FIRST,
    apart_from_reach,
    in_natural_order,
    is_surname,
    why_asked,
)
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import PersonFactory
from tests.markup import flat

pytestmark = pytest.mark.django_db


def page(people="", **more):
    return {
        "uuid": str(uuid.uuid4()), "people": people, "summary": "Hello", "held_on": timezone.localdate().isoformat(),
        "gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0", **more,
    }  # fmt: skip


def send(client, **sent):
    return client.post(reverse("connectors:conversation-create"), page(**sent))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("3 kids", DESCRIBED),
        ("a lady with a dog", DESCRIBED),
        ("two lads", DESCRIBED),
        ("the Patels", DESCRIBED),
        ("Peter's mum", DESCRIBED),
        ("Peter’s two boys", DESCRIBED),
        ("her sister", DESCRIBED),
        ("Patel, Asha", SURNAME_FIRST),
        ("0117 496 0123", NO_NAME),
        ("a@example.org", NO_NAME),
        ("A Jones", ""),
        ("Theo", ""),
        ("Bothwell", ""),
        ("O", ""),
        ("Siân O'Neill", ""),
        ("D'Arcy", ""),
        ("👩🏽‍🌾 Fern", ""),
        ("مريم", ""),
        ("Maud 0117 496 0123", ""),
    ],
)
def test_what_is_asked_about(name, why):
    assert why_asked(name) == why


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("Maud 0117 496 0123", ("Maud", "0117 496 0123", "")),
        ("+44 (0)117 496-0123 Maud", ("Maud", "+44 (0)117 496-0123", "")),
        ("Maud maud@example.org", ("Maud", "", "maud@example.org")),
        ("Maud <maud@example.org> 07700900123", ("Maud", "07700900123", "maud@example.org")),
        ("Flat 12", ("Flat 12", "", "")),
        ("Henry 8", ("Henry 8", "", "")),
    ],
)
def test_a_number_beside_a_name(typed, parts):
    found = apart_from_reach(typed)
    assert (found.name, found.phone, found.email) == parts


def test_surnames():
    assert in_natural_order("Patel, Asha") == "Asha Patel"
    assert in_natural_order("Asha") == "Asha"
    assert is_surname("PATEL")
    assert not is_surname("Maud")


class TestNumbers:
    @pytest.mark.parametrize(
        "typed",
        ["Margaret 0117 496 0123", "0117 496 0123", "Zed +441174960123", "maud@EXAMPLE.org", "Zed maud@example.org"],
    )
    def test_a_known_number_or_address_is_asked_about(self, team, builder, typed):
        maud = PersonFactory(team=team, known_as="Maud", phone="0117 4960123", email="maud@example.org")
        found = match_names(user=builder, team=team, neighbourhood=None, names=[typed])[typed]
        assert found.candidates == (maud,)
        assert found.is_unclear

    def test_somebody_else_here_with_the_name_is_not_taken_for_them(self, team, builder):
        here = NeighbourhoodFactory(team=team, name="Hill End")
        mine = PersonFactory(team=team, known_as="Maud", neighbourhood=here)
        reached = PersonFactory(team=team, known_as="Peggy", phone="0117 4960123", neighbourhood=here)
        typed = "Maud 0117 496 0123"
        found = match_names(user=builder, team=team, neighbourhood=here, names=[typed, "Maud"])
        assert found["Maud"].person == mine
        assert set(found[typed].candidates) == {mine, reached}

    def test_a_new_resident_keeps_the_number(self, team, builder, client_for):
        assert send(client_for(builder), people="Maud 0117 496 0123, Tom tom@example.org").status_code == 302
        assert set(Person.objects.values_list("known_as", "phone", "email")) == {
            ("Maud", "0117 496 0123", ""),
            ("Tom", "", "tom@example.org"),
        }

    def test_a_number_beside_a_known_name_is_not_lost(self, team, builder, client_for):
        here = NeighbourhoodFactory(team=team, name="Hill End")
        PersonFactory(team=team, known_as="Maud", neighbourhood=here)
        assert send(client_for(builder), people="Maud 0117 496 0123", neighbourhood=here.pk).status_code == 302
        assert "To reach them: Maud 0117 496 0123." in Conversation.objects.get().summary
        assert Person.objects.count() == 1

    def test_a_number_alone_is_refused_in_plain_words(self, team, builder, client_for):
        shown = flat(send(client_for(builder), people="0117 496 0123").content.decode())
        assert "What are they called?" in shown
        assert not Person.objects.exists()
        assert not Conversation.objects.exists()


class TestNoNames:
    def test_a_group_is_asked_about_and_can_be_noted(self, team, builder, client_for):
        client = client_for(builder)
        shown = flat(send(client, people="Maud, 3 kids").content.decode())
        assert "may not be a name" in shown
        assert "No page needed" in shown
        assert not Person.objects.exists()
        sent = {"people": "Maud", "people-asked": ["3 kids"], "people-pick": ["note:3 kids"]}
        assert send(client, **sent).status_code == 302
        assert Conversation.objects.get().summary == "Hello\n\nAlso there: 3 kids."
        assert [person.known_as for person in Person.objects.all()] == ["Maud"]

    def test_somebody_can_be_called_that(self, team, builder, client_for):
        sent = {"people-asked": ["Peter's mum"], "people-pick": ["new:Peter's mum"]}
        for _turn in range(2):
            send(client_for(builder), **sent)
        assert Person.objects.filter(known_as="Peter's mum").exists()

    def test_unanswered_is_asked_again(self, team, builder, client_for):
        shown = send(client_for(builder), **{"people-asked": ["3 kids"]}).content.decode()
        assert 'value="note:3 kids"' in shown
        assert not Conversation.objects.exists()


class TestSurnameFirst:
    def test_one_person_or_two(self, team, builder, client_for):
        client = client_for(builder)
        shown = flat(send(client, people="Patel, Asha").content.decode())
        assert "Is “Patel, Asha” one person or two?" in shown
        assert "Two people: Patel and Asha" in shown
        assert not Person.objects.exists()
        asked = {"people-asked": ["Patel, Asha"]}
        assert send(client, **asked, **{"people-pick": ["new:Asha Patel"]}).status_code == 302
        assert [person.known_as for person in Person.objects.all()] == ["Asha Patel"]
        again = flat(send(client, people="Patel, Asha").content.decode())
        assert "Asha Patel, last met" in again
        person = Person.objects.get()
        assert send(client, **asked, **{"people-pick": [f"is:{person.uuid}:Patel, Asha"]}).status_code == 302
        assert Person.objects.count() == 1

    def test_two_people(self, team, builder, client_for):
        sent = {"people-asked": ["Patel, Asha"], "people-pick": ["two:Patel, Asha"]}
        assert send(client_for(builder), **sent).status_code == 302
        assert {person.known_as for person in Person.objects.all()} == {"Patel", "Asha"}

    def test_two_first_names_are_two_people(self, team, builder, client_for):
        assert send(client_for(builder), people="Maud, Amina").status_code == 302
        assert Person.objects.count() == 2

    def test_a_resident_of_both_names_is_asked_about(self, team, builder, client_for):
        PersonFactory(team=team, known_as="Amina Maud")
        shown = flat(send(client_for(builder), people="Maud, Amina").content.decode())
        assert "Is “Maud, Amina” one person or two?" in shown


class TestAnswers:
    def test_a_short_form_that_was_answered_is_not_asked_again(self, team, builder, client_for):
        william = PersonFactory(team=team, known_as="William")
        client = client_for(builder)
        assert f'value="is:{william.uuid}:Bill"' in send(client, people="Bill").content.decode()
        sent = {"people-asked": ["Bill"], "people-pick": [f"is:{william.uuid}:Bill"]}
        assert send(client, **sent).status_code == 302
        assert list(Conversation.objects.get().people.all()) == [william]
        assert Person.objects.count() == 1


class TestBadNames:
    @pytest.mark.parametrize("name", ["O", "x" * 80, "👩🏽‍🌾", "مريم", "李小龍"])
    def test_kept(self, team, builder, client_for, name):
        for _turn in range(2):
            assert send(client_for(builder), people=name).status_code in (200, 302)
        assert [person.known_as for person in Person.objects.all()] == [name]

    def test_eighty_one_letters_are_refused(self, team, builder, client_for):
        shown = send(client_for(builder), people="x" * 81)
        assert shown.status_code == 200
        assert "80 characters" in shown.content.decode()
        assert not Person.objects.exists()

    @pytest.mark.parametrize("name", ["\u200b", "\u2060\u200e", "Maud, \u200b\u200b"])
    def test_only_invisible_characters_are_nobody(self, team, builder, client_for, name):
        send(client_for(builder), people=name)
        assert not Person.objects.exclude(known_as="Maud").exists()

    def test_two_hundred_in_one_line(self, team, builder, client_for):
        shown = send(client_for(builder), people=", ".join(f"Name{n}" for n in range(200)))
        assert "At most 60 people" in shown.content.decode()
        assert "Name199" in shown.content.decode()
        assert not Person.objects.exists()


def test_a_name_alone_is_marked_for_the_page(team, builder, client_for):
    client, url = client_for(builder), reverse("connectors:person-options")
    for typed, mark in (("3 kids", "described"), ("Patel", "surname")):
        assert f'data-odd="{mark}"' in client.get(url, {"q": typed, "whole": 1}).content.decode()
    assert "data-odd" not in client.get(url, {"q": "Maud", "whole": 1}).content.decode()
