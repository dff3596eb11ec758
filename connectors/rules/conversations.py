"""Who may write, change and take away a conversation, and which days it may have been held on."""

from datetime import date, timedelta

from django.utils import timezone

from communities.models import Role, Team, User
from connectors.models import Conversation

#: How long a builder may take their own conversation away again; later a manager does.
OWN_REMOVAL = timedelta(hours=24)
#: How far back a conversation may be written down, in days: two years, a leap day included.
OLDEST_DAYS = 731


def can_log_conversation(user: User, team: Team | int | None) -> bool:
    """Return whether a person may write conversations down for a team: its builders and managers."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_change_conversation(user: User, conversation: Conversation) -> bool:
    """Return whether a person may change it: a manager of its team, or the builder who held it while still in the team."""
    if user.has_role(conversation.team_id, Role.MANAGER):
        return True
    return conversation.builder_id == user.pk and can_log_conversation(user, conversation.team_id)


def can_delete_conversation(user: User, conversation: Conversation) -> bool:
    """Return whether a person may take it away: its builder for a day after it arrived, a manager always."""
    if user.has_role(conversation.team_id, Role.MANAGER):
        return True
    is_fresh = timezone.now() - conversation.received_at < OWN_REMOVAL
    return is_fresh and can_change_conversation(user, conversation)


def earliest_day() -> date:
    """Return the first day a conversation may be written down for today."""
    return timezone.localdate() - timedelta(days=OLDEST_DAYS)


def is_day_possible(day: date) -> bool:
    """Return whether a conversation may have been held on a day: not in the future, not more than two years ago."""
    return earliest_day() <= day <= timezone.localdate()
