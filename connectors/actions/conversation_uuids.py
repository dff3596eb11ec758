"""A conversation's UUID in the sealed queue: delete its draft, and record that it was erased."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from communities.models import Team
from communities.undo import Undo
from connectors.models import Erased, ItemState, SealedItem


def mark_erased(*, team: Team, uuid: UUID, undo: Undo | None = None) -> None:
    """Record that a conversation's UUID, and those of its photos, were erased, and delete their contents in the queue.

    Call it in the transaction that deletes the conversation. undo: notes what can be undone.
    """
    photos = SealedItem.objects.filter(parent=uuid, team=team)
    uuids = {uuid, *photos.values_list("uuid", flat=True)}
    known = set(Erased.objects.filter(uuid__in=uuids).values_list("pk", flat=True))
    Erased.objects.bulk_create([Erased(uuid=each, team=team) for each in sorted(uuids)], ignore_conflicts=True)
    items = SealedItem.objects.filter(Q(uuid=uuid) | Q(parent=uuid), team=team)
    before = list(items) if undo else []
    delete_sealed_contents(items)
    if undo:
        undo.added(Erased, Erased.objects.filter(uuid__in=uuids).exclude(pk__in=known).values_list("pk", flat=True))
        note_contents(before, undo)


def delete_sealed_contents(items: QuerySet[SealedItem]) -> None:
    """Delete the sealed contents of these items for good."""
    items.update(state=ItemState.DROPPED, reason="erased", sealed=None, settled_at=timezone.now())


def delete_draft(*, uuid: UUID) -> None:
    """Delete the draft with this UUID, because the conversation was saved."""
    SealedItem.objects.filter(uuid=uuid, state=ItemState.DRAFT).delete()


def note_contents(before: Iterable[SealedItem], undo: Undo) -> None:
    """Note what items held before their sealed contents were deleted."""
    for item in before:
        undo.changed(
            SealedItem.objects.get(pk=item.pk),
            {name: getattr(item, name) for name in ("state", "reason", "sealed", "settled_at")},
        )
