"""Pages of communities: signing in, the team, invitations, partners, the audit."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth import SESSION_KEY as USER_KEY
from django.urls import reverse
from django.utils import timezone

from communities.actions.members import renew_invitation
from communities.links import invitation_token
from communities.models import AuditEntry, Invitation, Membership, Partner, Role, User
from tests.factories.communities import (
    PASSWORD,
    AuditEntryFactory,
    InvitationFactory,
    PartnerFactory,
    TeamFactory,
    UserFactory,
)

GOOD = "three herons on the weir"
TEAM, PARTNERS, AUDIT = "/team/", "/partners/", "/audit/"


def text(response) -> str:
    """Return the text of a page, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def join_path(invitation: Invitation) -> str:
    return reverse("communities:invitation-accept", args=[invitation_token(invitation)])


# Signing in and out


def test_sign_in_ignores_the_case_of_the_address(client, builder):
    response = client.post("/sign-in/", {"username": "Builder@Example.ORG", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session[USER_KEY] == str(builder.pk)


@pytest.mark.parametrize(
    ("address", "password"),
    [("builder@example.org", "wrong"), ("nobody@example.org", PASSWORD), ("closed@example.org", PASSWORD)],
)
def test_sign_in_shows_one_message_for_every_failure_and_keeps_the_address(client, builder, address, password):
    UserFactory(email="closed@example.org", is_active=False)
    response = client.post("/sign-in/", {"username": address, "password": password})
    assert response.status_code == 200
    assert "email address and password do not match" in text(response)
    assert f'value="{address}"' in response.content.decode()
    assert password not in response.content.decode()
    assert USER_KEY not in client.session


@pytest.mark.parametrize(
    ("to", "goes"),
    [
        ("/partners/", "/partners/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http:evil.example", "/"),
    ],
)
def test_next_never_leads_to_another_site(client, builder, to, goes):
    page = client.get("/sign-in/", {"next": to}).content.decode()
    assert "evil" not in page
    data = {"username": builder.email, "password": PASSWORD, "next": to}
    assert client.post("/sign-in/", data)["Location"] == goes


def test_sign_out_needs_a_post(client_for, builder):
    client = client_for(builder)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert USER_KEY not in client.session
    assert client.post("/sign-out/")["Location"] == "/sign-in/"


def test_deactivation_ends_every_session(client_for, builder):
    clients = [client_for(builder), client_for(builder)]
    assert [client.get(TEAM).status_code for client in clients] == [200, 200]
    User.objects.filter(pk=builder.pk).update(is_active=False)
    assert [client.get(TEAM).status_code for client in clients] == [302, 302]


def test_pages_of_signed_in_users_are_not_cached(client_for, manager):
    for path in (TEAM, PARTNERS, AUDIT, "/more/", "/password/"):
        assert "no-store" in client_for(manager).get(path)["Cache-Control"]


# Passwords


def test_reset_sends_a_link_that_works_once(client, client_for, builder, mailoutbox):
    elsewhere = client_for(builder)
    response = client.post("/password/reset/", {"email": "BUILDER@example.org"}, follow=True)
    assert "If there is an account with that address" in text(response)
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["builder@example.org"], "Reset your Kith password")
    assert "Hello Bea Builder" in mail.body
    link = re.search(r"http://testserver(/\S+)", mail.body)[1]
    form = client.get(link, follow=True)
    path = form.redirect_chain[-1][0]
    again = client.post(path, {"new_password1": "short", "new_password2": "short"})
    assert "at least 12" in text(again)
    done = client.post(path, {"new_password1": GOOD, "new_password2": GOOD}, follow=True)
    assert "Your new password has been saved" in text(done)
    builder.refresh_from_db()
    assert builder.check_password(GOOD)
    assert elsewhere.get(TEAM).status_code == 302
    assert AuditEntry.objects.get().verb == "reset_password"
    assert "no longer works" in text(client.get(link, follow=True))


def test_reset_does_not_reveal_whether_an_account_exists(client, builder, mailoutbox):
    UserFactory(email="closed@example.org", is_active=False)
    answers = [
        text(client.post("/password/reset/", {"email": address}, follow=True))
        for address in ("builder@example.org", "nobody@example.org", "closed@example.org")
    ]
    assert len(mailoutbox) == 1
    assert answers[0] == answers[1] == answers[2]


def test_change_password_keeps_this_session_and_ends_others(client_for, builder):
    here, there = client_for(builder), client_for(builder)
    wrong = here.post("/password/", {"old_password": "x", "new_password1": GOOD, "new_password2": GOOD})
    assert wrong.status_code == 200
    assert wrong.context["form"].errors["old_password"]
    here.post("/password/", {"old_password": PASSWORD, "new_password1": GOOD, "new_password2": GOOD})
    assert (here.get(TEAM).status_code, there.get(TEAM).status_code) == (200, 302)
    assert AuditEntry.objects.get().field_names == ["password"]


# Team


def test_a_user_without_a_team_sees_an_explanation(client_for, db):
    response = client_for(UserFactory(email="lone@example.org")).get(TEAM)
    assert response.status_code == 403
    assert "Ask a manager of your team to invite lone@example.org" in text(response)


def test_more_shows_what_does_not_fit_the_bar(client_for, evaluator):
    page = client_for(evaluator).get("/more/")
    assert 'href="/partners/"' in page.content.decode()
    assert "You are signed in as Eve Evaluator (evaluator@example.org)." in text(page)


def test_team_page_names_members_once_with_all_their_roles(client_for, team, builder, manager, stranger):
    Membership.objects.create(user=builder, team=team, role=Role.EVALUATOR)
    InvitationFactory(team=team, name="Nell Invited")
    page = text(client_for(builder).get(TEAM))
    assert "Builder, Evaluator" in page
    assert "£250" in page
    for hidden in ("Sam Stranger", "Nell Invited", "Invite somebody", "Withdraw"):
        assert hidden not in page
    page = text(client_for(manager).get(TEAM))
    assert "Nell Invited" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_team_page_takes_as_many_queries_for_three_as_for_one(
    client_for, team, manager, django_assert_num_queries, count
):
    for _each in range(count):
        UserFactory(roles={team: [Role.BUILDER]})
        InvitationFactory(team=team)
    client = client_for(manager)
    with django_assert_num_queries(6):
        client.get(TEAM)


def test_a_manager_changes_settings_but_not_the_limit(client_for, team, manager):
    page = client_for(manager).get("/team/settings/")
    assert "approval_limit_gbp" not in page.context["form"].fields
    assert "up to £250 alone; above it two people decide. An administrator can change it." in page.content.decode()
    data = {"name": "Brookside", "language": "cy", "approval_limit_gbp": "9999", "small_number_threshold": "7"}
    assert client_for(manager).post("/team/settings/", data)["Location"] == TEAM
    team.refresh_from_db()
    assert (team.language, str(team.approval_limit_gbp)) == ("cy", "250.00")


def test_team_settings_are_saved(client_for, team, administrator):
    page = client_for(administrator).get("/team/settings/")
    assert "An administrator can change it" not in page.content.decode()
    data = {"name": "Brookside", "language": "cy", "approval_limit_gbp": "300", "small_number_threshold": "7"}
    response = client_for(administrator).post("/team/settings/", {**data, "slug": "stolen", "created_at": "2000-01-01"})
    assert response["Location"] == TEAM
    team.refresh_from_db()
    assert (team.language, str(team.approval_limit_gbp), team.slug) == ("cy", "300.00", "brookside")
    assert AuditEntry.objects.get().field_names == [
        "approval_limit_gbp",
        "authority",
        "host_organisation",
        "language",
        "small_number_threshold",
    ]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("approval_limit_gbp", "-5"),
        ("approval_limit_gbp", "NaN"),
        ("approval_limit_gbp", "lots"),
        ("small_number_threshold", "99"),
        ("name", ""),
    ],
)
def test_invalid_team_settings_are_refused_and_keep_what_was_typed(client_for, team, administrator, field, typed):
    data = {"name": "Brookside", "language": "en-gb", "approval_limit_gbp": "300", "small_number_threshold": "7"}
    response = client_for(administrator).post("/team/settings/", {**data, field: typed})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert f'value="{typed}"' in response.content.decode() or not typed
    team.refresh_from_db()
    assert team.small_number_threshold == 5


