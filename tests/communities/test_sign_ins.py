"""Signing in, failed attempts, signing out and new passwords are audited, for the managers of each of the user's teams."""

import re

import pytest

from communities.models import AuditEntry, Role
from tests.factories.communities import PASSWORD, UserFactory

GOOD = "three herons on the weir"


def told(team=None) -> list[tuple[str, int | None, str]]:
    """Return (verb, actor, object's primary key) of a team's audit entries, oldest first."""
    rows = AuditEntry.objects.filter(team=team, model="communities.user").order_by("pk")
    return list(rows.values_list("verb", "actor", "object_id"))


@pytest.fixture
def of_both(team, other_team):
    """Return a user with memberships in both teams, with two roles in one."""
    return UserFactory(
        email="nell@example.org", roles={team: [Role.BUILDER, Role.MANAGER], other_team: [Role.EVALUATOR]}
    )


def test_signing_in_and_out_is_audited_once_per_team(client, of_both, team, other_team):
    client.post("/sign-in/", {"username": of_both.email, "password": PASSWORD})
    client.post("/sign-out/")
    client.post("/sign-out/")
    whose = (of_both.pk, str(of_both.pk))
    assert told(team) == told(other_team) == [("sign_in", *whose), ("sign_out", *whose)]
    assert told() == []


def test_a_wrong_password_is_audited_without_an_actor(client, of_both, team, other_team):
    client.post("/sign-in/", {"username": of_both.email, "password": "wrong"})
    assert told(team) == told(other_team) == [("sign_in_failed", None, str(of_both.pk))]


def test_attempts_on_a_closed_account_are_audited(client, team):
    closed = UserFactory(is_active=False, roles={team: [Role.BUILDER]})
    client.post("/sign-in/", {"username": closed.email, "password": PASSWORD})
    assert told(team) == [("sign_in_failed", None, str(closed.pk))]


def test_unchecked_passwords_and_unknown_addresses_are_not_audited(client, builder):
    client.post("/sign-in/", {"username": "nobody@example.org", "password": "wrong"})
    client.post("/sign-in/", {"username": builder.email, "password": ""})
    assert not AuditEntry.objects.exists()
    for _number in range(15):
        client.post("/sign-in/", {"username": builder.email, "password": "wrong"})
    assert AuditEntry.objects.count() == 10


def test_sign_ins_without_a_team_are_visible_to_administrators_only(client, client_for, administrator, manager):
    client.post("/sign-in/", {"username": administrator.email, "password": PASSWORD})
    assert told() == [("sign_in", administrator.pk, str(administrator.pk))]
    assert not AuditEntry.objects.visible_to(manager).exists()
    assert AuditEntry.objects.visible_to(administrator).count() == 1


def test_a_managers_audit_shows_who_signed_in(client, client_for, builder, manager):
    client.post("/sign-in/", {"username": builder.email, "password": PASSWORD})
    page = client_for(manager).get("/audit/").content.decode()
    assert "Bea Builder" in page
    assert "sign in" in page


def test_new_passwords_are_audited_with_the_way_they_were_set(
    client, client_for, of_both, team, other_team, mailoutbox
):
    client.post("/password/reset/", {"email": of_both.email})
    assert told(team) == []
    link = re.search(r"http://testserver(/\S+)", mailoutbox[0].body)[1]
    path = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(path, {"new_password1": GOOD, "new_password2": GOOD})
    of_both.refresh_from_db()
    data = {"old_password": GOOD, "new_password1": f"{GOOD} again", "new_password2": f"{GOOD} again"}
    client_for(of_both).post("/password/", data)
    assert [verb for verb, *_ in told(team)] == [verb for verb, *_ in told(other_team)]
    assert [verb for verb, *_ in told(team)] == ["reset_password", "change_password"]


def test_joining_as_a_new_user_is_audited_as_a_sign_in(client, client_for, team, manager, mailoutbox):
    client_for(manager).post("/team/invite/", {"name": "Nell", "email": "nell@example.org", "roles": ["builder"]})
    path = re.search(r"http://testserver(/join/\S+)", mailoutbox[0].body)[1]
    client.post(path, {"name": "Nell", "password1": GOOD, "password2": GOOD})
    assert [verb for verb, *_ in told(team)] == ["create", "sign_in"]
