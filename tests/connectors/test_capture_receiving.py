"""Items that phones send: every response of the endpoint, and what is stored afterwards."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from communities.models import AuditEntry, Membership, Role
from connectors.actions.conversations import delete_conversation, log_conversation
from connectors.capture import rules, sealing
from connectors.capture.actions.receiving import delete_item
from connectors.models import Conversation, Erased, ItemState, Person, SealedItem
from tests.factories.communities import NeighbourhoodFactory, UserFactory
from tests.factories.connectors import ConversationFactory, PersonFactory, ThemeFactory
from tests.factories.connectors_capture import Phone, SealingKeyFactory
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db
DOOR = "/capture/"


def is_not_settled(response) -> bool:
    """Return whether a response echoes nothing, so that the phone keeps the item."""
    said = response.json()
    return response.headers["Content-Type"] == "application/json" and not {"uuid", "sha256"} & set(said)


def settles(response, item: dict) -> bool:
    """Return whether a response echoes the UUID and digest as JSON, so that the phone may delete the item."""
    said = response.json()
    return (said["uuid"], said["sha256"]) == (item["uuid"], item["sha256"])


# Saved.


def test_a_conversation_is_saved_once_and_returned(phone, builder) -> None:
    item = phone.write(people="Rose, Abdul", summary="They bake.")
    first, again = phone.send(item), phone.send(item)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["Cache-Control"] == "no-store"
    same = {"uuid": item["uuid"], "sha256": item["sha256"], "state": "kept", "url": f"/conversations/{item['uuid']}/"}
    assert first.json() == again.json() == same
    talk = Conversation.objects.get()
    assert (str(talk.uuid), talk.summary, talk.builder) == (item["uuid"], "They bake.", builder)
    assert {person.known_as for person in talk.people.all()} == {"Rose", "Abdul"}
    kept = SealedItem.objects.get()
    assert (kept.state, kept.sealed, kept.sequence, kept.conversation) == (ItemState.KEPT, None, 1, talk)


def test_receiving_is_audited_without_words(phone) -> None:
    phone.send(phone.write(people="Rose", summary="A secret"))
    verbs = list(AuditEntry.objects.order_by("pk").values_list("model", "verb"))
    assert ("connectors.sealeditem", "receive") in verbs
    assert ("connectors.conversation", "create") in verbs
    assert "secret" not in str(list(AuditEntry.objects.values()))


def test_dates_from_a_phone_are_corrected_by_its_clock_error(builder, team, clock) -> None:
    SealingKeyFactory()
    clock.move_to("2026-05-20 12:00:00+01:00", tick=False)
    phone = Phone(builder, team, clock_off=timedelta(days=3))
    item = phone.write(people="Rose", ago=timedelta(hours=13))
    assert item["recorded_at"].startswith("2026-05-22")
    phone.send(item)
    talk = Conversation.objects.get()
    assert talk.recorded_at == timezone.now() - timedelta(hours=13)
    assert talk.held_on == date(2026, 5, 19), "the phone said today, by its clock of three days later"
    raw = SealedItem.objects.get()
    assert raw.recorded_at.isoformat().startswith("2026-05-22")
    assert raw.sent_at - timezone.now() == timedelta(days=3)


@pytest.mark.parametrize("off", [timedelta(days=-3), timedelta(days=4000), timedelta(days=-4000), timedelta(hours=5)])
def test_a_clock_error_is_corrected_to_within_a_second(builder, team, clock, off) -> None:
    SealingKeyFactory()
    phone = Phone(builder, team, clock_off=off)
    began = timezone.now() - timedelta(minutes=7)
    assert phone.send(phone.write(people="Rose", ago=timedelta(minutes=7))).status_code == 201
    assert Conversation.objects.get().recorded_at == began


def test_a_date_that_the_builder_chose_is_not_corrected(builder, team) -> None:
    SealingKeyFactory()
    phone = Phone(builder, team, clock_off=timedelta(days=3))
    last_week = timezone.localdate() - timedelta(days=7)
    phone.send(phone.write(people="Rose", held_on=last_week.isoformat()))
    assert Conversation.objects.get().held_on == last_week


def test_the_moment_is_never_in_the_future() -> None:
    now = timezone.now()
    later = rules.corrected_moment(recorded_at=now + timedelta(days=2), sent_at=now, now=now)
    assert later == now


@pytest.mark.parametrize("summary", ["x" * 10_000, "👩🏽‍🌾 grows 🥕", "אברהם שר ערבית", "مرحبا، جارتي", "a\0b"])
def test_long_texts_emoji_and_right_to_left_are_saved(phone, summary) -> None:
    assert phone.send(phone.write(people="👩🏽‍🌾 Ann, مريم", summary=summary)).status_code == 201
    talk = Conversation.objects.get()
    assert talk.summary == summary.replace("\0", "")
    assert {person.known_as for person in talk.people.all()} == {"👩🏽‍🌾 Ann", "مريم"}


def test_an_ambiguous_name_waits_with_the_saved_conversation(phone, team) -> None:
    here = NeighbourhoodFactory(team=team)
    for _ in range(2):
        PersonFactory(team=team, neighbourhood=here, known_as="Ann")
    rose = PersonFactory(team=team, neighbourhood=here, known_as="Rose")
    item = phone.write(people="ann, Rose and Bob", neighbourhood=str(here.pk), summary="They bake.")
    response = phone.send(item)
    assert (response.status_code, response.json()["state"]) == (201, "kept")
    talk = Conversation.objects.get()
    assert talk.unsorted_names == ["ann"]
    assert {person.known_as for person in talk.people.all()} == {"Rose", "Bob"}
    assert rose in talk.people.all()
    assert Person.objects.filter(known_as__iexact="ann").count() == 2
    assert SealedItem.objects.get().reason == "names"


def test_an_unclear_name_alone_is_enough_to_save(phone, team) -> None:
    PersonFactory(team=team, known_as="Ann")
    assert phone.send(phone.write(people="Ann")).status_code == 201
    assert Conversation.objects.get().unsorted_names == ["Ann"]


@pytest.mark.parametrize("whose", ["Ann", ""])
def test_a_gift_of_an_unclear_name_makes_the_item_wait(phone, team, whose) -> None:
    PersonFactory(team=team, known_as="Ann")
    gift = {"gifts-TOTAL_FORMS": "1", "gifts-0-whose": whose, "gifts-0-name": "baking", "gifts-0-kind": "hands"}
    item = phone.write(people="Ann, Bob", **gift)
    response = phone.send(item)
    assert (response.status_code, response.json()["reason"]) == (202, "names")
    assert settles(response, item)
    assert not Conversation.objects.exists()
    assert not Person.objects.filter(known_as="Bob").exists()


# Parked: shown and kept, never dropped.


def parked(phone: Phone, item: dict, reason: str) -> SealedItem:
    """Send an item that must be parked for this reason, twice, and return what the server stores."""
    first, again = phone.send(item), phone.send(item)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert settles(first, item)
    assert (first.json()["state"], first.json()["reason"]) == ("parked", reason)
    assert first.json()["url"] == f"/record/waiting/{item['uuid']}/"
    assert len(first.json()["words"]) > 20
    kept = SealedItem.objects.get(uuid=item["uuid"])
    assert (kept.state, kept.reason, bytes(kept.sealed)) == (ItemState.PARKED, reason, item["sealed"])
    return kept


def test_an_item_that_the_form_refuses_needs_checking(phone) -> None:
    parked(phone, phone.write(people="Rose", held_on="2999-01-01"), "form")
    parked(phone, phone.write(people="Rose", summary="x" * 20_001), "form")
    parked(phone, phone.write(), "form")
    assert not Conversation.objects.exists()


def test_an_item_with_a_deleted_resident_needs_checking(phone, team) -> None:
    rose = PersonFactory(team=team)
    item = phone.write(**{"people-known": str(rose.uuid), "summary": "She bakes."})
    rose.delete()
    parked(phone, item, "person")


def test_an_item_with_another_teams_ids_needs_checking(phone, other_team) -> None:
    parked(phone, phone.write(people="Rose", neighbourhood=str(NeighbourhoodFactory(team=other_team).pk)), "team")
    parked(phone, phone.write(people="Rose", themes=str(ThemeFactory(team=other_team).pk)), "team")
    parked(phone, phone.write(**{"people-known": str(PersonFactory(team=other_team).uuid)}), "person")
    assert not Conversation.objects.exists()


def test_an_item_of_an_unknown_kind_needs_checking(phone, monkeypatch) -> None:
    monkeypatch.setattr("connectors.capture.views.phone.save_functions", dict)
    parked(phone, phone.write("light"), "kind")


def test_an_unexpected_error_parks_the_item_without_blocking_the_queue(phone, monkeypatch, caplog) -> None:
    def fail(written: object) -> None:
        raise KeyError("Rose's words")

    monkeypatch.setattr("connectors.capture.views.phone.save_functions", lambda: {"conversation": fail})
    parked(phone, phone.write(people="Rose"), "trouble")
    assert "KeyError" in caplog.text
    assert "Rose" not in caplog.text


def test_different_text_with_a_used_uuid_is_held(phone) -> None:
    first = phone.write(people="Rose", summary="First")
    second = phone.write(uuid=UUID(first["uuid"]), people="Rose", summary="Second")
    assert phone.send(first).status_code == 201
    for _ in range(2):
        response = phone.send(second)
        assert response.status_code == 409
        assert settles(response, second)
        assert (response.json()["state"], response.json()["reason"]) == ("parked", "other-words")
    assert [(item.is_second, item.state) for item in SealedItem.objects.order_by("pk")] == [
        (False, "kept"), (True, "parked"),
    ]  # fmt: skip
    assert Conversation.objects.get().summary == "First"
    assert phone.send(first).status_code == 200


def test_an_item_already_saved_on_the_page_is_not_duplicated(phone, builder, team) -> None:
    item = phone.write(people="Rose", summary="She bakes.")
    log_conversation(team=team, by=builder, uuid=item["uuid"], people=["Rose"], summary="She bakes.")
    assert phone.send(item).status_code == 201
    assert Conversation.objects.count() == 1
    other = phone.write(people="Rose", summary="Another page")
    log_conversation(team=team, by=builder, uuid=other["uuid"], people=["Rose"], summary="She bakes.")
    response = phone.send(other)
    assert (response.status_code, response.json()["reason"]) == (409, "other-words")


def test_an_item_with_anothers_uuid_needs_checking(phone, team) -> None:
    talk = ConversationFactory(team=team)
    response = phone.send(phone.write(uuid=talk.uuid, people="Rose"))
    assert (response.status_code, response.json()["reason"]) == (409, "other-words")
    item = phone.write(people="Mary")
    phone.send(item)
    another = Phone(UserFactory(roles={team: [Role.BUILDER]}), team)
    answer = another.send(another.write(uuid=UUID(item["uuid"]), people="Mary"))
    assert answer.status_code == 409
    assert SealedItem.objects.filter(user=another.user, state=ItemState.PARKED).count() == 1


# Erased.


def test_a_deleted_conversation_does_not_come_back(phone, builder) -> None:
    item = phone.write(people="Rose")
    phone.send(item)
    delete_conversation(conversation=Conversation.objects.get(), by=builder)
    response = phone.send(item)
    assert response.status_code == 410
    assert settles(response, item)
    assert response.json()["state"] == "erased"
    assert not Conversation.objects.exists()
    assert str(Erased.objects.get().uuid) == item["uuid"]


def test_an_item_deleted_before_it_arrived_counts_as_arrived(phone, builder, team) -> None:
    talk = log_conversation(team=team, by=builder, people=["Rose"])
    item = phone.write(uuid=talk.uuid, people="Rose")
    delete_conversation(conversation=talk, by=builder)
    for _ in range(2):
        assert phone.send(item).status_code == 410
    held = SealedItem.objects.get()
    assert (held.state, held.sealed, held.sequence) == (ItemState.DROPPED, None, 1)


def test_a_deleted_item_does_not_come_back(phone, builder) -> None:
    item = phone.write(people="Rose", held_on="2999-01-01")
    held = parked(phone, item, "form")
    delete_item(item=held, by=builder)
    assert phone.send(item).status_code == 410
    held.refresh_from_db()
    assert (held.state, held.sealed) == (ItemState.DROPPED, None)


def test_a_resent_page_does_not_restore_a_deleted_conversation(client_for, builder, team) -> None:
    talk = log_conversation(team=team, by=builder, people=["Rose"])
    delete_conversation(conversation=talk, by=builder)
    page = {"uuid": str(talk.uuid), "people": "Rose", "held_on": timezone.localdate().isoformat()}
    page |= {"gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0"}
    response = client_for(builder).post("/record/", page)
    assert response.status_code == 200
    assert "This was erased" in response.content.decode()
    assert not Conversation.objects.exists()


# Cannot be opened: nothing is echoed, so the phone keeps it.


def test_an_item_that_cannot_be_decrypted_is_reported_without_its_contents(phone) -> None:
    item = phone.write(people="Rose")
    broken = item["sealed"][:-1] + bytes([item["sealed"][-1] ^ 1])
    for sealed, digest in ((broken, sealing.digest(broken)), (item["sealed"], "0" * 64), (b"", sealing.digest(b""))):
        response = phone.send({**item, "sealed": sealed, "sha256": digest})
        assert (response.status_code, response.json()["reason"]) == (422, "seal")
        assert is_not_settled(response)
    assert not SealedItem.objects.exists()
    assert phone.send(item).status_code == 201, "the next one goes on"


def test_an_envelope_is_only_opened_for_its_owner(phone, stranger, other_team) -> None:
    item = phone.write(people="Rose")
    thief = Phone(stranger, other_team)
    response = thief.send(item)
    assert (response.status_code, response.json()["reason"]) == (422, "seal")
    phone.send(item)
    assert thief.send(item).status_code == 422
    assert not SealedItem.objects.filter(user=stranger).exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"uuid": "x"}, {"sha256": "short"}, {"kind": "letter"}, {"sequence": -1}, {"sequence": "1"}, {"sequence": True},
        {"saved": 2**40}, {"parent": "x"}, {"recorded_at": "yesterday"}, {"sent_at": "2026-05-20T12:00:00"},
        {"sent_at": "0001-01-01T00:00:00+00:00"}, {"recorded_at": None}, {"uuid": None}, {"kid": "é"}, {"kid": "k" * 5000},
    ],
)  # fmt: skip
def test_the_unencrypted_fields_are_validated(phone, changes) -> None:
    item = phone.write(people="Rose")
    response = phone.send(item, **changes)
    assert (response.status_code, response.json()["reason"]) == (422, "meta")
    assert is_not_settled(response)


@pytest.mark.parametrize("meta", ["", "x", "[]", "null", "[" * 3000])
def test_meta_must_be_an_object(phone, meta) -> None:
    headers = {"Authorization": f"Bearer {phone.token}"}
    response = Client().post(DOOR, {"meta": meta}, headers=headers)
    assert (response.status_code, response.json()["reason"]) == (422, "meta")


def test_a_truncated_body_is_to_be_sent_again(phone) -> None:
    headers = {"Authorization": f"Bearer {phone.token}"}
    response = Client().post(DOOR, b"--x\r\ncut", content_type="multipart/form-data; boundary=", headers=headers)
    assert (response.status_code, response.json()) == (400, {"reason": "broken"})


def test_too_large_a_body_is_refused_before_it_is_read(phone) -> None:
    headers = {"Authorization": f"Bearer {phone.token}"}
    response = Client().post(DOOR, {}, headers=headers, CONTENT_LENGTH=str(rules.MOST_BYTES + 1))
    assert response.status_code == 413
    assert is_not_settled(response)


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head", "options"])
def test_other_methods_are_answered_in_json(method) -> None:
    for address in (DOOR, "/capture/pass/"):
        if address == "/capture/pass/" and method in {"get", "head"}:
            continue
        response = getattr(Client(), method)(address)
        assert response.status_code == 405
        assert response.headers["Content-Type"] == "application/json"


def test_a_busy_database_does_not_park_the_item(phone, monkeypatch) -> None:
    from django.db import OperationalError

    def busy(**_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("connectors.capture.actions.receiving.receive_item", busy)
    response = phone.send(phone.write(people="Rose"))
    assert (response.status_code, response.json()) == (503, {"reason": "busy"})


# The token.


def refused(response, reason: str) -> bool:
    """Return whether a token was refused for this reason, with a message, nothing echoed and nothing stored."""
    said = response.json()
    return (response.status_code, said["reason"]) == (401, reason) and is_not_settled(response) and bool(said["words"])


def test_an_invalid_token_is_refused(phone) -> None:
    item = phone.write(people="Rose")
    claims = {"u": phone.user.pk, "t": phone.team.pk, "d": str(phone.device.uuid)}
    for token in ("", "x", phone.token[:-1], signing.dumps(claims), signing.dumps(claims, salt="other")):
        assert refused(phone.send(item, token=token), "token-bad")
    assert refused(Client().post(DOOR, {}, headers={"Authorization": f"Basic {phone.token}"}), "token-bad")
    assert not SealedItem.objects.exists()


def test_a_token_is_valid_for_two_weeks(phone, clock) -> None:
    fresh = Phone(phone.user, phone.team)
    item = fresh.write(people="Rose")
    clock.shift(timedelta(days=14, seconds=2))
    assert refused(fresh.send(item), "token-expired")
    fresh.token = Phone(phone.user, phone.team).token
    assert fresh.send(item).status_code == 201


def test_a_deactivated_builder_loses_nothing(phone, builder) -> None:
    item = phone.write(people="Rose")
    builder.is_active = False
    builder.save()
    assert refused(phone.send(item), "deactivated")
    assert not SealedItem.objects.exists()
    builder.is_active = True
    builder.save()
    assert phone.send(item).status_code == 201


def test_former_members_and_evaluators_are_refused(phone, builder, team) -> None:
    item = phone.write(people="Rose")
    Membership.objects.filter(user=builder, team=team).delete()
    assert refused(phone.send(item), "left-team")
    evaluator = Phone(UserFactory(roles={team: [Role.EVALUATOR]}), team)
    assert refused(evaluator.send(item), "left-team")


def test_a_session_does_not_replace_a_token(phone, client_for, builder) -> None:
    client = client_for(builder)
    assert refused(phone.send(phone.write(people="Rose"), token="", client=client), "token-bad")


@pytest.mark.parametrize("path", ["/", "/people/", "/record/", "/record/waiting/", "/conversations/", "/capture/pass/"])
def test_a_token_opens_no_page(phone, path) -> None:
    response = Client().get(path, headers={"Authorization": f"Bearer {phone.token}"})
    assert response.status_code in {302, 401}


def test_a_token_cannot_change_existing_rows(phone, team) -> None:
    talk = ConversationFactory(team=team, builder=phone.user, summary="As it was")
    phone.send(phone.write(uuid=talk.uuid, people="Rose", summary="Otherwise"))
    talk.refresh_from_db()
    assert talk.summary == "As it was"


# Photos.


def test_a_photo_is_attached_to_its_conversation(phone) -> None:
    text = phone.write(people="Rose")
    photo = phone.photograph(text["uuid"], photo_bytes())
    assert phone.send(text).status_code == 201
    first, again = phone.send(photo), phone.send(photo)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["url"] == f"/conversations/{text['uuid']}/"
    talk = Conversation.objects.get()
    assert talk.photo.name.endswith(".jpg")
    assert talk.photo_alt == "The brook"
    assert SealedItem.objects.get(kind="photo").sealed is None


def test_a_photo_that_arrives_first_waits(phone) -> None:
    text = phone.write(people="Rose")
    photo = phone.photograph(text["uuid"], photo_bytes())
    response = phone.send(photo)
    assert (response.status_code, response.json()) == (
        202, {"uuid": photo["uuid"], "sha256": photo["sha256"], "state": "waiting"},
    )  # fmt: skip
    phone.send(text)
    assert Conversation.objects.get().photo
    assert phone.send(photo).json()["state"] == "kept"


def test_a_photo_of_a_parked_conversation_waits_until_that_is_deleted(phone, builder) -> None:
    text = phone.write(people="Rose", held_on="2999-01-01")
    photo = phone.photograph(text["uuid"], photo_bytes())
    phone.send(text)
    assert phone.send(photo).json()["state"] == "waiting"
    delete_item(item=SealedItem.objects.get(uuid=text["uuid"]), by=builder)
    assert phone.send(photo).status_code == 410
    assert not SealedItem.objects.exclude(sealed=None).exists()


def test_a_photo_of_a_deleted_conversation_is_refused(phone, builder) -> None:
    text = phone.write(people="Rose")
    phone.send(text)
    delete_conversation(conversation=Conversation.objects.get(), by=builder)
    photo = phone.photograph(text["uuid"], photo_bytes())
    response = phone.send(photo)
    assert (response.status_code, response.json()["state"]) == (410, "erased")


@pytest.mark.parametrize("junk", [b"", b"not a photo", b"<svg xmlns='x'></svg>", photo_bytes()[:400]])
def test_a_file_that_is_not_a_photo_needs_checking(phone, junk) -> None:
    text = phone.write(people="Rose")
    phone.send(text)
    parked(phone, phone.photograph(text["uuid"], junk), "photo")


def test_a_second_photo_needs_checking(phone) -> None:
    text = phone.write(people="Rose")
    phone.send(text)
    phone.send(phone.photograph(text["uuid"], photo_bytes()))
    parked(phone, phone.photograph(text["uuid"], photo_bytes((30, 30))), "second-photo")


def test_a_photo_without_a_conversation_needs_checking(phone) -> None:
    parked(phone, phone.photograph(None, photo_bytes()), "parent")


def test_a_photo_is_never_attached_to_another_teams_conversation(phone, other_team) -> None:
    talk = ConversationFactory(team=other_team)
    assert phone.send(phone.photograph(talk.uuid, photo_bytes())).json()["state"] == "waiting"
    talk.refresh_from_db()
    assert not talk.photo


# Drafts.


def test_a_photo_is_never_attached_to_another_users_conversation(phone, builder, team, manager, client_for):
    talk = ConversationFactory(team=team, builder=manager)
    photo = phone.photograph(str(talk.uuid), photo_bytes(), alt="Not theirs")
    assert parked(phone, photo, "not-theirs").sealed
    talk.refresh_from_db()
    assert (bool(talk.photo), talk.photo_alt) == (False, "")
    page = f"/record/waiting/{photo['uuid']}/"
    assert client_for(builder).post(page).status_code == 200
    assert client_for(manager).post(page).status_code == 302
    talk.refresh_from_db()
    assert talk.photo


def test_the_latest_version_of_a_draft_wins(phone) -> None:
    number = uuid4()
    one, two, three = (phone.draft(number, version, summary=f"Version {version}") for version in (1, 2, 3))
    assert [phone.send(each).status_code for each in (one, three, two, three)] == [201, 200, 200, 200]
    held = SealedItem.objects.get()
    assert (held.state, held.draft_version, held.sha256, held.sequence) == ("draft", 3, three["sha256"], None)
    assert phone.send(two).json()["state"] == "draft"


def test_a_draft_is_deleted_when_its_conversation_arrives(phone) -> None:
    number = uuid4()
    draft = phone.draft(number, 1, summary="Rose ba")
    phone.send(draft)
    item = phone.write(uuid=number, people="Rose", summary="Rose bakes.")
    assert phone.send(item).status_code == 201
    assert [(each.kind, each.state) for each in SealedItem.objects.all()] == [("conversation", "kept")]
    late = phone.send(phone.draft(number, 2, summary="Rose bak"))
    assert (late.status_code, late.json()["state"]) == (200, "kept")
    assert Conversation.objects.get().summary == "Rose bakes."


def test_a_draft_is_deleted_when_the_page_saves_it(phone, builder, team) -> None:
    number = uuid4()
    phone.send(phone.draft(number, 1, summary="Rose ba"))
    log_conversation(team=team, by=builder, uuid=number, people=["Rose"])
    assert not SealedItem.objects.exists()
    assert phone.send(phone.draft(number, 2, summary="Rose bak")).json()["state"] == "kept"
    assert not SealedItem.objects.exists()


def test_a_draft_that_cannot_be_decrypted_is_refused(phone) -> None:
    draft = phone.draft(uuid4(), 1, summary="x")
    phone.send(draft)
    broken = draft["sealed"][:-1] + bytes([draft["sealed"][-1] ^ 1])
    answer = phone.send({**draft, "sealed": broken, "sha256": sealing.digest(broken), "draft_version": 2})
    assert answer.status_code == 422
    assert SealedItem.objects.get().draft_version == 1


def test_receiving_an_item_takes_a_limited_number_of_queries(phone, django_assert_max_num_queries) -> None:
    phone.send(phone.write(people="Mary"))
    with django_assert_max_num_queries(60):
        assert phone.send(phone.write(people="Rose", summary="She bakes.")).status_code == 201


def test_sending_an_item_again_takes_few_queries(phone, django_assert_max_num_queries) -> None:
    item = phone.write(people="Mary")
    phone.send(item)
    with django_assert_max_num_queries(20):
        assert phone.send(item).status_code == 200


def test_the_encrypted_time_takes_precedence_over_the_plain_one(clock, phone) -> None:
    item = phone.write(people="Rose", ago=timedelta(hours=2))
    phone.send(item, recorded_at=timezone.now().isoformat())
    assert Conversation.objects.get().recorded_at == timezone.now() - timedelta(hours=2)
