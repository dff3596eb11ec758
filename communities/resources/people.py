"""Spreadsheets of memberships and invitations."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from communities.doors import InvitationDoor
from communities.models import Invitation, Membership, Role, Team
from communities.resources.base import Resource
from communities.resources.books import Books
from communities.resources.columns import Choice, Column, Shown, joined, parted


class Roles(Column):
    """Several roles separated by commas, by key or by name."""

    def value(self, row: Model) -> list[str]:
        """Return the roles in their defined order."""
        return [role for role in Role.values if role in row.roles]

    def write(self, row: Model) -> tuple[object, ...]:
        """Return the roles."""
        return (joined(self.value(row)),)

    def read(self, cells: Sequence[str], books: Books, team: Team | None) -> list[str]:
        """Return the roles. Raises: ValidationError that lists all roles."""
        one = Choice(self.name, choices=Role.choices)
        given = {one.read([text], books, team) for text in parted(cells[0])}
        if not given:
            raise ValidationError(_("Choose at least one role."), code="no_role")
        return [role for role in Role.values if role in given]


class Email(Column):
    """An email address in lower case."""

    def read(self, cells: Sequence[str], books: Books, team: Team | None) -> str:
        """Return the address as it is stored."""
        return cells[0].lower()


class InvitationResource(Resource):
    """People to invite: each gets a link by email, and an account only when they accept.

    Skips people who are already in the team or invited, so that the same list can be imported again.
    """

    model = Invitation
    door = InvitationDoor()
    fields = ("team", "email", "name", "roles", "invited_by", "created_at", "expires_at", "accepted_at", "withdrawn_at")
    columns_by_name = {  # noqa: RUF012 - read only
        "email": Email("email", label=Invitation._meta.get_field("email").verbose_name),
        "roles": Roles("roles", label=Invitation._meta.get_field("roles").verbose_name),
        "invited_by": Shown("invited_by", lambda row: row.invited_by.email),
    }
    changes_rows = False

    def is_in(self, values: dict) -> bool:
        """Return whether somebody is already in the team or invited."""
        team, email = values.get("team"), values.get("email")
        known = Membership.objects.filter(team=team, user__email=email).exists()
        waiting = Invitation.objects.filter(team=team, email__iexact=email, accepted_at=None, withdrawn_at=None)
        return known or waiting.exists()


class MembershipResource(Resource):
    """Memberships of teams."""

    model = Membership
    fields = ("team", "user", "email", "role", "created_at")
    columns_by_name = {  # noqa: RUF012 - read only
        "user": Shown("user", lambda row: row.user.name),
        "email": Shown("email", lambda row: row.user.email),
    }
