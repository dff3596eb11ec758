"""Addresses at which a program reads a release without signing in."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.rules import require
from communities.verbs import Verb
from evaluation.models import Program, Release, ReleaseAddress
from evaluation.releases.rules import DAYS, can_make_address

#: Bytes of an address's secret; 43 letters and digits in the address.
SECRET_BYTES = 32


@idempotent(ReleaseAddress)
@transaction.atomic
def make_release_address(
    *, by: User, release: Release, program: str, days: int, uuid: UUID | None = None
) -> ReleaseAddress:
    """Make an address of a release for a program. The one that this program had before stops working.

    Its `secret` is shown once and not stored: the row that the same `uuid` gives again has none. So a page that is sent twice
    keeps the address that was copied. days: for how long it works, one of `DAYS`.
    Raises: PermissionDenied; ValidationError keyed by field.
    """
    require(can_make_address, by, release.team_id)
    if program not in Program.values:
        raise ValidationError({"program": _("Choose the program that reads the address.")})
    if days not in DAYS:
        raise ValidationError({"days": _("Choose for how long the address works.")})
    # Two who make an address for the same program wait for each other.
    Team.objects.select_for_update(no_key=True).get(pk=release.team_id)
    for earlier in ReleaseAddress.objects.filter(release=release, program=program, withdrawn_at__isnull=True):
        _withdraw(earlier, by)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    address = ReleaseAddress.objects.create(
        **({"uuid": uuid} if uuid else {}),
        release=release,
        program=program,
        digest=digest_of_secret(secret),
        made_by=by,
        expires_on=timezone.localdate() + timedelta(days=days),
    )
    audit.record(by=by, verb=Verb.CREATE, obj=address)
    address.secret = secret
    return address


@transaction.atomic
def withdraw_release_address(*, by: User, address: ReleaseAddress) -> ReleaseAddress:
    """Withdraw an address, which stops working at once. Does nothing the second time. Raises: PermissionDenied."""
    require(can_make_address, by, address.team_id)
    locked = ReleaseAddress.objects.select_for_update(of=("self",)).select_related("release").get(pk=address.pk)
    if locked.withdrawn_at is None:
        _withdraw(locked, by)
    return locked


def note_reading(*, address: ReleaseAddress) -> None:
    """Count that a file was read at an address."""
    rows = ReleaseAddress.objects.filter(pk=address.pk)
    rows.update(opened=F("opened") + 1, last_opened_on=timezone.localdate())


def digest_of_secret(secret: str) -> str:
    """Return the digest under which a secret is stored. Plain, because 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def withdraw_with_its_maker(*, address: ReleaseAddress, by: User | None) -> None:
    """Withdraw an address whose maker leaves, who knows it; the caller asks the rule and locks. by: None for a command."""
    _withdraw(address, by)


def _withdraw(address: ReleaseAddress, by: User | None) -> None:
    address.withdrawn_at = timezone.now()
    address.save(update_fields=["withdrawn_at"])
    audit.record(by=by, verb=Verb.WITHDRAW, obj=address)
