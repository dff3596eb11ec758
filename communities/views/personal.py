"""A user's own settings, and the link in an email that switches the email off."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from communities.actions.personal import (
    change_own_settings,
    make_calendar_address,
    stop_reminder,
    withdraw_calendar_address,
)
from communities.forms.personal import OwnSettingsForm
from communities.links import read_unsubscribe_token
from communities.models import CalendarAddress, User
from communities.views import require_safe_or_post, run_action, save
from communities.views.once import keep_for_next_page, take_kept

#: Under which name a new calendar address waits to be shown.
CALENDAR = "calendar"
#: Pages without navigation, because the link may belong to somebody other than the signed-in user.
FRAME = {"nav": {"main": (), "more": ()}}


@require_safe_or_post
@never_cache
def own_settings(request: HttpRequest) -> HttpResponse:
    """Change one's own name and the hour of the email, and see whether there is a calendar address."""
    form = OwnSettingsForm(request.POST or None, user=request.user)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, change_own_settings, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Your settings have been saved."))
        return redirect("communities:own-settings")
    secret = take_kept(request, CALENDAR)
    return _settings(request, form, request.build_absolute_uri(reverse("calendar", args=[secret])) if secret else "")


def _settings(request: HttpRequest, form: OwnSettingsForm, address: str = "") -> HttpResponse:
    in_use = CalendarAddress.objects.visible_to(request.user).filter(withdrawn_at__isnull=True).first()
    webcal = f"webcal://{address.partition('://')[2]}" if address else ""
    context = {"form": form, "calendar": in_use, "address": address, "webcal": webcal}
    return render(request, "communities/own_settings.html", context)


@require_POST
def calendar_make(request: HttpRequest) -> HttpResponse:
    """Make a calendar address; the page of one's settings shows it, this once."""
    keep_for_next_page(request, CALENDAR, make_calendar_address(by=request.user).secret)
    return redirect("communities:own-settings")


@require_POST
def calendar_withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw the calendar address."""
    if run_action(request, withdraw_calendar_address, by=request.user):
        messages.success(request, _("The calendar address no longer works."))
    return redirect("communities:own-settings")


@csrf_exempt
@require_safe_or_post
@login_not_required
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Switch off the email that says what waits, without signing in.

    Mail programs send the POST themselves, without cookies: the signed token is the permission. A GET only asks, because
    programs that look for viruses open every link. Source: RFC 8058.
    """
    pk = read_unsubscribe_token(token)
    user = User.objects.filter(pk=pk).first() if pk is not None else None
    if user is not None and request.method == "POST":
        stop_reminder(user=user)
    context = {**FRAME, "is_known": user is not None, "is_done": request.method == "POST"}
    response = render(request, "communities/unsubscribe.html", context, status=200 if user else 404)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
