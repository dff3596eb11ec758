"""Drafts: what is posted and not saved comes back, to the user who typed it and to nobody else."""

import pytest
from django.urls import reverse

from communities.draft_tokens import FIELD, read_token
from communities.models import Draft
from evaluation.models import Story
from tests.form_reader import form_with

pytestmark = pytest.mark.django_db

STORY = reverse("evaluation:story-create")
SAVE = reverse("communities:draft-save")


def opened(client, url=STORY, name="title"):
    """Return the data of a form as it was served."""
    return {key: values for key, values in form_with(client.get(url), name).data.items()}


def test_a_refused_form_leaves_a_draft_that_fills_it_in_again(client_for, builder):
    client = client_for(builder)
    data = opened(client) | {"title": "", "self_text": "The bench that came back"}
    assert client.post(STORY, data).status_code == 200
    draft = Draft.objects.get()
    assert draft.user == builder and draft.page == STORY
    page = client.get(STORY).content.decode()
    assert "The bench that came back" in page and draft.get_absolute_url() in page
    again = client.get(draft.get_absolute_url())
    form = form_with(again, "title")
    assert form.data["self_text"] == ["The bench that came back"]
    assert form.data["uuid"] == data["uuid"]
    assert read_token(form.data[FIELD][0]).uuid == draft.uuid
    assert "errorlist" not in again.content.decode()


def test_saving_closes_the_draft_in_the_same_transaction(client_for, builder):
    client = client_for(builder)
    data = opened(client) | {"title": "", "self_text": "A bench came back."}
    client.post(STORY, data)
    draft = Draft.objects.get()
    form = form_with(client.get(draft.get_absolute_url()), "title").data
    answer = client.post(STORY, form | {"title": ["The bench"]})
    assert answer.status_code == 302, answer.content.decode()
    assert Story.objects.get().title == "The bench"
    draft.refresh_from_db()
    assert draft.closed_at and draft.fields == []
