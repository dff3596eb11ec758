"""No team loses its last manager, nor Kith its last administrator, by any action, even when two go at the same moment."""

import ast
from functools import partial
from itertools import combinations_with_replacement

import pytest
from django.core.exceptions import ValidationError

from communities.actions.members import change_member_roles, remove_member, remove_role
from communities.actions.users import deactivate_user, set_administrator
from communities.doors import MembershipDoor, UserDoor
from communities.models import Membership, Role, Team, User
from tests import checks
from tests.factories.communities import TeamFactory, UserFactory
from tests.test_architecture import ROOT

pytestmark = pytest.mark.django_db


def _role(team: Team, user: User) -> Membership:
    return Membership.objects.get(team=team, user=user, role=Role.MANAGER)


#: Every way to stop being a manager: on the team page, by an administrator, and in the admin.
WAYS = {
    "remove": lambda team, user, by: remove_member(team=team, user=user, by=by),
    "other roles": lambda team, user, by: change_member_roles(team=team, user=user, roles=["builder"], by=by),
    "take the role": lambda team, user, by: remove_role(team=team, user=user, role="manager", by=by),
    "close the account": lambda team, user, by: deactivate_user(user=user, by=by),
    "admin, role": lambda team, user, by: MembershipDoor().delete(row=_role(team, user), by=by),
    "admin, account": lambda team, user, by: UserDoor().update(
        row=user, by=by, values={"name": "Gone", "is_active": False}
    ),
}
#: Every way to stop being an administrator.
DEMOTIONS = {
    "demote": lambda user, by: set_administrator(user=user, is_administrator=False, by=by),
    "close the account": lambda user, by: deactivate_user(user=user, by=by),
    "admin": lambda user, by: UserDoor().update(
        row=user, by=by, values={"name": "Gone", "is_superuser": False, "is_active": False}
    ),
}


def managers(team: Team) -> int:
    """Return how many managers a team has."""
    return Membership.objects.filter(team=team, role=Role.MANAGER, user__is_active=True).count()


@pytest.mark.parametrize("by", ["administrator", "themselves", "a command"])
@pytest.mark.parametrize("way", WAYS)
def test_the_last_manager_cannot_be_removed(way, by, team, manager, administrator):
    UserFactory(roles={team: [Role.MANAGER]}, is_active=False)
    UserFactory(roles={team: [Role.BUILDER, Role.EVALUATOR]})
    who = {"administrator": administrator, "themselves": manager, "a command": None}[by]
    if by == "themselves" and "account" in way:
        who = administrator
    with pytest.raises(ValidationError, match="last manager of Brookside"):
        WAYS[way](team, manager, who)
    assert managers(team) == 1
    manager.refresh_from_db()
    assert (manager.is_active, manager.name) == (True, "Mo Manager")


@pytest.mark.parametrize("unsure", [Role.MANAGER, Role.PAYER])
@pytest.mark.parametrize("way", WAYS)
def test_the_last_confirmed_manager_cannot_be_removed(way, unsure, team, manager, administrator):
    new = UserFactory(roles={team: [Role.MANAGER, Role.PAYER]})
    new.memberships.filter(role=unsure).update(confirmed_at=None)
    with pytest.raises(ValidationError, match="last manager of Brookside who is confirmed"):
        WAYS[way](team, manager, administrator)
    WAYS[way](team, new, administrator)
    assert managers(team) == 1


@pytest.mark.parametrize("way", DEMOTIONS)
def test_the_last_administrator_cannot_be_removed(way, administrator):
    UserFactory(administrator=True, is_active=False)
    for by in (administrator, None):
        with pytest.raises(ValidationError, match="last administrator"):
            DEMOTIONS[way](administrator, by)
    administrator.refresh_from_db()
    assert (administrator.is_superuser, administrator.is_active, administrator.name) == (
        True,
        True,
        "Ada Administrator",
    )


def test_removing_the_last_role_removes_the_membership(team, builder, manager):
    Membership.objects.create(team=team, user=builder, role=Role.EVALUATOR)
    for role in ("builder", "builder", "evaluator", "manager"):
        remove_role(team=team, user=builder, role=role, by=manager)
    assert not Membership.objects.filter(user=builder).exists()


