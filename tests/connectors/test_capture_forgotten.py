"""Items that phones send after a resident was erased do not bring the resident back."""

import pytest

from connectors.actions.erasing import erase_person
from connectors.models import Conversation, Gift, Person
from tests.factories.connectors import ConversationFactory, PersonFactory

pytestmark = pytest.mark.django_db
WAITING = "/record/waiting/"


@pytest.mark.parametrize(
    "fields",
    [
        {"people-known": "{rose}"},
        {"people-known": "{rose}", "people": "Idris", "summary": "Rose bakes."},
        {
            "people": "Idris",
            "gifts-TOTAL_FORMS": "1",
            "gifts-0-whose": "{rose}",
            "gifts-0-name": "Baking",
            "gifts-0-kind": "hands",
        },
    ],
)
def test_a_late_item_does_not_restore_an_erased_resident(client_for, phone, builder, team, fields) -> None:
    rose = PersonFactory(team=team, known_as="Rose", street="Mill Lane")
    item = phone.write(**{name: value.format(rose=rose.uuid) for name, value in fields.items()})
    erase_person(person=rose, by=builder)
    answer = phone.send(item)
    assert (answer.status_code, answer.json()["state"]) == (202, "parked")
    assert not Person.everyone.filter(known_as__icontains="Rose").exists()
    assert not Gift.objects.filter(name="Baking").exists()
    assert not Conversation.objects.exists()
    assert set(Person.everyone.values_list("pk", flat=True)) == {rose.pk}
    page = client_for(builder).get(f"{WAITING}{item['uuid']}/").content.decode()
    assert "Mill Lane" not in page
    assert rose.conversations.count() == 0


def test_a_conversation_with_an_erased_resident_can_still_be_changed(client_for, builder, team) -> None:
    rose, idris = (PersonFactory(team=team, known_as=name) for name in ("Rose", "Idris"))
    talk = ConversationFactory(team=team, builder=builder, people=[rose, idris], summary="They met.")
    erase_person(person=rose, by=builder)
    there = {"people-known": [str(rose.uuid), str(idris.uuid)], "summary": "They met at the hall."}
    day = {"held_on": talk.held_on.isoformat(), "gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0"}
    seen = client_for(builder).get(f"/conversations/{talk.uuid}/change/").context["form"]["seen_at"].value()
    client_for(builder).post(f"/conversations/{talk.uuid}/change/", {**there, **day, "seen_at": seen})
    talk.refresh_from_db()
    assert (talk.summary, set(talk.people.all())) == ("They met at the hall.", {rose, idris})
