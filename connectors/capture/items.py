"""What the views and the actions of the sealed queue hand to each other about one item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from communities.models import Team, User
from connectors.capture import sealing
from connectors.models import Conversation


@dataclass(frozen=True)
class Arrival:
    """What a phone sends about an item beside its sealed contents. The times are from the phone's clock."""

    uuid: UUID
    sha256: str
    kind: str
    kid: str
    recorded_at: datetime
    sent_at: datetime
    sequence: int | None = None
    saved: int = 0
    parent: UUID | None = None
    draft_version: int = 0
    is_deleted_on_phone: bool = False


@dataclass(frozen=True)
class Written:
    """An opened item about to be saved: who wrote it, for which team, and when, by the server's clock."""

    user: User
    team: Team
    uuid: UUID
    opened: sealing.Opened
    recorded_at: datetime


@dataclass(frozen=True)
class Outcome:
    """The result of saving an item: kept, with its conversation if it has one; or parked, with the reason."""

    is_kept: bool
    conversation: Conversation | None = None
    reason: str = ""


#: The function that saves each kind of item.
type SaveFunctions = Mapping[str, Callable[[Written], Outcome]]
