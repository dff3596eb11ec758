"""What follows a conversation: photos that came sealed join it, what was begun is forgotten, and all of it goes with it."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from communities import audit
from communities.models import Team, User
from communities.photos import MAX_BYTES, clean_photo
from connectors import sealing
from connectors.models import Conversation, Erased, ItemKind, ItemState, SealedItem
from connectors.queries import capture as queries
from connectors.rules import capture as rules
from connectors.rules.conversations import can_change_conversation

_ALT_LETTERS = Conversation._meta.get_field("photo_alt").max_length


def join_photos(*, parent: UUID | None) -> None:
    """Put each photo that waits for a conversation onto it, if the conversation is there.

    Called after the commit of the photo as well as of the conversation: whoever comes last sees both.
    """
    waiting = SealedItem.objects.filter(parent=parent, kind=ItemKind.PHOTO, state=ItemState.WAITING)
    if parent and queries.erased_among([parent]):
        drop(waiting)
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)) if parent else ():
        join_photo(pk=pk)


def join_photo(*, pk: int, by: User | None = None) -> SealedItem:
    """Put one photo onto its conversation and audit it, or park it when it is none or there is one already.

    It is parked too when neither who sent it nor `by`, who looks at it, may change the conversation: it is somebody else's.
    Nothing happens while the conversation is not there.
    """
    item = SealedItem.objects.get(pk=pk)
    if not Conversation.objects.filter(uuid=item.parent, team=item.team_id).exists():
        return item
    photo, alt, reason = photo_in(item)
    with transaction.atomic():
        item = SealedItem.objects.select_for_update(of=("self",)).get(pk=pk)
        talk = Conversation.objects.select_for_update(of=("self",)).filter(uuid=item.parent, team=item.team_id).first()
        if talk is None or item.state not in {ItemState.WAITING, ItemState.PARKED}:
            return item
        if photo is None or talk.photo:
            return _park(item, reason if photo is None else "second-photo")
        if not _may_join(item, talk, by):
            return _park(item, "not-theirs")
        return _attach(item, talk, photo, alt)


def _may_join(item: SealedItem, talk: Conversation, by: User | None) -> bool:
    """Return whether the photo may go there; what somebody sent themselves is theirs, whoever kept it for them."""
    if can_change_conversation(by or item.user, talk):
        return True
    return SealedItem.objects.filter(uuid=talk.uuid, conversation=talk, user=item.user_id).exists()


def photo_in(item: SealedItem) -> tuple[ContentFile | None, str, str]:
    """Return the photo, cleaned, and what it shows; without a photo, the reason why not."""
    try:
        opened = queries.open_item(item)
    except sealing.SealError as error:
        return None, "", error.reason
    if len(opened.body) > MAX_BYTES:
        return None, "", "photo"
    alt = " ".join(sealing.writable(str(opened.words.get("alt") or "")).split())[:_ALT_LETTERS]
    try:
        return clean_photo(ContentFile(opened.body, name="photo")), alt, ""
    except ValidationError:
        return None, "", "photo"


def _park(item: SealedItem, reason: str) -> SealedItem:
    if (item.state, item.reason) != (ItemState.PARKED, reason):
        item.state, item.reason = ItemState.PARKED, reason
        item.save(update_fields=["state", "reason"])
        audit.record(by=item.user, verb="parked", obj=item, fields=["state", "reason"])
    return item


def _attach(item: SealedItem, talk: Conversation, photo: ContentFile, alt: str) -> SealedItem:
    talk.photo_alt = alt or talk.photo_alt
    talk.photo.save(photo.name, photo, save=False)
    talk.save(update_fields=["photo", "photo_alt", "updated_at"])
    item.state, item.reason, item.sealed = ItemState.KEPT, "", None
    item.conversation, item.settled_at = talk, timezone.now()
    item.save(update_fields=["state", "reason", "sealed", "conversation", "settled_at"])
    audit.record(by=item.user, verb="changed", obj=talk, fields=["photo", *(["photo_alt"] if alt else [])])
    return item


def mark_erased(*, team: Team, uuid: UUID) -> None:
    """Note that a number, and the photos sent for it, are gone for good, and forget whatever is still held of them.

    To be called in the transaction that takes the row itself away.
    """
    photos = SealedItem.objects.filter(parent=uuid, team=team)
    numbers = {uuid, *photos.values_list("uuid", flat=True)}
    Erased.objects.bulk_create([Erased(uuid=each, team=team) for each in sorted(numbers)], ignore_conflicts=True)
    drop(SealedItem.objects.filter(Q(uuid=uuid) | Q(parent=uuid), team=team))


def drop(items: QuerySet[SealedItem]) -> None:
    """Forget the sealed words of these items for good."""
    items.update(state=ItemState.DROPPED, reason="erased", sealed=None, settled_at=timezone.now())


def give_up(item: SealedItem, *, by: User | None) -> SealedItem:
    """Take away for good what waited, and what waited for it, and audit it. To be called in a transaction that locks it.

    What is kept under its number already stays, and so do the photos that still come for it.
    """
    if item.is_second or Conversation.objects.filter(uuid=item.uuid).exists():
        drop(SealedItem.objects.filter(pk=item.pk))
    else:
        mark_erased(team=item.team, uuid=item.uuid)
    audit.record(by=by, verb="let_go", obj=item, fields=["state", "sealed"])
    item.refresh_from_db()
    return item


@transaction.atomic
def let_go_if_old(*, pk: int, now: datetime) -> str:
    """Let something go that nobody looked at for too long, audit it, and return the state it was in; "" when it stays.

    The number of what waited is told to the phone as one that is gone. That of a draft is not: it may still come, saved.
    """
    item = SealedItem.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    goes = rules.goes_at(item) if item else None
    if goes is None or goes > now:
        return ""
    state = item.state
    if state == ItemState.DRAFT:
        audit.record(by=None, verb="let_go", obj=item, fields=["sealed"])
        item.delete()
    else:
        give_up(item, by=None)
    return state


def let_old_go(*, now: datetime | None = None) -> Counter[str]:
    """Let go of everything that waited too long, one thing a transaction, and return how many by the state they were in."""
    now, gone = now or timezone.now(), Counter()
    for state in (ItemState.PARKED, ItemState.WAITING, ItemState.DRAFT):
        latest = now - rules.keeping_time(state)
        old = SealedItem.objects.filter(state=state, received_at__lte=latest).order_by("pk")
        for pk in list(old.values_list("pk", flat=True)):
            gone[let_go_if_old(pk=pk, now=now)] += 1
    gone.pop("", None)
    return gone


def forget_draft(*, uuid: UUID) -> None:
    """Forget what was begun under a number, now that it is kept."""
    SealedItem.objects.filter(uuid=uuid, state=ItemState.DRAFT).delete()
