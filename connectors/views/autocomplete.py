"""Options below a field while somebody types: residents, places."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.models import Neighbourhood
from communities.row_keys import pks_of
from connectors.queries.conversations import places_like
from connectors.queries.names import SUGGESTIONS, match_names, people_like
from connectors.rules.names import NameMatch
from connectors.rules.typed_names import is_surname
from connectors.views import for_builders


@require_safe
@for_builders
def person_options(request: HttpRequest) -> HttpResponse:
    """Offer residents with a name that begins like `q`, the neighbourhood's first, and the name itself as somebody new.

    With `whole`, `q` is a complete name: those to whom it could refer come first, marked as certain or as candidates. What
    may be no name (`rules.typed_names`), or is a surname alone, is marked too, so that the page asks.
    """
    chosen = pks_of(request.GET.getlist("neighbourhood"))
    mine = Neighbourhood.objects.visible_to(request.user).filter(team=request.team)
    here = mine.filter(pk__in=chosen).first() if chosen else None
    typed = " ".join(request.GET.get("q", "").split())[:80]
    who = {"user": request.user, "team": request.team, "neighbourhood": here}
    match = match_names(**who, names=[typed])[typed] if typed and "whole" in request.GET else NameMatch(typed)
    meant = [match.person] if match.person else list(match.candidates)
    people = list(dict.fromkeys([*meant, *people_like(**who, typed=typed)]))[:SUGGESTIONS]
    odd = match.why or ("surname" if "whole" in request.GET and is_surname(typed) else "")
    context = {"people": people, "typed": typed, "certain": match.person, "candidates": match.candidates, "odd": odd}
    return render(request, "connectors/person_options.html", context)


@require_safe
@for_builders
def place_options(request: HttpRequest) -> HttpResponse:
    """Offer places on the team's map whose name contains `q`."""
    places = places_like(user=request.user, team=request.team, typed=request.GET.get("q", "")[:160])
    return render(request, "connectors/place_options.html", {"places": places})
