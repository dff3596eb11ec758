"""Deletions in the admin follow the same rules as those on the pages."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from communities.actions.undo import delete_expired_undoables
from communities.models import AuditEntry, Neighbourhood, Partner, Team, User
from connectors.models import Conversation
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory
from tests.factories.connectors import ConversationFactory, PersonFactory
from tests.factories.sparks import FundFactory

PLACES = "/admin/communities/neighbourhood/"
TALKS = "/admin/connectors/conversation/"


@pytest.fixture
def desk(manager: User, client_for):
    return client_for(manager)


def several(*rows) -> dict:
    return {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}


def test_a_neighbourhood_in_use_cannot_be_deleted(desk, team: Team):
    place = NeighbourhoodFactory(team=team)
    person = PersonFactory(team=team, neighbourhood=place)
    page = desk.post(f"{PLACES}{place.pk}/delete/", {"post": "yes"}, follow=True).content.decode()
    desk.post(PLACES, several(place))
    person.refresh_from_db()
    assert "these belong to it: residents" in page
    assert person.neighbourhood == place
    assert not AuditEntry.objects.filter(verb="delete").exists()


def test_a_partner_in_use_by_a_fund_cannot_be_deleted(desk, team: Team):
    partner = PartnerFactory(team=team)
    FundFactory(team=team, funder=partner)
    desk.post(f"/admin/communities/partner/{partner.pk}/delete/", {"post": "yes"})
    assert Partner.objects.get() == partner


def test_unused_rows_can_be_deleted(desk, team: Team, manager: User):
    place, partner = NeighbourhoodFactory(team=team), PartnerFactory(team=team)
    partner.signatories.add(manager)
    for path in (f"{PLACES}{place.pk}", f"/admin/communities/partner/{partner.pk}"):
        assert desk.post(f"{path}/delete/", {"post": "yes"}).status_code == 302
    assert not Neighbourhood.objects.exists()
    assert not Partner.objects.exists()


@pytest.mark.parametrize("at_once", [False, True])
def test_deleting_a_conversation_deletes_its_photo_from_disk_in_the_end(
    at_once, desk, team, django_capture_on_commit_callbacks
):
    talk = ConversationFactory(team=team)
    talk.photo.save("photo.jpg", ContentFile(b"pixels"))
    storage, name = talk.photo.storage, talk.photo.name
    with django_capture_on_commit_callbacks(execute=True):
        if at_once:
            desk.post(TALKS, several(talk))
        else:
            desk.post(f"{TALKS}{talk.pk}/delete/", {"post": "yes"})
    assert not Conversation.objects.exists()
    assert storage.exists(name), "it can be restored"
    with django_capture_on_commit_callbacks(execute=True):
        delete_expired_undoables(now=timezone.now() + timedelta(days=31))
    assert not storage.exists(name)
    assert AuditEntry.objects.filter(model="connectors.conversation", verb="delete").count() == 1
