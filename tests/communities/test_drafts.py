"""Drafts: what is posted and not saved comes back, to the user who typed it and to nobody else."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from communities.draft_tokens import FIELD, WITHOUT, new_token, read_token
from communities.drafts import MOST_AT_ONCE, MOST_BYTES, MOST_OPEN
from communities.models import Draft, DraftPhoto, User
from connectors.models import Person
from evaluation.models import Story
from tests.factories.communities import DraftFactory, DraftPhotoFactory
from tests.form_reader import form_with
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db

STORY = reverse("evaluation:story-create")
SAVE = reverse("communities:draft-save")
WORDS = "The bench that came back"


def opened(client, url=STORY, name="title") -> dict[str, list[str]]:
    """Return what a form posts when nothing is changed."""
    return dict(form_with(client.get(url), name).data)


def said(user, team, **more) -> dict[str, str]:
    """Return what the script of a form sends."""
    words = {"token": new_token(user_id=user.pk), "team": str(team.pk), "page": STORY, "address": STORY}
    return {"said": json.dumps(words | {"tab": "one", "sequence": "1", "fields": [["self_text", WORDS]]} | more)}


def a_photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("bench.jpg", photo_bytes(), "image/jpeg")


def test_a_refused_form_leaves_a_draft_that_fills_it_in_again(client_for, builder):
    client = client_for(builder)
    data = opened(client) | {"title": "", "self_text": WORDS}
    assert client.post(STORY, data).status_code == 200
    draft = Draft.objects.get()
    assert (draft.user, draft.page) == (builder, STORY)
    page = client.get(STORY).content.decode()
    assert f": {WORDS}" in page
    assert draft.get_absolute_url() in page
    again = client.get(draft.get_absolute_url())
    form = form_with(again, "title")
    assert form.data["self_text"] == [WORDS]
    assert form.data["uuid"] == data["uuid"]
    assert read_token(form.data[FIELD][0]).uuid == draft.uuid
    assert "errorlist" not in again.content.decode()


def test_saving_closes_the_draft(client_for, builder):
    client = client_for(builder)
    client.post(STORY, opened(client) | {"title": "", "self_text": WORDS})
    draft = Draft.objects.get()
    form = form_with(client.get(draft.get_absolute_url()), "title").data
    assert client.post(STORY, form | {"title": ["The bench"]}).status_code == 302
    assert Story.objects.get().self_text == WORDS
    draft.refresh_from_db()
    assert draft.closed_at
    assert draft.fields == []
    assert WORDS not in client.get(STORY).content.decode()


def test_opening_a_draft_that_could_be_saved_saves_nothing(client_for, builder, team):
    url = reverse("assets:asset-create")
    client = client_for(builder)
    data = opened(client, url, "name") | {"name": "The hall", "kind": "place"}
    fields = [
        [name, value] for name, values in data.items() for value in ([values] if isinstance(values, str) else values)
    ]
    draft = DraftFactory(user=builder, team=team, address=url, page=url, fields=fields)
    page = client.get(draft.get_absolute_url())
    assert form_with(page, "name").data["name"] == ["The hall"]
    assert "has been saved" not in page.content.decode()
    assert not team.assets.exists()


def test_a_session_that_ended_keeps_words_and_photos_for_the_same_user_only(
    client, client_for, builder, manager, media
):
    data = opened(client_for(builder)) | {"title": "A bench", "self_text": WORDS, "photo": a_photo()}
    answer = client.post(STORY, data)
    page = answer.content.decode()
    assert answer.status_code == 403
    draft = Draft.objects.get()
    assert draft.user == builder
    assert f"continue%3D{draft.uuid}" in page
    assert "chosen again" not in page
    other = client_for(manager).get(draft.get_absolute_url()).content.decode()
    assert WORDS not in other
    assert WORDS not in client_for(manager).get(STORY).content.decode()
    assert f'name="{WITHOUT}"' in client_for(builder).get(draft.get_absolute_url()).content.decode()


def test_a_stranger_stores_nothing(client, builder, team):
    for token in ("", "x.y.z", new_token(user_id=builder.pk)[:-1] + "!"):
        client.post(STORY, {FIELD: token, "for_team": team.pk, "self_text": WORDS})
        client.post(SAVE, said(builder, team, token=token))
    assert not Draft.objects.exists()


def test_a_form_of_somebody_else_is_not_stored(client_for, builder, manager, team):
    assert client_for(manager).post(SAVE, said(builder, team)).status_code == 401
    builder.is_active = False
    builder.save()
    assert not Draft.objects.exists()


def test_somebody_who_left_the_team_stores_nothing(client, stranger, team):
    assert client.post(SAVE, said(stranger, team)).status_code == 401


def test_the_photo_of_a_refused_form_is_saved_with_the_next_try(client_for, builder, media):
    client = client_for(builder)
    data = opened(client) | {"title": "", "self_text": WORDS, "photo_alt": "A bench", "photo": a_photo()}
    page = client.post(STORY, data)
    assert "Your photo is still here" in page.content.decode()
    assert "hoose the photo again" not in page.content.decode()
    photo = DraftPhoto.objects.get()
    with Image.open(photo.image.path) as image:
        assert not image.getexif()
    seen = client.get(reverse("communities:draft-photo", args=[photo.draft.uuid, "photo"]))
    assert b"".join(seen.streaming_content)[:2] == b"\xff\xd8"
    form = form_with(page, "title").data | {"title": "The bench"}
    form.pop(WITHOUT, None)
    assert client.post(STORY, form).status_code == 302
    assert Story.objects.get().photo
    assert client.post(STORY, form).status_code == 302
    assert Story.objects.count() == 1


def test_a_photo_that_was_taken_out_is_not_saved(client_for, builder, media, django_capture_on_commit_callbacks):
    client = client_for(builder)
    data = opened(client) | {"title": "", "self_text": WORDS, "photo_alt": "A bench", "photo": a_photo()}
    form = form_with(client.post(STORY, data), "title").data
    with django_capture_on_commit_callbacks(execute=True):
        again = client.post(STORY, form | {WITHOUT: "photo"})
    assert "Your photo is still here" not in again.content.decode()
    assert not DraftPhoto.objects.exists()
    form = form_with(again, "title").data | {"title": "The bench", "photo_alt": ""}
    assert client.post(STORY, form).status_code == 302
    assert not Story.objects.get().photo


def test_two_pages_of_one_draft_never_overwrite_each_other(client, builder, team):
    first = client.post(SAVE, said(builder, team)).json()
    client.post(SAVE, said(builder, team, token=first["token"], tab="two", fields=[["self_text", "Second"]]))
    fork = client.post(SAVE, said(builder, team, token=first["token"], sequence="2", fields=[["self_text", "Third"]]))
    assert fork.json()["uuid"] != first["uuid"]
    assert sorted(draft.fields[0][1] for draft in Draft.objects.all()) == ["Second", "Third"]


def test_a_late_request_does_not_bring_a_saved_draft_back(client, client_for, builder, team):
    signed_in = client_for(builder)
    data = opened(signed_in) | {"title": "A bench", "self_text": WORDS, "draft-tab": "one", "draft-sequence": "2"}
    assert signed_in.post(STORY, data).status_code == 302
    late = client.post(SAVE, said(builder, team, token=data[FIELD][0], sequence="1"))
    assert late.status_code == 202
    assert not Draft.objects.filter(closed_at=None).exists()


def test_passwords_and_tokens_are_not_stored(client, builder, team):
    fields = [["password", "kettle"], ["csrfmiddlewaretoken", "x"], ["draft", "x"], ["self_text", WORDS]]
    client.post(SAVE, said(builder, team, fields=fields))
    assert Draft.objects.get().fields == [["self_text", WORDS]]


def test_long_broken_and_hurried_requests_are_refused(client, builder, team):
    long = [["self_text", "x" * (MOST_BYTES + 1)]]
    assert client.post(SAVE, said(builder, team, fields=long)).status_code == 413
    assert client.post(SAVE, {"said": "["}).status_code == 422
    assert client.post(SAVE, {"said": json.dumps({"token": "x", "fields": 7})}).status_code == 422
    first = client.post(SAVE, said(builder, team)).json()
    Draft.objects.update(version=MOST_AT_ONCE + 100, begun_at=timezone.now())
    hurried = said(builder, team, token=first["token"], sequence="2", fields=[["self_text", "again"]])
    assert client.post(SAVE, hurried).status_code == 202
    assert Draft.objects.get().fields == [["self_text", WORDS]]


def test_the_oldest_drafts_make_room(client, builder, team):
    for number in range(MOST_OPEN):
        DraftFactory(user=builder, team=team, saved_at=timezone.now() - timedelta(hours=1 + number))
    client.post(SAVE, said(builder, team))
    assert Draft.objects.count() == MOST_OPEN


def test_drafts_and_their_photos_are_deleted_when_nobody_continues(
    builder, team, media, settings, django_capture_on_commit_callbacks
):
    old = timezone.now() - timedelta(days=settings.KEEP_DRAFTS_DAYS, minutes=1)
    photo = DraftPhotoFactory(draft__user=builder, draft__team=team, draft__saved_at=old)
    closed = DraftFactory(user=builder, team=team, closed=True)
    Draft.objects.filter(pk=closed.pk).update(closed_at=timezone.now() - timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
        call_command("delete_expired", verbosity=0)
    assert not Draft.objects.exists()
    assert not photo.image.storage.exists(photo.image.name)
    assert not User.objects.get(pk=builder.pk).has_drafts


def test_the_list_shows_all_of_it_and_deletes(client_for, builder, team):
    draft = DraftFactory(user=builder, team=team, page=f"/people/{uuid4()}/edit/", fields=[["self_text", WORDS]])
    client = client_for(builder)
    page = client.get(reverse("communities:draft-list")).content.decode()
    assert page.count(WORDS) == 2
    assert client.post(reverse("communities:draft-delete", args=[draft.uuid])).status_code == 302
    assert not Draft.objects.visible_to(builder).exists()


def test_a_draft_of_a_row_that_was_changed_meanwhile_says_so(client_for, builder, manager, team):
    person = Person.objects.create(team=team, known_as="Amina", created_by=builder)
    url = reverse("connectors:person-update", args=[person.uuid])
    client = client_for(builder)
    data = opened(client, url, "known_as")
    fields = [[name, value] for name, values in data.items() for value in values]
    draft = DraftFactory(user=builder, team=team, address=url, page=url, fields=[*fields, ["street", "Brook Lane"]])
    Person.objects.filter(pk=person.pk).update(street="Mill Lane")
    form = form_with(client.get(draft.get_absolute_url()), "known_as").data | {"street": "Brook Lane"}
    answer = client.post(url, form).content.decode()
    assert "Somebody changed this while you were writing" in answer
    assert "Mill Lane" in answer
