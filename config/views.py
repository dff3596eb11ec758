"""Pages that belong to no app: Today, the style guide and the error pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def today(request: HttpRequest) -> HttpResponse:
    """Show what to come back to, whom to introduce and what waits for this person."""
    return render(request, "config/today.html")
