"""What every template may use."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from config.navigation import navigation


def interface(request: HttpRequest) -> dict:
    """Return the frame of a page as `nav`; looked up only by templates that draw it, so fragments cost nothing."""
    return {"nav": SimpleLazyObject(lambda: navigation(request))}
