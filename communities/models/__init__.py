"""Teams, users, neighbourhoods, partners and the audit."""

from communities.models.append_only import AppendOnlyModel, AppendOnlyQuerySet
from communities.models.audit import AuditEntry, AuditEntryQuerySet
from communities.models.drafts import Draft, DraftPhoto
from communities.models.folded import FoldedField
from communities.models.marks import CountMark
from communities.models.partners import Partner, PartnerKind
from communities.models.teams import (
    IdempotencyKey,
    Invitation,
    Membership,
    Neighbourhood,
    Role,
    SignInAttempt,
    Team,
    TeamQuerySet,
    TeamScopedQuerySet,
    User,
    UserManager,
)
from communities.models.upkeep import Upkeep

__all__ = [
    "AppendOnlyModel",
    "AppendOnlyQuerySet",
    "AuditEntry",
    "AuditEntryQuerySet",
    "CountMark",
    "Draft",
    "DraftPhoto",
    "FoldedField",
    "IdempotencyKey",
    "Invitation",
    "Membership",
    "Neighbourhood",
    "Partner",
    "PartnerKind",
    "Role",
    "SignInAttempt",
    "Team",
    "TeamQuerySet",
    "TeamScopedQuerySet",
    "Upkeep",
    "User",
    "UserManager",
]
