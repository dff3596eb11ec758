"""New managers whom a second person has to confirm."""

from django.db.models import QuerySet

from communities.models import Membership, Role, Team, User
from communities.rules import can_confirm_manager


def managers_to_confirm(user: User, team: Team) -> QuerySet[Membership]:
    """Return the new managers of a team whom this user can confirm."""
    if not can_confirm_manager(user, team):
        return Membership.objects.none()
    rows = Membership.objects.filter(team=team, role=Role.MANAGER, confirmed_at__isnull=True, user__is_active=True)
    return rows.exclude(user=user).exclude(granted_by=user)
