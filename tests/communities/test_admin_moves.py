"""A row stays with its team in the admin, also for somebody who manages both teams: others of its team point to it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from communities.models import Membership, Neighbourhood, Role, Team, User
from communities.resources import NeighbourhoodResource
from connectors.models import Gift
from connectors.resources import GiftResource
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import GiftFactory, PersonFactory

# What a form of the admin needs beside its fields.
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
def test_a_neighbourhood_stays_with_its_team(who, request, team, away, client_for):
    place = NeighbourhoodFactory(team=team, name="Riverside")
    client = client_for(request.getfixturevalue(who))
    response = client.post(f"/admin/communities/neighbourhood/{place.pk}/change/", {**PLACE, "team": away.pk})
    assert response.context["adminform"].form.errors["team"] == ["This stays with its team."]
    place.refresh_from_db()
    assert place.team == team


def test_a_gift_stays_with_its_residents_team(both, team, away, client_for):
    gift = GiftFactory(person=PersonFactory(team=team))
    there = PersonFactory(team=away)
    data = {"person": there.pk, "name": gift.name, "kind": gift.kind, "heard_on": "2026-01-02"}
    response = client_for(both).post(f"/admin/connectors/gift/{gift.pk}/change/", data)
    assert response.context["adminform"].form.errors["person"] == ["This stays with its team."]


def test_a_gift_moves_to_another_resident_of_the_team(both, team, client_for):
    gift, other = GiftFactory(person=PersonFactory(team=team)), PersonFactory(team=team)
    data = {"person": other.pk, "name": gift.name, "kind": gift.kind, "heard_on": "2026-01-02"}
    assert client_for(both).post(f"/admin/connectors/gift/{gift.pk}/change/", data).status_code == 302
    assert Gift.objects.get().person == other


def test_an_import_moves_no_row_to_another_team(both, team, away, client_for):
    place = NeighbourhoodFactory(team=team, name="Riverside")
    file = SimpleUploadedFile("places.csv", f"id,team,name\n{place.pk},away,Riverside\n".encode(), "text/csv")
    response = client_for(both).post(
        "/admin/communities/neighbourhood/import/", {"import_file": file, "format": "0", "resource": ""}
    )
    assert "This stays with its team." in response.content.decode()
    assert Neighbourhood.objects.get().team == team


@pytest.mark.parametrize(("resource", "column"), [(NeighbourhoodResource, "team"), (GiftResource, "person")])
def test_a_row_that_names_its_own_team_is_unchanged(resource, column, both, team):
    if column == "team":
        NeighbourhoodFactory(team=team)
    else:
        GiftFactory(person=PersonFactory(team=team))
    exported = resource(user=both).export()
    result = resource(user=both).import_data(exported)
    assert not result.has_errors()
    assert not result.has_validation_errors()
    assert result.totals["skip"] == 1
