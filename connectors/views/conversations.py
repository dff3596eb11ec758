"""Conversations: the list, one of them, writing one down, changing it, taking it away."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities import facets
from communities.paging import keyset_page
from communities.photos import photo_response
from connectors.actions import conversations as actions
from connectors.actions.unsorted import sort_name
from connectors.filters import ConversationFilter
from connectors.forms.capture import begun
from connectors.forms.conversations import ConversationForm
from connectors.models import Conversation
from connectors.queries import search
from connectors.queries.capture import draft_data
from connectors.queries.conversations import as_listed, listed_conversations
from connectors.queries.names import names_to_sort
from connectors.rules import conversations as rules
from connectors.views import for_builders


def _conversation(request: HttpRequest, uuid: UUID) -> Conversation:
    """Return a conversation the person may read, or answer that there is none."""
    rows = Conversation.objects.visible_to(request.user).select_related("place", "neighbourhood", "builder", "team")
    return get_object_or_404(rows, uuid=uuid)


def _form_page(request: HttpRequest, form: ConversationForm) -> HttpResponse:
    """Draw the capture page, with what lies folded away open when something is in it."""
    talk = form.conversation
    folded = [form[name] for name in ("idea", "photo", "photo_alt")]
    context = {
        "form": form,
        "conversation": talk,
        "gifts_before": talk.gifts_heard.select_related("person") if talk else (),
        "has_more": any(field.errors or field.value() for field in folded),
    }
    return render(request, "connectors/conversation_form.html", context)


@require_safe
@for_builders
def conversation_list(request: HttpRequest) -> HttpResponse:
    """List the team's conversations, the latest first, narrowed by what the address asks for."""
    rows = listed_conversations(user=request.user, team=request.team)
    found = ConversationFilter(request.GET or None, queryset=rows, request=request)
    context = {
        "filter": found,
        "folded": facets.folded(request, found, "q"),
        "narrowed": facets.in_use(request, found),
        "page": (page := keyset_page(request, found.qs)),
        "talks": as_listed(page),
        "cut_at": search.MOST_FOUND if request.GET.get("q") and page.total == search.MOST_FOUND else 0,
    }
    return render(request, f"connectors/conversation_list.html{facets.part_of(request, 'rows')}", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_builders
def conversation_create(request: HttpRequest) -> HttpResponse:
    """Write a conversation down, or carry on with a draft; a page sent twice leads to the same one.

    With `copy` the page knows nothing of anybody: the worker on a phone keeps it for when there is no signal.
    """
    if request.method != "POST" and (left := draft_data(request.user, request.GET.get("draft", ""), team=request.team)):
        return _form_page(request, begun(left, user=request.user, team=request.team))
    form = ConversationForm(request.POST or None, request.FILES or None, user=request.user, team=request.team)
    if "copy" in request.GET:
        form.initial |= {"neighbourhood": None, "place": None, "place_name": ""}
    if form.is_valid() and (kept := form.log()):
        messages.success(request, _("Kept. Everybody in it has it on their page now."))
        return redirect("connectors:conversation-detail", uuid=kept.uuid)
    return _form_page(request, form)


@require_safe
def conversation_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show everything that one conversation holds."""
    talk = _conversation(request, uuid)
    may_change = rules.can_change_conversation(request.user, talk)
    context = {
        "conversation": talk,
        "unsorted": names_to_sort(user=request.user, conversation=talk) if may_change else [],
        "people": talk.people.all(),
        "themes": talk.themes.all(),
        "gifts": talk.gifts_heard.select_related("person"),
        "may_change": may_change,
        "may_delete": rules.can_delete_conversation(request.user, talk),
    }
    return render(request, "connectors/conversation_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def conversation_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change a conversation: its builder's, or a manager's."""
    talk = _conversation(request, uuid)
    if not rules.can_change_conversation(request.user, talk):
        raise PermissionDenied
    form = ConversationForm(
        request.POST or None, request.FILES or None, user=request.user, team=talk.team, conversation=talk
    )
    if form.is_valid() and form.change():
        messages.success(request, _("Your changes are kept."))
        return redirect("connectors:conversation-detail", uuid=talk.uuid)
    return _form_page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
def conversation_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a conversation away after saying what goes with it and what stays."""
    talk = _conversation(request, uuid)
    if not rules.can_delete_conversation(request.user, talk):
        raise PermissionDenied
    if request.method == "POST":
        actions.delete_conversation(conversation=talk, by=request.user)
        messages.success(request, _("The conversation is gone. The people and their gifts are still here."))
        return redirect("connectors:conversation-list")
    context = {"conversation": talk, "gift_count": talk.gifts_heard.count(), "people_count": talk.people.count()}
    return render(request, "connectors/conversation_confirm_delete.html", context)


@require_POST
def conversation_step_done(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say that what there was to come back to is done, or with `undo` that it is not."""
    talk = _conversation(request, uuid)
    act = actions.reopen_next_step if request.POST.get("undo") else actions.finish_next_step
    try:
        act(conversation=talk, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("connectors:conversation-detail", uuid=talk.uuid)


@require_POST
def conversation_sort_name(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say whom a name in the conversation means: one of the residents, or somebody new."""
    talk, who = _conversation(request, uuid), request.POST.get("who", "")
    if not rules.can_change_conversation(request.user, talk):
        raise PermissionDenied
    matches = [
        match for match in names_to_sort(user=request.user, conversation=talk) if match.name == request.POST.get("name")
    ]
    chosen = {str(person.uuid): person for match in matches for person in match.candidates} | {"new": None}
    if who in chosen and matches:
        sort_name(conversation=talk, by=request.user, name=matches[0].name, person=chosen[who])
    else:
        messages.error(request, _("Nobody was chosen. The name is still here: choose once more."))
    return redirect("connectors:conversation-detail", uuid=talk.uuid)


@require_safe
def conversation_photo(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Give the photo of a conversation to those who may read it."""
    talk = _conversation(request, uuid)
    if not talk.photo:
        raise Http404
    return photo_response(talk.photo)
