"""Days that begin as today: a page of an earlier day asks once, and never about a day that somebody chose."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from connectors.models import Ask, Conversation
from tests.form_reader import form_with

pytestmark = pytest.mark.django_db

ASK, RECORD = reverse("connectors:ask-create"), reverse("connectors:conversation-create")


@pytest.mark.parametrize(
    ("url", "words", "day", "model"), [(ASK, "words", "asked_on", Ask), (RECORD, "summary", "held_on", Conversation)]
)
def test_the_page_of_yesterday_asks_and_then_saves_the_day_that_is_chosen(
    client_for, builder, clock, url, words, day, model
):
    client = client_for(builder)
    data = form_with(client.get(url), words).data | {words: "Somebody to walk the dog"}
    yesterday = timezone.localdate()
    assert data[f"{day}-today"] == [yesterday.isoformat()]
    clock.shift(timedelta(days=1))
    answer = client.post(url, data)
    assert "This page was opened on 20 May 2026, and today is 21 May 2026." in answer.content.decode()
    assert not model.objects.exists()
    again = form_with(answer, words).data
    assert f"{day}-today" not in again
    client.post(url, again | {day: timezone.localdate().isoformat()})
    assert getattr(model.objects.get(), day) == timezone.localdate()


def test_a_day_that_somebody_chose_is_not_asked_about(client_for, builder, clock):
    client = client_for(builder)
    data = form_with(client.get(ASK), "words").data | {"words": "A lift", "asked_on": "2026-05-18"}
    clock.shift(timedelta(days=1))
    assert client.post(ASK, data).status_code == 302


def test_a_page_on_which_somebody_had_begun_before_midnight_keeps_its_day(client_for, builder, clock):
    client = client_for(builder)
    data = form_with(client.get(ASK), "words").data | {"words": "A lift", "asked_on-today": ""}
    clock.shift(timedelta(days=1))
    assert client.post(ASK, data).status_code == 302
    assert Ask.objects.get().asked_on == timezone.localdate() - timedelta(days=1)


@pytest.mark.parametrize("served", ["yesterday", "2026-13-40", "\u0660"])
def test_a_broken_day_of_the_page_means_nothing(client_for, builder, served):
    client = client_for(builder)
    data = form_with(client.get(ASK), "words").data | {"words": "A lift", "asked_on-today": served}
    assert client.post(ASK, data).status_code == 302
