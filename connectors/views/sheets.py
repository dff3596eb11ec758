"""A resident's own sheet, opened with a link and without an account: to read, correct and withdraw.

The first page shows a button and does not open the sheet by itself, because messengers fetch links to preview them. A
wrong, expired or used link, and a closed sheet, all get the same page with the same status. An open sheet is identified
by a signed cookie in this browser, for an hour, whoever else is signed in here.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communities.actions.attempts import SHEETS, clear_attempt, record_attempt
from communities.browsers import network, network_address
from communities.views import require_safe_or_post, run_action, save
from connectors.actions import readback
from connectors.forms.consent import ConsentForm, OwnDetailsForm, OwnWordsForm
from connectors.models import ReadBackLink, WishKind
from connectors.queries.readback import can_be_opened, link_of_open_sheet, sheet_of
from connectors.rules.consent import SHEET_MINUTES

COOKIE = "kith_sheet"
_SALT = "kith.sheet"
#: Pages without navigation, because the reader is the resident and not the signed-in user.
FRAME = {"nav": {"main": (), "more": ()}}


def public_sheet(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a page to anybody with a link: no sign-in, not cached, not indexed by search engines."""

    @login_not_required
    @never_cache
    @wraps(view)
    def shown(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return shown


def with_sheet(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a page of the sheet that is open in this browser; without one, the closed page."""

    @public_sheet
    @wraps(view)
    def opened(request: HttpRequest) -> HttpResponse:
        link = _open_link(request)
        return view(request, link) if link else _closed(request)

    return opened


@require_safe_or_post
@public_sheet
def sheet_open(request: HttpRequest, secret: str) -> HttpResponse:
    """Offer to open a sheet, and open it on request: once."""
    place = network(network_address(request.META))
    attempt = record_attempt(limits=SHEETS, account=readback.digest_of(secret), source=place)
    if attempt.is_refused:
        return _closed(request)
    if request.method != "POST":
        if not can_be_opened(readback.digest_of(secret)):
            return _closed(request)
        clear_attempt(row=attempt.row)
        return render(request, "connectors/sheet_open.html", FRAME)
    link = readback.open_link(secret=secret)
    if link is None:
        return _closed(request)
    clear_attempt(row=attempt.row)
    response = redirect("connectors:sheet")
    response.set_signed_cookie(
        COOKIE, str(link.pk), salt=_SALT, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
        path=reverse("connectors:sheet"),
    )  # fmt: skip
    return response


@require_safe
@with_sheet
def sheet(request: HttpRequest, link: ReadBackLink) -> HttpResponse:
    """Show a resident everything that is stored about them."""
    return _shown(request, link)


@require_POST
@with_sheet
def sheet_details(request: HttpRequest, link: ReadBackLink) -> HttpResponse:
    """Save what a resident corrected about themselves, at once."""
    form = OwnDetailsForm(request.POST, initial=OwnDetailsForm.initial_of(link.person))
    if form.is_valid() and save(request, form, readback.correct_own_details, link=link, **form.cleaned_data):
        return _done(request, _("Thank you. Your details have been changed."))
    return _shown(request, link, details=form)


@require_POST
@with_sheet
def sheet_consents(request: HttpRequest, link: ReadBackLink) -> HttpResponse:
    """Record a resident's yes or no to each purpose."""
    form = ConsentForm(request.POST, agreed=sheet_of(link.person).agreed, asks_how=False)
    done = save(request, form, readback.answer_on_sheet, link=link, answers=form.answers()) if form.is_valid() else None
    if done is not None:
        return _done(request, " ".join((_("Thank you. We will follow what you said from now on."), *done)))
    return _shown(request, link, consents=form)


@require_POST
@with_sheet
def sheet_words(request: HttpRequest, link: ReadBackLink) -> HttpResponse:
    """Record a correction that a resident asks for."""
    form = OwnWordsForm(request.POST)
    wish = {"link": link, "kind": WishKind.CORRECT}
    if form.is_valid() and save(request, form, readback.wish_on_sheet, **wish, **form.cleaned_data):
        return _done(request, _("Thank you. A builder will put it right within a month and tell you."))
    return _shown(request, link, words=form)


@require_safe_or_post
@with_sheet
def sheet_erase(request: HttpRequest, link: ReadBackLink) -> HttpResponse:
    """Ask once whether they want to be erased, and record the wish."""
    if request.method == "POST":
        if run_action(request, readback.wish_on_sheet, link=link, kind=WishKind.ERASE):
            messages.success(request, _("We will erase your data within a month. You do not need to do anything else."))
        return redirect("connectors:sheet")
    return render(request, "connectors/sheet_erase.html", {**FRAME, "person": link.person})


@require_POST
@with_sheet
def sheet_close(request: HttpRequest, link: ReadBackLink) -> HttpResponse:
    """Close the sheet in this browser."""
    readback.close_sheet(link=link)
    response = render(request, "connectors/sheet_closed.html", {**FRAME, "is_done": True})
    response.delete_cookie(COOKIE, path=reverse("connectors:sheet"), samesite="Lax")
    return response


def _open_link(request: HttpRequest) -> ReadBackLink | None:
    number = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=timedelta(minutes=SHEET_MINUTES))
    return link_of_open_sheet(number) if number else None


def _shown(request: HttpRequest, link: ReadBackLink, **forms: object) -> HttpResponse:
    """Show the sheet; a form with errors keeps what was typed."""
    held = sheet_of(link.person)
    context = {
        **FRAME, "sheet": held, "person": held.person,
        "details": OwnDetailsForm(initial=OwnDetailsForm.initial_of(held.person)),
        "consents": ConsentForm(agreed=held.agreed, asks_how=False), "words": OwnWordsForm(), **forms,
    }  # fmt: skip
    return render(request, "connectors/sheet.html", context)


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("connectors:sheet")


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "connectors/sheet_closed.html", {**FRAME, "is_done": False}, status=404)
