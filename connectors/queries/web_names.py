"""Names and addresses of those in a drawing of the web, for those who may read them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse

from assets.models import Asset
from communities.models import Partner, Team, User
from connectors.models import Introduction, Person
from connectors.network import Kind
from connectors.queries.people import ENDS
from connectors.queries.web import Choice, Key, confirmed
from connectors.rules.web import can_name_web


class Named(NamedTuple):
    """What a drawing says of a node."""

    name: str
    url: str


def names_of(keys: Iterable[Key], *, user: User, team: Team) -> dict[Key, Named]:
    """Return names and addresses by key; one query for each kind that is there. What may not be seen is left out.

    A builder's address is the list of their conversations.
    """
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for kind, number in keys:
        numbers[kind].append(number)
    found: dict[Key, Named] = {}
    for kind, ids in numbers.items():
        found |= {(kind, row.pk): _named(Kind(kind), row) for row in _rows(Kind(kind), ids, user, team)}
    return found


def _rows(kind: Kind, ids: list[int], user: User, team: Team) -> Iterable[Person | Asset | Partner | User]:
    if kind == Kind.BUILDER:
        return User.objects.filter(pk__in=ids) if can_name_web(user, team) else ()
    model = {Kind.PERSON: Person, Kind.ASSET: Asset, Kind.PARTNER: Partner}[kind]
    return model.objects.visible_to(user).filter(team=team, pk__in=ids)


def _named(kind: Kind, row: Person | Asset | Partner | User) -> Named:
    if kind == Kind.PERSON:
        return Named(row.shown_as, reverse("connectors:person-detail", kwargs={"uuid": row.uuid}))
    if kind == Kind.BUILDER:
        return Named(str(row), f"{reverse('connectors:conversation-list')}?builder={row.pk}")
    page = "assets:asset-detail" if kind == Kind.ASSET else "communities:partner-update"
    return Named(row.name, reverse(page, kwargs={"pk": row.pk}))


def introductions_in(team: Team, choice: Choice, user: User):
    """Return the introductions that are the web's ties, newest first, with both ends, for those who may read them."""
    rows = Introduction.objects.visible_to(user).filter(pk__in=confirmed(team, choice).order_by().values("pk"))
    return rows.select_related(*ENDS).order_by("-introduced_on", "-pk")
