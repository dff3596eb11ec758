"""The admin of communities, and what the admins of the other apps are made from."""

from communities.admin import people, places
from communities.admin.scoping import (
    OneTeamForm,
    ReadOnlyTeamAdmin,
    ScopedRelatedFilter,
    TeamScopedAdmin,
    TeamScopedInline,
)
from communities.admin.transfer import TeamScopedImportExportAdmin

__all__ = [
    "OneTeamForm",
    "ReadOnlyTeamAdmin",
    "ScopedRelatedFilter",
    "TeamScopedAdmin",
    "TeamScopedImportExportAdmin",
    "TeamScopedInline",
    "people",
    "places",
]
