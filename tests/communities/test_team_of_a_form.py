"""A form is saved in the team it was opened in, even if the user has switched teams in another tab since."""

import pytest

from communities.models import Invitation, Membership, Role, Team, User
from connectors.models import Conversation, Person
from tests.factories.communities import MembershipFactory, TeamFactory, UserFactory

OPENED_IN_THE_TEAM = (
    "/record/",
    "/people/new/",
    "/introductions/new/",
    "/assets/add/",
    "/assets/import/",
    "/sparks/new/",
    "/sparks/rounds/new/",
    "/sparks/funds/new/",
    "/stories/new/",
    "/neighbourhoods/add/",
    "/neighbourhoods/file/",
    "/partners/add/",
    "/team/invite/",
    "/team/settings/",
)


@pytest.fixture
def first(db) -> Team:
    return TeamFactory(name="Alder Team")


@pytest.fixture
def second(db) -> Team:
    return TeamFactory(name="Birch Team")


@pytest.fixture
def both(first: Team, second: Team) -> User:
    person = UserFactory()
    for team in (first, second):
        MembershipFactory(user=person, team=team, role=Role.MANAGER)
        MembershipFactory(team=team, role=Role.MANAGER)
    return person


@pytest.fixture
def switched(both: User, second: Team, client_for):
    client = client_for(both)
    client.post("/team/switch/", {"team": second.pk})
    return client


@pytest.mark.parametrize("path", OPENED_IN_THE_TEAM)
def test_every_form_contains_the_team_it_was_opened_in(path, both, first, client_for):
    page = client_for(both).get(path).content.decode()
    assert f'<input type="hidden" name="for_team" value="{first.pk}">' in page


def test_a_resident_is_added_to_the_team_of_the_form(switched, first):
    switched.post("/people/new/", {"for_team": first.pk, "known_as": "Wren"})
    assert Person.objects.get().team == first


def test_a_conversation_is_saved_in_the_team_of_the_form(switched, first):
    data = {"for_team": first.pk, "held_on": "today", "summary": "Tea on the bench."}
    page = switched.get("/record/")
    data |= {"uuid": page.context["form"]["uuid"].value(), "held_on": page.context["form"]["held_on"].value()}
    data |= {"heard-TOTAL_FORMS": "0", "heard-INITIAL_FORMS": "0"}
    data |= {f"{page.context['form'].gifts.prefix}-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    switched.post("/record/", data)
    assert Conversation.objects.get().team == first


def test_settings_change_the_team_of_the_form(switched, first, second):
    data = {
        "for_team": first.pk,
        "name": "Alder Street Team",
        "language": "en-gb",
        "approval_limit_gbp": "250",
        "small_number_threshold": "5",
    }
    assert switched.post("/team/settings/", data).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.name, second.name) == ("Alder Street Team", "Birch Team")


def test_an_invitation_is_to_the_team_of_the_form(switched, first):
    data = {"for_team": first.pk, "name": "Ash", "email": "ash@example.org", "roles": ["builder"]}
    switched.post("/team/invite/", data)
    assert Invitation.objects.get().team == first


def test_a_member_is_removed_from_the_team_of_the_page(switched, first, second):
    member = UserFactory()
    for team in (first, second):
        Membership.objects.create(user=member, team=team, role=Role.BUILDER)
    switched.post(f"/team/members/{member.pk}/remove/", {"for_team": first.pk})
    assert list(member.memberships.values_list("team", flat=True)) == [second.pk]


@pytest.mark.parametrize("given", ["another", "nonsense", "9" * 40])
def test_nothing_is_written_for_another_team(given, switched):
    given = TeamFactory(name="Cedar Team").pk if given == "another" else given
    assert switched.post("/people/new/", {"for_team": given, "known_as": "Wren"}).status_code == 403
    assert not Person.objects.exists()
