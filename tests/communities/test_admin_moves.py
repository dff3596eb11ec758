"""The admin cannot move a row to another team, even for a user who manages both: other rows of its team refer to it."""

import pytest

from communities.models import Membership, Neighbourhood, Role, Team, User
from communities.resources import NeighbourhoodResource
from communities.resources.rehearsal import rehearse
from communities.spreadsheets import csv_lines
from connectors.models import Gift
from connectors.resources import GiftResource
from tests.bringing import preview
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import GiftFactory, PersonFactory

# The data that an admin form needs besides its fields.
PLACE = {"name": "Riverside", "code": "", "population": "", "boundary_story": ""}


@pytest.fixture
def away(db) -> Team:
    return TeamFactory(name="Away", slug="away")


@pytest.fixture
def both(team: Team, away: Team) -> User:
    person = UserFactory()
    for each in (team, away):
        Membership.objects.create(user=person, team=each, role=Role.MANAGER)
    return person


@pytest.mark.parametrize("who", ["both", "administrator"])
def test_a_neighbourhood_cannot_change_its_team(who, request, team, away, client_for):
    place = NeighbourhoodFactory(team=team, name="Riverside")
    client = client_for(request.getfixturevalue(who))
    client.post(f"/admin/communities/neighbourhood/{place.pk}/change/", {**PLACE, "team": away.pk})
    place.refresh_from_db()
    assert place.team == team


def test_a_gift_cannot_change_its_resident(both, team, away, client_for):
    gift = GiftFactory(person=PersonFactory(team=team))
    for other in (PersonFactory(team=away), PersonFactory(team=team)):
        data = {"person": other.pk, "name": gift.name, "kind": gift.kind, "heard_on": "2026-01-02"}
        client_for(both).post(f"/admin/connectors/gift/{gift.pk}/change/", data)
        page = preview(client_for(both), "connectors/gift", f"id,person_uuid\n{gift.pk},{other.uuid}\n")
        assert page.context["refused"]
    assert Gift.objects.get().person == gift.person


def test_an_import_cannot_move_a_row_to_another_team(both, team, away, client_for):
    place = NeighbourhoodFactory(team=team, name="Riverside")
    rows = f"id,team,name\n{place.pk},away,Riverside\n"
    response = preview(client_for(both), "communities/neighbourhood", rows)
    assert "This cannot be moved to another team." in response.content.decode()
    assert Neighbourhood.objects.get().team == team


@pytest.mark.parametrize(("resource", "column"), [(NeighbourhoodResource, "team"), (GiftResource, "person")])
def test_a_row_that_names_its_own_team_is_unchanged(resource, column, both, team):
    if column == "team":
        NeighbourhoodFactory(team=team)
    else:
        GiftFactory(person=PersonFactory(team=team))
    sheet = resource(user=both)
    file = "".join(csv_lines(sheet.headings, sheet.export())).encode()
    assert [row.fate for row in rehearse(sheet, file).rows] == ["same"]
