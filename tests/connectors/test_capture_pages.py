"""The token that a phone gets, and the pages on which people resolve waiting items."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from communities.models import AuditEntry, Role
from connectors.actions.unsorted_names import resolve_name
from connectors.capture import queries
from connectors.capture.actions.receiving import acknowledge_loss, record_device
from connectors.models import Conversation, Device, Erased, ItemState, Person, SealedItem, SealingKey
from tests.factories.communities import UserFactory
from tests.factories.connectors import ConversationFactory, PersonFactory, ThemeFactory
from tests.factories.connectors_capture import DeviceFactory, Phone, SealedItemFactory, SealingKeyFactory, park
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db
PASS, WAITING = "/capture/pass/", "/record/waiting/"


# The token.


def test_the_pass_contains_all_that_a_phone_needs(client_for, builder, team, clock) -> None:
    key = SealingKeyFactory()
    client = client_for(builder)
    response = client.get(PASS, {"saved": "4"})
    said = response.json()
    device = Device.objects.get()
    assert said == {
        "owner": queries.owner_id(user_id=builder.pk, team_id=team.pk),
        "name_hint": "Brookside",
        "token": said["token"],
        "token_expires": (timezone.now() + timedelta(days=14)).isoformat(),
        "device": str(device.uuid),
        "saved": 4,
        "key": {"kid": key.kid, "spki": key.public_spki},
        "now": timezone.now().isoformat(),
        "lost": 0,
    }
    assert response.headers["Cache-Control"] == "no-store"
    cookie = response.cookies["kith-device"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == (str(device.uuid), True, "Lax")
    assert cookie["max-age"] == 400 * 24 * 60 * 60
    again = client.get(PASS, {"saved": "2"}).json()
    assert (again["device"], again["saved"], again["owner"]) == (said["device"], 4, said["owner"])


def test_the_first_pass_makes_the_first_key(client_for, builder) -> None:
    said = client_for(builder).get(PASS).json()
    assert said["key"]["kid"] == SealingKey.objects.get().kid


def test_the_pass_is_refused_in_json(client_for, evaluator, stranger) -> None:
    signed_out = Client().get(PASS)
    assert (signed_out.status_code, signed_out.json()) == (401, {"reason": "signed-out"})
    evaluating = client_for(evaluator).get(PASS)
    assert (evaluating.status_code, evaluating.json()) == (403, {"reason": "not-a-builder"})
    assert not Device.objects.exists()


@pytest.mark.parametrize("saved", ["", "x", "-1", "99999999999", "²"])
def test_an_invalid_count_is_ignored(client_for, builder, saved) -> None:
    SealingKeyFactory()
    assert client_for(builder).get(PASS, {"saved": saved}).json()["saved"] == 0


def test_a_request_from_another_site_changes_no_counts(client_for, builder) -> None:
    SealingKeyFactory()
    client, query = client_for(builder), {"saved": "2147483647", "empty": "1"}
    for site in ("cross-site", "none"):
        said = client.get(PASS, query, headers={"Sec-Fetch-Site": site}).json()
        assert (said["saved"], said["lost"]) == (0, 0)
    assert client.get(PASS, {"saved": "3"}, headers={"Sec-Fetch-Site": "same-origin"}).json()["saved"] == 3


def test_an_invalid_cookie_identifies_no_phone(client_for, builder) -> None:
    SealingKeyFactory()
    client = client_for(builder)
    client.cookies["kith-device"] = "not a number"
    assert client.get(PASS).status_code == 200


# The loss ledger.


def test_a_loss_is_noticed(client_for, builder, team) -> None:
    SealingKeyFactory()
    client = client_for(builder)
    said = client.get(PASS).json()
    phone = Phone(builder, team)
    phone.token, items = said["token"], [phone.write(people=f"Rose {number}") for number in range(7)]
    for item in items[:6]:
        phone.send(item)
    device = Device.objects.get(uuid=said["device"])
    line = queries.ledger_line(device)
    assert (line.saved, line.received, line.lost, line.coming) == (6, 6, 0, 0)
    emptied = client.get(PASS, {"saved": "7", "empty": "1"}).json()
    assert (emptied["saved"], emptied["lost"]) == (7, 1)
    page = client.get(WAITING).content.decode()
    assert "Your phone saved 7, we have 6." in page
    assert "1 will not arrive" in page
    assert client.post(f"/record/waiting/phones/{device.pk}/").status_code == 302
    assert client.get(PASS, {"saved": "7"}).json()["lost"] == 0
    line = queries.ledger_line(device)
    assert (line.lost, line.lost_ever, line.coming) == (0, 1, 0)
    assert "review_loss" in AuditEntry.objects.values_list("verb", flat=True)


def test_a_manager_sees_every_phone_and_a_builder_their_own(client_for, builder, manager, team, other_team) -> None:
    DeviceFactory(team=team, user=builder, saved=7)
    DeviceFactory(team=team, user=manager, saved=2)
    DeviceFactory(team=other_team, saved=9)
    assert [line.saved for line in queries.ledger(user=builder, team=team)] == [7]
    assert sorted(line.saved for line in queries.ledger(user=manager, team=team)) == [2, 7]
    assert "Bea Builder’s phone saved 7, we have 0." in client_for(manager).get(WAITING).content.decode()


def test_a_builder_does_not_see_the_losses_of_others(client_for, builder, manager, team) -> None:
    device = DeviceFactory(team=team, user=manager, saved=7)
    assert client_for(builder).post(f"/record/waiting/phones/{device.pk}/").status_code == 403
    acknowledge_loss(device=device, by=manager)


def test_an_emptied_phone_is_recorded_once(builder, team) -> None:
    number = uuid4()
    record_device(by=builder, team=team, uuid=number, saved=3)
    first = record_device(by=builder, team=team, uuid=number, is_empty=True)
    second = record_device(by=builder, team=team, uuid=number, is_empty=True)
    assert first.emptied_at == second.emptied_at
    assert second.emptied_up_to == 3


# The list of waiting items.


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_a_constant_number_of_queries(
    client_for, manager, builder, team, count, django_assert_num_queries
) -> None:
    for _ in range(count):
        SealedItemFactory(team=team, user=manager, recorded_at=timezone.now())
        SealedItemFactory(team=team, user=manager, state=ItemState.DRAFT, kind="draft", recorded_at=timezone.now())
        SealedItemFactory(team=team, user=builder, recorded_at=timezone.now())
        DeviceFactory(team=team, user=builder, saved=4)
        talk = ConversationFactory(team=team)
        SealedItemFactory(
            team=team, user=manager, state=ItemState.KEPT, reason="names", conversation=talk, recorded_at=timezone.now()
        )
    client = client_for(manager)
    client.get(WAITING)
    with django_assert_num_queries(9):
        client.get(WAITING)


def test_the_page_lists_what_waits_without_its_text(client_for, builder, manager, team) -> None:
    mine = park(builder, team, summary="A secret of mine")
    theirs = park(manager, team, summary="A secret of theirs")
    page = client_for(builder).get(WAITING).content.decode()
    assert f"/record/waiting/{mine.uuid}/" in page
    assert str(theirs.uuid) not in page
    assert "secret" not in page
    seen = client_for(manager).get(WAITING).content.decode()
    assert f"/record/waiting/{mine.uuid}/" in seen
    assert "Bea Builder" in seen
    assert "secret" not in seen


# Resolving an item.


def page_of(item: SealedItem) -> str:
    """Return the URL of a waiting item."""
    return f"/record/waiting/{item.uuid}/"


def filled(item: SealedItem, **changes: str) -> dict[str, str]:
    """Return what the page of a parked conversation posts."""
    today = timezone.localdate().isoformat()
    page = {"uuid": str(item.uuid), "people": "Rose", "held_on": today}
    return page | {"gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0"} | changes


def test_a_waiting_item_opens_in_the_form_and_saving_settles_it(client_for, builder, team) -> None:
    item = park(builder, team, summary="She bakes.")
    client = client_for(builder)
    page = client.get(page_of(item)).content.decode()
    assert "She bakes." in page
    assert "Choose a day in the last two years" in page
    assert not Person.objects.exists(), "looking keeps nothing"
    response = client.post(page_of(item), filled(item, summary="She bakes."))
    assert response.status_code == 302
    talk = Conversation.objects.get()
    assert (talk.uuid, talk.summary, talk.builder) == (item.uuid, "She bakes.", builder)
    item.refresh_from_db()
    assert (item.state, item.sealed, item.conversation) == (ItemState.KEPT, None, talk)
    assert client.get(page_of(item)).headers["Location"] == f"/conversations/{item.uuid}/"
    assert not AuditEntry.objects.filter(verb="open").exists()


def test_a_photo_added_while_checking_is_saved(client_for, builder, team) -> None:
    item = park(builder, team)
    photo = SimpleUploadedFile("brook.jpg", photo_bytes())
    assert client_for(builder).post(page_of(item), filled(item) | {"photo": photo}).status_code == 302
    assert Conversation.objects.get().photo


def test_an_invalid_form_keeps_the_item_waiting(client_for, builder, team) -> None:
    item = park(builder, team)
    response = client_for(builder).post(page_of(item), filled(item, held_on="2998-01-01", summary="Typed now"))
    assert response.status_code == 200
    assert "Typed now" in response.content.decode()
    item.refresh_from_db()
    assert item.state == ItemState.PARKED
    assert item.sealed is not None


def test_a_manager_opening_an_item_is_audited(client_for, manager, builder, team) -> None:
    item = park(builder, team, summary="She bakes.")
    client = client_for(manager)
    assert "She bakes." in client.get(page_of(item)).content.decode()
    entry = AuditEntry.objects.get(verb="open")
    assert (entry.actor, entry.object_id, entry.field_names) == (manager, str(item.pk), ["sealed"])
    client.post(page_of(item), filled(item))
    assert Conversation.objects.get().builder == builder


def test_a_manager_saves_an_item_of_somebody_who_left(client_for, manager, builder, team) -> None:
    item = park(builder, team)
    builder.is_active = False
    builder.save()
    assert client_for(manager).post(page_of(item), filled(item)).status_code == 302
    assert Conversation.objects.get().builder == manager


def test_nobody_else_can_open_an_item(client_for, builder, team, second_manager, stranger, evaluator) -> None:
    item = park(second_manager, team)
    for person in (builder, stranger, evaluator):
        for path in (page_of(item), f"{page_of(item)}delete/"):
            assert client_for(person).get(path).status_code == 404
            assert client_for(person).post(path).status_code == 404
    assert SealedItem.objects.get().state == ItemState.PARKED


def test_different_text_is_saved_beside_the_first(client_for, phone, builder) -> None:
    first = phone.write(people="Rose", summary="First")
    phone.send(first)
    phone.send(phone.write(uuid=SealedItem.objects.get().uuid, people="Mary", summary="Second"))
    item = SealedItem.objects.get(is_second=True)
    page = client_for(builder).get(page_of(item))
    number = page.context["form"]["uuid"].value()
    assert number != str(item.uuid)
    client_for(builder).post(page_of(item), filled(item, uuid=number, people="Mary", summary="Second"))
    assert sorted(Conversation.objects.values_list("summary", flat=True)) == ["First", "Second"]
    item.refresh_from_db()
    assert item.state == ItemState.KEPT


def test_deleting_an_item_asks_first_and_is_final(client_for, builder, team) -> None:
    item = park(builder, team)
    client = client_for(builder)
    assert "Delete this?" in client.get(f"{page_of(item)}delete/").content.decode()
    item.refresh_from_db()
    assert item.state == ItemState.PARKED
    assert client.post(f"{page_of(item)}delete/").status_code == 302
    item.refresh_from_db()
    assert (item.state, item.sealed) == (ItemState.DROPPED, None)
    assert Erased.objects.get().uuid == item.uuid
    assert "discard" in AuditEntry.objects.values_list("verb", flat=True)
    assert client.get(page_of(item)).status_code == 404


def test_deleting_different_text_keeps_the_saved_conversation_and_its_photo(client_for, phone, builder, team) -> None:
    talk = ConversationFactory(team=team, builder=builder, summary="As saved on the page.")
    words = phone.write(uuid=talk.uuid, summary="As written on the phone.")
    assert phone.send(words).json()["reason"] == "other-words"
    assert client_for(builder).post(f"{WAITING}{talk.uuid}/delete/").status_code == 302
    assert not Erased.objects.exists()
    assert phone.send(words).status_code == 410
    assert phone.send(phone.photograph(str(talk.uuid), photo_bytes())).status_code == 201
    talk.refresh_from_db()
    assert talk.photo


def test_a_uuid_used_by_two_users_opens_each_ones_own_item(client_for, builder, team) -> None:
    first = park(UserFactory(roles={team: [Role.BUILDER]}), team)
    mine = SealedItemFactory(uuid=first.uuid, user=builder, team=team, is_second=True, reason="other-words")
    page = client_for(builder).get(page_of(mine))
    assert page.status_code == 200
    assert page.context["item"] == mine


def test_a_parked_photo_says_why_and_can_be_tried_again(client_for, phone, builder) -> None:
    text = phone.write(people="Rose")
    phone.send(text)
    photo = phone.photograph(text["uuid"], b"not a photo")
    phone.send(photo)
    client, item = client_for(builder), SealedItem.objects.get(kind="photo")
    assert "The photo cannot be read" in client.get(page_of(item)).content.decode()
    assert client.post(page_of(item)).status_code == 200
    item.refresh_from_db()
    assert item.state == ItemState.PARKED


def test_a_second_photo_is_attached_once_the_first_is_deleted(client_for, phone, builder) -> None:
    text = phone.write(people="Rose")
    phone.send(text)
    for size in ((30, 30), (40, 40)):
        phone.send(phone.photograph(text["uuid"], photo_bytes(size)))
    item = SealedItem.objects.get(kind="photo", state=ItemState.PARKED)
    Conversation.objects.update(photo="")
    assert client_for(builder).post(page_of(item)).status_code == 302
    assert Conversation.objects.get().photo


def test_an_item_that_cannot_be_decrypted_says_so(client_for, builder, team) -> None:
    item = SealedItemFactory(team=team, user=builder, recorded_at=timezone.now())
    assert "cannot be opened" in client_for(builder).get(page_of(item)).content.decode()


# Drafts.


def test_a_draft_can_be_continued(client_for, phone, builder) -> None:
    number = uuid4()
    phone.send(phone.draft(number, 1, summary="Rose ba", held_on=""))
    client = client_for(builder)
    link = f"/record/?draft={number}"
    assert link in client.get("/record/unfinished/").content.decode()
    assert link in client.get(WAITING).content.decode()
    assert client.get(page_of(SealedItem.objects.get())).headers["Location"] == link
    page = client.get(link)
    assert "Rose ba" in page.content.decode()
    assert str(number) in page.content.decode()
    assert not page.context["form"].errors
    assert not Conversation.objects.exists()


def test_a_draft_is_visible_to_its_author_only(client_for, phone, manager, team) -> None:
    number = uuid4()
    phone.send(phone.draft(number, 1, summary="Rose ba"))
    assert "Rose ba" not in client_for(manager).get(f"/record/?draft={number}").content.decode()
    assert client_for(manager).get("/record/?draft=nonsense").status_code == 200
    assert queries.draft_data(phone.user, str(number), team=None) is None


def test_without_drafts_none_are_offered(client_for, builder) -> None:
    assert client_for(builder).get("/record/unfinished/").content.decode().strip() == ""


# Names to resolve.


def test_an_unclear_name_can_be_resolved(client_for, builder, team) -> None:
    bread = ThemeFactory(team=team, name="Bread")
    ann, _other = (PersonFactory(team=team, known_as="Ann") for _ in range(2))
    talk = ConversationFactory(team=team, builder=builder, unsorted_names=["Ann", "Bob"], themes=[bread])
    item = SealedItemFactory(team=team, user=builder, state=ItemState.KEPT, reason="names", conversation=talk)
    client, path = client_for(builder), f"/conversations/{talk.uuid}/names/"
    page = client.get(f"/conversations/{talk.uuid}/").content.decode()
    assert page.count(f'value="{ann.uuid}"') == 1
    client.post(path, {"name": "Ann", "who": str(ann.uuid)})
    client.post(path, {"name": "Ann", "who": str(ann.uuid)})
    client.post(path, {"name": "Bob", "who": "new"})
    talk.refresh_from_db()
    assert talk.unsorted_names == []
    assert {person.known_as for person in talk.people.all()} == {"Ann", "Bob"}
    assert ann in talk.people.all()
    assert bread not in ann.themes.all(), "two people were there, and nobody said who cares about it"
    assert Person.objects.count() == 3
    item.refresh_from_db()
    assert item.reason == ""
    assert AuditEntry.objects.filter(verb="match_people").count() == 2


def test_an_unclear_name_can_only_be_one_of_the_offered_residents(client_for, builder, team, other_team) -> None:
    talk = ConversationFactory(team=team, builder=builder, unsorted_names=["Ann"])
    stranger = PersonFactory(team=other_team, known_as="Ann")
    client, path = client_for(builder), f"/conversations/{talk.uuid}/names/"
    for who in (str(stranger.uuid), "", "x"):
        client.post(path, {"name": "Ann", "who": who})
    talk.refresh_from_db()
    assert talk.unsorted_names == ["Ann"]
    assert not talk.people.exists()


def test_others_cannot_resolve_an_unclear_name(builder, manager, team, other_team, client_for) -> None:
    from django.core.exceptions import PermissionDenied, ValidationError

    talk = ConversationFactory(team=team, builder=manager, unsorted_names=["Ann"])
    assert (
        client_for(builder).post(f"/conversations/{talk.uuid}/names/", {"name": "Ann", "who": "new"}).status_code == 403
    )
    with pytest.raises(PermissionDenied):
        resolve_name(conversation=talk, by=builder, name="Ann", person=None)
    with pytest.raises(ValidationError):
        resolve_name(conversation=talk, by=manager, name="Ann", person=PersonFactory(team=other_team))
