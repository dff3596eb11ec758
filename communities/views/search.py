"""The search over everything that the box on every page leads to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.facets import partial_for
from communities.searching import search_everything
from communities.views import require_team


@require_safe
@require_team
def search(request: HttpRequest) -> HttpResponse:
    """Show what fits the words, by kind; to htmx only the results, for the panel below the box."""
    result = search_everything(user=request.user, team=request.team, text=request.GET.get("q", ""))
    return render(request, f"communities/search.html{partial_for(request, 'results')}", {"result": result})
