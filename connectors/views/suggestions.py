"""Whom to introduce: drawn after the page that asks, so that the page itself never waits for it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from connectors.models import Person
from connectors.queries.suggestions import suggestions_for, suggestions_lately
from connectors.views import for_builders


@require_safe
def person_suggestions(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show whom a resident might like to meet, each with the reason in words."""
    people = Person.objects.visible_to(request.user).select_related("neighbourhood")
    person = get_object_or_404(people, uuid=uuid)
    return _page(request, {"person": person, "suggestions": suggestions_for(person, request.user)})


@require_safe
@for_builders
def suggestions_for_me(request: HttpRequest) -> HttpResponse:
    """Show pairs among the residents this builder talked with lately."""
    return _page(request, {"person": None, "suggestions": suggestions_lately(request.user, request.team)})


def _page(request: HttpRequest, context: dict) -> HttpResponse:
    name = "connectors/suggestions.html"
    return render(request, f"{name}#found" if request.htmx else name, context)
