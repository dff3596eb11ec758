"""Pages about people, conversations and introductions, by subject."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from communities.views import require_team
from connectors.models import Person
from connectors.queries.duplicates import standing_for
from connectors.rules.conversations import can_log_conversation


def for_builders(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a page to the builders and managers of the current team; residents' names and words do not exist for others."""

    @wraps(view)
    def with_builder(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not can_log_conversation(request.user, request.team):
            raise Http404
        return view(request, *args, **kwargs)

    return require_team(with_builder)


def person_or_404(request: HttpRequest, uuid: object) -> Person:
    """Return a resident whom the person may read; the address of a record put into another leads to that one.

    So a page that lay open while two records were put together still finds whom it is about, and keeps what was typed.
    """
    rows = Person.everyone.visible_to(request.user).select_related("neighbourhood", "team")
    return standing_for(get_object_or_404(rows, uuid=uuid))


def did(request: HttpRequest, act: Callable[..., object], **values: object) -> bool:
    """Return whether an action that one button asks for was done; what it refuses is said above the next page."""
    try:
        act(**values)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    return True
