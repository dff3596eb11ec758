"""Going back after saving, changing something else and saving again: changes that a comparison might miss."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from connectors.models import Conversation, LightTouch
from tests.connectors.test_conversation_pages import page
from tests.factories.communities import NeighbourhoodFactory


@pytest.mark.parametrize("what", ["neighbourhood", "held_on"])
def test_a_light_touch_with_different_text_is_shown_again(what: str, client_for, builder, team) -> None:
    one, other = NeighbourhoodFactory(team=team), NeighbourhoodFactory(team=team)
    browser, address = client_for(builder), reverse("connectors:light-touch-create")
    today = timezone.localdate()
    sent = {"uuid": str(uuid.uuid4()), "gave": "hand", "belongs_more": "", "neighbourhood": one.pk, "held_on": today}
    assert browser.post(address, sent).status_code == 302
    changed = {"neighbourhood": other.pk, "held_on": today - timezone.timedelta(days=3)}[what]
    again = browser.post(address, {**sent, what: changed})
    assert again.status_code == 200
    assert "not saved yet" in again.content.decode()
    assert LightTouch.objects.count() == 1


@pytest.mark.parametrize(
    "changed", [{"told": "on"}, {"photo_alt": "The bench"}, {"gifts-0-name": "", "gifts-0-whose": ""}]
)
def test_a_conversation_with_different_text_is_shown_again(changed: dict, client_for, builder, team) -> None:
    browser, address = client_for(builder), reverse("connectors:conversation-create")
    sent = page(people="Rose", summary="She bakes bread.", **{"gifts-0-whose": "Rose", "gifts-0-name": "Bread"})
    assert browser.post(address, sent).status_code == 302
    again = browser.post(address, {**sent, **changed})
    assert again.status_code == 200
    assert "not saved yet" in again.content.decode()
    assert Conversation.objects.count() == 1
