"""Context for every template."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from config.navigation import navigation
from connectors.wording.session import take_words


def interface(request: HttpRequest) -> dict:
    """Return the navigation as `nav` and the words `noticed` in the text that was just saved.

    Both are lazy, so templates that do not use them cost nothing.
    """
    return {
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "noticed": SimpleLazyObject(lambda: take_words(request)),
    }
