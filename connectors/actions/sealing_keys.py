"""Making, changing and destroying the keys with which phones seal."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities import audit
from communities.models import User
from connectors import sealing
from connectors.models import SealedItem, SealingKey
from connectors.queries import capture as queries
from connectors.rules import capture as rules


@transaction.atomic
def current_key() -> SealingKey:
    """Return the key in use, making and auditing the first; many who ask at once get the same."""
    return queries.key_in_use() or _make_key(by=None)


@transaction.atomic
def rotate_key(*, by: User | None = None) -> SealingKey:
    """Put a new key in the place of the one in use, audit both, and return the new one.

    What was sealed with the old one can be opened for another 90 days. Asked for twice at once, it changes once.
    """
    asked_about = queries.key_in_use()
    old = SealingKey.objects.select_for_update().filter(retired_at__isnull=True).first()
    if old is None or asked_about is None or old.pk != asked_about.pk:
        return current_key()
    old.retired_at = timezone.now()
    old.save(update_fields=["retired_at"])
    audit.record(by=by, verb="retired", obj=old, fields=["retired_at"])
    return _make_key(by=by)


@transaction.atomic
def destroy_old_keys(*, by: User | None = None, now: datetime | None = None) -> list[SealingKey]:
    """Destroy the private half of each key that was replaced more than 90 days ago, audit it, and return those keys.

    What the server still holds under such a key, for somebody to look at, is sealed anew with the key in use first. A
    key that cannot be unlocked is destroyed too: nothing under it could be opened anyway.
    """
    latest = (now or timezone.now()) - rules.OLD_KEY_AGE
    old = list(SealingKey.objects.select_for_update().filter(retired_at__lt=latest).exclude(private_locked=""))
    for key in old:
        _seal_anew(key)
        key.private_locked = ""
        key.save(update_fields=["private_locked"])
        audit.record(by=by, verb="destroyed", obj=key, fields=["private_locked"])
    return old


def _make_key(*, by: User | None) -> SealingKey:
    pair = sealing.make_key_pair()
    locked = sealing.lock_private(pair.private, secret=settings.SECRET_KEY)
    key = SealingKey(kid=pair.kid, public_spki=pair.spki, private_locked=locked)
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError:
        # Somebody else was first; the database lets only one be in use.
        return SealingKey.objects.get(retired_at__isnull=True)
    audit.record(by=by, verb="made", obj=key, fields=["public_spki"])
    return key


def _seal_anew(old: SealingKey) -> None:
    """Seal with the key in use what is held under an old one; the digest stays that of what the phone sent."""
    new = current_key()
    held = SealedItem.objects.select_for_update().filter(kid=old.kid, sealed__isnull=False)
    for item in held.iterator(chunk_size=20):
        try:
            plaintext = sealing.reveal(bytes(item.sealed), kind=item.kind, uuid=item.uuid, find_key=queries.private_key)
        except sealing.SealError:
            continue
        item.sealed = sealing.seal(plaintext, kind=item.kind, uuid=item.uuid, kid=new.kid, spki=new.public_spki)
        item.kid = new.kid
        item.save(update_fields=["sealed", "kid"])
