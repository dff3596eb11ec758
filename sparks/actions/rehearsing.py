"""Show what a step would tell whom, before it is taken: the step itself, undone at the end."""

from collections.abc import Callable

from django.db import transaction

from communities.models import Message
from sparks.models import Spark


def rehearse(*, spark: Spark, step: Callable[[], object]) -> list[Message]:
    """Take a step, return the messages that it writes about the spark, and undo all of it.

    So the words and the recipients are exactly those that would be told, and what would be refused is refused here too. Nothing
    is sent: sending begins after a commit, and nothing is committed.
    Raises: as the step.
    """
    with transaction.atomic():
        before = list(Message.objects.about(spark).values_list("pk", flat=True))
        step()
        written = Message.objects.about(spark).exclude(pk__in=before).select_related("user", "teller")
        found = list(written)
        transaction.set_rollback(True)
    return found
