"""What somebody looks after in a team, kind by kind, and what becomes of it when they leave or are away.

Each app names its kinds in `KithConfig.owned_kinds`. A field that points at a user and is in no kind stands in
`tests/communities/test_handover.py` with the reason why nobody has to take it on.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.compiled import compiled_once
from communities.lists import listed
from communities.models import MONEY_ROLES, Absence, Membership, Role, Team, User

#: The roles whose members look after something.
OWNERS = (Role.BUILDER, Role.MANAGER)
#: How many rows of a kind the page lists; the rest follow the choice for the whole kind.
LISTED = 30


def owners_in(team: Team) -> QuerySet[User]:
    """Return those who can look after something in a team: its builders and managers with an open account, by name."""
    return owners_ever_in(team).filter(is_active=True)


def owners_ever_in(team: Team) -> QuerySet[User]:
    """Return the builders and managers of a team, also those whose account was closed, by name."""
    rows = User.objects.filter(memberships__team=team, memberships__role__in=OWNERS)
    return rows.distinct().order_by("name", "pk")


def managers_in(team: Team) -> QuerySet[User]:
    """Return the managers of a team with an open account, by name."""
    held = Membership.objects.filter(team=team, user=OuterRef("pk"), role=Role.MANAGER)
    return owners_in(team).filter(Exists(held))


def without_unconfirmed(team: Team) -> QuerySet[User]:
    """Return a team's builders and confirmed managers, by name. Only confirmed managers decide and pay."""
    held = Membership.objects.filter(team=team, user=OuterRef("pk"))
    unconfirmed = held.filter(role__in=MONEY_ROLES, confirmed_at__isnull=True)
    return owners_in(team).filter(Exists(held.filter(role=Role.BUILDER)) | ~Exists(unconfirmed))


@dataclass(frozen=True)
class OwnedKind:
    """One kind of thing that a user looks after.

    key: for forms and URLs. counted: "%(count)s next steps". fields: the models and fields ("app.model.field") it is read from.
    rows: from a team and a user, what is theirs and still open. give: hands rows to a colleague, by somebody or (None) by a command,
    and returns the next steps that it added for this.
    close: closes rows with a reason, by somebody or a command; None if the kind cannot be closed without being done. title: of a row, as a user reads it; facts: of some rows,
    what tells each from others with its title; page: its URL. settled: the fields that say that a row was done or closed: if they change, undoing leaves it with the colleague.
    takers: who may take rows on; only: the sentence for somebody who may not. roles: if only some roles allow the rows: who has
    none of them any more keeps no row, although still in the team.
    """

    key: str
    counted: Any
    fields: tuple[str, ...]
    rows: Callable[[Team, User], QuerySet]
    give: Callable[[Iterable[Any], User, User | None], list[Model]]
    title: Callable[[Any, User], str]
    facts: Callable[[Sequence[Any], User], Sequence[str]]
    page: Callable[[Any], str]
    close: Callable[[Iterable[Any], User | None, str], None] | None = None
    settled: tuple[str, ...] = ()
    takers: Callable[[Team], QuerySet[User]] = owners_in
    only: str | Promise = ""
    roles: tuple[str, ...] = ()


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
    """Return what somebody looks after in a team, by kind, without empty kinds; two queries a kind at most."""
    found = []
    for kind in all_kinds():
        rows = kind.rows(team, user)
        if first := list(rows[: LISTED + 1]):
            count = len(first) if len(first) <= LISTED else rows.count()
            found.append(Held(kind, count, first[:LISTED]))
    return found


def stood_in_for(team: Team, user: User) -> list[User]:
    """Return the absent colleagues this user stands in for today, by name; one query, mostly without rows."""
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
    return [(user, held_listed(held)) for user, held in found if held]


def held_listed(held: Iterable[Held]) -> str:
    """Return how many of each kind there are, as a sentence says it."""
    return listed(each.words for each in held)


def choose_for(things: str) -> str:
    """Return the sentence that asks who takes on what goes to nobody yet."""
    return _("Choose who takes on %(things)s.") % {"things": things}


def refusal(kind: OwnedKind, owner: User) -> str:
    """Return why somebody may not take rows of a kind on."""
    return f"{kind.only} {_('Choose somebody else than %(name)s.') % {'name': owner}}"


def where_it_went(went: Mapping[str, Mapping[str, int]]) -> str:
    """Return what `hand_over` returned as a sentence: “79 things went to Bryn, 5 to Sol, 3 were closed.”"""
    total = Counter[str]()
    for to in went.values():
        total.update(to)
    closed = total.pop("", 0)
    parts = [
        (
            ngettext("%(n)d thing went to %(name)s", "%(n)d things went to %(name)s", n)
            if first
            else _("%(n)d to %(name)s")
        )
        % {"n": n, "name": name}
        for first, (name, n) in zip([True, *[False] * len(total)], total.most_common(), strict=False)
    ]
    if closed:
        parts.append(ngettext("%(n)d was closed", "%(n)d were closed", closed) % {"n": closed})
    return f"{', '.join(parts)}." if parts else ""
