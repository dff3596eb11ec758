"""What users set for themselves: their name, the hour of an email that says what waits, and a calendar address."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from communities import audit
from communities.actions.saving import save_checked
from communities.models import CalendarAddress, Reminder, User
from communities.verbs import Verb

#: Bytes of a calendar address's secret; 43 letters and digits in the address.
SECRET_BYTES = 32


@transaction.atomic
def change_own_settings(*, by: User, name: str, hour: int | None) -> User:
    """Change one's own name, and the hour of the email that says what waits; None switches it off.

    An hour that has passed today counts from tomorrow. Raises: ValidationError keyed by field.
    """
    user = User.objects.select_for_update().get(pk=by.pk)
    changed = []
    if user.name != name:
        user.name = name
        save_checked(user, update_fields=["name"])
        changed.append("name")
    if _set_hour(user, hour):
        changed.append("reminder")
    if changed:
        audit.record(by=by, verb=Verb.UPDATE, obj=user, fields=changed)
    return user


def _set_hour(user: User, hour: int | None) -> bool:
    """Set the hour and return whether it changed."""
    reminder = Reminder.objects.filter(user=user).first()
    if hour == (reminder.hour if reminder else None):
        return False
    if hour is None:
        Reminder.objects.filter(user=user).delete()
        return True
    reminder = reminder or Reminder(user=user)
    reminder.hour, now = hour, timezone.localtime()
    if hour <= now.hour:
        reminder.last_on = now.date()
    save_checked(reminder)
    return True


@transaction.atomic
def stop_reminder(*, user: User) -> bool:
    """Switch off the email that says what waits, by the link in it; return whether it was on."""
    stopped, _by_model = Reminder.objects.filter(user=user).delete()
    if stopped:
        audit.record(by=user, verb=Verb.UPDATE, obj=user, fields=["reminder"])
    return bool(stopped)


def claim_reminder(*, reminder: Reminder, day: date) -> bool:
    """Return whether this call is the first to deal with a reminder on a day; the row itself is the lock."""
    rows = Reminder.objects.filter(Q(last_on__isnull=True) | Q(last_on__lt=day), pk=reminder.pk)
    return bool(rows.update(last_on=day))


@dataclass(frozen=True)
class NewAddress:
    """A calendar address that was made just now, and its secret, which is shown once and not stored."""

    address: CalendarAddress
    secret: str = field(repr=False)


@transaction.atomic
def make_calendar_address(*, by: User) -> NewAddress:
    """Make a calendar address for oneself. The one before stops working."""
    User.objects.select_for_update().get(pk=by.pk)
    _withdraw(by)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    address = CalendarAddress.objects.create(user=by, digest=digest_of_address(secret))
    audit.record(by=by, verb=Verb.UPDATE, obj=by, fields=["calendar"])
    return NewAddress(address, secret)


@transaction.atomic
def withdraw_calendar_address(*, by: User) -> User:
    """Withdraw one's calendar address. Does nothing the second time."""
    if _withdraw(by):
        audit.record(by=by, verb=Verb.UPDATE, obj=by, fields=["calendar"])
    return by


def _withdraw(user: User) -> int:
    return CalendarAddress.objects.filter(user=user, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())


def digest_of_address(secret: str) -> str:
    """Return the digest under which a secret is stored. Plain, because 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()