def takes_away(call: ast.Call) -> bool:
    """Return whether a call deletes or writes memberships, or deletes users or writes other columns than `has_drafts`."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("delete", "update", "bulk_update"):
        return False
    if call.func.attr == "update" and call.keywords and {each.arg for each in call.keywords} == {"has_drafts"}:
        return False
    # `undo.delete(Membership.objects…)` has the rows among its arguments.
    return any(manager in ast.unparse(call) for manager in ("Membership.objects", "User.objects"))


@pytest.mark.parametrize(
    ("call", "is_found"),
    [
        ("Membership.objects.filter(team=team).delete()", True),
        ("undo.delete(Membership.objects.filter(team=team))", True),
        ("User.objects.filter(pk=1).update(is_active=False, has_drafts=True)", True),
        ("User.objects.filter(pk=1).update(**values)", True),
        ("User.objects.filter(pk=1).update(has_drafts=True)", False),
        ("Partner.objects.filter(pk=1).delete()", False),
    ],
)
def test_what_takes_away_a_role_or_an_account_is_found(call, is_found):
    assert takes_away(ast.parse(call, mode="eval").body) is is_found


def test_only_these_actions_remove_roles_and_accounts():
    """If memberships were deleted, or the flags written, anywhere else, the rule would not be checked."""
    allowed = {"communities/actions/members.py", "communities/actions/users.py"}
    # The model itself, and a stand-in of a user that is never saved.
    elsewhere = {"communities/models/teams.py", "communities/compiled.py"}
    found = set()
    for path in (path for app in checks.APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts):
        for node in ast.walk(ast.parse(path.read_text())):
            takes = isinstance(node, ast.Call) and takes_away(node)
            sets = isinstance(node, ast.Assign) and any(
                isinstance(each, ast.Attribute) and each.attr in ("is_active", "is_superuser")
                for target in node.targets
                for each in ast.walk(target)
                if not isinstance(each, ast.Attribute) or ast.unparse(each.value) not in ("self",)
            )
            if takes or sets:
                found.add(str(path.relative_to(ROOT)))
    assert found <= allowed | elsewhere, found
    assert allowed <= found


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two users go at the same moment, each in a different way: one stays."""

    @pytest.mark.parametrize(("one", "other"), list(combinations_with_replacement(WAYS, 2)))
    def test_one_of_two_managers_removed_at_once_stays(self, one, other, race):
        administrator = UserFactory(administrator=True)
        for _turn in range(3):
            team = TeamFactory()
            first, second = (UserFactory(roles={team: [Role.MANAGER]}) for _each in range(2))
            doors = [partial(WAYS[way], team, who, administrator) for way, who in ((one, first), (other, second))]
            found = race(*doors)
            assert [type(each) for each in found if isinstance(each, Exception)] == [ValidationError], found
            assert managers(team) == 1

    @pytest.mark.parametrize(("one", "other"), list(combinations_with_replacement(DEMOTIONS, 2)))
    def test_one_of_two_administrators_removed_at_once_stays(self, one, other, race):
        for _turn in range(3):
            User.objects.update(is_superuser=False, is_staff=False)
            first, second = (UserFactory(administrator=True) for _each in range(2))
            found = race(partial(DEMOTIONS[one], first, second), partial(DEMOTIONS[other], second, first))
            assert [type(each) for each in found if isinstance(each, Exception)] == [ValidationError], found
            assert User.objects.filter(is_superuser=True, is_active=True).count() == 1

    @pytest.mark.parametrize("way", WAYS)
    def test_removing_one_of_two_managers_sixteen_times_at_once_keeps_the_other(self, way, race):
        administrator, team = UserFactory(administrator=True), TeamFactory()
        first, _second = (UserFactory(roles={team: [Role.MANAGER]}) for _each in range(2))
        found = race(*[lambda: WAYS[way](team, first, administrator)] * 16)
        wrong = [each for each in found if isinstance(each, Exception) and not isinstance(each, ValidationError)]
        assert [each for each in wrong if not isinstance(each, Membership.DoesNotExist)] == []
        assert managers(team) == 1
