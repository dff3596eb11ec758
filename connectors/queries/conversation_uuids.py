"""Look up the UUIDs of conversations."""

from collections.abc import Iterable
from uuid import UUID

from connectors.models import Erased


def erased_among(uuids: Iterable[UUID | None]) -> bool:
    """Return whether one of these UUIDs was erased."""
    return Erased.objects.filter(uuid__in=[uuid for uuid in uuids if uuid]).exists()
