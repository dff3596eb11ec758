"""The admin of communities, and base classes for the admins of the other apps."""

from communities.admin import people, places
from communities.admin.scoping import (
    NamedListAdmin,
    OneTeamForm,
    ReadOnlyTeamAdmin,
    ScopedRelatedFilter,
    TeamScopedAdmin,
    TeamScopedInline,
)
from communities.admin.transfer import Downloads, Spreadsheets
from communities.admin.writing import ActionAdmin, ActionForm, ActionInline, NewRowForm

__all__ = [
    "ActionAdmin",
    "ActionForm",
    "ActionInline",
    "Downloads",
    "NamedListAdmin",
    "NewRowForm",
    "OneTeamForm",
    "ReadOnlyTeamAdmin",
    "ScopedRelatedFilter",
    "Spreadsheets",
    "TeamScopedAdmin",
    "TeamScopedInline",
    "people",
    "places",
]
