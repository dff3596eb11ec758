"""What every template may use."""

from django.http import HttpRequest


def interface(request: HttpRequest) -> dict:
    """Return the frame of a page."""
    return {}
