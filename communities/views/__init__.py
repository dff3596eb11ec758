"""Views of communities, by subject."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from communities.middleware import FORM_KEY


def require_team(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a friendly page to users without a team, and the view to everyone else.

    Refuse a form that was opened in a team that the user has left since.
    """

    @wraps(view)
    def with_team(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.team:
            if FORM_KEY in request.POST:
                raise PermissionDenied
            return render(request, "communities/no_team.html", status=403)
        return view(request, *args, **kwargs)

    return with_team


def run_action(request: HttpRequest, act: Callable[..., object], **values: object) -> bool:
    """Run the action of a button and return whether it succeeded; show its errors as messages on the next page."""
    try:
        act(**values)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    return True