def test_switching_teams(client_for, team, other_team):
    user = UserFactory(roles={team: [Role.BUILDER], other_team: [Role.EVALUATOR]})
    client = client_for(user)
    assert "Brookside" in text(client.get(TEAM))
    assert client.post("/team/switch/", {"team": other_team.pk})["Location"] == "/"
    assert "Hillfoot" in text(client.get(TEAM))


def test_nobody_can_switch_to_another_team(client_for, builder, other_team):
    client = client_for(builder)
    assert client.post("/team/switch/", {"team": other_team.pk}).status_code == 404
    for nonsense in ("", "x", "9" * 40, "1; drop"):
        assert client.post("/team/switch/", {"team": nonsense}).status_code == 302
    assert "Brookside" in text(client.get(TEAM))


def test_a_team_that_the_user_left_is_no_longer_the_current_one(client_for, team, other_team):
    user = UserFactory(roles={team: [Role.BUILDER], other_team: [Role.BUILDER]})
    client = client_for(user)
    client.post("/team/switch/", {"team": other_team.pk})
    Membership.objects.filter(user=user, team=other_team).delete()
    assert "Brookside" in text(client.get(TEAM))


# Members


def test_member_roles_are_changed(client_for, team, manager, builder):
    path = f"/team/members/{builder.pk}/"
    assert "checked" in client_for(manager).get(path).content.decode()
    response = client_for(manager).post(path, {"roles": ["builder", "evaluator"]})
    assert response["Location"] == TEAM
    assert set(builder.memberships.values_list("role", flat=True)) == {"builder", "evaluator"}


