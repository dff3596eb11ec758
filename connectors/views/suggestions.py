"""Whom to introduce: loaded after the page that includes it, which never waits for it; and dismissed suggestions."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.facets import partial_for
from communities.paging import keyset_page
from communities.row_keys import uuid_of
from communities.views import tell_with_undo
from connectors.actions.dismissals import dismiss_suggestion, restore_suggestion
from connectors.models import Conversation, Dismissal, Person
from connectors.queries.consent import introducing
from connectors.queries.suggestions import pairs_met_in, recent_suggestions, suggestions_for
from connectors.views import for_builders

#: Suggestions on the page of a resident and on Today; a page of its own has the others. And of those that were dismissed.
ON_PAGE, DISMISSED = 2, 15


@require_safe
def person_suggestions(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show whom a resident might like to meet, each with the reason."""
    people = Person.objects.visible_to(request.user).select_related("neighbourhood")
    person = get_object_or_404(people, uuid=uuid)
    found = suggestions_for(person, request.user)
    few = found[:ON_PAGE] if request.htmx else found
    context = {"person": person, "suggestions": few, "has_more": len(few) < len(found), "about": introducing(person)}
    return _page(request, context)


@require_safe
@for_builders
def suggestions_for_me(request: HttpRequest) -> HttpResponse:
    """Show pairs of residents this builder talked with lately."""
    found = recent_suggestions(request.user, request.team)
    few = found[:ON_PAGE] if request.htmx else found
    return _page(request, {"person": None, "suggestions": few, "has_more": len(few) < len(found), "about": ""})


@require_safe
def conversation_introduce(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Offer every pair of residents in a conversation, to be introduced with one tap."""
    talks = Conversation.objects.visible_to(request.user).select_related("place")
    talk = get_object_or_404(talks, uuid=uuid)
    context = {"conversation": talk, "pairs": pairs_met_in(talk, request.user)}
    return render(request, "connectors/conversation_introduce.html", context)


@require_POST
@for_builders
def suggestion_dismiss(request: HttpRequest) -> HttpResponse:
    """Dismiss a suggestion for now or for good, or with `undo` restore it; one tap, with htmx and without."""
    person, other = (_person(request, uuid_of(request.POST.get(name))) for name in ("person", "other"))
    if person == other:
        raise Http404
    back = "undo" in request.POST
    if back:
        restore_suggestion(person=person, other=other, by=request.user)
        aside = None
    else:
        aside = dismiss_suggestion(
            person=person, other=other, by=request.user, for_good=request.POST.get("how") == "good"
        )
    if request.htmx:
        context = {"person": person, "other": other, "aside": aside}
        return render(request, "connectors/suggestion_dismissed.html", context)
    if aside is None:
        messages.success(request, _("These two can be suggested again."))
    else:
        tell_with_undo(request, _("Dismissed. You can restore it below."), aside)
    return redirect("connectors:suggestions-dismissed")


@require_safe
@for_builders
def suggestions_dismissed(request: HttpRequest) -> HttpResponse:
    """List the team's dismissed suggestions, to restore them."""
    rows = Dismissal.objects.visible_to(request.user).filter(team=request.team)
    page = keyset_page(request, rows.select_related("person", "other", "dismissed_by").order_by("-pk"), size=DISMISSED)
    return render(request, "connectors/suggestions_dismissed.html", {"page": page})


def _person(request: HttpRequest, uuid: UUID | None) -> Person:
    return get_object_or_404(Person.objects.visible_to(request.user).filter(team=request.team), uuid=uuid)


def _page(request: HttpRequest, context: dict) -> HttpResponse:
    # On another page they are below its own heading.
    context["level"] = 3 if request.htmx else 2
    return render(request, f"connectors/suggestions.html{partial_for(request, 'found')}", context)
