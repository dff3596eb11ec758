"""Context for every template."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from communities.models import MONEY_ROLES
from config.navigation import navigation
from connectors.wording.session import take_words

#: The id of the reading pane, in components/reading.html.
READING = "reading"


def interface(request: HttpRequest) -> dict:
    """Return the navigation as `nav`, the words `noticed` in the text that was just saved, and the `layout` of records.

    And `is_new_role`, on the pages about money: whether it has to be said why buttons are missing. The first two are lazy, so templates that do not use them cost nothing. A record that is read beside its list comes
    without the frame of the page.
    """
    htmx = getattr(request, "htmx", None)
    return {
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "noticed": SimpleLazyObject(lambda: take_words(request)),
        "is_new_role": _is_new_role(request),
        "layout": "base_reading.html" if htmx and htmx.target == READING else "base.html",
    }


def _is_new_role(request: HttpRequest) -> bool:
    """Return whether the user decides or pays only once somebody has confirmed them, on Today and every page of sparks."""
    match, user = request.resolver_match, getattr(request, "user", None)
    if match is None or not (match.view_name == "today" or match.namespace == "sparks"):
        return False
    if user is None or not user.is_authenticated or not request.team:
        return False
    return user.has_role(request.team, *MONEY_ROLES) and not user.decides_on_money(request.team)
