"""Doors of teams, users, memberships and invitations."""

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from communities.actions.members import add_member, invite_member, remove_role
from communities.actions.teams import create_team, delete_team, update_team
from communities.actions.users import (
    USER_FIELDS,
    activate_user,
    create_user,
    deactivate_user,
    set_administrator,
    update_user,
)
from communities.doors.base import Door
from communities.idempotency import idempotent
from communities.models import Invitation, Membership, Team, User


class TeamDoor(Door[Team]):
    """Teams. A manager can change the same fields as on the team page."""

    model = Team
    fixed = ()

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Team:
        """Add a team."""
        return create_team(by=by, uuid=uuid, **values)

    def update(self, *, row: Team, by: User, values: dict) -> Team:
        """Change a team's settings."""
        return update_team(team=row, by=by, **values)

    def delete(self, *, row: Team, by: User) -> None:
        """Delete a team that has only members and invitations."""
        delete_team(team=row, by=by)


class UserDoor(Door[User]):
    """Accounts. They are closed, never deleted, because their work would lose its author."""

    model = User
    fixed = ()

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> User:
        """Add an account with a validated password."""
        return create_user(email=values["email"], name=values["name"], password=values["password1"], by=by, uuid=uuid)

    def update(self, *, row: User, by: User, values: dict) -> User:
        """Change an account, close or reopen it, or set whether it is an administrator.

        Actions that lock teams and administrators run before those that lock the account, to lock in one order.
        """
        if "is_superuser" in values:
            row = set_administrator(user=row, is_administrator=values["is_superuser"], by=by)
        if "is_active" in values:
            row = (activate_user if values["is_active"] else deactivate_user)(user=row, by=by)
        typed = {name: values[name] for name in USER_FIELDS if name in values}
        return update_user(user=row, by=by, **typed) if typed else row


class MembershipDoor(Door[Membership]):
    """Roles, which are added or removed. A team never loses its last manager."""

    model = Membership
    fixed = ("user", "team", "role")
    field_of = {"roles": "role"}  # noqa: RUF012 - read only

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Membership:
        """Give somebody a role in a team."""
        return _give_role(by=by, uuid=uuid, **values)

    def delete(self, *, row: Membership, by: User) -> None:
        """Remove a role; removing the last one ends the membership."""
        remove_role(team=row.team, user=row.user, role=row.role, by=by)


@idempotent(Membership)
@transaction.atomic
def _give_role(*, team: Team, user: User, role: str, by: User, uuid: UUID | None = None) -> Membership:
    add_member(team=team, user=user, roles=[role], by=by)
    return Membership.objects.get(team=team, user=user, role=role)


class InvitationDoor(Door[Invitation]):
    """Invitations. The account is created when the invited person accepts."""

    model = Invitation
    worked_out = ("expires_at",)

    def __init__(self, send: Callable[[Invitation], object] | None = None):
        self.send = send

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Invitation:
        """Invite somebody, and send the link after the transaction commits."""
        if self.send is None:
            raise PermissionDenied
        made = invite_member(by=by, uuid=uuid, **values)
        transaction.on_commit(partial(self.send, made))
        return made

    def refusals(self, *, row: Invitation | None, values: Mapping, by: User) -> Mapping[str, object]:
        """Refuse an invitation without a role."""
        return {} if values.get("roles") else {"roles": _("Choose at least one role.")}
