"""Emptying texts of packs that were published: what somebody withdraws leaves every link at once."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils import timezone

from evaluation.models import Emptied, PackPart


def empty_in_packs(stories: Collection[int], why: Emptied) -> int:
    """Empty stories in every published pack, in the caller's transaction; return how many texts that was.

    Call it after the stories are locked: a pack that is published at this moment is emptied straight afterwards.
    """
    return empty_parts(PackPart.objects.filter(story__in=list(stories)), why)


def empty_parts(parts: QuerySet[PackPart], why: Emptied) -> int:
    """Empty those texts that are still there, in the caller's transaction; return how many that was."""
    return parts.filter(emptied_at__isnull=True).update(texts=None, emptied_at=timezone.now(), emptied_why=why)
