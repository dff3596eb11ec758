"""The words that were noticed in a saved form, in the session until the next page shows them, without scripts too."""

from collections.abc import Iterable

from django.http import HttpRequest

from connectors.wording.queries.lists import noticed_in
from connectors.wording.rules import can_ignore_words, can_see_words

SESSION_KEY = "noticed_words"
#: The field in which static/js/wording.js sends the words that somebody chose to leave as they are.
KEPT_KEY = "kept_words"


def remember_words(request: HttpRequest, texts: Iterable[str]) -> None:
    """Look for words in texts that were just saved, and store what the user is notified of for the next page."""
    user, team = request.user, request.team
    if not user.is_authenticated or not team or not can_see_words(user, team):
        return
    found = noticed_in(texts, user=user, team=team, besides=request.POST.getlist(KEPT_KEY))
    if found:
        words = [
            {name: getattr(each, name) for name in ("word", "alternatives", "reason", "name", "language")}
            for each in found
        ]
        request.session[SESSION_KEY] = {"words": words, "may_ignore": can_ignore_words(user, team)}


def take_words(request: HttpRequest) -> dict[str, object]:
    """Return what the next page shows, once: `words` and whether the user `may_ignore` one; or an empty dictionary.

    A copy of a page for the service worker, and fragments for htmx, leave it for the next full page.
    """
    session = getattr(request, "session", None)
    if session is None or request.method != "GET" or "copy" in request.GET or getattr(request, "htmx", False):
        return {}
    return session.pop(SESSION_KEY, {}) if SESSION_KEY in session else {}
