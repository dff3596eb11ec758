"""Forms that were sealed on a phone without signal: they arrive as drafts, for their writers alone."""

import json
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from communities.draft_tokens import new_token, read_token
from communities.drafts import MOST_BYTES
from communities.models import Draft, DraftPhoto
from connectors.actions.erasing import erase_person
from connectors.capture import sealing
from connectors.models import SealedItem
from tests.factories.communities import DraftFactory, DraftPhotoFactory
from tests.factories.connectors import PersonFactory
from tests.factories.connectors_capture import SealingKeyFactory, key_pair
from tests.form_reader import form_with
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db

STORY, FORM = reverse("evaluation:story-create"), reverse("connectors:capture-form")
WORDS = "The bench that came back"


@pytest.fixture(autouse=True)
def key(request, db) -> None:
    """Create the key that phones seal with, unless the phone of a test has brought it."""
    if "phone" not in request.fixturenames:
        SealingKeyFactory()


def sealed(user, team, *, body: bytes = b"", kind: str = "form", **more) -> dict[str, object]:
    """Return the request with which a phone hands a sealed form over."""
    token = more.pop("token", None) or new_token(user_id=user.pk)
    uuid = read_token(token).uuid if read_token(token) else UUID(int=1)
    words = {"v": 1, "uuid": str(uuid), "kind": kind, "token": token, "team": str(team.pk), "page": STORY}
    words |= {"address": STORY, "tab": "one", "sequence": "1", "fields": [["self_text", WORDS]]} | more
    plain = json.dumps(words).encode() + b"\n" + body
    envelope = sealing.seal(plain, kind=kind, uuid=uuid, kid=key_pair().kid, spki=key_pair().spki)
    now = timezone.now().isoformat()
    meta = {"uuid": str(uuid), "sha256": sealing.digest(envelope), "kind": kind, "recorded_at": now, "sent_at": now}
    return {"meta": json.dumps(meta), "sealed": SimpleUploadedFile("sealed", envelope)}


def test_a_sealed_form_becomes_the_draft_of_its_writer_once(client, client_for, builder, manager, team):
    token = new_token(user_id=builder.pk)
    answers = [client.post(FORM, sealed(builder, team, token=token)) for _twice in range(2)]
    draft = Draft.objects.get()
    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(200, "kept")] * 2
    assert [answer.json().get("url") for answer in answers] == [draft.get_absolute_url(), None]
    assert (draft.user, draft.team, draft.fields) == (builder, team, [["self_text", WORDS]])
    assert WORDS in client_for(builder).get(STORY).content.decode()
    assert WORDS not in client_for(manager).get(STORY).content.decode()
    assert not SealedItem.objects.exists()


def test_somebody_who_logs_no_conversations_gets_a_key_and_hands_a_form_over(client_for, evaluator, team):
    browser = client_for(evaluator)
    assert browser.get(reverse("connectors:capture-key")).json()["kid"] == key_pair().kid
    assert browser.post(FORM, sealed(evaluator, team)).json()["state"] == "kept"
    assert Draft.objects.get().user == evaluator


def test_a_photo_arrives_before_or_after_the_words(client, builder, team, media):
    token = new_token(user_id=builder.pk)
    photo = {"body": photo_bytes(), "photo": "photo", "type": "image/jpeg", "token": token}
    client.post(FORM, sealed(builder, team, **photo, sequence="2"))
    client.post(FORM, sealed(builder, team, token=token, sequence="1"))
    client.post(FORM, sealed(builder, team, **photo, sequence="2"))
    assert DraftPhoto.objects.get().draft == Draft.objects.get()
    assert Draft.objects.get().fields == [["self_text", WORDS]]


def test_a_form_that_was_saved_meanwhile_is_not_offered_again(client, client_for, builder, team):
    page = client_for(builder)
    data = dict(form_with(page.get(STORY), "title").data) | {"title": "A bench", "self_text": WORDS}
    token = data["draft"][0]
    client.post(FORM, sealed(builder, team, token=token, sequence="1"))
    assert page.post(STORY, data | {"draft-tab": "one", "draft-sequence": "3"}).status_code == 302
    assert client.post(FORM, sealed(builder, team, token=token, sequence="2")).json()["state"] == "gone"
    assert not Draft.objects.filter(closed_at=None).exists()


