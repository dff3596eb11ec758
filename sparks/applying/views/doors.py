"""What every page for everybody shares: no account, no cookie, no cache, not for search engines, and limits by network.

The pages need no cookie for cross-site requests either: they have no session that could be misused. A form is refused if the
browser says that another site sent it, and an application is found by its six words only.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from communities.actions.attempts import HOUR, Limit, Limits, record_attempt, time_to_wait
from communities.browsers import network, network_address
from communities.unsaved_input import is_same_origin
from sparks.applying import queries
from sparks.models import Application

#: What search engines are told.
ALL, NONE = "all", "noindex, nofollow"
DAY = timedelta(days=1)
#: How many applications begin in a time, where the account is the public page. A hall or a library is one network, so
#: there is room for a crowd.
BEGUN = Limits(name="apply", source=Limit(100, HOUR), pair=Limit(60, HOUR), account=Limit(600, DAY))
#: Files sent with applications, where the account is the network too.
FILES = Limits(name="apply files", source=Limit(120, HOUR), pair=Limit(120, HOUR), account=Limit(400, DAY))
#: Wrong words, where the account is the network too: only the network counts.
WORDS = Limits(name="apply words", source=Limit(30, HOUR), pair=Limit(30, HOUR), account=Limit(200, DAY))


def for_everybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a page to anybody, and refuse forms that another site sends."""

    @csrf_exempt
    @login_not_required
    @never_cache
    @wraps(view)
    def shown(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST" and is_from_elsewhere(request):
            return closed(request, status=403)
        response = view(request, *args, **kwargs)
        response.headers.setdefault("X-Robots-Tag", NONE)
        return response

    return shown


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Return whether the browser says that another site sent the form. Browsers without either header are old."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return True
    return "Origin" in request.headers and not is_same_origin(request)


def with_application(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a page of the application that six words open. Wrong, withdrawn and deleted ones all get the same page."""

    @for_everybody
    @wraps(view)
    def opened(request: HttpRequest, words: str, **kwargs) -> HttpResponse:
        application = find(request, words)
        return view(request, application, words=words, **kwargs) if application else closed(request)

    return opened


def find(request: HttpRequest, words: str) -> Application | None:
    """Return the application that words open. Wrong words count for the network; after too many, no words are tried."""
    place = source_of(request)
    if time_to_wait(limits=WORDS, account=place, source=place):
        return None
    application = queries.application_of(words)
    if application is None:
        record_attempt(limits=WORDS, account=place, source=place)
    return application


def source_of(request: HttpRequest) -> str:
    """Return the network that a request comes from."""
    return network(network_address(request.META))


def minutes_to_wait(request: HttpRequest, code: str) -> int:
    """Count one more application begun by this network, and return after how many minutes it may; 0 if it may now."""
    return record_attempt(limits=BEGUN, account=code, source=source_of(request)).minutes


def minutes_for_files(request: HttpRequest) -> int:
    """Count one more file sent by this network, and return after how many minutes it may; 0 if it may now."""
    place = source_of(request)
    return record_attempt(limits=FILES, account=place, source=place).minutes


def closed(request: HttpRequest, status: int = 404) -> HttpResponse:
    """Show that nothing opens here, without why."""
    return render(request, "sparks/applying/closed.html", {"team": ""}, status=status)
