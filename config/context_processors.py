"""What every template may use."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from config.navigation import navigation
from connectors.middleware import take_noticed


def interface(request: HttpRequest) -> dict:
    """Return the frame of a page as `nav` and the words `noticed` in what was kept just now.

    Both are looked up only by templates that draw them, so fragments cost nothing.
    """
    return {
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "noticed": SimpleLazyObject(lambda: take_noticed(request)),
    }
