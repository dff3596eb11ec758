"""Context for every template."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from config.navigation import navigation
from connectors.wording.session import take_words

#: The id of the reading pane, in components/reading.html.
READING = "reading"


def interface(request: HttpRequest) -> dict:
    """Return the navigation as `nav`, the words `noticed` in the text that was just saved, and the `layout` of records.

    The first two are lazy, so templates that do not use them cost nothing. A record that is read beside its list comes
    without the frame of the page.
    """
    htmx = getattr(request, "htmx", None)
    return {
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "noticed": SimpleLazyObject(lambda: take_words(request)),
        "layout": "base_reading.html" if htmx and htmx.target == READING else "base.html",
    }
