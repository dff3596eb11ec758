"""Reads for what phones send: keys, what waits for somebody to look, drafts, and the loss ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.datastructures import MultiValueDict

from communities.models import Team, User
from connectors import sealing
from connectors.models import Conversation, Device, Erased, ItemState, SealedItem, SealingKey
from connectors.rules import capture as rules

#: How many things that wait one page shows.
SHOWN = 50
#: Why a number is here without anything: it was let go on the phone.
LET_GO = "let-go"
_OWNERS = UUID("5b2f7c1e-3c1d-4a52-9a53-0a1d9f6e7b10")


def secrets() -> tuple[str, ...]:
    """Return the site's secrets, the one in use first, those used before after it."""
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def owner_id(*, user_id: int, team_id: int) -> str:
    """Return what a phone calls one person in one team: the same for ever, whatever becomes of names and secrets."""
    return str(uuid5(_OWNERS, f"{team_id}:{user_id}"))


def key_in_use() -> SealingKey | None:
    """Return the key that phones seal with now; None before the first."""
    return SealingKey.objects.filter(retired_at__isnull=True).first()


def private_key(kid: str) -> RSAPrivateKey | None:
    """Return the private half of a key; None when it is unknown, destroyed, or locked with a secret that is gone."""
    locked = SealingKey.objects.filter(kid=kid).exclude(private_locked="").values_list("private_locked", flat=True)
    found = locked.first()
    return sealing.unlock_private(found, secrets=secrets()) if found else None


def open_item(item: SealedItem) -> sealing.Opened:
    """Return what is in an item that the server holds. Raises: SealError when it holds nothing that it can open."""
    return sealing.open_envelope(bytes(item.sealed or b""), kind=item.kind, uuid=item.uuid, find_key=private_key)


def form_data(opened: sealing.Opened) -> MultiValueDict:
    """Return the sealed controls as what a form reads. Raises: SealError when they are none."""
    data = MultiValueDict()
    for name, value in opened.fields:
        data.appendlist(name, value)
    return data


def erased_among(uuids: Iterable[UUID | None]) -> bool:
    """Return whether one of the numbers was taken away for good."""
    return Erased.objects.filter(uuid__in=[uuid for uuid in uuids if uuid]).exists()


def items_of(*, user: User, team: Team, states: Iterable[str]) -> QuerySet[SealedItem]:
    """Return what a person's phones sent to a team that is in one of these states, the latest first; not the sealed words."""
    rows = SealedItem.objects.visible_to(user).filter(team=team, user=user, state__in=list(states))
    return rows.defer("sealed").order_by("-received_at", "-pk")


def items_to_look_at(*, user: User, team: Team) -> list[SealedItem]:
    """Return a person's parked items and the photos that wait for their conversation, the latest 50."""
    return list(items_of(user=user, team=team, states=(ItemState.PARKED, ItemState.WAITING))[:SHOWN])


def conversations_to_sort(*, user: User, team: Team) -> list[SealedItem]:
    """Return a person's items that were kept with a name still to sort out, the latest 50."""
    rows = items_of(user=user, team=team, states=(ItemState.KEPT,))
    return list(rows.filter(reason="names").select_related("conversation")[:SHOWN])


def items_of_others(*, user: User, team: Team) -> list[SealedItem]:
    """Return for a manager what waits for others in the team, the latest 50; empty for everybody else."""
    if not rules.can_see_ledger(user, team.pk):
        return []
    waiting = (ItemState.PARKED, ItemState.WAITING)
    rows = SealedItem.objects.visible_to(user).filter(team=team, state__in=waiting).exclude(user=user)
    return list(rows.defer("sealed").select_related("user").order_by("-received_at", "-pk")[:SHOWN])


def drafts(*, user: User, team: Team) -> QuerySet[SealedItem]:
    """Return what a person began and did not save, the latest first; what was saved meanwhile is left out."""
    saved = Conversation.objects.filter(uuid=OuterRef("uuid"))
    return items_of(user=user, team=team, states=(ItemState.DRAFT,)).filter(~Exists(saved))


def draft_data(user: User, uuid: str, *, team: Team | None) -> MultiValueDict | None:
    """Return the controls of a person's own draft for the form to begin with; None when there is none that opens."""
    if not uuid:
        return None
    try:
        number = UUID(uuid)
    except ValueError:
        return None
    rows = SealedItem.objects.visible_to(user).filter(user=user, team=team, uuid=number, state=ItemState.DRAFT)
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
    """One phone: how many things it saved, how many came, how many were let go on it, how many will not come any more."""

    device: Device
    saved: int
    received: int
    let_go: int
    lost: int

    @property
    def coming(self) -> int:
        """Return how many have not arrived and are not known to be lost."""
        return max(self.saved - self.received - self.let_go - self.lost_ever, 0)

    @property
    def lost_ever(self) -> int:
        """Return how many were lost, those that somebody has looked at already included."""
        return max(self.device.emptied_up_to - self.device.received_before, 0)


def ledger(*, user: User, team: Team) -> list[LedgerLine]:
    """Return a line for each phone that saved something, the latest 50 seen: a manager sees the team's, others their own."""
    rows = Device.objects.visible_to(user).filter(team=team, saved__gt=0)
    if not rules.can_see_ledger(user, team.pk):
        rows = rows.filter(user=user)
    return [_line(device) for device in _counted(rows).select_related("user").order_by("-seen_at", "-pk")[:SHOWN]]


def ledger_line(device: Device) -> LedgerLine:
    """Return one phone's line."""
    return _line(_counted(Device.objects.filter(pk=device.pk)).get())


def _counted(rows: QuerySet[Device]) -> QuerySet[Device]:
    """Count the numbers that arrived: all, those of before the phone was found empty, and those nobody looked at since."""
    before = Q(items__sequence__lte=F("emptied_up_to"))
    unseen = before & Q(items__sequence__gt=F("looked_up_to"))
    return rows.annotate(
        received=Count("items__sequence", filter=~Q(items__reason=LET_GO), distinct=True),
        let_go=Count("items__sequence", filter=Q(items__reason=LET_GO), distinct=True),
        received_before=Count("items__sequence", filter=before, distinct=True),
        received_unseen=Count("items__sequence", filter=unseen, distinct=True),
    )


def _line(device: Device) -> LedgerLine:
    looked = min(device.looked_up_to, device.emptied_up_to)
    lost = max(device.emptied_up_to - looked - device.received_unseen, 0)
    return LedgerLine(device=device, saved=device.saved, received=device.received, let_go=device.let_go, lost=lost)


def holder(*, user_id: int, team_id: int) -> tuple[User | None, Team | None]:
    """Return the person and the team of a token, whatever may have become of them since; None for what is gone."""
    return User.objects.filter(pk=user_id).first(), Team.objects.filter(pk=team_id).first()
