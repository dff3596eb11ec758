"""Decide how many of a list's filters to render.

A list opens with one quick field, or none, and a link to more filters: the choices of every filter cost a query each
and were a quarter of the page. All filters are rendered if the query string asks for them (`?facets=1`) or one is in use,
so that another search keeps them.
"""

from django.http import HttpRequest
from django_filters import FilterSet
from django_htmx.middleware import HtmxDetails

#: The query parameter that asks for all filters.
ASKED = "facets"
#: The suffix of filter form ids in templates/components/filters.html; htmx sends the id of the element it will replace.
FORM_ID_ENDS = "-facets"


class HtmxRequest(HttpRequest):
    """A request with what django-htmx's middleware adds."""

    htmx: HtmxDetails


def folded(request: HttpRequest, found: FilterSet, quick: str = "") -> bool:
    """Return whether to render only the field named `quick` ("" for none): no other filter was requested or is in use."""
    return not request.GET.get(ASKED) and not in_use(request, found, besides=quick)


def in_use(request: HttpRequest, found: FilterSet, besides: str = "") -> bool:
    """Return whether the query string has a value for any filter, other than `besides`."""
    return any(any(request.GET.getlist(name)) for name in found.filters if name != besides)


def partial_for(request: HtmxRequest, name: str) -> str:
    """Return `#name` for an htmx request, to be appended to the name of the template, or "" for the whole page.

    A page restored from the browser's history is always rendered in full.
    """
    return f"#{name}" if request.htmx and not request.htmx.history_restore_request else ""


def part_of(request: HtmxRequest, rows: str) -> str:
    """Return the same for a list whose filters can be folded: `#facets` when htmx replaces the filter form.

    `rows` is the name of the list's partial.
    """
    is_form = bool(request.htmx) and (request.htmx.target or "").endswith(FORM_ID_ENDS)
    return partial_for(request, "facets" if is_form else rows)
