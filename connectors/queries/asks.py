"""Asks: those of a team or a resident, and how many were met by neighbours."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncQuarter

from communities.compiled import compiled_once
from communities.models import Team, User
from communities.periods import Period, quarter_of
from connectors.models import Ask, Person, WhoMet
from connectors.rules.asks import Share

#: Relations that an ask is shown with.
RELATED = ("person", "theme", "neighbourhood", "met_by_person", "met_by_asset", "met_by_partner")
OPEN, MET, CLOSED, ALL = "open", "met", "closed", "all"
STATES = {
    OPEN: Q(met_on__isnull=True, closed_on__isnull=True),
    MET: Q(met_on__isnull=False),
    CLOSED: Q(closed_on__isnull=False),
    ALL: Q(),
}
#: How many asks one resident's page shows.
SHOWN = 20


def listed_asks(user: User, team: Team, state: str = OPEN) -> QuerySet[Ask]:
    """Return a team's open, met, closed or all asks (a key of `STATES`), most recently asked first."""
    rows = Ask.objects.visible_to(user).filter(STATES[state], team=team)
    return rows.select_related(*RELATED).order_by("-asked_on", "-pk")


def asks_of(person: Person, user: User) -> list[Ask]:
    """Return a resident's asks, open ones first, then most recent first; as many as a page shows."""
    found = _latest_asks(user=user, team=person.team, person=person)
    return sorted(found, key=lambda ask: not ask.is_open)[:SHOWN]


@compiled_once
def _latest_asks(*, user: User, team: Team, person: Person) -> QuerySet[Ask]:
    return Ask.objects.visible_to(user).filter(person=person).order_by("-asked_on", "-pk")[: SHOWN * 2]


def shares(user: User, team: Team, period: Period) -> list[tuple[str, Share]]:
    """Return how many asks were met in a period and how many by neighbours, for the team and each neighbourhood.

    The team is named "" and comes first; asks without a neighbourhood are under None, last. One query. Asks count on
    the date they were met.
    """
    rows = (
        _met(user, team, period).values_list("neighbourhood__name").annotate(**_COUNTS).order_by("neighbourhood__name")
    )
    found = [(name, Share(met, own, team.small_number_threshold)) for name, met, own in rows]
    total = Share(
        sum(share.met for _name, share in found),
        sum(share.by_neighbours for _name, share in found),
        team.small_number_threshold,
    )
    return [("", total), *sorted(found, key=lambda row: (row[0] is None, row[0]))]


def counts_by_who_met(user: User, team: Team, period: Period) -> dict[str, int]:
    """Return how many asks were met in a period by each kind of `WhoMet`, including zeros; one query."""
    rows = dict(_met(user, team, period).values_list("met_by").annotate(number=Count("pk")).order_by())
    return {kind: rows.get(kind, 0) for kind in WhoMet.values}


def trend(user: User, team: Team, quarters: Iterable[Period]) -> list[tuple[Period, Share]]:
    """Return the team's share for each of some consecutive quarters, oldest first; one query."""
    quarters = sorted(quarters)
    rows = _met(user, team, Period(quarters[0].start, quarters[-1].end)).annotate(quarter=TruncQuarter("met_on"))
    counted = {
        quarter_of(day): (met, own) for day, met, own in rows.values_list("quarter").annotate(**_COUNTS).order_by()
    }
    return [(each, Share(*counted.get(each, (0, 0)), team.small_number_threshold)) for each in quarters]


_COUNTS = {"met": Count("pk"), "own": Count("pk", filter=Q(met_by=WhoMet.NEIGHBOUR))}


def _met(user: User, team: Team, period: Period) -> QuerySet[Ask]:
    return Ask.objects.countable_by(user).filter(team=team, met_on__gte=period.start, met_on__lte=period.end)
