"""New managers neither decide nor pay until a second person has confirmed them, and all managers are told."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from communities.actions.managers import confirm_manager
from communities.actions.members import accept_invitation, add_member, change_member_roles, invite_member
from communities.actions.teams import delete_team, update_team
from communities.models import Membership, Message, Role, User
from communities.queries.managers import managers_to_confirm
from tests.factories.communities import PASSWORD, UserFactory

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
    assert "£900 now. It was £250." in told(manager)[0]
    change_member_roles(team=team, user=builder, roles=[Role.BUILDER, Role.MANAGER], by=manager)
    assert "Bea Builder now has these roles in Brookside: Builder, Manager." in told(second_manager)[-1]
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


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_invite_each_other_at_once_confirm_nobody_by_themselves(race, team, manager, second_manager):
    for number in range(10):
        new = invited(team, manager, email=f"new{number}@example.org")
        race(*[partial(confirm_manager, team=team, user=new, by=by) for by in (manager, second_manager, new) * 3][:8])
        row = Membership.objects.get(team=team, user=new, role=Role.MANAGER)
        assert row.confirmed_by == second_manager
