"""Delete items that wait in the sealed queue: on request, and when nobody has reviewed them for too long."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from communities import audit
from communities.models import User
from communities.rules import require
from communities.verbs import Verb
from connectors.actions.conversation_uuids import drop, mark_erased
from connectors.capture import rules
from connectors.models import Conversation, ItemState, SealedItem


def give_up(item: SealedItem, *, by: User | None) -> SealedItem:
    """Delete the contents of a waiting item and of the photos waiting for it, and audit it. The caller holds its lock.

    A conversation already saved with its UUID stays, and so do photos that arrive for it later. `by` is None if the
    item is deleted because of its age. Raises: PermissionDenied.
    """
    require(rules.can_open_item, by, item)
    if item.is_second or Conversation.objects.filter(uuid=item.uuid).exists():
        drop(SealedItem.objects.filter(pk=item.pk))
    else:
        mark_erased(team=item.team, uuid=item.uuid)
    audit.record(by=by, verb=Verb.LET_GO, obj=item, fields=["state", "sealed"])
    item.refresh_from_db()
    return item


@transaction.atomic
def let_go_if_old(*, pk: int, now: datetime) -> str:
    """Delete an item that nobody reviewed for too long, audit it, and return its previous state; "" if it stays.

    A phone that sends the item again is answered that it was erased. A draft's UUID stays free: it can still arrive as
    a saved conversation.
    """
    item = SealedItem.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    goes = rules.goes_at(item) if item else None
    if item is None or goes is None or goes > now:
        return ""
    state = item.state
    if state == ItemState.DRAFT:
        audit.record(by=None, verb=Verb.LET_GO, obj=item, fields=["sealed"])
        item.delete()
    else:
        give_up(item, by=None)
    return state


def let_old_go(*, now: datetime | None = None) -> Counter[str]:
    """Delete every item that waited too long, one in each transaction, and return how many by their previous state."""
    now = now or timezone.now()
    gone: Counter[str] = Counter()
    for state in ItemState:
        time = rules.keeping_time(state)
        if time is None:
            continue
        old = SealedItem.objects.filter(state=state, received_at__lte=now - time).order_by("pk")
        for pk in list(old.values_list("pk", flat=True)):
            gone[let_go_if_old(pk=pk, now=now)] += 1
    gone.pop("", None)
    return gone
