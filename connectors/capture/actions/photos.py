"""Sealed photos: each joins its conversation, or waits until somebody has reviewed it."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from communities import audit
from communities.columns import longest
from communities.models import User
from communities.photos import MAX_BYTES, clean_photo
from communities.verbs import Verb
from connectors.actions.conversation_uuids import delete_sealed_contents
from connectors.capture import queries, sealing
from connectors.models import Conversation, ItemKind, ItemState, SealedItem
from connectors.queries.consent import refusals_of_photo
from connectors.queries.conversation_uuids import erased_among
from connectors.rules.conversations import can_change_conversation

_ALT_LETTERS = longest(Conversation, "photo_alt")


def join_photos(*, parent: UUID | None) -> None:
    """Add each photo that waits for a conversation to it, if the conversation has arrived.

    Called after the commit of the photo as well as of the conversation: whichever commits last sees both.
    """
    waiting = SealedItem.objects.filter(parent=parent, kind=ItemKind.PHOTO, state=ItemState.WAITING)
    if parent and erased_among([parent]):
        delete_sealed_contents(waiting)
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)) if parent else ():
        join_photo(pk=pk)


def join_photo(*, pk: int, by: User | None = None) -> SealedItem:
    """Add a photo to its conversation and audit it; park it if it is not a photo, or the conversation has one already.

    It is also parked if neither its sender nor `by`, who reviews it, is allowed to change the conversation, and if
    somebody in the conversation refuses photos. Nothing happens until the conversation has arrived.
    """
    item = SealedItem.objects.get(pk=pk)
    if item.parent is None or not Conversation.objects.filter(uuid=item.parent, team=item.team_id).exists():
        return item
    photo, alt, reason = photo_in(item)
    with transaction.atomic():
        # Lock the conversation first, as deleting it or its photo does; the other order could deadlock.
        talk = Conversation.objects.select_for_update(of=("self",)).filter(uuid=item.parent, team=item.team_id).first()
        item = SealedItem.objects.select_for_update(of=("self",)).get(pk=pk)
        if talk is None or item.state not in {ItemState.WAITING, ItemState.PARKED}:
            return item
        if photo is None or talk.photo:
            return _park(item, reason if photo is None else "second-photo")
        if not _may_join(item, talk, by):
            return _park(item, "not-theirs")
        if refusals_of_photo(talk.people.through.objects.filter(conversation=talk).values_list("person_id", flat=True)):
            return _park(item, "said-no")
        return _attach(item, talk, photo, alt)


def _may_join(item: SealedItem, talk: Conversation, by: User | None) -> bool:
    """Return whether the photo can join the conversation.

    Its sender sent the conversation too, or the reviewer or sender is allowed to change it.
    """
    if can_change_conversation(by or item.user, talk):
        return True
    return SealedItem.objects.filter(uuid=talk.uuid, conversation=talk, user=item.user_id).exists()


def photo_in(item: SealedItem) -> tuple[ContentFile | None, str, str]:
    """Return (photo, alternative text, ""), the photo re-encoded; or (None, "", reason) if it cannot be read."""
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
        audit.record(by=item.user, verb=Verb.PARK, obj=item, fields=["state", "reason"])
    return item


def _attach(item: SealedItem, talk: Conversation, photo: ContentFile, alt: str) -> SealedItem:
    talk.photo_alt = alt or talk.photo_alt
    talk.photo = photo
    talk.save(update_fields=["photo", "photo_alt", "updated_at"])
    item.state, item.reason, item.sealed = ItemState.KEPT, "", None
    item.conversation, item.settled_at = talk, timezone.now()
    item.save(update_fields=["state", "reason", "sealed", "conversation", "settled_at"])
    audit.record(by=item.user, verb=Verb.UPDATE, obj=talk, fields=["photo", *(["photo_alt"] if alt else [])])
    return item
