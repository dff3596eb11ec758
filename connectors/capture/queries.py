"""Queries for sealed items: keys, items that wait for review, drafts, and the ledger of what was lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.datastructures import MultiValueDict

from communities.models import Team, User
from communities.row_keys import uuid_of
from connectors.capture import rules, sealing
from connectors.models import Conversation, Device, ItemState, SealedItem, SealingKey

#: How many waiting items a page shows.
SHOWN = 50
#: The reason of an item without contents: it was deleted on the phone.
DELETED_ON_PHONE = "deleted-on-phone"
_OWNERS = UUID("5b2f7c1e-3c1d-4a52-9a53-0a1d9f6e7b10")


def secrets() -> tuple[str, ...]:
    """Return the site's secrets: the current one first, then earlier ones."""
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def owner_id(*, user_id: int, team_id: int) -> str:
    """Return the identifier that phones use for one user in one team.

    It never changes, whatever happens to names and secrets.
    """
    return str(uuid5(_OWNERS, f"{team_id}:{user_id}"))


def key_in_use() -> SealingKey | None:
    """Return the key that phones seal with now; None if there has never been one."""
    return SealingKey.objects.filter(retired_at__isnull=True).first()


def private_key(kid: str) -> RSAPrivateKey | None:
    """Return the private half of a key; None if it is unknown, destroyed, or encrypted with a secret no longer set."""
    locked = SealingKey.objects.filter(kid=kid).exclude(private_locked="").values_list("private_locked", flat=True)
    found = locked.first()
    return sealing.unlock_private(found, secrets=secrets()) if found else None


def can_be_opened(key: SealingKey) -> bool:
    """Return whether items sealed with a key can be opened with the current secrets."""
    return bool(key.private_locked) and sealing.unlock_private(key.private_locked, secrets=secrets()) is not None


def is_key_unusable() -> bool:
    """Return whether the key in use is encrypted with a secret that is not set; False before the first key."""
    key = key_in_use()
    return key is not None and not can_be_opened(key)


def open_item(item: SealedItem) -> sealing.Opened:
    """Return the contents of an item. Raises: SealError if the server has none, or cannot open them."""
    return sealing.open_envelope(bytes(item.sealed or b""), kind=item.kind, uuid=item.uuid, find_key=private_key)


def form_data(opened: sealing.Opened) -> MultiValueDict:
    """Return the sealed controls as form data. Raises: SealError without any."""
    data: MultiValueDict = MultiValueDict()
    for name, value in opened.fields:
        data.appendlist(name, value)
    return data


def items_of(*, user: User, team: Team, states: Iterable[str]) -> QuerySet[SealedItem]:
    """Return a user's items in these states, sent to a team, latest first, without the sealed contents."""
    rows = SealedItem.objects.visible_to(user).filter(team=team, user=user, state__in=list(states))
    return rows.defer("sealed").order_by("-received_at", "-pk")


def items_to_check(*, user: User, team: Team) -> list[SealedItem]:
    """Return a person's parked items and the photos that wait for their conversation: the latest 50."""
    return list(items_of(user=user, team=team, states=(ItemState.PARKED, ItemState.WAITING))[:SHOWN])


def conversations_with_unclear_names(*, user: User, team: Team) -> list[SealedItem]:
    """Return a person's items that were saved with a name still to sort out: the latest 50."""
    rows = items_of(user=user, team=team, states=(ItemState.KEPT,))
    return list(rows.filter(reason="names").select_related("conversation")[:SHOWN])


def items_of_others(*, user: User, team: Team) -> list[SealedItem]:
    """Return the items that wait for other people in the team, the latest 50; empty unless a manager asks."""
    if not rules.can_see_ledger(user, team.pk):
        return []
    waiting = (ItemState.PARKED, ItemState.WAITING)
    rows = SealedItem.objects.visible_to(user).filter(team=team, state__in=waiting).exclude(user=user)
    return list(rows.defer("sealed").select_related("user").order_by("-received_at", "-pk")[:SHOWN])


def drafts(*, user: User, team: Team) -> QuerySet[SealedItem]:
    """Return a user's drafts, latest first, without those that have been saved since."""
    saved = Conversation.objects.filter(uuid=OuterRef("uuid"))
    return items_of(user=user, team=team, states=(ItemState.DRAFT,)).filter(~Exists(saved))


def draft_data(user: User, uuid: str, *, team: Team | None) -> MultiValueDict | None:
    """Return the form data of a person's own draft; None if it does not exist or cannot be opened."""
    draft = uuid_of(uuid)
    if draft is None:
        return None
    rows = SealedItem.objects.visible_to(user).filter(user=user, team=team, uuid=draft, state=ItemState.DRAFT)
    item = rows.first()
    if item is None:
        return None
    try:
        data = form_data(open_item(item))
    except sealing.SealError:
        return None
    data["uuid"], data["begun_version"] = str(item.uuid), str(item.draft_version)
    return data


@dataclass(frozen=True)
class LedgerLine:
    """One phone: how many items it saved, how many arrived, how many were deleted on it, and how many were lost.

    `lost_ever` includes those that somebody has already acknowledged.
    """

    device: Device
    saved: int
    received: int
    deleted_on_phone: int
    lost: int
    lost_ever: int

    @property
    def coming(self) -> int:
        """Return how many have not arrived yet and are not known to be lost."""
        return max(self.saved - self.received - self.deleted_on_phone - self.lost_ever, 0)


def ledger(*, user: User, team: Team) -> list[LedgerLine]:
    """Return a line for each phone that saved something, the 50 seen last.

    Managers see the team's phones, others their own.
    """
    rows = Device.objects.visible_to(user).filter(team=team, saved__gt=0)
    if not rules.can_see_ledger(user, team.pk):
        rows = rows.filter(user=user)
    return [_line(device) for device in _counted(rows).select_related("user").order_by("-seen_at", "-pk")[:SHOWN]]


def ledger_line(device: Device) -> LedgerLine:
    """Return one phone's line."""
    return _line(_counted(Device.objects.filter(pk=device.pk)).get())


def _counted(rows: QuerySet[Device]) -> QuerySet[Device]:
    """Annotate how many items arrived: all, those sent before the phone was found empty, and those not acknowledged."""
    before = Q(items__sequence__lte=F("emptied_up_to"))
    unseen = before & Q(items__sequence__gt=F("reviewed_up_to"))
    return rows.annotate(
        received=Count("items__sequence", filter=~Q(items__reason=DELETED_ON_PHONE), distinct=True),
        deleted_on_phone=Count("items__sequence", filter=Q(items__reason=DELETED_ON_PHONE), distinct=True),
        received_before=Count("items__sequence", filter=before, distinct=True),
        received_unseen=Count("items__sequence", filter=unseen, distinct=True),
    )


def _line(device: Any) -> LedgerLine:
    """Return the line of a phone with the counts of `_counted`."""
    looked = min(device.reviewed_up_to, device.emptied_up_to)
    lost = max(device.emptied_up_to - looked - device.received_unseen, 0)
    return LedgerLine(
        device=device,
        saved=device.saved,
        received=device.received,
        deleted_on_phone=device.deleted_on_phone,
        lost=lost,
        lost_ever=max(device.emptied_up_to - device.received_before, 0),
    )


def token_owner(*, user_id: int, team_id: int) -> tuple[User | None, Team | None]:
    """Return the user and the team of a token, even if they are inactive now; None for either that was deleted."""
    return User.objects.filter(pk=user_id).first(), Team.objects.filter(pk=team_id).first()
