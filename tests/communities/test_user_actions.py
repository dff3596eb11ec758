"""Accounts: who may change them, and that the last administrator and a team's last manager cannot be removed."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communities.actions.members import add_member, change_member_roles, remove_member
from communities.actions.users import activate_user, create_user, deactivate_user, set_administrator, update_user
from communities.models import AuditEntry, Membership, Role, Team, User
from tests.factories.communities import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_an_account_is_created_changed_closed_and_reopened(administrator):
    made = create_user(email=" Nell@Example.org", name="Nell", by=administrator)
    assert (made.email, made.has_usable_password(), made.is_superuser) == ("nell@example.org", False, False)
    update_user(user=made, by=administrator, name="Nell Ash", email="nell@example.org")
    assert AuditEntry.objects.order_by("pk").last().field_names == ["name"]
    update_user(user=made, by=administrator, name="Nell Ash")
    deactivate_user(user=made, by=administrator)
    deactivate_user(user=made, by=administrator)
    made.refresh_from_db()
    assert (made.name, made.is_active) == ("Nell Ash", False)
    activate_user(user=made, by=administrator)
    activate_user(user=made, by=administrator)
    made.refresh_from_db()
    assert made.is_active
    assert verbs() == ["create", "update", "close_account", "open_account"]


@pytest.mark.parametrize(
    ("values", "field"),
    [({"email": "BUILDER@example.org"}, "email"), ({"email": "nell at home"}, "email"), ({"name": ""}, "name")],
)
def test_bad_accounts_are_refused_by_field(administrator, builder, values, field):
    with pytest.raises(ValidationError) as caught:
        create_user(**{"email": "nell@example.org", "name": "Nell", **values}, by=administrator)
    assert list(caught.value.message_dict) == [field]
    assert verbs() == []


def test_an_account_accepts_its_own_fields_only(administrator, builder):
    with pytest.raises(TypeError, match="is_superuser"):
        update_user(user=builder, by=administrator, is_superuser=True)


def test_managers_cannot_change_accounts(team, manager, builder):
    for act in (
        lambda: create_user(email="n@example.org", name="Nell", by=manager),
        lambda: update_user(user=builder, by=manager, name="Else"),
        lambda: set_administrator(user=manager, is_administrator=True, by=manager),
        lambda: deactivate_user(user=builder, by=manager),
        lambda: activate_user(user=builder, by=manager),
        lambda: add_member(team=team, user=builder, roles=["manager"], by=manager),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert verbs() == []


def test_an_administrator_is_appointed_and_removed(administrator, builder):
    set_administrator(user=builder, is_administrator=True, by=administrator)
    set_administrator(user=builder, is_administrator=True, by=administrator)
    builder.refresh_from_db()
    assert (builder.is_superuser, builder.is_staff) == (True, True)
    set_administrator(user=builder, is_administrator=False, by=administrator)
    builder.refresh_from_db()
    assert (builder.is_superuser, builder.is_staff) == (False, False)
    assert verbs() == ["name_administrator", "stop_administering"]


def test_the_last_administrator_cannot_be_removed(administrator):
    UserFactory(administrator=True, is_active=False)
    with pytest.raises(ValidationError, match="last administrator"):
        set_administrator(user=administrator, is_administrator=False, by=administrator)
    with pytest.raises(ValidationError, match="last administrator"):
        deactivate_user(user=administrator, by=administrator)
    with pytest.raises(ValidationError, match="last administrator"):
        deactivate_user(user=administrator, by=None)
    administrator.refresh_from_db()
    assert administrator.is_superuser
    assert administrator.is_active
    assert verbs() == []


def test_the_last_manager_of_a_team_cannot_be_deactivated(team, administrator, manager, second_manager):
    elsewhere = TeamFactory(name="Riverside")
    Membership.objects.create(team=elsewhere, user=manager, role=Role.MANAGER)
    with pytest.raises(ValidationError, match="last manager of Riverside"):
        deactivate_user(user=manager, by=administrator)
    Membership.objects.filter(team=elsewhere).delete()
    deactivate_user(user=manager, by=administrator)
    with pytest.raises(ValidationError, match="last manager of Brookside"):
        deactivate_user(user=second_manager, by=administrator)


def test_a_user_is_added_to_a_team_without_an_invitation(team, administrator, stranger):
    add_member(team=team, user=stranger, roles=["builder"], by=administrator)
    add_member(team=team, user=stranger, roles=["builder", "evaluator"], by=administrator)
    add_member(team=team, user=stranger, roles=["builder"], by=administrator)
    assert set(stranger.memberships.filter(team=team).values_list("role", flat=True)) == {"builder", "evaluator"}
    assert verbs() == ["add_member", "change_roles"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Whichever two ways are used at the same moment, one user stays."""

    @pytest.mark.parametrize("turn", range(6))
    def test_two_administrators_removing_each_other_leave_one(self, race, turn):
        one, other = (UserFactory(administrator=True) for _each in range(2))
        acts = [
            lambda: set_administrator(user=other, is_administrator=False, by=one),
            lambda: deactivate_user(user=one, by=other),
        ]
        found = race(*(acts if turn % 2 else acts[::-1]))
        assert sum(isinstance(each, ValidationError) for each in found) == 1, found
        assert User.objects.filter(is_superuser=True, is_active=True).count() == 1

    @pytest.mark.parametrize("turn", range(6))
    def test_two_managers_removed_in_different_ways_at_once_leave_one(self, race, turn):
        administrator, team = UserFactory(administrator=True), TeamFactory()
        one, other = (UserFactory(roles={team: [Role.MANAGER]}) for _each in range(2))
        doors = [
            lambda: remove_member(team=team, user=other, by=administrator),
            lambda: change_member_roles(team=team, user=other, roles=["builder"], by=administrator),
        ]
        found = race(lambda: deactivate_user(user=one, by=administrator), doors[turn % 2])
        assert sum(isinstance(each, ValidationError) for each in found) == 1, found
        assert Membership.objects.filter(team=team, role=Role.MANAGER, user__is_active=True).count() == 1
        assert Team.objects.count() == 1
