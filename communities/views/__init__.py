"""Views of communities, by subject."""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods

from communities.drafts import close_draft
from communities.forms.about_people import texts_about_people
from communities.forms.errors import attempt
from communities.middleware import FORM_KEY
from communities.rules import can_undo
from communities.undo import newest_undoable
from communities.views.drafts import posted_form

#: The prefix of the tag that holds the URL for undoing what a message is about.
UNDO_TAG = "undo:"
#: The methods of a page with a form, like Django's `require_safe` for a page without one. Every page answers HEAD.
require_safe_or_post = require_http_methods(["GET", "HEAD", "POST"])


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


def save[Made](request: HttpRequest, form: forms.BaseForm, act: Callable[..., Made], **values: object) -> Made | None:
    """Run the action of a valid form and return its result; if it is refused, add the errors to the form and return None.

    Every view saves its form with this, so that words about people are noticed on every page.
    """
    made = attempt(form, closing_draft(request, act), **values)
    if made is not None:
        notice_words(request, form)
    return made


def closing_draft[Made](request: HttpRequest, act: Callable[..., Made]) -> Callable[..., Made]:
    """Return an action that also closes the draft of the posted form, in the same transaction."""

    @wraps(act)
    def act_and_close(**values: object) -> Made:
        with transaction.atomic():
            made = act(**values)
            if form := posted_form(request):
                close_draft(user=form.user, team=form.team, written=form.written)
        request.is_draft_closed = True
        return made

    return act_and_close


def notice_words(request: HttpRequest, form: forms.BaseForm) -> None:
    """Have the words in a saved form noticed. A view that cannot use `save` calls this after its action.

    `settings.NOTICE_WORDS` names the function: the list of words belongs to an app that this one must not import.
    """
    if texts := texts_about_people(form):
        import_string(settings.NOTICE_WORDS)(request, texts)


def run_action(request: HttpRequest, act: Callable[..., object], **values: object) -> bool:
    """Run the action of a button and return whether it succeeded; show its errors as messages on the next page."""
    try:
        closing_draft(request, act)(**values)
    except ValidationError as error:
        request.is_refused = True
        messages.error(request, " ".join(error.messages))
        return False
    return True


def tell_with_undo(request: HttpRequest, words: str, row: Model, *, address: str = "") -> None:
    """Say on the next page what was done to a row, with a button that undoes it.

    address: where the button posts to, if not to what `communities.undo` stored: something that was added is undone by
    the view that deletes it.
    """
    messages.success(request, words, extra_tags=undo_tag(request, row, address=address))


def undo_tag(request: HttpRequest, row: Model, *, address: str = "") -> str:
    """Return the tag of a message that gives it the button Undo; "" if the user cannot undo what was done to the row."""
    if not address:
        undoable = newest_undoable(row, by=request.user)
        if undoable is None or not can_undo(request.user, undoable):
            return ""
        address = reverse("communities:undo", args=[undoable.uuid])
    return f"{UNDO_TAG}{address}"
