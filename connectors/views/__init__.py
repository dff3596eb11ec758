"""Pages about people, conversations and introductions, by subject."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse

from communities.views import require_team
from connectors.rules.conversations import can_log_conversation


def for_builders(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a page to the builders and managers of the current team; residents' names and words do not exist for others."""

    @wraps(view)
    def with_builder(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not can_log_conversation(request.user, request.team):
            raise Http404
        return view(request, *args, **kwargs)

    return require_team(with_builder)
