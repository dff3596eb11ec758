"""Items that phones send after a resident was erased do not bring the resident back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from communities.models import AuditEntry
from connectors.actions.erasing import erase_person
from connectors.capture.actions.late_names import delete_expired_names
from connectors.capture.queries import open_item
from connectors.models import Conversation, ErasedName, Gift, Person, ReviewItem, SealedItem
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


@pytest.fixture
def rose(team) -> Person:
    """Return a resident with two names, a street with a number, a phone number and an email address."""
    reach = {"street": "12 Mill Lane", "phone": "0117 496 0999", "email": "rose@example.org"}
    return PersonFactory(team=team, known_as="Rosé O’Quill", also_known_as="Duchess", **reach)


def test_whole_names_and_contact_details_do_not_come_back(phone, builder, team, rose) -> None:
    words = "ROSE O'QUILL’s tea at 12 Mill Lane. The Duchess: +44 117 4960 999, Rose@Example.org. A quill and a mill."
    item = phone.write(people="Idris, rose o’quill", summary=words, idea="Tea with Duchess")
    erase_person(person=rose, by=builder)
    answer = phone.send(item)
    assert (answer.status_code, answer.json()["state"]) == (201, "kept")
    talk = Conversation.objects.get()
    assert [each.known_as for each in talk.people.all()] == ["Idris"]
    assert talk.summary == "Somebody’s tea at Somebody. The Somebody: Somebody, Somebody. A quill and a mill."
    assert (talk.idea, talk.unsorted_names) == ("Tea with Somebody", [])
    listed = ReviewItem.objects.get(model="connectors.conversation")
    assert (listed.object_id, listed.person_id, listed.field_names) == (talk.pk, rose.pk, ["summary", "idea"])
    assert AuditEntry.objects.filter(verb="erase_name", model="connectors.conversation", object_id=talk.pk).exists()
    assert phone.send(item).status_code == 200
    assert Conversation.objects.count() == 1


def test_a_first_name_alone_among_the_people_is_asked_about(client_for, phone, builder, team, rose) -> None:
    item = phone.write(people="Rose", summary="Duchess brought cake.")
    erase_person(person=rose, by=builder)
    answer = phone.send(item)
    assert (answer.status_code, SealedItem.objects.get().reason) == (202, "person")
    assert not Conversation.objects.exists()
    kept = dict(open_item(SealedItem.objects.get()).fields)
    assert (kept["people"], kept["summary"]) == ("Rose", "Somebody brought cake.")
    page = client_for(builder).get(f"{WAITING}{item['uuid']}/").content.decode()
    assert "Choose again who was there" in page
    assert "Quill" not in page


def test_a_part_of_a_name_in_a_text_is_kept_and_listed(phone, builder, team, rose) -> None:
    item = phone.write(people="Zyx", summary="Rose brought cake, and a rose.")
    erase_person(person=rose, by=builder)
    assert phone.send(item).status_code == 201
    assert Conversation.objects.get().summary == "Rose brought cake, and a rose."
    assert ReviewItem.objects.filter(model="connectors.conversation").count() == 1


def test_what_is_written_after_the_erasure_is_saved_as_written(phone, builder, team, rose) -> None:
    erase_person(person=rose, by=builder)
    ErasedName.objects.update(erased_at=timezone.now() - timedelta(minutes=6))
    assert phone.send(phone.write(people="Rose O’Quill", summary="A new Rose O’Quill.")).status_code == 201
    talk = Conversation.objects.get()
    assert (talk.summary, talk.people.get().known_as) == ("A new Rose O’Quill.", "Rose O’Quill")
    assert not ReviewItem.objects.filter(model="connectors.conversation").exists()


def test_other_teams_and_other_people_lose_no_name(phone, builder, team) -> None:
    other = PersonFactory(known_as="Hana Moor")
    ErasedName.objects.create(team=other.team, person=other, digest="0" * 64)
    item = phone.write(people="Hana Moor", summary="Rose Quilliam and Quill Rose.")
    erase_person(person=PersonFactory(team=team, known_as="Rose Quill"), by=builder)
    assert phone.send(item).status_code == 201
    assert Conversation.objects.get().summary == "Rose Quilliam and Quill Rose."


def test_drafts_and_the_descriptions_of_photos_lose_them_too(phone, builder, team, rose) -> None:
    photo = phone.photograph(None, b"x", alt="Rose O’Quill at the gate")
    draft = phone.draft(uuid4(), 1, summary="Rose O’Quill")
    erase_person(person=rose, by=builder)
    assert [phone.send(each).status_code for each in (photo, draft)] == [202, 201]
    told = [open_item(each) for each in SealedItem.objects.order_by("kind")]
    assert [each.words.get("alt") or dict(each.fields)["summary"] for each in told] == [
        "Somebody",
        "Somebody at the gate",
    ]


def test_only_digests_are_stored_and_for_ninety_days(builder, team, rose) -> None:
    erase_person(person=rose, by=builder)
    rows = ErasedName.objects.filter(person=rose)
    assert rows.count() >= 6
    assert all(len(each.digest) == 64 and str(each) == str(each.pk) for each in rows)
    rows.update(erased_at=timezone.now() - timedelta(days=89))
    assert delete_expired_names() == 0
    rows.update(erased_at=timezone.now() - timedelta(days=91))
    assert delete_expired_names() >= 6
    assert not ErasedName.objects.exists()
