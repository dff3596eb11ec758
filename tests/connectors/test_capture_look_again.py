"""Resolving a waiting item twice: a double click, a second tab, Back."""

import pytest

from communities.models import AuditEntry
from connectors.models import Conversation, Person
from tests.connectors.test_capture_pages import filled, page_of
from tests.factories.connectors_capture import park

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["builder", "manager"])
def test_a_checked_item_saved_twice_is_one_conversation(client_for, builder, manager, team, who) -> None:
    item = park(builder, team, summary="She bakes.")
    client, data = client_for({"builder": builder, "manager": manager}[who]), filled(item, summary="She bakes.")
    first = client.post(page_of(item), data)
    assert first.status_code == 302
    talk, people, entries = Conversation.objects.get(), Person.objects.count(), AuditEntry.objects.count()
    again = client.post(page_of(item), data)
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert Conversation.objects.get() == talk
    assert (Person.objects.count(), AuditEntry.objects.count()) == (people, entries)


def test_different_text_in_a_second_check_is_shown_and_can_be_added(client_for, builder, stranger, team) -> None:
    item, client = park(builder, team, summary="She bakes."), client_for(builder)
    client.post(page_of(item), filled(item, summary="She bakes."))
    entries = AuditEntry.objects.count()
    answer = client.post(page_of(item), filled(item, people="Mary", summary="She sews."))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "She sews." in page
    assert f"{page_of(item)}delete/" not in page
    assert (Conversation.objects.count(), AuditEntry.objects.count()) == (1, entries)
    number = answer.context["form"]["uuid"].value()
    assert number != str(item.uuid)
    assert client.post(page_of(item), filled(item, uuid=number, people="Mary", summary="She sews.")).status_code == 302
    assert sorted(Conversation.objects.values_list("summary", flat=True)) == ["She bakes.", "She sews."]
    assert client_for(stranger).post(page_of(item), filled(item, people="Mary", summary="She sews.")).status_code == 404
