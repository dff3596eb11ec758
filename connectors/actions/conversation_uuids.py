"""A conversation's UUID in the sealed queue: delete its draft, and record that it was erased."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from communities.models import Team
from connectors.models import Erased, ItemState, SealedItem


def mark_erased(*, team: Team, uuid: UUID) -> None:
    """Record that a conversation's UUID, and those of its photos, were erased, and delete their contents in the queue.

    Call it in the transaction that deletes the conversation.
    """
    photos = SealedItem.objects.filter(parent=uuid, team=team)
    uuids = {uuid, *photos.values_list("uuid", flat=True)}
    Erased.objects.bulk_create([Erased(uuid=each, team=team) for each in sorted(uuids)], ignore_conflicts=True)
    delete_sealed_contents(SealedItem.objects.filter(Q(uuid=uuid) | Q(parent=uuid), team=team))


def delete_sealed_contents(items: QuerySet[SealedItem]) -> None:
    """Delete the sealed contents of these items for good."""
    items.update(state=ItemState.DROPPED, reason="erased", sealed=None, settled_at=timezone.now())


def delete_draft(*, uuid: UUID) -> None:
    """Delete the draft with this UUID, because the conversation was saved."""
    SealedItem.objects.filter(uuid=uuid, state=ItemState.DRAFT).delete()
