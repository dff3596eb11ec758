"""Continue a draft that a phone sent."""

from django.http import HttpRequest, HttpResponse

from communities.views import require_safe_or_post
from connectors.capture.forms import form_of_draft
from connectors.capture.queries import draft_data
from connectors.views import for_builders
from connectors.views.conversations import conversation_create, form_page


@require_safe_or_post
@for_builders
def record_conversation(request: HttpRequest) -> HttpResponse:
    """Show the form of a conversation, filled in from the user's own draft if `draft` is its UUID."""
    uuid = request.GET.get("draft", "")
    data = draft_data(request.user, uuid, team=request.team) if request.method != "POST" else None
    if data is None:
        return conversation_create(request)
    return form_page(request, form_of_draft(data, user=request.user, team=request.team))
