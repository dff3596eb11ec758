"""Delete data that is only needed for a while: marks of counted rows, and idempotency keys."""

import secrets
from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from communities.freshness import TOKENS
from communities.models import CountMark, IdempotencyKey

#: The age at which a mark can be deleted.
KEPT_FOR = timedelta(days=1)
#: How many marks one statement deletes. PostgreSQL takes at most 65,535 parameters, and a busy day leaves more marks.
BATCH = 10_000


@transaction.atomic
def prune_marks() -> int:
    """Replace the old marks of each team, part and quarter with one new mark, and return how many were deleted.

    The new mark makes sure that no earlier sum occurs again. A single old mark stays, so that what is quiet is not counted
    again. Not audited: nothing that a person wrote changes.
    """
    old: dict[tuple[int, str, int], list[int]] = defaultdict(list)
    marks = CountMark.objects.filter(at__lt=timezone.now() - KEPT_FOR)
    for number, team, part, quarter in marks.values_list("pk", "team", "part", "quarter"):
        old[team, part, quarter].append(number)
    several = {touched: numbers for touched, numbers in old.items() if len(numbers) > 1}
    gone = [each for numbers in several.values() for each in numbers]
    for at in range(0, len(gone), BATCH):
        CountMark.objects.filter(pk__in=gone[at : at + BATCH]).delete()
    CountMark.objects.bulk_create(
        CountMark(team_id=team, part=part, quarter=quarter, token=secrets.randbelow(TOKENS))
        for team, part, quarter in several
    )
    return len(gone)


def prune_keys() -> int:
    """Delete idempotency keys older than any page can be open, and return how many. Not audited."""
    gone, _by_kind = IdempotencyKey.objects.filter(
        at__lt=timezone.now() - timedelta(days=IdempotencyKey.KEPT_DAYS)
    ).delete()
    return gone
