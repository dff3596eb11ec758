"""Delete data that is only needed for a while: marks of counted rows, and idempotency keys."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from communities.freshness import TOKENS
from communities.models import CountMark, IdempotencyKey

#: The age at which a mark can be deleted.
KEPT_FOR = timedelta(days=1)


@transaction.atomic
def prune_marks() -> int:
    """Replace each team's old marks with one new mark, and return how many were deleted.

    The new mark makes sure that no earlier sum occurs again. A team with one old mark keeps it, so
    that a quiet team's figures are not counted again. Not audited: nothing that a person wrote changes.
    """
    old = CountMark.objects.filter(at__lt=timezone.now() - KEPT_FOR)
    teams = list(old.values("team").annotate(marks=Count("pk")).filter(marks__gt=1).values_list("team", flat=True))
    gone, _by_kind = old.filter(team__in=teams).delete()
    CountMark.objects.bulk_create([CountMark(team_id=team, token=secrets.randbelow(TOKENS)) for team in teams])
    return gone


def prune_keys() -> int:
    """Delete idempotency keys older than any page can be open, and return how many. Not audited."""
    gone, _by_kind = IdempotencyKey.objects.filter(
        at__lt=timezone.now() - timedelta(days=IdempotencyKey.KEPT_DAYS)
    ).delete()
    return gone
