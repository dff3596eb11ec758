"""Finding the two ends of an introduction, and introductions whose outcome is worth asking about."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from assets.models import Asset
from communities.models import Partner, Team, User
from connectors.models import Introduction, IntroductionOutcome, Person
from connectors.queries.names import people_like
from connectors.queries.people import ENDS

#: Days after which "what came of it?" is asked again.
ASK_AFTER_DAYS = 21
#: How many of each kind of end are offered.
OFFERED = 6


def end_key(end: Person | Asset | Partner) -> str:
    """Return how a form names an end: "person:<uuid>", "asset:<id>" or "partner:<id>"."""
    if isinstance(end, Person):
        return f"person:{end.uuid}"
    return f"{'asset' if isinstance(end, Asset) else 'partner'}:{end.pk}"


def find_end(key: str, *, user: User, team: Team) -> Person | Asset | Partner | None:
    """Return the end that a key names among the team's own, or None."""
    kind, _sep, number = key.partition(":")
    try:
        if kind == "person":
            return Person.objects.visible_to(user).filter(team=team, uuid=number).first()
        model = {"asset": Asset, "partner": Partner}.get(kind)
        return model.objects.visible_to(user).filter(team=team, pk=int(number)).first() if model else None
    except (ValidationError, ValueError, OverflowError):
        return None


def ends_like(typed: str, *, user: User, team: Team) -> list[Person | Asset | Partner]:
    """Return residents whose name begins with what was typed, and assets and partners whose name holds it."""
    typed = " ".join(typed.split())[:80]
    if not typed:
        return []
    assets = Asset.objects.visible_to(user).filter(team=team, name__icontains=typed).listed().order_by("name", "pk")
    partners = Partner.objects.visible_to(user).filter(team=team, name__icontains=typed).order_by("name", "pk")
    return [*people_like(user=user, team=team, typed=typed)[:OFFERED], *assets[:OFFERED], *partners[:OFFERED]]


def to_ask_about(user: User, team: Team, *, limit: int = 5) -> list[Introduction]:
    """Return the person's own introductions of which nobody knows yet what came, oldest first, after three weeks."""
    before = timezone.localdate() - timedelta(days=ASK_AFTER_DAYS)
    rows = Introduction.objects.visible_to(user).filter(
        team=team, introduced_by=user, outcome=IntroductionOutcome.WAITING, introduced_on__lte=before
    )
    return list(rows.select_related(*ENDS).order_by("introduced_on", "pk")[:limit])
