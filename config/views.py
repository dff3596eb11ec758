"""Pages that belong to no app: Today, the style guide and the error pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.styleguide import samples
from config.today import gather


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Show what to come back to, whom to introduce and what waits for this person."""
    return render(request, "config/today.html", gather(request))


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component with invented content, to those who build Kith and those who wonder how it looks."""
    return render(request, "config/styleguide.html", samples())
