"""How much of a list's facets to draw.

A list opens with one quick field, or none, and a link to more ways to look: the choices of every facet cost a query each
and were a quarter of the page. All are drawn when the address asks (`?facets=1`) or when one is in use, so that looking
for other words keeps them.
"""

from django.http import HttpRequest
from django_filters import FilterSet

#: What the address says to have every facet drawn.
ASKED = "facets"
#: How the ids of filter forms end in templates/components/filters.html; htmx sends the id of what it will replace.
FORM_ID_ENDS = "-facets"


def folded(request: HttpRequest, found: FilterSet, quick: str = "") -> bool:
    """Return whether the quick field, named `quick` (empty for none), is enough: nothing else was asked for or is in use."""
    return not request.GET.get(ASKED) and not in_use(request, found, besides=quick)


def in_use(request: HttpRequest, found: FilterSet, besides: str = "") -> bool:
    """Return whether the address carries a value for any facet, or for any besides the one named."""
    return any(any(request.GET.getlist(name)) for name in found.filters if name != besides)


def part_of(request: HttpRequest, rows: str) -> str:
    """Return the end of the template's name for this answer: `#facets` for the filter form, `#rows` for htmx, or nothing.

    `rows` is the name of the partial that holds the list. A page restored from the browser's history is always whole.
    """
    if not request.htmx or request.htmx.history_restore_request:
        return ""
    return "#facets" if (request.htmx.target or "").endswith(FORM_ID_ENDS) else f"#{rows}"
