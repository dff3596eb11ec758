"""Conversations: the list, one of them, creating, updating and deleting one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities import facets
from communities.forms.errors import attempt
from communities.paging import keyset_page
from communities.photos import photo_response
from communities.row_keys import uuid_of
from communities.views import notice_words, require_safe_or_post, run_action, tell_with_undo
from connectors.actions import conversations as actions
from connectors.actions.heard_themes import give_themes
from connectors.actions.unsorted_names import note_name, resolve_name, separate_name
from connectors.filters import ConversationFilter
from connectors.forms.conversations import ConversationForm
from connectors.forms.fields import Named
from connectors.forms.heard_themes import cares_in, offers_about
from connectors.models import Conversation, NextStep, Person
from connectors.queries import search
from connectors.queries.conversations import as_listed, listed_conversations, names_in_text, said_by, shown_of
from connectors.queries.names import unclear_names
from connectors.queries.next_steps import listed_steps
from connectors.rules import conversations as rules
from connectors.rules.shown_names import can_see_name, name_for
from connectors.views import for_builders
from connectors.views.next_steps import steps_part

#: Conversations on a page of their list: each has its words, people and themes.
LISTED = 15


def _conversation(request: HttpRequest, uuid: UUID) -> Conversation:
    """Return a conversation that the user is allowed to read, or raise 404."""
    rows = Conversation.objects.visible_to(request.user).select_related("place", "neighbourhood", "builder", "team")
    return get_object_or_404(rows, uuid=uuid)


def form_page(request: HttpRequest, form: ConversationForm) -> HttpResponse:
    """Render the form of a conversation, with the folded fields open if one of them is filled in."""
    talk = form.conversation
    folded = [form[name] for name in ("idea", "photo", "photo_alt")]
    context = {
        "form": form,
        "conversation": talk,
        "gifts_before": form.gifts_before,
        "has_more": any(field.errors or field.value() for field in folded) or bool(form.files),
    }
    return render(request, "connectors/conversation_form.html", context)


@require_safe
@for_builders
def conversation_list(request: HttpRequest) -> HttpResponse:
    """List the team's conversations, most recent first, filtered by the query string."""
    rows = listed_conversations(user=request.user, team=request.team)
    found = ConversationFilter(request.GET or None, queryset=rows, request=request)
    context = {
        "filter": found,
        "folded": facets.folded(request, found, "q"),
        "narrowed": facets.in_use(request, found),
        "page": (page := keyset_page(request, found.qs, size=LISTED, shown=shown_of)),
        "talks": as_listed(page, user=request.user),
        "cut_at": search.MOST_FOUND if request.GET.get("q") and page.total == search.MOST_FOUND else 0,
    }
    return render(request, f"connectors/conversation_list.html{facets.part_of(request, 'rows')}", context)


def log(form: ConversationForm) -> Conversation | None:
    """Save a new conversation; None, with errors in the form, if the action refuses."""
    kept = attempt(form, actions.log_conversation, team=form.team, by=form.user, **form.values)
    if kept is None:
        form.prepare_to_send_again()
    return kept


def _change(form: ConversationForm) -> Conversation | None:
    kept = attempt(form, actions.change_conversation, conversation=form.conversation, by=form.user, **form.values)
    if kept is None:
        form.prepare_to_send_again()
    return kept


@require_safe_or_post
@for_builders
def conversation_create(request: HttpRequest) -> HttpResponse:
    """Create a conversation; a page sent twice leads to the same one.

    With `copy` the page contains nothing about anybody: the service worker on a phone stores it for use without signal.
    """
    form = ConversationForm(request.POST or None, request.FILES or None, user=request.user, team=request.team)
    if "copy" in request.GET:
        form.initial |= {"neighbourhood": None, "place": None, "place_name": ""}
    elif request.method != "POST":
        if "place" in request.GET:
            form.start_at(request.GET["place"])
        if people := _people_met_again(request):
            form.initial["people"] = Named(known=people)
    if form.is_valid() and (kept := log(form)):
        notice_words(request, form)
        messages.success(request, _("Saved. It is now on the page of everyone in it."))
        return redirect("connectors:conversation-detail", uuid=kept.uuid)
    return form_page(request, form)


def _people_met_again(request: HttpRequest) -> tuple[str, ...]:
    """Return the UUIDs of the residents of a conversation (`like`), or of what a next step was about (`step`)."""
    talks = Conversation.objects.visible_to(request.user).filter(team=request.team)
    steps = NextStep.objects.visible_to(request.user).filter(team=request.team)
    if like := uuid_of(request.GET.get("like")):
        people = Person.objects.visible_to(request.user).filter(conversations__in=talks.filter(uuid=like))
    elif step := uuid_of(request.GET.get("step")):
        mine = steps.filter(uuid=step)
        people = Person.objects.visible_to(request.user).filter(Q(steps__in=mine) | Q(conversations__steps__in=mine))
    else:
        return ()
    return tuple(str(uuid) for uuid in people.order_by("known_as", "pk").values_list("uuid", flat=True).distinct())


