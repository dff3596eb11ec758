"""Pages of communities, by subject."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from communities.middleware import FORM_KEY


def require_team(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a friendly page to people who belong to no team yet, and the view to everyone else.

    A form that was opened in a team the person has left meanwhile is refused.
    """

    @wraps(view)
    def with_team(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.team:
            if FORM_KEY in request.POST:
                raise PermissionDenied
            return render(request, "communities/no_team.html", status=403)
        return view(request, *args, **kwargs)

    return with_team