@pytest.mark.parametrize(
    ("roles", "words"), [(["builder"], "last manager"), ([], "at least one role"), (["king"], "not in it")]
)
def test_invalid_roles_show_an_error_beside_the_field(client_for, manager, roles, words):
    response = client_for(manager).post(f"/team/members/{manager.pk}/", {"roles": roles})
    assert response.status_code == 200
    assert words in " ".join(response.context["form"].errors["roles"])
    assert manager.memberships.get().role == "manager"


def test_a_member_is_removed_after_confirmation(client_for, team, manager, builder):
    client, path = client_for(manager), f"/team/members/{builder.pk}/remove/"
    assert "Remove Bea Builder from the team?" in text(client.get(path))
    assert builder.memberships.exists()
    assert "has left the team" in text(client.post(path, follow=True))
    assert not builder.memberships.exists()
    assert client_for(builder).get(TEAM).status_code == 403


def test_the_last_manager_cannot_be_removed(client_for, manager):
    response = client_for(manager).post(f"/team/members/{manager.pk}/remove/")
    assert (response.status_code, "This is the last manager of" in text(response)) == (200, True)
    assert manager.memberships.exists()


@pytest.mark.parametrize("verb", ["", "remove/"])
def test_members_of_other_teams_are_not_found(client_for, manager, stranger, verb):
    client, before = client_for(manager), stranger.memberships.count()
    assert client.get(f"/team/members/{stranger.pk}/{verb}").status_code == 404
    assert client.post(f"/team/members/{stranger.pk}/{verb}", {"roles": ["builder"]}).status_code == 404
    assert stranger.memberships.count() == before > 0


# Invitations