@pytest.mark.parametrize(("held_on", "state"), [("", "kept"), ("2999-01-01", "parked")])
def test_a_draft_that_the_queue_brings_is_not_offered_again(client_for, phone, builder, held_on, state):
    page, record = client_for(builder), reverse("connectors:conversation-create")
    data = dict(form_with(page.get(record), "summary").data) | {"summary": "", "people": "", "gifts-0-name": WORDS}
    assert page.post(record, data).status_code == 200
    draft = Draft.objects.get(closed_at=None)
    assert draft.user == builder
    more = {"held_on": held_on} if held_on else {}
    item = phone.write(summary="They bake.", people="Rose", draft=data["draft"][0], **more)
    assert phone.send(item).json()["state"] == state
    assert not Draft.objects.filter(closed_at=None).exists()


def test_the_queue_closes_nobody_elses_draft_and_leaves_photos(phone, builder, manager, team, media):
    anothers, with_photo = DraftFactory(user=manager, team=team), DraftFactory(user=builder, team=team)
    DraftPhotoFactory(draft=with_photo)
    for draft in (anothers, with_photo):
        token = new_token(user_id=draft.user_id, uuid=draft.uuid)
        assert phone.send(phone.write(summary="They bake.", people="Rose", draft=token)).json()["state"] == "kept"
    assert Draft.objects.filter(closed_at=None).count() == 2


@pytest.mark.parametrize("why", ["left", "forged", "another team"])
def test_what_nobody_may_have_any_more_is_deleted_from_the_phone(client, builder, team, other_team, why):
    if why == "left":
        builder.memberships.all().delete()
    where = other_team if why == "another team" else team
    answer = client.post(FORM, sealed(builder, where, token="x.y:z" if why == "forged" else ""))
    assert (answer.status_code, answer.json()["state"]) == (200, "gone")
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "more",
    [{"fields": 7}, {"fields": [["a"]]}, {"token": None, "fields": None}, {"kind": "conversation"}, {"v": 2}, {"without": 3}],
)  # fmt: skip
def test_malformed_contents_stay_on_the_phone(client, builder, team, more):
    answer = client.post(FORM, sealed(builder, team, **more))
    assert answer.status_code == 422
    assert "sha256" not in answer.json()
    assert not Draft.objects.exists()


def test_a_form_that_is_too_long_for_a_draft_stays_on_the_phone(client, builder, team):
    answer = client.post(FORM, sealed(builder, team, fields=[["self_text", "x" * (MOST_BYTES + 1)]]))
    assert (answer.status_code, answer.json()["reason"]) == (422, "size")


def test_another_digest_or_a_broken_request_is_refused(client, builder, team):
    item = sealed(builder, team)
    meta = json.loads(item["meta"]) | {"sha256": "0" * 64}
    assert client.post(FORM, item | {"meta": json.dumps(meta)}).status_code == 422
    assert client.post(FORM, {"meta": "{"}).status_code == 422
    assert client.post(FORM, {"meta": item["meta"]}).status_code == 422
    assert not Draft.objects.exists()


def test_nobody_gets_a_key_without_a_session(client):
    assert client.get(reverse("connectors:capture-key")).status_code == 401


def test_a_resident_who_was_erased_meanwhile_does_not_come_back_with_a_form(client, builder, team):
    said = sealed(builder, team, fields=[["self_text", "Rose Quill mends, and Idris sings."]], title="Rose Quill")
    erase_person(person=PersonFactory(team=team, known_as="Rose Quill"), by=builder)
    assert client.post(FORM, said).json()["state"] == "kept"
    assert Draft.objects.get().fields == [["self_text", "Somebody mends, and Idris sings."]]
    assert "Quill" not in Draft.objects.get().title
