"""The pages of messages: those to pass on in person, with letters, and all messages with their state."""

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communities.forms.keys import PressForm
from communities.models import Channel, Message, MessageState, User
from communities.outbox import actions, queries, rules
from communities.outbox.carriers import standing_in_for
from communities.outbox.kinds import kinds, with_link
from communities.paging import keyset_page
from communities.views import require_team, run_action, tell_with_undo
from communities.views.once import keep_for_next_page, press_once, take_kept

#: How many messages a page shows: with these, no page is longer than about five screens of a phone.
LISTED, TO_TELL = 15, 9
#: How many letters are printed at once.
LETTERS = 50
#: The tabs of the list: the value in the address, and the label.
TABS: tuple[tuple[str, str | Promise], ...] = (
    (MessageState.FAILED, gettext_lazy("Not sent")),
    (MessageState.WAITING, gettext_lazy("On their way")),
    (MessageState.IN_PERSON, gettext_lazy("To tell in person")),
    ("", gettext_lazy("All")),
)


@require_safe
@require_team
def message_list(request: HttpRequest) -> HttpResponse:
    """List messages by state: those that could not be sent come first, because somebody has to do something."""
    if not rules.can_read_messages(request.user, request.team):
        raise PermissionDenied
    state = request.GET.get("state", MessageState.FAILED)
    state = state if state in MessageState.values else ""
    rows = keyset_page(request, queries.messages_of(request.user, request.team, state), size=LISTED)
    address = reverse("communities:message-list")
    context = {
        "page": rows,
        "shown": queries.shown(rows, reader=request.user),
        "state": state,
        "is_manager": rules.can_manage_messages(request.user, request.team),
        "tabs": [
            {"label": label, "url": f"{address}?state={value}", "current": value == state} for value, label in TABS
        ],
    }
    return render(request, "communities/outbox/message_list.html", context)


@require_safe
@require_team
def messages_to_tell(request: HttpRequest) -> HttpResponse:
    """List what the user still has to tell somebody in person."""
    if not rules.can_read_messages(request.user, request.team):
        raise PermissionDenied
    rows = keyset_page(request, queries.messages_to_tell(request.user, request.team), size=TO_TELL)
    context = {"page": rows, "shown": queries.shown(rows, reader=request.user)}
    return render(request, "communities/outbox/messages_to_tell.html", context)


@require_safe
@require_team
def message_letters(request: HttpRequest) -> HttpResponse:
    """Show the letters to everybody whom the user has to tell in person, for printing."""
    if not rules.can_read_messages(request.user, request.team):
        raise PermissionDenied
    return _letters(request, queries.messages_to_tell(request.user, request.team)[:LETTERS])


@require_safe
@never_cache
def message_letter(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one message as a letter, for printing; with its private link, this once, if that was just made."""
    message = _message(request, uuid)
    if link := take_kept(request, f"letter {message.uuid}"):
        # Only in memory, as in an email: what is stored has the mark.
        message.body = with_link(message, link)
    return _letters(request, [message])


@require_POST
def message_private_link(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make the private link of a letter, and show it with it, to who tells it in person."""
    message = _message(request, uuid)
    if not rules.can_show_private_link(request.user, message):
        raise PermissionDenied
    made = press_once(request, actions.show_private_link, message=message, by=request.user)
    if made and made.secret:
        keep_for_next_page(request, f"letter {message.uuid}", made.secret)
    return redirect("communities:message-letter", uuid=message.uuid)


def _letters(request: HttpRequest, rows) -> HttpResponse:
    letters = queries.shown(rows, reader=request.user)
    able = {each.message.pk for each in letters if each.has_private_link} and {
        each.message.pk for each in letters if rules.can_show_private_link(request.user, each.message)
    }
    context = {"letters": [(each, PressForm()) for each in letters], "day": timezone.localdate(), "able": able}
    return render(request, "communities/outbox/letters.html", context)


@require_safe
def message_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a message as it was sent, with each attempt, and what the user can do with it."""
    message = _message(request, uuid)
    context = {
        "shown": queries.shown([message], reader=request.user)[0],
        "message": message,
        "failures": list(message.failures.all()),
        "copied_to": _copied_to(message),
        "may_handle": message.is_open and rules.can_handle_message(request.user, message),
        "is_sendable_again": rules.is_sendable_again(message),
    }
    return render(request, "communities/outbox/message_detail.html", context)


def _copied_to(message: Message) -> list[User]:
    """Return who was sent a copy of an email to a user who was away that day, or is sent one if it goes today."""
    is_by_email = message.channel == Channel.EMAIL and message.state in (MessageState.WAITING, MessageState.SENT)
    day = timezone.localdate(message.settled_at) if message.settled_at else None
    return list(standing_in_for(message, day)) if is_by_email else []


def _message(request: HttpRequest, uuid: UUID) -> Message:
    """Return a message of one of the user's teams. Raises: Http404."""
    rows = Message.objects.visible_to(request.user).select_related("user", "teller", "team", "settled_by")
    return get_object_or_404(rows, uuid=uuid)


@require_POST
def message_send_again(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send a message again that could not be sent."""
    return _handle(request, uuid, actions.send_again, _("Kith is sending it again."))


@require_POST
def message_in_person(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a message on the list of those to tell in person."""
    return _handle(request, uuid, actions.tell_in_person, _("It is on the list of people to tell."))


@require_POST
def message_told(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record that the user told them in person."""
    return _handle(request, uuid, actions.mark_told, _("Saved: you told them."))


@require_POST
def message_withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Withdraw a message."""
    return _handle(request, uuid, actions.withdraw_message, _("Withdrawn. Nobody is told."))


def _handle(request: HttpRequest, uuid: UUID, act: Callable[..., object], words: str) -> HttpResponse:
    """Run a button's action, and return to the page it was on."""
    message = _message(request, uuid)
    if not rules.can_handle_message(request.user, message):
        raise PermissionDenied
    if run_action(request, act, message=message, by=request.user):
        tell_with_undo(request, words, message)
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("communities:message-detail", args=[message.uuid])
    return redirect(back)


@require_safe
@require_team
def message_kinds(request: HttpRequest) -> HttpResponse:
    """List the kinds of messages, their recipients and when each is sent."""
    if not rules.can_read_messages(request.user, request.team):
        raise PermissionDenied
    return render(request, "communities/outbox/message_kinds.html", {"kinds": kinds().values()})
