"""Options below a field while somebody types: residents, places."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.models import Neighbourhood
from communities.row_keys import pks_of
from connectors.queries.conversations import places_like
from connectors.queries.names import people_like
from connectors.views import for_builders


@require_safe
@for_builders
def person_options(request: HttpRequest) -> HttpResponse:
    """Offer residents whose name starts with `q`, the neighbourhood's first, and the name itself as somebody new."""
    chosen = pks_of(request.GET.getlist("neighbourhood"))
    mine = Neighbourhood.objects.visible_to(request.user).filter(team=request.team)
    here = mine.filter(pk__in=chosen).first() if chosen else None
    typed = " ".join(request.GET.get("q", "").split())[:80]
    people = people_like(user=request.user, team=request.team, typed=typed, neighbourhood=here)
    context = {"people": people, "typed": typed, "here": here}
    return render(request, "connectors/person_options.html", context)


@require_safe
@for_builders
def place_options(request: HttpRequest) -> HttpResponse:
    """Offer places on the team's map whose name contains `q`."""
    places = places_like(user=request.user, team=request.team, typed=request.GET.get("q", "")[:160])
    return render(request, "connectors/place_options.html", {"places": places})
