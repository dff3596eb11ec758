"""Erasing a resident: nothing that identifies them stays anywhere in the database, and counts stay correct."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse

from communities.full_text import full_texts
from communities.models import Role
from connectors.actions.erasing import erase_person
from connectors.actions.merges import merge_people
from connectors.capture.queries import open_item
from connectors.models import ConsentRecord, Conversation, Introduction, Person, SealedItem, Wish
from tests.factories.communities import UserFactory
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    PersonFactory,
    ThemeFactory,
)
from tests.factories.connectors_capture import Phone, SealedItemFactory, SealingKeyFactory, park
from tests.factories.connectors_consent import ConsentFactory, ReadBackLinkFactory, WishFactory
from tests.factories.connectors_journeys import JourneyChangeFactory, JourneyFactory
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db
CANARIES = (
    "Zyxwina",
    "Quibblethwaite",
    "Zyxie",
    "0117 496 0999",
    "174960999",
    "zyxwina@example.org",
    "Canary Row",
    "Zyxwinna",
)


@pytest.fixture
def zyxwina(team):
    """Return a resident whose every word is unique."""
    return PersonFactory(
        team=team, known_as="Zyxwina Quibblethwaite", also_known_as="Zyxie", street="4 Canary Row", phone="0117 496 0999",
        phone_key="174960999", name_key="zyxwinaquibblethwaite", email="zyxwina@example.org",
    )  # fmt: skip


@pytest.fixture
def written(zyxwina, team, builder, manager):
    """Write about her wherever Kith can; return the conversation with her alone and one with somebody else too."""
    other = PersonFactory(team=team, known_as="Bert")
    alone = ConversationFactory(
        team=team, builder=builder, people=[zyxwina], summary="Zyxwina loves canaries.", idea="An aviary", stepped=True,
        photo=ContentFile(photo_bytes(), name="her.jpg"), photo_alt="Zyxie at home",
    )  # fmt: skip
    both = ConversationFactory(
        team=team, builder=builder, people=[zyxwina, other], summary="Zyxwina met Bert. ZYXWINA laughed.",
        idea="Zyxwina Quibblethwaite's choir", unsorted_names=["zyxie", "Bo"],
    )  # fmt: skip
    gift = GiftFactory(person=zyxwina, name="Whistling", heard_in=alone)
    IntroductionFactory(
        team=team, from_person=zyxwina, to_person=other, reason="Zyxwina whistles", met=True, outcome_note="Zyxie"
    )
    journey = JourneyFactory(person=zyxwina, builder=builder, vision="Zyxwina on a stage")
    JourneyChangeFactory(journey=journey, noted_by=builder, words="Zyxwina sings")
    zyxwina.themes.add(ThemeFactory(team=team))
    ConsentFactory(person=zyxwina)
    WishFactory(person=zyxwina, words="Zyxwina with one n")
    ReadBackLinkFactory(person=zyxwina, made_by=builder)
    twin = PersonFactory(team=team, known_as="Zyxwinna", phone="0117 496 0999", phone_key="174960999")
    merge_people(kept=zyxwina, absorbed=twin, by=manager)
    kind = ContentType.objects.get_for_model(Person)
    LogEntry.objects.create(
        user=manager,
        content_type=kind,
        object_id=str(zyxwina.pk),
        object_repr="Zyxwina",
        action_flag=CHANGE,
        change_message="Zyxie",
    )
    return alone, both, gift


def held() -> str:
    """Return every text in every table of the database, full-text indexes included.

    A full-text index of SQLite cannot be read as a table; the table beside it gives its words.
    """
    texts = []
    indexes = {index.index for index in full_texts()}
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        assert connection.vendor != "sqlite" or {f"{index}_words" for index in indexes} <= tables
        for table in sorted(tables - indexes):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                for value in row:
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    texts.append(f"{table}: {raw.decode(errors='replace')}")
    return "\n".join(texts).lower()


def test_the_search_finds_every_test_value_before(zyxwina, written) -> None:
    text = held()
    assert [canary for canary in CANARIES if canary.lower() not in text] == []


@pytest.mark.parametrize("words_too", [True, False])
def test_nothing_is_found_afterwards(zyxwina, written, builder, words_too) -> None:
    erase_person(person=zyxwina, by=builder, words_too=words_too)
    lines = held().splitlines()
    assert [(canary, line[:200]) for canary in CANARIES for line in lines if canary.lower() in line] == []


def test_counted_rows_stay(zyxwina, written, builder) -> None:
    alone, both, _gift = written
    erase_person(person=zyxwina, by=builder)
    zyxwina.refresh_from_db()
    assert (zyxwina.known_as, zyxwina.shown_as, zyxwina.contact_preference) == ("Somebody", "Somebody", "no_contact")
    assert zyxwina.erased_on
    assert Conversation.objects.filter(people=zyxwina).count() == 2
    assert Introduction.objects.get().outcome == "met"
    assert ConsentRecord.objects.filter(person=zyxwina).count() == 1
    assert all(gift.name == f"#{gift.pk}" for gift in zyxwina.gifts.all())
    assert not zyxwina.themes.exists()
    alone.refresh_from_db()
    both.refresh_from_db()
    assert alone.summary == "Somebody loves canaries."
    assert not alone.photo
    assert both.summary == "Somebody met Bert. Somebody laughed."
    assert both.unsorted_names == ["Bo"]
    wish = Wish.objects.get()
    assert (wish.words, wish.handled_by) == ("", builder)


def test_texts_are_deleted_on_request_unless_others_took_part(
    zyxwina, written, builder, django_capture_on_commit_callbacks
) -> None:
    alone, both, _gift = written
    storage, name = alone.photo.storage, alone.photo.name
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person=zyxwina, by=builder, words_too=True)
    alone.refresh_from_db()
    both.refresh_from_db()
    assert (alone.summary, alone.idea, alone.steps.count(), alone.photo.name) == ("", "", 0, "")
    assert not storage.exists(name)
    assert "met Bert" in both.summary


def test_a_name_in_lower_case_is_an_ordinary_word(team, builder) -> None:
    rose = PersonFactory(team=team, known_as="Rose")
    talk = ConversationFactory(
        team=team, builder=builder, people=[rose], summary="Rose grows a rose in Rosehill. ROSE!"
    )
    erase_person(person=rose, by=builder)
    talk.refresh_from_db()
    assert talk.summary == "Somebody grows a rose in Rosehill. Somebody!"


def test_who_can_erase(zyxwina, evaluator, stranger) -> None:
    for user in (evaluator, stranger):
        with pytest.raises(PermissionDenied):
            erase_person(person=zyxwina, by=user)


def test_the_page_asks_once(client_for, builder, zyxwina) -> None:
    url = reverse("connectors:person-erase", kwargs={"uuid": zyxwina.uuid})
    answer = client_for(builder).post(url, {"words_too": "on"})
    assert answer.status_code == 200
    assert "Nothing was erased. Tick this box" in answer.content.decode()
    assert Person.objects.get(pk=zyxwina.pk).known_as.startswith("Zyxwina")
    assert client_for(builder).post(url, {"is_sure": "on"}).status_code == 302
    assert Person.objects.get(pk=zyxwina.pk).known_as == "Somebody"
    assert "Somebody" not in client_for(builder).get(reverse("connectors:person-list")).content.decode()


def said(item: SealedItem) -> dict[str, list[str]]:
    """Return the controls sealed in an item, as lists."""
    item.refresh_from_db()
    found: dict[str, list[str]] = {}
    for name, value in open_item(item).fields:
        found.setdefault(name, []).append(value)
    return found


def test_waiting_items_lose_their_data_and_keep_the_rest(zyxwina, team, builder, manager):
    bert = PersonFactory(team=team, known_as="Bert")
    waits = {
        "people": "zyxwina quibblethwaite, Mary", "people-known": [str(zyxwina.uuid), str(bert.uuid)], "people-new": ["Zyxie"],
        "summary": "Zyxwina rang from 0117 496 0999; Mary bakes.", "gifts-0-whose": "Zyxie", "gifts-0-name": "Whistling",
    }  # fmt: skip
    item = park(builder, team, **waits)
    other = park(builder, team, people="Rose", summary="Zyx is a letter short.")
    begun = Phone(builder, team)
    begun.send(begun.draft(SealedItemFactory.build().uuid, 1, summary="Met Zyxie."))
    gone = SealedItemFactory(team=team, user=builder)
    before, digest = bytes(SealedItem.objects.get(pk=other.pk).sealed), item.sha256
    erase_person(person=zyxwina, by=manager)
    fields = said(item)
    assert fields["summary"] == ["Somebody rang from Somebody; Mary bakes."]
    assert fields["people"][0].strip(" ,") == "Mary"
    assert fields["people-known"] == [str(bert.uuid)]
    assert "people-new" not in fields
    assert (fields["gifts-0-whose"], fields["gifts-0-name"]) == ([""], ["Whistling"])
    assert item.sha256 == digest
    assert said(SealedItem.objects.get(kind="draft"))["summary"] == ["Met Somebody."]
    assert bytes(SealedItem.objects.get(pk=other.pk).sealed) == before
    assert SealedItem.objects.get(pk=gone.pk).sealed == b"KITH1"


def test_waiting_items_of_another_team_are_not_opened(zyxwina, other_team, manager):
    SealingKeyFactory()
    theirs = park(UserFactory(roles={other_team: [Role.BUILDER]}), other_team, people="Zyxie", summary="Zyxie")
    erase_person(person=zyxwina, by=manager)
    assert said(theirs)["summary"] == ["Zyxie"]
