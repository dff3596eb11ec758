"""Error pages for an unavailable database, and for input with characters that cannot be saved.

Both return the input for sending again, because the original page may not open.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.middleware.csrf import get_token
from django.template import loader
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.defaults import server_error as broken

from communities.outage import is_outage
from communities.unsaved_input import is_trusted, mark_origin_checked

#: Databases cannot store NUL or lone surrogates, and nobody types them.
NOT_TEXT = re.compile("[\0\ud800-\udfff]")
#: Seconds to wait before trying again.
RETRY_AFTER = "30"
#: The largest primary key.
MOST = 2**63 - 1
#: Fields that are never shown on a page.
SECRET = re.compile("password|token", re.IGNORECASE)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return a 503 page if the database is unavailable, otherwise the 500 page."""
    if not is_outage(sys.exc_info()[1]):
        return broken(request)
    answer = _page(request, "503.html", 503, _("Kith is not available at the moment. Try again in half a minute."))
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def _page(request: HttpRequest, template: str, status: int, words: str, *, gives_back: bool = True) -> HttpResponse:
    """Return a page rendered without queries, or plain text for clients that do not accept HTML."""
    if request.accepts("text/html"):
        sent = _sent(request) if gives_back else {"is_sent": False}
        answer = HttpResponse(loader.get_template(template).render(sent), status=status)
    else:
        answer = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    add_never_cache_headers(answer)
    return answer


def _sent(request: HttpRequest) -> dict[str, object]:
    """Return the submitted values for sending again, without passwords and characters that cannot be saved.

    Returns nothing if there was a file, which cannot be sent again, or if the request may come from another site: with
    a button and a CSRF token, the user would submit the other site's text.
    """
    if request.method != "POST":
        return {"is_sent": False}
    if not is_trusted(request):
        return {"is_sent": True, "again": None}
    try:
        pairs, has_file = list(_pairs(request.POST.lists())), bool(request.FILES)
    except (BadRequest, MultiPartParserError, OSError, RawPostDataException, SuspiciousOperation, UnreadablePostError):
        pairs, has_file = [], True
    if has_file or any(SECRET.search(name) for name, _value in pairs):
        return {"is_sent": True, "again": None}
    again = [(NOT_TEXT.sub("", name), NOT_TEXT.sub("", value)) for name, value in pairs]
    return {"is_sent": True, "again": again, "address": request.get_full_path(), "token": get_token(request)}


def _pairs(lists: Iterable[tuple[str, list[str]]]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, values in lists for value in values if name != "csrfmiddlewaretoken")


class OnlyTextCookiesMiddleware:
    """Ignore cookies with NUL or lone surrogates, which would break the session query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Remove such cookies from the request."""
        for name in [name for name, value in request.COOKIES.items() if NOT_TEXT.search(name + value)]:
            del request.COOKIES[name]
        return self.get_response(request)


class OnlyTextMiddleware:
    """Refuse NUL, lone surrogates and huge numbers in URLs and forms, after the CSRF check of forms.

    Only a checked form's values are returned with a button. Sealed data from phones is skipped: it is cleaned when it is opened.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check the path and the query string."""
        if NOT_TEXT.search(request.path) or _is_odd(request.GET.lists()):
            return refuse(request, gives_back=False)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """Check the submitted values after the CSRF check. Raises: Http404 for a number too large for a primary key."""
        if getattr(view, "csrf_exempt", False):
            return None
        mark_origin_checked(request)
        if any(isinstance(value, int) and value > MOST for value in kwargs.values()):
            raise Http404
        if request.method == "POST" and _is_odd(request.POST.lists()):
            return refuse(request)
        return None


def _is_odd(lists: Iterable[tuple[str, list[str]]]) -> bool:
    return any(NOT_TEXT.search(name) or NOT_TEXT.search(value) for name, values in lists for value in values or [""])


def refuse(request: HttpRequest, *, gives_back: bool = True) -> HttpResponse:
    """Return a page that says that the input contains a character that cannot be saved."""
    words = _("This contains a character that cannot be saved. Nothing was saved.")
    return _page(request, "400_text.html", 400, words, gives_back=gives_back)
