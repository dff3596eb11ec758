"""Views about people, conversations and introductions, by subject."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from communities.views import require_team
from connectors.models import Person
from connectors.queries.duplicates import current_record_of
from connectors.rules.conversations import can_log_conversation


def for_builders(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a page only to builders and managers of the current team; others get 404."""

    @wraps(view)
    def with_builder(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not can_log_conversation(request.user, request.team):
            raise Http404
        return view(request, *args, **kwargs)

    return require_team(with_builder)


def person_or_404(request: HttpRequest, uuid: UUID) -> Person:
    """Return a resident whom the user is allowed to read; the UUID of a merged record gives the one it was merged into.

    So a page that was open while two records were merged still finds its resident, and keeps what was typed.
    """
    rows = Person.everyone.visible_to(request.user).select_related("neighbourhood", "team")
    return current_record_of(get_object_or_404(rows, uuid=uuid))
