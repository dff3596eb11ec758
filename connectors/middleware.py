"""After somebody saved a text about people, show the noticed words once, on the next page, without scripts too."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse

from communities import noticed_text
from connectors.wording.queries.lists import noticed_in
from connectors.wording.rules import can_ignore_words, can_see_words

SESSION_KEY = "noticed_words"
#: The field in which static/js/wording.js sends the words that somebody chose to leave as they are.
KEPT_KEY = "kept_words"
KEPT = (302, 303)


class NoticedWordsMiddleware:
    """Look at the texts that a request saved; never prevents saving them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request, and remember the noticed words until the next page is shown."""
        with noticed_text.gathering() as texts:
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
    """Return what the next page shows, once: `words` and whether the user `may_ignore` one; empty if there is nothing.

    A copy of a page for the service worker, and fragments for htmx, leave it for the next full page.
    """
    session = getattr(request, "session", None)
    if session is None or request.method != "GET" or "copy" in request.GET or getattr(request, "htmx", False):
        return {}
    return session.pop(SESSION_KEY, {}) if SESSION_KEY in session else {}
