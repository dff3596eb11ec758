"""Who may create, change and delete a conversation, and on which dates it can have been held."""

from datetime import date, timedelta

from django.utils import timezone

from communities.models import Role, Team, User
from connectors.models import Conversation

#: How long builders can delete their own conversation; later a manager does it.
OWN_REMOVAL = timedelta(hours=24)
#: How old a conversation can be when it is recorded, in days: two years, including a leap day.
OLDEST_DAYS = 731


def can_log_conversation(user: User, team: Team | int | None) -> bool:
    """Return whether a user may record conversations for a team: its builders and managers."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_name_builder(user: User, team: Team | int | None) -> bool:
    """Return whether a user may record a conversation or an introduction for somebody else: the team's managers."""
    return user.has_role(team, Role.MANAGER)


def can_change_conversation(user: User, conversation: Conversation) -> bool:
    """Return whether a user may change it: a manager of its team, the builder who held it, or any builder once that one left."""
    if user.has_role(conversation.team_id, Role.MANAGER):
        return True
    if not can_log_conversation(user, conversation.team_id):
        return False
    return conversation.builder_id == user.pk or not can_log_conversation(conversation.builder, conversation.team_id)


def can_delete_conversation(user: User, conversation: Conversation) -> bool:
    """Return whether a user may delete it: its builder for a day after it was received, a manager always."""
    if user.has_role(conversation.team_id, Role.MANAGER):
        return True
    is_fresh = timezone.now() - conversation.received_at < OWN_REMOVAL
    return is_fresh and can_change_conversation(user, conversation)


def earliest_day() -> date:
    """Return the earliest date of a conversation that is recorded today."""
    return timezone.localdate() - timedelta(days=OLDEST_DAYS)


def is_day_possible(day: date) -> bool:
    """Return whether a conversation can have been held on a date: not in the future, not more than two years ago."""
    return earliest_day() <= day <= timezone.localdate()
