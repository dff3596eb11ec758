"""Rate limits for passwords and reset links.

An attempt counts for the account, for its source, and for both together. The source is the network address, or the
browser if somebody has signed in to the account with it before (a known browser). One address may try 20 passwords an
hour, 10 of them for one account. After 20 attempts for one account in a day, from any source, only one every quarter of
an hour is checked: guessing from many addresses is slow. Other people's attempts never block a known browser, and reset
links are counted separately, so that nobody can lock somebody else out.

Each attempt is committed before it is counted. Concurrent attempts therefore each count at least those committed before
them, and no more than the limit succeed, without a lock. A successful attempt is deleted, so people who know
their passwords never reach a limit, however many share an office's address.

Source: OWASP Authentication Cheat Sheet, "Login Throttling": locking an account lets anybody lock its owner out, so
count by device. The limits per address are those of healthchecks.io; NIST SP 800-63B-4, section 3.2.2, allows 100 tries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from communities.models import SignInAttempt

#: How long an attempt is stored.
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """The most attempts in a time span."""

    tries: int
    span: timedelta

    def wait(self, others: Iterable[datetime], now: datetime) -> timedelta:
        """Return the time until one more attempt is within the limit, given the times of the others."""
        recent = sorted((at for at in others if at > now - self.span), reverse=True)
        return recent[self.tries - 1] + self.span - now if len(recent) >= self.tries else timedelta()


@dataclass(frozen=True)
class Limits:
    """The limits for one source, for one source and account, and for one account from any source.

    Attempts are counted separately by `name`. `then` is the limit for an account from any source after `account` is used up; None means no more attempts.
    """

    name: str
    source: Limit
    pair: Limit
    account: Limit
    then: Limit | None = None


HOUR = timedelta(hours=1)
PASSWORDS = Limits(
    name="password",
    source=Limit(20, HOUR),
    pair=Limit(10, HOUR),
    account=Limit(20, timedelta(days=1)),
    then=Limit(1, timedelta(minutes=15)),
)
LINKS = Limits(name="link", source=Limit(20, HOUR), pair=Limit(3, HOUR), account=Limit(6, HOUR))
#: Residents' own sheets, where the account is the secret in a link.
SHEETS = Limits(name="sheet", source=Limit(20, HOUR), pair=Limit(20, HOUR), account=Limit(20, timedelta(days=1)))
#: Calendars, where the account is the secret in the address. Many users of one office ask from one network.
CALENDARS = Limits(
    name="calendar", source=Limit(600, HOUR), pair=Limit(60, HOUR), account=Limit(1000, timedelta(days=1))
)
#: Files of a release, where the account is the secret in the address. A program reads a dozen of them each time.
FILES = Limits(name="file", source=Limit(600, HOUR), pair=Limit(240, HOUR), account=Limit(2000, timedelta(days=1)))

#: Packs, where the account is the secret in the link. A steering group is one network, and prints and reloads.
PACKS = Limits(name="pack", source=Limit(600, HOUR), pair=Limit(240, HOUR), account=Limit(2000, timedelta(days=1)))


@dataclass(frozen=True)
class Attempt:
    """An attempt that was counted: its row, and how long to wait if it is refused."""

    row: int | None
    wait: timedelta

    @property
    def is_refused(self) -> bool:
        """Return whether the attempt is over a limit and must not be checked."""
        return self.row is None

    @property
    def minutes(self) -> int:
        """Return the wait in minutes, rounded up."""
        return ceil(self.wait / timedelta(minutes=1))


def record_attempt(*, limits: Limits, account: str, source: str, is_known: bool = False) -> Attempt:
    """Store an attempt and return it with the time to wait.

    account: the email address, whether or not it has an account. source: the network, or the UUID of a known browser
    (`is_known`), which is counted separately. Call it outside a transaction, because counting needs committed rows.
    """
    now = timezone.now()
    SignInAttempt.objects.filter(at__lt=now - KEPT).delete()
    whose, place = account_key(limits, account), _key(f"{limits.name} source {is_known}", source)
    row = SignInAttempt.objects.create(account=whose, source=place, at=now).pk
    others = SignInAttempt.objects.filter(Q(account=whose) | Q(source=place), at__gt=now - KEPT).exclude(pk=row)
    wait = _wait_for(limits, list(others.values_list("account", "source", "at")), whose, place, is_known, now)
    if not wait:
        return Attempt(row, wait)
    clear_attempt(row=row)
    return Attempt(None, wait)


def time_to_wait(*, limits: Limits, account: str, source: str) -> timedelta:
    """Return the time until one more attempt would be within every limit, without storing one."""
    now = timezone.now()
    whose, place = account_key(limits, account), _key(f"{limits.name} source {False}", source)
    rows = SignInAttempt.objects.filter(source=place, at__gt=now - KEPT).values_list("account", "source", "at")
    return _wait_for(limits, list(rows), whose, place, False, now)


def _wait_for(
    limits: Limits, others: list[tuple[str, str, datetime]], account: str, source: str, is_known: bool, now: datetime
) -> timedelta:
    """Return the time until an attempt is within every limit, given the others as (account, source, time)."""
    waits = [
        limits.source.wait([at for _, place, at in others if place == source], now),
        limits.pair.wait([at for whose, place, at in others if (whose, place) == (account, source)], now),
    ]
    if not is_known:
        for_account = [at for whose, _, at in others if whose == account]
        wait = limits.account.wait(for_account, now)
        waits.append(min(wait, limits.then.wait(for_account, now)) if limits.then else wait)
    return max(waits)


def clear_attempt(*, row: int) -> None:
    """Delete an attempt whose password was right or was not checked."""
    SignInAttempt.objects.filter(pk=row).delete()


def clear_attempts_of(*, email: str) -> None:
    """Delete the attempts for an account, because its owner has set a new password."""
    SignInAttempt.objects.filter(account=account_key(PASSWORDS, email)).delete()


def clear_all_attempts(*, email: str) -> int:
    """Delete all attempts for an account and all from the same sources; return how many."""
    about = [account_key(PASSWORDS, email), account_key(LINKS, email)]
    sources = list(SignInAttempt.objects.filter(account__in=about).values_list("source", flat=True))
    taken, _by_model = SignInAttempt.objects.filter(Q(account__in=about) | Q(source__in=sources)).delete()
    return taken


def account_key(limits: Limits, account: str) -> str:
    """Return the keyed hash that stands for an account in the table."""
    return _key(f"{limits.name} account", account.strip().lower())


def _key(kind: str, value: str) -> str:
    return salted_hmac(f"kith.attempt.{kind}", value, algorithm="sha256").hexdigest()