def test_invitation_goes_out_and_is_accepted_by_somebody_new(client, client_for, team, manager, mailoutbox):
    data = {"name": "Nell", "email": "Nell@Example.org", "roles": ["builder", "manager"]}
    page = client_for(manager).post("/team/invite/", data, follow=True)
    assert "on its way to nell@example.org" in text(page)
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["nell@example.org"], "Mo Manager has invited you to join Brookside on Kith")
    assert "Your role: Builder and Manager." in mail.body
    path = re.search(r"http://testserver(/join/\S+)", mail.body)[1]
    assert "Mo Manager has invited you to join as: Builder and Manager." in text(client.get(path))
    response = client.post(path, {"name": "Nell Weaver", "password1": GOOD, "password2": GOOD, "is_superuser": "on"})
    assert response["Location"] == "/"
    user = User.objects.get(email="nell@example.org")
    assert (user.name, user.is_superuser, user.team_ids(Role.MANAGER)) == ("Nell Weaver", False, [team.pk])
    assert client.session[USER_KEY] == str(user.pk)


def test_opening_a_link_changes_nothing(client, team):
    invitation = InvitationFactory(team=team)
    for _each in range(3):
        assert client.get(join_path(invitation)).status_code == 200
        assert client.head(join_path(invitation)).status_code == 200
    assert not User.objects.filter(email=invitation.email).exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "", "password1": GOOD, "password2": GOOD}, "name"),
        ({"name": "Nell", "password1": GOOD, "password2": "else"}, "password2"),
        ({"name": "Nell", "password1": "password1234", "password2": "password1234"}, "password1"),
        ({"name": "Nell", "password1": "nell.weaver@example", "password2": "nell.weaver@example"}, "password1"),
    ],
)
def test_joining_refuses_weak_and_different_passwords(client, team, typed, field):
    invitation = InvitationFactory(team=team, email="nell.weaver@example.org")
    response = client.post(join_path(invitation), typed)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    invitation.refresh_from_db()
    assert invitation.is_open


def test_a_user_with_an_account_joins_after_signing_in(client, team, stranger):
    path = join_path(InvitationFactory(team=team, email=stranger.email))
    page = client.get(path)
    assert "Sign in, then choose" in text(page)
    response = client.post(path, {"password1": "somebody else's choice", "password2": "x"})
    assert response["Location"] == page.context["sign_in"] == f"/sign-in/?{urlencode({'next': path}, safe='/')}"
    assert USER_KEY not in client.session
    assert not stranger.memberships.filter(team=team).exists()
    data = {"username": stranger.email, "password": PASSWORD, "next": path}
    assert "you only need to join" in text(client.post("/sign-in/", data, follow=True))
    assert client.post(path)["Location"] == "/"
    stranger.refresh_from_db()
    assert stranger.check_password(PASSWORD)
    assert stranger.memberships.filter(team=team).exists()


def test_a_signed_in_user_joins_at_once(client_for, team, stranger):
    invitation = InvitationFactory(team=team, email=stranger.email)
    client = client_for(stranger)
    client.post(join_path(invitation))
    assert "Brookside" in text(client.get(TEAM))


def test_a_link_for_another_user_says_so(client_for, team, builder):
    invitation = InvitationFactory(team=team, email="else@example.org")
    for response in (client_for(builder).get(join_path(invitation)), client_for(builder).post(join_path(invitation))):
        assert response.status_code == 403
        assert "It was sent to else@example.org, and you are signed in as builder@example.org" in text(response)
    invitation.refresh_from_db()
    assert invitation.is_open


