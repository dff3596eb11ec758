"""Views outside the apps: Today, the style guide, and well-known URLs."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.help import topic_at
from config.styleguide import samples
from config.today import gather


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Show next steps, introductions to make and decisions to take."""
    return render(request, "config/today.html", gather(request))


@require_safe
def help_page(request: HttpRequest, page: str) -> HttpResponse:
    """Show the help on a page; htmx gets the sentences alone, for the “?” of that page. 404 without help on it."""
    topic = topic_at(page)
    if topic is None:
        raise Http404
    part = "#sentences" if request.htmx else ""
    return render(request, f"config/help.html{part}", {"topic": topic})


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component with invented content."""
    return render(request, "config/styleguide.html", samples())


@require_safe
@login_not_required
def security_txt(request: HttpRequest) -> HttpResponse:
    """Return security.txt; 404 without the setting. Source: RFC 9116, which requires an expiry date."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {timezone.now() + timedelta(days=180):%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: en",
        f"Canonical: {request.build_absolute_uri()}",
    )
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


@require_safe
@login_not_required
def change_password(request: HttpRequest) -> HttpResponse:
    """Redirect password managers to the password page. Source: W3C, A Well-Known URL for Changing Passwords."""
    return redirect("communities:password-change")
