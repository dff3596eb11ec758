"""How many passwords may be tried: 20 for an account in a day, 20 from a network address in an hour.

Each try is written, and committed, before it is counted. Of tries that race, each therefore counts at least those written
before it, and no more than the limit get through, without a lock. A try that succeeds is taken back, so people who know
their passwords never meet the limit, however many share an office's address.
Source: the limits are those of healthchecks.io, which counts first and writes afterwards.
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from communities.models import SignInAttempt

ACCOUNT = (20, timedelta(days=1))
ADDRESS = (20, timedelta(hours=1))


def attempt_keys(*, email: str, address: str) -> dict[str, tuple[int, timedelta]]:
    """Return the hashed keys that a try counts under, each with its limit and span."""
    return {_key("account", email.strip().lower()): ACCOUNT, _key("address", address): ADDRESS}


def note_attempt(*, email: str, address: str) -> list[int] | None:
    """Write a try and return its rows, for `forget_attempt`; None when there were too many and it must be refused.

    Call it outside a transaction, because the count rests on the rows being committed.
    """
    now = timezone.now()
    SignInAttempt.objects.filter(at__lt=now - ACCOUNT[1]).delete()
    keys = attempt_keys(email=email, address=address)
    rows = [SignInAttempt.objects.create(key=key, at=now).pk for key in keys]
    if any(
        SignInAttempt.objects.filter(key=key, at__gt=now - span).count() > limit for key, (limit, span) in keys.items()
    ):
        forget_attempt(rows=rows)
        return None
    return rows


def forget_attempt(*, rows: list[int]) -> None:
    """Take a try back, because its password was right or was not looked at."""
    SignInAttempt.objects.filter(pk__in=rows).delete()


def forget_account(*, email: str) -> None:
    """Let an account be tried afresh, because its owner has set a new password."""
    SignInAttempt.objects.filter(key=_key("account", email.strip().lower())).delete()


def _key(kind: str, value: str) -> str:
    return salted_hmac(f"kith.sign-in.{kind}", value, algorithm="sha256").hexdigest()
