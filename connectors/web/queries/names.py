"""Names and URLs of the nodes in a drawing of the web, for users who are allowed to read them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse

from assets.models import Asset
from communities.models import Partner, Team, User
from connectors.models import Introduction, Person
from connectors.models.signs import DRAWN
from connectors.queries.people import ENDS
from connectors.rules.shown_names import name_for
from connectors.web.network import Kind
from connectors.web.queries.ties import Choice, Key, confirmed
from connectors.web.rules import can_name_web


class Named(NamedTuple):
    """The name and URL of a node, and the sign that a resident chose."""

    name: str
    url: str
    sign: str = ""


def names_of(keys: Iterable[Key], *, user: User, team: Team) -> dict[Key, Named]:
    """Return names and URLs by key; one query for each kind. Nodes that the user is not allowed to see are left out.

    A builder's URL is the list of their conversations.
    """
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for kind, number in keys:
        numbers[kind].append(number)
    found: dict[Key, Named] = {}
    for kind, ids in numbers.items():
        found |= {(kind, row.pk): _named(row, user) for row in _rows(Kind(kind), ids, user, team)}
    return found


def _rows(kind: Kind, ids: list[int], user: User, team: Team) -> Iterable[Person | Asset | Partner | User]:
    if kind == Kind.BUILDER:
        return User.objects.filter(pk__in=ids) if can_name_web(user, team) else ()
    models: dict[Kind, type[Person] | type[Asset] | type[Partner]] = {
        Kind.PERSON: Person,
        Kind.ASSET: Asset,
        Kind.PARTNER: Partner,
    }
    return models[kind].objects.visible_to(user).filter(team=team, pk__in=ids)


def _named(row: Person | Asset | Partner | User, user: User) -> Named:
    if isinstance(row, Person):
        url = reverse("connectors:person-detail", kwargs={"uuid": row.uuid})
        return Named(name_for(user, row), url, DRAWN.get(row.sign, ""))
    if isinstance(row, User):
        return Named(str(row), f"{reverse('connectors:conversation-list')}?builder={row.pk}")
    if isinstance(row, Partner):
        # Only managers may open a partner's own page; everybody reads the list.
        return Named(row.name, reverse("communities:partner-list"))
    return Named(row.name, reverse("assets:asset-detail", kwargs={"pk": row.pk}))


def introductions_in(team: Team, choice: Choice, user: User):
    """Return the introductions that are ties of the web, newest first, with both ends, as visible to the user."""
    rows = Introduction.objects.visible_to(user).filter(pk__in=confirmed(team, choice).order_by().values("pk"))
    return rows.select_related(*ENDS).order_by("-introduced_on", "-pk")
