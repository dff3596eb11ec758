"""Lifetimes of tokens, keys and waiting items, the correction of phones' clocks, and who may open waiting items."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from communities.models import Role, User
from connectors.models import Device, ItemState, SealedItem
from connectors.rules.conversations import can_log_conversation

#: How long a phone can send without signing in again.
TOKEN_AGE = timedelta(days=14)
#: How long items sealed with an old key can still be opened.
OLD_KEY_AGE = timedelta(days=90)
#: How long before a waiting item is deleted its page warns of it.
WARNING = timedelta(days=14)
#: The largest accepted item, in bytes: a photo of ten megabytes and everything around it, twice over.
MOST_BYTES = 25 * 1024 * 1024
#: The highest sequence number that a phone can give out, as large as the database column.
MOST_SAVED = 2_147_483_647
#: Earlier years mean that a phone's clock is broken rather than wrong.
EARLIEST_YEAR = 2000


def corrected_moment(*, recorded_at: datetime, sent_at: datetime, now: datetime) -> datetime:
    """Return when something was really written: as long before now as it was before sending, by the phone's clock.

    Whatever the phone's clock says, the error is only the time of transmission. Never in the future.
    Source: the difference of two readings of one clock, as in RFC 5905 section 8 without the way back.
    """
    return min(recorded_at + (now - sent_at), now)


def is_moment_possible(moment: datetime) -> bool:
    """Return whether a phone's clock can have given this: it has a time zone and a plausible year."""
    return moment.tzinfo is not None and EARLIEST_YEAR <= moment.year < 9000


def retention_period(state: str) -> timedelta | None:
    """Return how long the server stores an item in this state after receiving it; None for states that do not expire.

    No law gives a number of days: personal data must not be stored longer than it is needed (UK GDPR, article 5(1)(e)).
    Ninety days are also what a phone has before its key is destroyed; a draft is what somebody chose not to save.
    """
    days_of: dict[str, int] = {
        ItemState.PARKED: settings.KEEP_WAITING_DAYS,
        ItemState.WAITING: settings.KEEP_WAITING_DAYS,
        ItemState.DRAFT: settings.KEEP_DRAFTS_DAYS,
    }
    days = days_of.get(state)
    return timedelta(days=days) if days else None


def deletion_time(item: SealedItem) -> datetime | None:
    """Return when an item is deleted if nobody reviews it; None for an item that stays."""
    time = retention_period(item.state)
    return item.received_at + time if time else None


def is_deleted_soon(item: SealedItem) -> bool:
    """Return whether an item is deleted within two weeks if nobody reviews it."""
    goes = deletion_time(item)
    return goes is not None and goes - timezone.now() < WARNING


def can_open_item(user: User, item: SealedItem) -> bool:
    """Return whether a user may read, save or delete a waiting item: its writer, or a manager of its team."""
    if user.has_role(item.team_id, Role.MANAGER):
        return True
    return item.user_id == user.pk and can_log_conversation(user, item.team_id)


def can_acknowledge_loss(user: User, device: Device) -> bool:
    """Return whether a user may acknowledge what a phone lost: its user, or a manager of its team."""
    is_own = device.user_id == user.pk and can_log_conversation(user, device.team_id)
    return is_own or can_see_ledger(user, device.team_id)


def can_manage_keys(user: User) -> bool:
    """Return whether a user may replace and destroy the keys that phones seal with: administrators."""
    return user.is_active and user.is_superuser


def can_see_ledger(user: User, team_id: int) -> bool:
    """Return whether a user may see what every phone of the team saved and sent: its managers."""
    return user.has_role(team_id, Role.MANAGER)
