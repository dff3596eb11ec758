"""Middleware that answers submissions from stale pages without losing the input."""

import logging
from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from communities.unsaved_input import referring_page, render_unsaved
from config.stale_pages import gone, refused
from config.waiting import count_again

logger = logging.getLogger("kith.stale_page")


class SignInMiddleware(LoginRequiredMiddleware):
    """Require sign-in. A POST gets a page with its input, because a redirect would lose it."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponse]) -> HttpResponse:
        """Redirect to the sign-in page, or show the submitted input."""
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        sign_in = resolve_url(self.get_login_url(view_func))
        return render_unsaved(
            request,
            status=403,
            title=_("You are signed out"),
            words=_("You were signed out while this page was open, so nothing was saved."),
            next_words=_("Sign in again, and you will return to the page you were on."),
            next_url=f"{sign_in}?{urlencode({'next': referring_page(request)})}",
            action=_("Sign in"),
        )


class CountAgainMiddleware:
    """Have the menu count what waits again after each request of the user that may have changed it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and forget the counts if it was not only for reading."""
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD", "OPTIONS") and request.user.is_authenticated and request.team:
            count_again(request.user, request.team)
        return response


class StalePageMiddleware:
    """Return a helpful page if a row is deleted between a view's query and an action's lock.

    Also for errors of an action that a view does not show on its form. Both are logged.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return a page for deleted rows and refusals; None for other exceptions."""
        if request.method != "POST" or not isinstance(exception, ObjectDoesNotExist | ValidationError):
            return None
        logger.warning("Submitted but not saved: %s", request.path, exc_info=exception)
        if isinstance(exception, ObjectDoesNotExist) or getattr(exception, "code", "") == "gone":
            return gone(request)
        return refused(request, exception)
