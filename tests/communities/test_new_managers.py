"""New managers neither decide nor pay until a second person has confirmed them, and all managers are told."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from communities.actions.managers import confirm_manager
from communities.actions.members import (
    accept_invitation,
    add_member,
    change_member_roles,
    invite_member,
    remove_member,
    remove_role,
    renew_invitation,
    withdraw_invitation,
)
from communities.actions.partners import create_partner, delete_partner, update_partner
from communities.actions.teams import delete_team, update_team
from communities.actions.undo import undo
from communities.actions.users import deactivate_user
from communities.models import Membership, Message, Role, Undoable, User
from communities.queries.managers import managers_to_confirm
from tests.factories.communities import PASSWORD, PartnerFactory, UserFactory

pytestmark = pytest.mark.django_db


def invited(team, by, email="mona.private@example.org") -> User:
    """Invite a manager who accepts at once."""
    invitation = invite_member(team=team, email=email, name="Mona Private", roles=[Role.MANAGER], by=by)
    return accept_invitation(invitation=invitation, name="Mona Private", password=PASSWORD)


def current(user: User) -> User:
    return User.objects.get(pk=user.pk)


def told(manager) -> list[str]:
    return [message.body for message in Message.objects.filter(user=manager, kind="managers_told").order_by("pk")]


def test_an_invited_manager_waits_for_a_second_who_is_not_the_inviter(team, manager, second_manager):
    new = invited(team, manager)
    assert current(new).has_role(team, Role.MANAGER)
    assert not current(new).is_confirmed_manager(team)
    for nobody in (manager, new):
        with pytest.raises((ValidationError, PermissionDenied)):
            confirm_manager(team=team, user=new, by=nobody)
    assert list(managers_to_confirm(manager, team)) == []
    assert [row.user for row in managers_to_confirm(second_manager, team)] == [new]
    confirm_manager(team=team, user=new, by=second_manager)
    assert current(new).is_confirmed_manager(team)
    assert not managers_to_confirm(second_manager, team).exists()


def test_all_other_managers_are_told_of_each_step(team, manager, second_manager):
    new = invited(team, manager)
    confirm_manager(team=team, user=new, by=second_manager)
    first, joined, *rest = told(second_manager)
    assert "Mo Manager has invited Mona Private (mona.private@example.org)" in first
    assert "only after a second manager has confirmed them" in first
    assert "joined" in joined
    assert "Mo Manager invited them" in joined
    assert rest == []
    assert "confirmed as a manager" in told(manager)[-1]


def test_the_limit_and_roles_are_told_to_all_managers(team, manager, second_manager, builder, administrator):
    update_team(team=team, by=administrator, approval_limit_gbp=900)
    assert "One manager can now approve up to £900 alone. The limit was £250." in told(manager)[0]
    update_team(team=team, by=manager, name="Mo Smith")
    assert "which was called Brookside, is now called Mo Smith" in told(second_manager)[-1]
    update_team(team=team, by=manager, name="Brookside")
    change_member_roles(team=team, user=builder, roles=[Role.BUILDER, Role.MANAGER], by=manager)
    assert "Bea Builder now has these roles in Brookside: Builder and Manager." in told(second_manager)[-1]
    assert not current(builder).is_confirmed_manager(team)


def test_a_new_manager_can_confirm_nobody(team, manager, second_manager):
    new = invited(team, manager)
    third = invited(team, manager, email="third@example.org")
    with pytest.raises(PermissionDenied):
        confirm_manager(team=team, user=third, by=current(new))


def test_in_a_team_of_one_manager_the_administrator_confirms(team, manager, administrator):
    new = invited(team, manager)
    confirm_manager(team=team, user=new, by=administrator)
    assert current(new).is_confirmed_manager(team)


def test_a_first_manager_needs_no_second(team, administrator):
    first, second = UserFactory(), UserFactory()
    add_member(team=team, user=first, roles=[Role.MANAGER], by=administrator)
    assert current(first).is_confirmed_manager(team)
    add_member(team=team, user=second, roles=[Role.MANAGER], by=administrator)
    assert not current(second).is_confirmed_manager(team), "the first manager can confirm the second"
    third = UserFactory()
    add_member(team=team, user=third, roles=[Role.MANAGER], by=None)
    assert current(third).is_confirmed_manager(team), "whoever runs commands has full access"


def test_what_managers_were_told_does_not_keep_a_team_that_has_nothing_else(
    team, manager, second_manager, administrator
):
    change_member_roles(team=team, user=second_manager, roles=[Role.MANAGER, Role.BUILDER], by=administrator)
    assert told(manager)
    delete_team(team=team, by=administrator)
    assert not Message.objects.exists()


def test_losing_the_role_and_getting_it_back_needs_a_second_again(team, manager, second_manager, builder):
    change_member_roles(team=team, user=second_manager, roles=[Role.BUILDER], by=manager)
    change_member_roles(team=team, user=second_manager, roles=[Role.MANAGER], by=manager)
    assert not current(second_manager).is_confirmed_manager(team)


def test_the_database_refuses_one_person_as_two(team, manager):
    new = UserFactory()
    row = Membership.objects.create(team=team, user=new, role=Role.MANAGER, granted_by=manager)
    for by in (new, manager):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(pk=row.pk).update(confirmed_at=timezone.now(), confirmed_by=by)


def test_confirming_twice_changes_nothing(team, manager, second_manager, administrator):
    new = invited(team, manager)
    confirm_manager(team=team, user=new, by=second_manager)
    assert confirm_manager(team=team, user=new, by=administrator).confirmed_by == second_manager


def test_the_page_says_who_invited_them_and_asks_the_second_only(client_for, team, manager, second_manager):
    new = invited(team, manager)
    url = reverse("communities:member-confirm", args=[new.pk])
    page = client_for(second_manager).get(url).content.decode()
    assert "Mo Manager made Mona Private (mona.private@example.org) a manager" in page
    assert "<button" in page.split("Until you confirm them")[1]
    assert "Until you confirm them" not in client_for(manager).get(url).content.decode()
    assert "To be confirmed" in client_for(manager).get(reverse("communities:team-detail")).content.decode()
    client_for(manager).post(url)
    assert not current(new).is_confirmed_manager(team)
    client_for(second_manager).post(url)
    assert current(new).is_confirmed_manager(team)


def test_somebody_who_waits_changes_nothing_about_who_decides(team, manager, second_manager, builder):
    remove_member(team=team, user=UserFactory(roles={team: [Role.MANAGER]}), by=manager)
    removal = Undoable.objects.latest("pk")
    open_invitation = invite_member(team=team, email="open@example.org", name="Open", roles=[Role.BUILDER], by=manager)
    new = current(invited(team, manager))
    for act in (
        partial(invite_member, team=team, email="v@example.org", name="V", roles=[Role.MANAGER]),
        partial(renew_invitation, invitation=open_invitation),
        partial(withdraw_invitation, invitation=open_invitation),
        partial(change_member_roles, team=team, user=builder, roles=[Role.EVALUATOR]),
        partial(remove_member, team=team, user=second_manager),
        partial(remove_role, team=team, user=second_manager, role=Role.MANAGER),
        partial(undo, undoable=removal),
    ):
        with pytest.raises(PermissionDenied):
            act(by=new)


def test_the_other_managers_are_told_of_an_organisation_that_is_paid(team, manager, second_manager):
    """One manager adds an organisation that holds money, or renames one, and a colleague pays what goes to its name."""
    create_partner(team=team, by=manager, name="A choir", kind="voluntary")
    assert told(second_manager) == []
    trust = create_partner(team=team, by=manager, name="Mo Trust", kind="voluntary", is_fiscal_host=True)
    update_partner(partner=trust, by=manager, website="https://mill.example.org")
    update_partner(partner=trust, by=manager, name="Mill Trust", email="mill@example.org")
    update_partner(partner=trust, by=manager, is_fiscal_host=False)
    first, second, third = told(second_manager)
    assert "Mo Trust was added to Brookside as an organisation that holds money for groups" in first
    assert (
        "Mill Trust, to which awards can be paid, was changed: its name (before: “Mo Trust”) and the email address"
        in second
    )
    assert "it no longer holds money for groups" in third
    assert told(manager) == []


def test_somebody_who_waits_changes_no_organisation(team, manager, second_manager):
    """Its address says who answers for it, and whoever signs for it does not decide: an accomplice would change both."""
    trust = PartnerFactory(team=team, is_fiscal_host=True, email="trust@example.org")
    trust.signatories.add(second_manager)
    delete_partner(partner=create_partner(team=team, by=manager, name="Gone", kind="voluntary"), by=manager)
    removal = Undoable.objects.latest("pk")
    new = current(invited(team, manager))
    for act in (
        partial(update_partner, partner=trust, email="mo.private@example.org"),
        partial(update_partner, partner=trust, signatories=[]),
        partial(create_partner, team=team, name="A trust", is_fiscal_host=True),
        partial(delete_partner, partner=trust),
        partial(undo, undoable=removal),
    ):
        with pytest.raises(PermissionDenied):
            act(by=new)
    trust.refresh_from_db()
    assert (trust.email, list(trust.signatories.all())) == ("trust@example.org", [second_manager])


@pytest.mark.parametrize("gone", [False, True], ids=["", "whose inviter has left"])
def test_nobody_confirms_whom_they_stand_behind(team, manager, second_manager, administrator, gone):
    """One person with three mailboxes would be two managers."""
    near = invited(team, manager)
    confirm_manager(team=team, user=near, by=second_manager)
    far = invited(team, current(near), email="far@example.org")
    other = invited(team, second_manager, email="other@example.org")
    if gone:
        remove_member(team=team, user=near, by=second_manager)
    with pytest.raises(ValidationError, match="another manager to confirm"):
        confirm_manager(team=team, user=far, by=manager)
    confirm_manager(team=team, user=other, by=manager)
    confirm_manager(team=team, user=far, by=current(second_manager))
    Membership.objects.filter(user=manager).update(confirmed_at=None)
    with pytest.raises(ValidationError, match="another manager to confirm"):
        confirm_manager(team=team, user=manager, by=current(far))
    confirm_manager(team=team, user=manager, by=administrator)


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("sol.whitlow@gmail.com", "solwhitlow+two@googlemail.com", True),
        ("sol.whitlow@example.org", "solwhitlow@example.org", False),
        ("sol@gmail.com", "sol@example.org", False),
    ],
)
def test_two_addresses_of_one_mailbox_are_one_person(team, second_manager, one, other, is_one):
    UserFactory(email=one, roles={team: [Role.MANAGER]})
    new = UserFactory(email=other, roles={team: [Role.MANAGER]})
    new.memberships.update(confirmed_at=None)
    if is_one:
        with pytest.raises(ValidationError, match="the same mailbox"):
            confirm_manager(team=team, user=new, by=second_manager)
    else:
        confirm_manager(team=team, user=new, by=second_manager)


def test_another_account_of_the_mailbox_takes_nobody_off_those_who_sign(team, manager):
    one = UserFactory(email="sol@example.org", roles={team: [Role.BUILDER]})
    two = UserFactory(email="sol+two@example.org", roles={team: [Role.MANAGER]})
    trust = PartnerFactory(team=team, is_fiscal_host=True)
    trust.signatories.add(one)
    for act in (
        partial(update_partner, partner=trust, signatories=[]),
        partial(remove_member, team=team, user=one),
    ):
        with pytest.raises(ValidationError, match="you cannot remove yourself"):
            act(by=two)
    assert list(trust.signatories.all()) == [one]
    update_partner(partner=trust, by=manager, signatories=[])


class TestUndoing:
    """What undoing gives back is confirmed only if whoever undoes could confirm it."""

    def removed(self, team, by, way=remove_member) -> tuple[User, Undoable]:
        bad = UserFactory(email="bad@example.org", roles={team: [Role.MANAGER]})
        way(team=team, user=bad, by=by)
        return bad, Undoable.objects.latest("pk")

    @pytest.mark.parametrize("way", [remove_member, partial(change_member_roles, roles=[Role.BUILDER])])
    def test_by_a_confirmed_manager_it_is_and_the_others_are_told(self, way, team, manager, second_manager):
        bad, removal = self.removed(team, manager, way)
        undo(undoable=removal, by=second_manager)
        assert current(bad).decides_on_money(team)
        assert "Person" in told(manager)[-1]
        assert "now has these roles in Brookside: Manager." in told(manager)[-1]

    def test_not_by_whoever_invited_them(self, team, manager, second_manager):
        bad, removal = self.removed(team, second_manager)
        removal.rows["deleted"]["communities.membership"][0]["granted_by"] = manager.pk
        removal.save()
        undo(undoable=removal, by=manager)
        assert current(bad).has_role(team, Role.MANAGER)
        assert not current(bad).decides_on_money(team)
        assert "only after a second manager has confirmed them" in told(second_manager)[-1]

    def test_not_by_an_administrator_for_themselves(self, team, manager, second_manager):
        bad, removal = self.removed(team, manager)
        undo(undoable=removal, by=UserFactory(email="bad+two@example.org", is_superuser=True))
        assert not Membership.objects.get(user=bad).confirmed_at

    def test_not_beside_another_account_of_the_mailbox(self, team, manager, second_manager):
        bad, removal = self.removed(team, manager)
        twin = UserFactory(email="bad+two@example.org", roles={team: [Role.MANAGER]})
        undo(undoable=removal, by=second_manager)
        assert (current(bad).decides_on_money(team), current(twin).decides_on_money(team)) == (False, True)

    def test_an_account_stays_closed_beside_another_of_the_mailbox(self, team, manager, administrator):
        bad = UserFactory(email="bad@example.org", roles={team: [Role.MANAGER]})
        deactivate_user(user=bad, by=administrator)
        UserFactory(email="bad+two@example.org", roles={team: [Role.MANAGER]})
        with pytest.raises(ValidationError, match="it stays closed"):
            undo(undoable=Undoable.objects.latest("pk"), by=administrator)
        assert not current(bad).is_active

    def test_a_confirmed_manager_stays(self, team, manager, administrator, builder):
        change_member_roles(team=team, user=builder, roles=[Role.MANAGER], by=manager)
        change = Undoable.objects.latest("pk")
        Membership.objects.filter(user=builder).update(confirmed_at=timezone.now())
        invited(team, current(builder))
        remove_member(team=team, user=manager, by=current(builder))
        with pytest.raises(ValidationError, match="left without a manager"):
            undo(undoable=change, by=administrator)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_invite_each_other_at_once_confirm_nobody_by_themselves(race, team, manager, second_manager):
    for number in range(10):
        new = invited(team, manager, email=f"new{number}@example.org")
        race(*[partial(confirm_manager, team=team, user=new, by=by) for by in (manager, second_manager, new) * 3][:8])
        row = Membership.objects.get(team=team, user=new, role=Role.MANAGER)
        assert row.confirmed_by == second_manager
