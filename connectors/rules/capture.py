"""How long tokens and keys live, when something was really written down, and who may open what waits."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from communities.models import Role, User
from connectors.models import ItemState, SealedItem
from connectors.rules.conversations import can_log_conversation

#: How long a phone may send without signing in anew.
TOKEN_AGE = timedelta(days=14)
#: How long what was sealed with an old key can still be opened.
OLD_KEY_AGE = timedelta(days=90)
#: How long before something that waits goes for good the page warns of it.
WARNING = timedelta(days=14)
#: The largest item taken, in bytes: a photo of ten megabytes and all around it, twice over.
MOST_BYTES = 25 * 1024 * 1024
#: The highest number a phone can give out; the database has room for no higher one.
MOST_SAVED = 2_147_483_647
#: How old a phone's own clock may be before it is taken for broken rather than wrong.
EARLIEST_YEAR = 2000


def corrected_moment(*, recorded_at: datetime, sent_at: datetime, now: datetime) -> datetime:
    """Return when something was really written down: as long before now as it was before it was sent, by the phone's clock.

    Whatever the phone's clock says, the error is the time the message was under way. Never in the future.
    Source: the difference of two readings of one clock, as in RFC 5905 section 8 without the way back.
    """
    return min(recorded_at + (now - sent_at), now)


def is_moment_possible(moment: datetime) -> bool:
    """Return whether a phone's clock can have said this: it names its time zone, and a year one can reckon with."""
    return moment.tzinfo is not None and EARLIEST_YEAR <= moment.year < 9000


def keeping_time(state: str) -> timedelta | None:
    """Return how long the server holds what is in this state, from the day it came; None for what it does not only hold.

    No law names a number: personal data may be kept no longer than it is needed for (UK GDPR, article 5(1)(e)). Ninety
    days are what a phone has too before its key is destroyed; a draft is what somebody chose not to save.
    """
    days = {
        ItemState.PARKED: settings.KEEP_WAITING_DAYS,
        ItemState.WAITING: settings.KEEP_WAITING_DAYS,
        ItemState.DRAFT: settings.KEEP_DRAFTS_DAYS,
    }.get(state)
    return timedelta(days=days) if days else None


def goes_at(item: SealedItem) -> datetime | None:
    """Return when an item goes for good if nobody looks; None for what stays."""
    time = keeping_time(item.state)
    return item.received_at + time if time else None


def goes_soon(item: SealedItem) -> bool:
    """Return whether an item goes for good within two weeks if nobody looks."""
    goes = goes_at(item)
    return goes is not None and goes - timezone.now() < WARNING


def can_open_item(user: User, item: SealedItem) -> bool:
    """Return whether a person may read, save or let go what waits: whoever wrote it, or a manager of its team."""
    if user.has_role(item.team_id, Role.MANAGER):
        return True
    return item.user_id == user.pk and can_log_conversation(user, item.team_id)


def can_see_ledger(user: User, team_id: int) -> bool:
    """Return whether a person sees what every phone of the team saved and sent: its managers do."""
    return user.has_role(team_id, Role.MANAGER)
