"""Every write in communities except boundaries: what it does, what it refuses, and what it audits."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from communities.actions.accounts import change_password
from communities.actions.members import (
    accept_invitation,
    add_member,
    change_member_roles,
    invite_member,
    remove_member,
    renew_invitation,
    withdraw_invitation,
)
from communities.actions.partners import create_partner, delete_partner, update_partner
from communities.actions.teams import create_team, delete_team, update_team
from communities.models import AuditEntry, Invitation, Membership, Partner, PartnerKind, Role, User
from tests.factories.communities import InvitationFactory, PartnerFactory, UserFactory
from tests.factories.sparks import FundFactory

GOOD = "three herons on the weir"


def audited() -> list[tuple]:
    return list(AuditEntry.objects.order_by("pk").values_list("verb", "model", "object_id", "field_names"))


def roles_of(user: User, team) -> set[str]:
    return set(Membership.objects.filter(user=user, team=team).values_list("role", flat=True))


# Teams


def test_update_team_writes_and_audits_only_what_changed(team, administrator):
    update_team(
        team=team, by=administrator, name="Brookside North", approval_limit_gbp=Decimal("300.00"), language="en-gb"
    )
    team.refresh_from_db()
    assert (team.name, team.approval_limit_gbp) == ("Brookside North", Decimal("300.00"))
    assert audited() == [("update", "communities.team", str(team.pk), ["approval_limit_gbp", "name"])]


def test_only_an_administrator_changes_the_limit(team, manager):
    with pytest.raises(PermissionDenied, match="administrator"):
        update_team(team=team, by=manager, name="Brookside North", approval_limit_gbp=Decimal("9999.00"))
    team.refresh_from_db()
    assert (team.name, team.approval_limit_gbp) == ("Brookside", Decimal("250.00"))
    update_team(team=team, by=manager, name="Brookside North", approval_limit_gbp=Decimal("250.00"))
    assert audited() == [("update", "communities.team", str(team.pk), ["name"])]


def test_update_team_without_changes_is_not_audited(team, manager):
    update_team(team=team, by=manager, name=team.name)
    assert audited() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("approval_limit_gbp", Decimal("-1")),
        ("small_number_threshold", 4),
        ("small_number_threshold", 21),
        ("name", ""),
        ("language", "xx"),
    ],
)
def test_update_team_refuses_invalid_values_and_changes_nothing(team, administrator, field, value):
    before = getattr(team, field)
    with pytest.raises(ValidationError):
        update_team(team=team, by=administrator, **{field: value})
    team.refresh_from_db()
    assert getattr(team, field) == before
    assert audited() == []


def test_update_team_accepts_settings_only(team, administrator):
    with pytest.raises(TypeError, match="created_at"):
        update_team(team=team, by=administrator, created_at=timezone.now())


def test_only_an_administrator_changes_the_short_name(team, manager, administrator):
    with pytest.raises(PermissionDenied, match="short name"):
        update_team(team=team, by=manager, slug="else")
    update_team(team=team, by=administrator, slug="else")
    assert audited() == [("update", "communities.team", str(team.pk), ["slug"])]


def test_administrators_add_and_delete_teams(manager, administrator):
    with pytest.raises(PermissionDenied):
        create_team(by=manager, name="Riverside", slug="riverside")
    made = create_team(by=administrator, name="Riverside", slug="riverside")
    with pytest.raises(ValidationError) as caught:
        create_team(by=administrator, name="Riverside", slug="riverside")
    assert list(caught.value.message_dict) == ["slug"]
    add_member(team=made, user=manager, roles=["manager"], by=administrator)
    with pytest.raises(PermissionDenied):
        delete_team(team=made, by=manager)
    delete_team(team=made, by=administrator)
    assert [entry[:2] for entry in audited()] == [
        ("create", "communities.team"),
        ("add_member", "communities.user"),
        ("delete", "communities.team"),
    ]


def test_a_team_that_has_rows_cannot_be_deleted(team, administrator):
    PartnerFactory(team=team)
    with pytest.raises(ValidationError, match="cannot be deleted, because these belong to it: partners"):
        delete_team(team=team, by=administrator)
    assert audited() == []


# Invitations


def test_invite_member_creates_an_invitation(team, manager, clock, settings):
    invitation = invite_member(
        team=team, email=" New@Example.ORG ", name=" Nell ", roles=["evaluator", "builder", "builder"], by=manager
    )
    assert (invitation.email, invitation.name, invitation.roles) == (
        "new@example.org",
        "Nell",
        ["builder", "evaluator"],
    )
    assert invitation.expires_at == timezone.now() + timedelta(days=settings.INVITATION_DAYS)
    assert invitation.is_open
    assert audited() == [("invite", "communities.invitation", str(invitation.pk), ["email", "name", "roles"])]


@pytest.mark.parametrize("roles", [[], ["owner"], ["builder", "superuser"]])
def test_invite_member_refuses_unknown_roles(team, manager, roles):
    with pytest.raises(ValidationError) as caught:
        invite_member(team=team, email="new@example.org", name="Nell", roles=roles, by=manager)
    assert "roles" in caught.value.message_dict
    assert not Invitation.objects.exists()


def test_invite_member_refuses_a_member_and_a_second_open_invitation(team, other_team, manager, builder, administrator):
    with pytest.raises(ValidationError, match="already in the team"):
        invite_member(team=team, email="BUILDER@example.org", name="Bea", roles=["manager"], by=manager)
    invite_member(team=team, email="new@example.org", name="Nell", roles=["builder"], by=manager)
    with pytest.raises(ValidationError, match="already been invited"):
        invite_member(team=team, email="NEW@example.org", name="Nell", roles=["builder"], by=manager)
    invite_member(team=other_team, email="new@example.org", name="Nell", roles=["builder"], by=administrator)
    assert Invitation.objects.count() == 2


def test_invite_member_refuses_an_invalid_address(team, manager):
    with pytest.raises(ValidationError) as caught:
        invite_member(team=team, email="nell at home", name="Nell", roles=["builder"], by=manager)
    assert list(caught.value.message_dict) == ["email"]


def test_after_a_withdrawn_invitation_a_new_one_can_be_sent(team, manager):
    first = invite_member(team=team, email="new@example.org", name="Nell", roles=["builder"], by=manager)
    assert not withdraw_invitation(invitation=first, by=manager).is_open
    assert invite_member(team=team, email="new@example.org", name="Nell", roles=["builder"], by=manager).is_open
    assert [entry[0] for entry in audited()] == ["invite", "withdraw_invitation", "invite"]


def test_renew_invitation_extends_its_expiry(team, manager, clock):
    invitation = InvitationFactory(team=team, expires_at=timezone.now() - timedelta(days=1))
    assert not invitation.is_open
    assert renew_invitation(invitation=invitation, by=manager).is_open


def test_renewing_twice_in_the_same_second_makes_a_new_link(team, manager, clock):
    invitation = InvitationFactory(team=team)
    first = renew_invitation(invitation=invitation, by=manager).expires_at
    assert renew_invitation(invitation=invitation, by=manager).expires_at > first


@pytest.mark.parametrize("action", [withdraw_invitation, renew_invitation])
def test_a_closed_invitation_cannot_be_reopened(team, manager, builder, action):
    used = InvitationFactory(team=team, accepted_at=timezone.now(), accepted_by=builder)
    withdrawn = InvitationFactory(team=team, withdrawn_at=timezone.now())
    for invitation, code in ((used, "used"), (withdrawn, "withdrawn")):
        with pytest.raises(ValidationError) as caught:
            action(invitation=invitation, by=manager)
        assert caught.value.code == code


def test_accept_invitation_makes_an_account_with_the_roles(team):
    invitation = InvitationFactory(team=team, email="nell@example.org", roles=["builder", "evaluator"])
    user = accept_invitation(invitation=invitation, name=" Nell Weaver ", password=GOOD)
    assert (user.email, user.name, user.check_password(GOOD)) == ("nell@example.org", "Nell Weaver", True)
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert roles_of(user, team) == {"builder", "evaluator"}
    invitation.refresh_from_db()
    assert invitation.accepted_by == user
    assert [entry[0] for entry in audited()] == ["create", "accept"]
    assert set(AuditEntry.objects.values_list("actor", "team")) == {(user.pk, team.pk)}


def test_accept_invitation_works_once(team):
    invitation = InvitationFactory(team=team)
    accept_invitation(invitation=invitation, password=GOOD)
    with pytest.raises(ValidationError) as caught:
        accept_invitation(invitation=invitation, password=GOOD)
    assert caught.value.code == "used"
    assert User.objects.filter(email=invitation.email).count() == 1


@pytest.mark.parametrize("password", ["", "short", "password1234", "nellie@example.org"])
def test_accept_invitation_refuses_a_weak_password_and_writes_nothing(team, password):
    invitation = InvitationFactory(team=team, email="nellie@example.org", name="Nell")
    with pytest.raises(ValidationError) as caught:
        accept_invitation(invitation=invitation, password=password)
    assert "password" in caught.value.message_dict
    assert not User.objects.filter(email="nellie@example.org").exists()
    invitation.refresh_from_db()
    assert invitation.is_open


def test_accept_invitation_with_an_account_keeps_its_name_and_password(team, stranger, other_team):
    before = stranger.password
    invitation = InvitationFactory(team=team, email=stranger.email.upper(), roles=["evaluator"])
    other_words = {"name": "Someone Else", "password": "another password altogether"}
    for by in (None, UserFactory()):
        with pytest.raises(ValidationError) as caught:
            accept_invitation(invitation=invitation, by=by, **other_words)
        assert caught.value.code == "sign_in"
    assert roles_of(stranger, team) == set()
    user = accept_invitation(invitation=invitation, by=stranger, **other_words)
    user.refresh_from_db()
    assert (user, user.name, user.password) == (stranger, "Sam Stranger", before)
    assert roles_of(user, team) == {"evaluator"}
    assert roles_of(user, other_team) == set(Role.values)


def test_accept_invitation_refuses_expired_withdrawn_and_closed_invitations(team, clock):
    old = InvitationFactory(team=team, expires_at=timezone.now())
    withdrawn = InvitationFactory(team=team, withdrawn_at=timezone.now())
    closed = InvitationFactory(team=team, email=UserFactory(is_active=False).email)
    for invitation, code in ((old, "expired"), (withdrawn, "withdrawn"), (closed, "closed")):
        with pytest.raises(ValidationError) as caught:
            accept_invitation(invitation=invitation, password=GOOD)
        assert caught.value.code == code
    assert not Membership.objects.filter(team=team).exists()


@pytest.mark.postgresql
def test_two_acceptances_of_one_link_make_one_user(race, team):
    invitation = InvitationFactory(team=team, email="nell@example.org", roles=["builder", "manager"])
    for _round in range(5):
        results = race(*[lambda: accept_invitation(invitation=invitation, password=GOOD)] * 4)
        assert sum(isinstance(result, User) for result in results) <= 1
        assert all(isinstance(result, User | ValidationError) for result in results)
    assert User.objects.filter(email="nell@example.org").count() == 1
    assert Membership.objects.filter(team=team).count() == 2


@pytest.mark.postgresql
def test_invitations_of_two_teams_accepted_at_once_make_one_user(race, team, other_team):
    pair = [InvitationFactory(team=each, email="nell@example.org") for each in (team, other_team)]
    results = race(*[lambda each=each: accept_invitation(invitation=each, password=GOOD) for each in pair])
    assert User.objects.filter(email="nell@example.org").count() == 1
    for invitation, result in zip(pair, results, strict=True):
        if not isinstance(result, User):
            assert isinstance(result, ValidationError)
            accept_invitation(invitation=invitation, by=User.objects.get(email="nell@example.org"))
    assert Membership.objects.filter(user__email="nell@example.org").count() == 2


@pytest.mark.postgresql
def test_one_address_invited_twice_at_once_is_invited_once(race, team, manager):
    results = race(
        *[lambda: invite_member(team=team, email="n@example.org", name="Nell", roles=["builder"], by=manager)] * 4
    )
    assert sum(isinstance(result, Invitation) for result in results) == 1
    assert sum(isinstance(result, ValidationError) for result in results) == 3


# Members


def test_change_member_roles_sets_exactly_these(team, manager, builder):
    change_member_roles(team=team, user=builder, roles=["manager", "evaluator"], by=manager)
    assert roles_of(builder, team) == {"manager", "evaluator"}
    assert audited() == [("change_roles", "communities.user", str(builder.pk), ["roles"])]
    assert AuditEntry.objects.get().team == team
    change_member_roles(team=team, user=builder, roles=["manager", "evaluator"], by=manager)
    assert len(audited()) == 1


def test_change_member_roles_keeps_the_last_manager(team, manager, builder):
    with pytest.raises(ValidationError) as caught:
        change_member_roles(team=team, user=manager, roles=["builder"], by=manager)
    assert "last manager" in caught.value.message_dict["roles"][0]
    assert roles_of(manager, team) == {"manager"}
    change_member_roles(team=team, user=manager, roles=["manager", "builder"], by=manager)
    assert roles_of(manager, team) == {"manager", "builder"}


def test_a_manager_whose_account_is_closed_does_not_count(team, manager):
    UserFactory(is_active=False, roles={team: [Role.MANAGER]})
    with pytest.raises(ValidationError):
        change_member_roles(team=team, user=manager, roles=["builder"], by=manager)
    with pytest.raises(ValidationError):
        remove_member(team=team, user=manager, by=manager)


def test_change_member_roles_refuses_empty_and_unknown_roles_and_non_members(team, manager, builder, stranger):
    for user, roles in ((builder, []), (builder, ["king"]), (stranger, ["builder"])):
        with pytest.raises(ValidationError) as caught:
            change_member_roles(team=team, user=user, roles=roles, by=manager)
        assert list(caught.value.message_dict) == ["roles"]
    assert roles_of(stranger, team) == set()


def test_remove_member_removes_roles_and_signatures_in_this_team_only(team, other_team, manager, builder):
    Membership.objects.create(team=other_team, user=builder, role=Role.BUILDER)
    here, there = PartnerFactory(team=team), PartnerFactory(team=other_team)
    for partner in (here, there):
        partner.signatories.add(builder)
    remove_member(team=team, user=builder, by=manager)
    assert (roles_of(builder, team), roles_of(builder, other_team)) == (set(), {"builder"})
    assert (list(here.signatories.all()), list(there.signatories.all())) == ([], [builder])
    assert [entry[:2] for entry in audited()] == [
        ("update", "communities.partner"),
        ("remove_member", "communities.user"),
    ]


def test_remove_member_keeps_the_last_manager(team, manager, second_manager):
    remove_member(team=team, user=second_manager, by=manager)
    with pytest.raises(ValidationError) as caught:
        remove_member(team=team, user=manager, by=manager)
    assert caught.value.code == "last_manager"
    assert roles_of(manager, team) == {"manager"}


def test_removing_a_former_member_is_not_audited(team, manager, stranger):
    remove_member(team=team, user=stranger, by=manager)
    assert audited() == []


@pytest.mark.postgresql
def test_two_managers_who_leave_at_once_leave_one(race, team):
    for _round in range(5):
        Membership.objects.filter(team=team).delete()
        pair = [UserFactory(roles={team: [Role.MANAGER]}) for _each in range(2)]
        results = race(*[lambda user=user: remove_member(team=team, user=user, by=user) for user in pair])
        assert sum(isinstance(result, ValidationError) for result in results) == 1
        assert Membership.objects.filter(team=team, role=Role.MANAGER).count() == 1


# Partners


def test_create_partner_with_signatories(team, manager, builder):
    partner = create_partner(
        team=team, by=manager, name="Trust", kind=PartnerKind.VOLUNTARY, is_fiscal_host=True, signatories=[builder]
    )
    assert (partner.team, list(partner.signatories.all())) == (team, [builder])
    assert audited() == [
        ("create", "communities.partner", str(partner.pk), ["is_fiscal_host", "kind", "name", "signatories"])
    ]


def test_partner_signatories_are_members(team, manager, stranger):
    with pytest.raises(ValidationError) as caught:
        create_partner(team=team, by=manager, name="Trust", kind=PartnerKind.VOLUNTARY, signatories=[stranger])
    assert list(caught.value.message_dict) == ["signatories"]
    assert not Partner.objects.exists()


@pytest.mark.parametrize(
    "values", [{"name": ""}, {"kind": "gang"}, {"website": "javascript:alert(1)"}, {"name": "TRUST"}]
)
def test_create_partner_refuses_invalid_values_and_duplicate_names(team, other_team, manager, values):
    PartnerFactory(team=team, name="Trust")
    PartnerFactory(team=other_team, name="Other")
    with pytest.raises(ValidationError):
        create_partner(team=team, by=manager, **{"name": "Other", "kind": "voluntary", **values})
    assert Partner.objects.count() == 2
    assert audited() == []


def test_signatories_cannot_remove_themselves(team, manager, second_manager, builder):
    partner = PartnerFactory(team=team, name="Trust")
    partner.signatories.add(manager)
    with pytest.raises(ValidationError) as caught:
        update_partner(partner=partner, by=manager, name="Trusts", signatories=[builder])
    assert caught.value.message_dict["signatories"] == [
        "You sign for this organisation, so you cannot remove yourself. Ask a colleague to do it."
    ]
    partner.refresh_from_db()
    assert (partner.name, list(partner.signatories.all())) == ("Trust", [manager])
    update_partner(partner=partner, by=manager, signatories=iter([builder, manager]))
    assert set(partner.signatories.all()) == {builder, manager}
    update_partner(partner=partner, by=second_manager, signatories=[builder])
    assert list(partner.signatories.all()) == [builder]


def test_update_partner_audits_the_changed_fields(team, manager, builder):
    partner = PartnerFactory(team=team, name="Trust")
    update_partner(partner=partner, by=manager, name="Trust", is_host=True)
    update_partner(partner=partner, by=manager, signatories=[builder])
    update_partner(partner=partner, by=manager, name="Trust", signatories=[builder])
    partner.refresh_from_db()
    assert (partner.is_host, list(partner.signatories.all())) == (True, [builder])
    assert [entry[3] for entry in audited()] == [["is_host"], ["signatories"]]


def test_an_unused_partner_can_be_deleted(team, manager):
    partner = PartnerFactory(team=team)
    pk = partner.pk
    delete_partner(partner=partner, by=manager)
    assert not Partner.objects.exists()
    assert audited() == [("delete", "communities.partner", str(pk), [])]


def test_a_partner_in_use_cannot_be_deleted(team, manager):
    partner = PartnerFactory(team=team)
    FundFactory(team=team, funder=partner)
    with pytest.raises(ValidationError) as caught:
        delete_partner(partner=partner, by=manager)
    assert caught.value.code == "protected"
    assert Partner.objects.filter(pk=partner.pk).exists()
    assert audited() == []


@pytest.mark.postgresql
def test_two_partners_of_one_name_at_once_become_one(race, team, manager):
    results = race(*[lambda: create_partner(team=team, by=manager, name="Trust", kind="voluntary")] * 4)
    assert sum(isinstance(result, Partner) for result in results) == 1
    assert all(isinstance(result, Partner | ValidationError) for result in results)


# Accounts


def test_change_password_is_audited_without_the_password(builder):
    change_password(user=builder, password=GOOD)
    builder.refresh_from_db()
    assert builder.check_password(GOOD)
    assert audited() == [("change_password", "communities.user", str(builder.pk), ["password"])]
    assert AuditEntry.objects.get().actor == builder
