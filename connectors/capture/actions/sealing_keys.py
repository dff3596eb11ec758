"""Create, replace and destroy the keys with which phones seal."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities import audit
from communities.models import User
from communities.rules import require
from communities.verbs import Verb
from connectors.capture import queries, rules, sealing
from connectors.models import SealedItem, SealingKey

SHUT = (
    "The sealing key in use is locked with a secret that is not set. Put the secret used before into "
    "KITH_SECRET_KEY_FALLBACKS and restart Kith, or run rotate_sealing_key: what was sealed already then stays on the phones."
)


@transaction.atomic
def current_key() -> SealingKey:
    """Return the key in use, creating and auditing the first; concurrent callers get the same."""
    return queries.key_in_use() or _make_key(by=None)


def usable_key() -> SealingKey:
    """Return the key in use if items sealed with it can be opened; the first is created when needed.

    Raises: SealError, reason "shut", when the key is encrypted with a secret that is not set. Items sealed with it
    would be lost unless that secret came back.
    """
    key = current_key()
    if not queries.can_be_opened(key):
        raise sealing.SealError(SHUT, reason="shut")
    return key


@transaction.atomic
def rotate_key(*, by: User | None = None) -> SealingKey:
    """Replace the key in use with a new one, audit both, and return the new one.

    Items sealed with the old one can be opened for another 90 days. Two concurrent calls replace it once. `by` is None
    for a command. Raises: PermissionDenied.
    """
    require(rules.can_manage_keys, by)
    asked_about = queries.key_in_use()
    old = SealingKey.objects.select_for_update().filter(retired_at__isnull=True).first()
    if old is None or asked_about is None or old.pk != asked_about.pk:
        return current_key()
    old.retired_at = timezone.now()
    old.save(update_fields=["retired_at"])
    audit.record(by=by, verb=Verb.RETIRE, obj=old, fields=["retired_at"])
    return _make_key(by=by)


@transaction.atomic
def destroy_old_keys(*, by: User | None = None, now: datetime | None = None) -> list[SealingKey]:
    """Destroy the private half of each key that was replaced more than 90 days ago, audit it, and return those keys.

    Items that the server still stores under such a key, for review, are first sealed again with the key in use. A key
    that cannot be decrypted is destroyed too: no item under it could be opened anyway. `by` is None for a command.
    Raises: PermissionDenied; SealError, reason "shut", when there are such items and the key in use cannot be
    decrypted; then nothing is destroyed.
    """
    require(rules.can_manage_keys, by)
    latest = (now or timezone.now()) - rules.OLD_KEY_AGE
    old = list(SealingKey.objects.select_for_update().filter(retired_at__lt=latest).exclude(private_locked=""))
    for key in old:
        _reseal(key)
        key.private_locked = ""
        key.save(update_fields=["private_locked"])
        audit.record(by=by, verb=Verb.DESTROY_KEY, obj=key, fields=["private_locked"])
    return old


def _make_key(*, by: User | None) -> SealingKey:
    pair = sealing.make_key_pair()
    locked = sealing.lock_private(pair.private, secret=settings.SECRET_KEY)
    key = SealingKey(kid=pair.kid, public_spki=pair.spki, private_locked=locked)
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError:
        # Another process was first; the database allows only one in use.
        return SealingKey.objects.get(retired_at__isnull=True)
    audit.record(by=by, verb=Verb.CREATE, obj=key, fields=["public_spki"])
    return key


def _reseal(old: SealingKey) -> None:
    """Seal the stored items of an old key again with the key in use; the digest stays that of the sent item."""
    held = SealedItem.objects.select_for_update().filter(kid=old.kid, sealed__isnull=False)
    for item in held.iterator(chunk_size=20):
        try:
            plaintext = sealing.reveal(
                bytes(item.sealed or b""), kind=item.kind, uuid=item.uuid, find_key=queries.private_key
            )
        except sealing.SealError:
            continue
        new = usable_key()
        item.sealed = sealing.seal(plaintext, kind=item.kind, uuid=item.uuid, kid=new.kid, spki=new.public_spki)
        item.kid = new.kid
        item.save(update_fields=["sealed", "kid"])