def test_invalid_links_say_why(client, team, builder, manager):
    used = InvitationFactory(team=team, accepted_at=timezone.now(), accepted_by=builder)
    withdrawn = InvitationFactory(team=team, withdrawn_at=timezone.now())
    expired = InvitationFactory(team=team, expires_at=timezone.now() - timedelta(seconds=1))
    replaced = InvitationFactory(team=team)
    old_link = join_path(replaced)
    newest = renew_invitation(invitation=replaced, by=manager)
    gone = InvitationFactory(team=team)
    gone_link = join_path(gone)
    gone.delete()
    for path, status, words in (
        (join_path(used), 410, "It has been used"),
        (join_path(withdrawn), 410, "withdrew it"),
        (join_path(expired), 410, "It has expired"),
        (old_link, 410, "latest email"),
        (gone_link, 404, "of the address is missing"),
        (join_path(newest)[:-3] + "/", 404, "of the address is missing"),
        ("/join/x/", 404, "of the address is missing"),
    ):
        for response in (client.get(path), client.post(path, {"name": "N", "password1": GOOD, "password2": GOOD})):
            assert response.status_code == status
            assert words in text(response)
    assert client.get(join_path(newest)).status_code == 200
    assert not User.objects.filter(email__startswith="invited").exists()


def test_a_closed_account_sees_an_explanation(client, team):
    closed = UserFactory(is_active=False)
    invitation = InvitationFactory(team=team, email=closed.email)
    response = client.post(join_path(invitation))
    assert "This account is closed" in text(response)
    assert not closed.memberships.exists()


def test_an_invalid_invitation_shows_an_error_and_keeps_what_was_typed(client_for, manager, builder, mailoutbox):
    response = client_for(manager).post("/team/invite/", {"name": "Bea", "email": builder.email, "roles": ["manager"]})
    assert response.status_code == 200
    assert "already in the team" in response.context["form"].errors["email"][0]
    assert 'value="Bea"' in response.content.decode()
    for data in ({"name": "N", "email": "n@example.org"}, {"name": "", "email": "x", "roles": ["king"]}):
        assert client_for(manager).post("/team/invite/", data).status_code == 200
    assert not Invitation.objects.exists()
    assert mailoutbox == []


def test_a_name_cannot_inject_headers_into_an_email(client_for, team, manager, mailoutbox):
    User.objects.filter(pk=manager.pk).update(name="Mo\r\nBcc: everybody@example.org")
    data = {"name": "Nell", "email": "nell@example.org", "roles": ["builder"]}
    assert client_for(User.objects.get(pk=manager.pk)).post("/team/invite/", data).status_code == 302
    assert "\n" not in mailoutbox[0].subject
    assert mailoutbox[0].recipients() == ["nell@example.org"]


def test_invitation_is_sent_again_and_withdrawn(client_for, team, manager, mailoutbox):
    invitation = InvitationFactory(team=team, name="Nell", expires_at=timezone.now() - timedelta(days=1))
    client, path = client_for(manager), f"/team/invitations/{invitation.pk}/"
    assert client.get(f"{path}send/").status_code == 405
    client.post(f"{path}send/")
    invitation.refresh_from_db()
    assert invitation.is_open
    assert len(mailoutbox) == 1
    assert "The invitation to Nell has been withdrawn" in text(client.post(f"{path}withdraw/", follow=True))
    assert "was withdrawn" in text(client.post(f"{path}withdraw/", follow=True))
    assert "was withdrawn" in text(client.post(f"{path}send/", follow=True))
    assert len(mailoutbox) == 1


