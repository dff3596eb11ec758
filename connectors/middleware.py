"""After somebody kept words about people: what was noticed in them, told once on the next page, scripts or none."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse

from communities import written
from connectors.queries.words import noticed_in
from connectors.rules.words import can_ignore_words, can_see_words

SESSION_KEY = "noticed_words"
#: The field in which static/js/wording.js says which words somebody chose to keep this once.
KEPT_KEY = "kept_words"
KEPT = (302, 303)


class NoticedWordsMiddleware:
    """Look at the words that a page sent and that were kept; never in the way of keeping them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and remember what was noticed until the next page is shown."""
        with written.gathering() as texts:
            response = self.get_response(request)
        if texts and request.method == "POST" and response.status_code in KEPT:
            _remember(request, texts.values())
        return response


def _remember(request: HttpRequest, texts: Iterable[str]) -> None:
    user = request.user
    if not user.is_authenticated or not request.team or not can_see_words(user, request.team):
        return
    kept = request.POST.getlist(KEPT_KEY)
    found = noticed_in(texts, user=user, team=request.team, besides=kept)
    if found:
        words = [
            {name: getattr(each, name) for name in ("word", "alternatives", "reason", "name", "language")}
            for each in found
        ]
        request.session[SESSION_KEY] = {"words": words, "may_ignore": can_ignore_words(user, request.team)}


def take_noticed(request: HttpRequest) -> dict[str, object]:
    """Return what the next page tells, once: `words` and whether the person `may_ignore` one; empty when there is nothing.

    A copy of a page that a phone keeps, and what htmx puts into a page, take nothing.
    """
    session = getattr(request, "session", None)
    if session is None or request.method != "GET" or "copy" in request.GET or getattr(request, "htmx", False):
        return {}
    return session.pop(SESSION_KEY, {}) if SESSION_KEY in session else {}
