"""Teams, users, neighbourhoods, partners and the audit."""

from communities.models.absences import Absence, AbsenceQuerySet
from communities.models.append_only import AppendOnlyModel, AppendOnlyQuerySet
from communities.models.attempts import SignInAttempt
from communities.models.audit import AuditEntry, AuditEntryQuerySet
from communities.models.days import is_plausible, not_too_early, plausible_day
from communities.models.drafts import Draft, DraftPhoto
from communities.models.folded import FoldedField
from communities.models.mailboxes import Mailbox
from communities.models.marks import CountMark
from communities.models.outbox import (
    Channel,
    InPersonReason,
    Message,
    MessageQuerySet,
    MessageState,
    MessageTry,
)
from communities.models.partners import Partner, PartnerKind
from communities.models.personal import CalendarAddress, OwnQuerySet, Reminder
from communities.models.teams import (
    MONEY_ROLES,
    IdempotencyKey,
    Invitation,
    Membership,
    Neighbourhood,
    Role,
    Team,
    TeamQuerySet,
    TeamScopedQuerySet,
    User,
    UserManager,
)
from communities.models.undo import UNDO_DAYS, Undoable, UndoableLink, UndoableQuerySet
from communities.models.upkeep import Upkeep

__all__ = [
    "is_plausible",
    "not_too_early",
    "plausible_day",
    "MONEY_ROLES",
    "Absence",
    "AbsenceQuerySet",
    "UNDO_DAYS",
    "AppendOnlyModel",
    "AppendOnlyQuerySet",
    "AuditEntry",
    "AuditEntryQuerySet",
    "CalendarAddress",
    "Channel",
    "CountMark",
    "Draft",
    "DraftPhoto",
    "FoldedField",
    "IdempotencyKey",
    "InPersonReason",
    "Invitation",
    "Mailbox",
    "Membership",
    "Message",
    "MessageQuerySet",
    "MessageState",
    "MessageTry",
    "Neighbourhood",
    "Partner",
    "PartnerKind",
    "OwnQuerySet",
    "Reminder",
    "Role",
    "SignInAttempt",
    "Team",
    "TeamQuerySet",
    "TeamScopedQuerySet",
    "Undoable",
    "UndoableLink",
    "UndoableQuerySet",
    "Upkeep",
    "User",
    "UserManager",
]
