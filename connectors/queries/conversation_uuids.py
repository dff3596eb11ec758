"""Look up the UUIDs of conversations."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from communities.compiled import compiled_once, padded
from connectors.models import Erased


def erased_among(uuids: Iterable[UUID | None]) -> bool:
    """Return whether one of these UUIDs was erased."""
    return bool(_erased(uuids=padded(uuid for uuid in uuids if uuid)))


@compiled_once
def _erased(*, uuids: list[UUID]) -> QuerySet[Erased, Any]:
    return Erased.objects.filter(uuid__in=uuids).order_by().values_list("uuid", flat=True)[:1]