def test_an_invitation_is_saved_even_if_its_email_fails(client_for, team, manager, monkeypatch):
    def fail(self, *args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    data = {"name": "Nell", "email": "nell@example.org", "roles": ["builder"]}
    page = text(client_for(manager).post("/team/invite/", data, follow=True))
    assert "could not be sent" in page
    assert Invitation.objects.get().is_open


# Partners


def test_partners_are_added_changed_and_removed(client_for, team, manager, builder):
    client = client_for(manager)
    data = {"name": "Brook Trust", "kind": "voluntary", "is_fiscal_host": "on", "signatories": [builder.pk]}
    assert client.post(f"{PARTNERS}add/", {**data, "team": 999, "created_at": "2000-01-01"})["Location"] == PARTNERS
    partner = Partner.objects.get()
    assert (partner.team, list(partner.signatories.all())) == (team, [builder])
    page = text(client.get(PARTNERS))
    assert "Signs for its money: Bea Builder" in page
    assert "can hold money for a group" in page
    client.post(f"{PARTNERS}{partner.pk}/", {"name": "Brook Trust", "kind": "faith"})
    partner.refresh_from_db()
    assert (partner.kind, partner.is_fiscal_host, partner.signatories.count()) == ("faith", False, 0)
    assert "Delete Brook Trust?" in text(client.get(f"{PARTNERS}{partner.pk}/remove/"))
    client.post(f"{PARTNERS}{partner.pk}/remove/")
    assert not Partner.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "brook trust"}, "name"),
        ({"name": ""}, "name"),
        ({"kind": "gang"}, "kind"),
        ({"website": "javascript:alert(1)"}, "website"),
    ],
)
def test_an_invalid_partner_shows_an_error_beside_the_field(client_for, team, manager, typed, field):
    PartnerFactory(team=team, name="Brook Trust")
    data = {"name": "Another", "kind": "other", "website": "", **typed}
    response = client_for(manager).post(f"{PARTNERS}add/", data)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert Partner.objects.count() == 1


def test_partner_signatories_come_from_the_team_only(client_for, team, manager, builder, stranger):
    partner = PartnerFactory(team=team)
    page = text(client_for(manager).get(f"{PARTNERS}{partner.pk}/"))
    assert "Bea Builder" in page
    assert "Sam Stranger" not in page
    data = {"name": partner.name, "kind": "other", "signatories": [stranger.pk]}
    response = client_for(manager).post(f"{PARTNERS}{partner.pk}/", data)
    assert "signatories" in response.context["form"].errors
    assert not partner.signatories.exists()


def test_a_partner_in_use_cannot_be_deleted(client_for, team, manager):
    from tests.factories.sparks import FundFactory

    partner = PartnerFactory(team=team, name="Brook Trust")
    FundFactory(team=team, funder=partner)
    asked = client_for(manager).get(f"{PARTNERS}{partner.pk}/remove/").text.partition("<main")[2]
    assert "Brook Trust cannot be deleted, because these records refer to it: funds." in asked
    assert "<form" not in asked
    page = client_for(manager).post(f"{PARTNERS}{partner.pk}/remove/", follow=True)
    assert "Brook Trust cannot be deleted" in text(page)


@pytest.mark.parametrize("count", [1, 3])
def test_the_partner_list_takes_as_many_queries_for_three_as_for_one(
    client_for, team, builder, django_assert_num_queries, count
):
    for _each in range(count):
        PartnerFactory(team=team).signatories.add(builder)
    client = client_for(builder)
    with django_assert_num_queries(7):
        client.get(PARTNERS)


def test_an_empty_partner_list_explains_partners(client_for, builder):
    page = text(client_for(builder).get(PARTNERS))
    assert "Partners often come after the first friendships" in page
    assert "Add a partner" not in page


# The audit; its sentences are in test_who_did_what.py


def test_the_audit_can_be_paged(client_for, team, manager):
    AuditEntryFactory.create_batch(60, team=team, actor=manager)
    client = client_for(manager)
    first = client.get(AUDIT).context["page"]
    second = client.get(first.next_url).context["page"]
    assert (len(first), len(second), second.has_next) == (25, 25, True)
    assert min(row.pk for row in first) > max(row.pk for row in second)


def test_teams_are_sorted_and_an_administrator_can_use_any(client_for, administrator):
    TeamFactory(name="Zed")
    TeamFactory(name="Alder")
    assert "Alder" in text(client_for(administrator).get(TEAM))


def test_only_a_web_address_becomes_a_link(client_for, builder, team) -> None:
    PartnerFactory(team=team, name="Surgery", website="https://surgery.example.org/")
    Partner.objects.filter(pk=PartnerFactory(team=team).pk).update(website="javascript:alert(1)")
    words = client_for(builder).get(reverse("communities:partner-list")).content.decode()
    assert 'href="https://surgery.example.org/"' in words
    assert 'href="javascript:' not in words