@require_safe
def conversation_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show everything in one conversation."""
    talk = _conversation(request, uuid)
    may_change = rules.can_change_conversation(request.user, talk)
    people = list(talk.people.all())
    context = {
        "conversation": talk,
        "unsorted": unclear_names(user=request.user, conversation=talk) if may_change else [],
        "people": people,
        "named_in_text": names_in_text(talk, people) if talk.builder_id == request.user.pk else [],
        "has_initials": not all(can_see_name(request.user, person) for person in people),
        **_who_cares(request, talk, people, may_change=may_change),
        "gifts": talk.gifts_heard.select_related("person"),
        **steps_part(request, listed_steps(talk.steps.all()), talk.team, conversation=talk.uuid),
        "may_change": may_change,
        "may_delete": rules.can_delete_conversation(request.user, talk),
    }
    return render(request, "connectors/conversation_detail.html", context)


def _who_cares(request: HttpRequest, talk: Conversation, people: list[Person], *, may_change: bool) -> dict:
    """Return the themes with who said so, and what the page asks about them."""
    themes = list(talk.themes.all())
    said = said_by(talk) if themes else {}
    shown = {person.pk: name_for(request.user, person) for person in people}
    named = [
        (theme, ", ".join(shown[pk] for pk in said.get(theme.pk, ()) if pk in shown) if len(people) > 1 else "")
        for theme in themes
    ]
    offers, heard = offers_about(talk, people=people, themes=themes, user=request.user) if may_change else ([], set())
    return {"themes": named, "offers": offers, "heard": heard, "asks": bool(offers) and not said}


@require_POST
def conversation_cares(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Save who cares about which theme of a conversation."""
    talk = _conversation(request, uuid)
    if not rules.can_change_conversation(request.user, talk):
        raise PermissionDenied
    cares = cares_in(request.POST.getlist("cares"), people=talk.people.all(), themes=talk.themes.all())
    if run_action(request, give_themes, conversation=talk, by=request.user, cares=cares):
        messages.success(request, _("Saved."))
    return redirect("connectors:conversation-detail", uuid=talk.uuid)


@require_safe_or_post
def conversation_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Update a conversation, as its builder or a manager."""
    talk = _conversation(request, uuid)
    if not rules.can_change_conversation(request.user, talk):
        raise PermissionDenied
    form = ConversationForm(
        request.POST or None, request.FILES or None, user=request.user, team=talk.team, conversation=talk
    )
    if form.is_valid() and _change(form):
        notice_words(request, form)
        messages.success(request, _("Your changes have been saved."))
        return redirect("connectors:conversation-detail", uuid=talk.uuid)
    return form_page(request, form)


@require_safe_or_post
def conversation_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a conversation, after a page that says what is deleted and what stays."""
    talk = _conversation(request, uuid)
    if not rules.can_delete_conversation(request.user, talk):
        raise PermissionDenied
    if request.method == "POST":
        if run_action(request, actions.delete_conversation, conversation=talk, by=request.user):
            words = _("The conversation has been deleted. The people and their gifts are still here.")
            tell_with_undo(request, words, talk)
        return redirect("connectors:conversation-list")
    context = {"conversation": talk, "gift_count": talk.gifts_heard.count(), "people_count": talk.people.count()}
    return render(request, "connectors/conversation_confirm_delete.html", context)


@require_POST
def conversation_resolve_name(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record whom a name in the conversation refers to: one of the residents, somebody new, two people, or nobody."""
    talk, who = _conversation(request, uuid), request.POST.get("who", "")
    if not rules.can_change_conversation(request.user, talk):
        raise PermissionDenied
    matches = [
        match for match in unclear_names(user=request.user, conversation=talk) if match.name == request.POST.get("name")
    ]
    chosen = {str(person.uuid): person for match in matches for person in match.candidates} | {"new": None}
    others = {"note": note_name, "two": separate_name}
    if who in others and matches:
        run_action(request, others[who], conversation=talk, by=request.user, name=matches[0].name)
    elif who in chosen and matches:
        run_action(request, resolve_name, conversation=talk, by=request.user, name=matches[0].name, person=chosen[who])
    else:
        messages.error(request, _("No one was chosen. The name is still here: choose again."))
    return redirect("connectors:conversation-detail", uuid=talk.uuid)


@require_safe
def conversation_photo(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Send the photo of a conversation to users who are allowed to read it."""
    talk = _conversation(request, uuid)
    if not talk.photo:
        raise Http404
    return photo_response(talk.photo)
