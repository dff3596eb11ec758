"""Light touches and journeys, for pages and figures."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from communities.models import Team, User
from connectors.models import Gave, Journey, JourneyChange, LightTouch


@dataclass(frozen=True)
class LightTouchCounts:
    """Counts of light touches. `asked` is what belonging is measured on: all but those of information only."""

    all: int
    information_only: int
    belongs_more: int

    @property
    def asked(self) -> int:
        """Return the denominator for belonging."""
        return self.all - self.information_only


def light_touch_counts(
    *, user: User, team: Team, since: date | None = None, until: date | None = None
) -> LightTouchCounts:
    """Return the counts of light touches in a period, both dates included.

    100 light touches with 48 of information only measure belonging on 52.
    Source: the forecast social return study of Local Area Coordination in Derby and Thurrock (2016).
    """
    rows = LightTouch.objects.countable_by(user).filter(team=team)
    if since:
        rows = rows.filter(held_on__gte=since)
    if until:
        rows = rows.filter(held_on__lte=until)
    return LightTouchCounts(
        **rows.aggregate(
            all=Count("pk"),
            information_only=Count("pk", filter=Q(gave=Gave.INFORMATION)),
            belongs_more=Count("pk", filter=Q(belongs_more=True) & ~Q(gave=Gave.INFORMATION)),
        )
    )


def listed_journeys(*, user: User, team: Team) -> QuerySet[Journey]:
    """Return the team's journeys with their resident and builder, newest first."""
    rows = Journey.objects.visible_to(user).filter(team=team)
    return rows.select_related("person__neighbourhood", "builder").order_by("-began_on", "-pk")


def changes_by_outcome(*, user: User, team: Team) -> dict[str, int]:
    """Return on how many journeys each outcome was recorded, by its key; outcomes never recorded are left out."""
    rows = JourneyChange.objects.countable_by(user).filter(journey__team=team)
    return dict(rows.values_list("outcome").annotate(journeys=Count("journey", distinct=True)).order_by("outcome"))


def earlier_journeys(journey: Journey) -> list[Journey]:
    """Return the earlier journeys of the same resident, most recent first."""
    return list(Journey.objects.filter(person=journey.person_id, pk__lt=journey.pk).order_by("-pk"))
