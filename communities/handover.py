"""What somebody looks after in a team, kind by kind, and what becomes of it when they leave or are away.

Each app names its kinds in `KithConfig.owned_kinds`. A field that points at a user and is in no kind stands in
`tests/communities/test_handover.py` with the reason why nobody has to take it on.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from communities.compiled import compiled_once
from communities.models import Absence, Role, Team, User

#: The roles whose members look after something.
OWNERS = (Role.BUILDER, Role.MANAGER)
#: How many rows of a kind the page lists; the rest follow the choice for the whole kind.
LISTED = 30


@dataclass(frozen=True)
class OwnedKind:
    """One kind of thing that a user looks after.

    key: for forms and URLs. counted: "%(count)s next steps". fields: the models and fields ("app.model.field") it is read from.
    rows: from a team and a user, what is theirs and still open. give: hands rows to a colleague, by somebody or (None) by a command.
    close: closes rows with a reason, by somebody; None if the kind cannot be closed without being done. title: of a row, as a user reads it; page: its
    URL.
    """

    key: str
    counted: Any
    fields: tuple[str, ...]
    rows: Callable[[Team, User], QuerySet]
    give: Callable[[Iterable[Any], User, User | None], None]
    title: Callable[[Any, User], str]
    page: Callable[[Any], str]
    close: Callable[[Iterable[Any], User, str], None] | None = None


@dataclass(frozen=True)
class Held:
    """What a user looks after of one kind: how many, and the first of them."""

    kind: OwnedKind
    count: int
    rows: list[Model]

    @property
    def words(self) -> str | Promise:
        """Return the number with the name of the kind."""
        return self.kind.counted % {"count": self.count}


@dataclass(frozen=True)
class Choices:
    """Where everything goes: one colleague for all, for a kind, or for a row; or the reason for which a kind is closed."""

    everything: User | None = None
    by_kind: Mapping[str, User] = field(default_factory=dict)
    by_row: Mapping[tuple[str, int], User] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)

    def of(self, kind: OwnedKind, row: Model) -> User | None:
        """Return who gets a row; None for nobody."""
        return self.by_row.get((kind.key, row.pk)) or self.by_kind.get(kind.key) or self.everything


@cache
def all_kinds() -> tuple[OwnedKind, ...]:
    """Return the kinds of every app, the lowest app first."""
    return tuple(kind for app in apps.get_app_configs() for kind in getattr(app, "owned_kinds", tuple)())


def held_by(user: User, team: Team) -> list[Held]:
    """Return what somebody looks after in a team, without the kinds of which there is nothing; two queries a kind at most."""
    found = []
    for kind in all_kinds():
        rows = kind.rows(team, user)
        if listed := list(rows[: LISTED + 1]):
            count = len(listed) if len(listed) <= LISTED else rows.count()
            found.append(Held(kind, count, listed[:LISTED]))
    return found


def owners_in(team: Team) -> QuerySet[User]:
    """Return those who can look after something in a team: its builders and managers with an open account, by name."""
    return owners_ever_in(team).filter(is_active=True)


def owners_ever_in(team: Team) -> QuerySet[User]:
    """Return the builders and managers of a team, also those whose account was closed, by name."""
    rows = User.objects.filter(memberships__team=team, memberships__role__in=OWNERS)
    return rows.distinct().order_by("name", "pk")


def stood_in_for(team: Team, user: User) -> list[User]:
    """Return those who are away today and for whom this user stands in, by name; one query, mostly without rows."""
    return [absence.user for absence in _absences(user=user, team=team, on=timezone.localdate())]


@compiled_once
def _absences(*, user: User, team: Team, on: date) -> QuerySet[Absence]:
    rows = Absence.objects.visible_to(user).filter(team=team, stand_in=user).on(on)
    return rows.select_related("user").only("user__name", "user__email").order_by("user__name", "user")


def with_closed_account(team: Team) -> list[User]:
    """Return those builders and managers of a team whose account was closed, by name; one query, mostly without rows."""
    return _with_closed_account(team=team)


@compiled_once
def _with_closed_account(*, team: Team) -> QuerySet[User]:
    return owners_ever_in(team).filter(is_active=False).only("name", "email", "is_active", "is_superuser")


def without_owner(team: Team, closed: Iterable[User]) -> list[tuple[User, str]]:
    """Return those of some users with a closed account who still look after something in a team, each with what."""
    found = ((user, held_by(user, team)) for user in closed)
    return [(user, ", ".join(str(each.words) for each in held)) for user, held in found if held]


def hand_over_rows(*, team: Team, user: User, by: User | None, choices: Choices) -> dict[str, dict[str, int]]:
    """Hand on everything that somebody looks after, in the caller's transaction; return {kind: {name: how many}}.

    The caller holds the membership of the user and of everybody chosen. A closed row counts under "".
    Raises: ValidationError, keyed by the kind, for a row that goes to nobody and is not closed.
    """
    went: dict[str, dict[str, int]] = {}
    errors: dict[str, list[str]] = {}
    for kind in all_kinds():
        rows = list(kind.rows(team, user))
        to: dict[User, list[Model]] = {}
        left: list[Model] = []
        for row in rows:
            owner = choices.of(kind, row)
            (left if owner is None else to.setdefault(owner, [])).append(row)
        reason = choices.reasons.get(kind.key, "").strip()
        if left and reason and kind.close and by is not None:
            kind.close(left, by, reason)
            went.setdefault(kind.key, {})[""] = len(left)
        elif left:
            errors[kind.key] = [_("Choose who takes these on.")]
        for owner, theirs in to.items():
            kind.give(theirs, owner, by)
            went.setdefault(kind.key, {})[str(owner)] = len(theirs)
    if errors:
        raise ValidationError(errors)
    return went
