"""Decide how many of a list's filters to render.

A list opens with one quick field, or none, and a link to more filters: the choices of every filter cost a query each
and were a quarter of the page. All filters are rendered if the query string asks for them (`?facets=1`) or one is in use,
so that another search keeps them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.apps import apps
from django.http import HttpRequest
from django_filters import FilterSet
from django_htmx.middleware import HtmxDetails

#: The query parameter that asks for all filters.
ASKED = "facets"
#: The name of the quick field of every list that has one.
QUICK = "q"
#: The suffix of filter form ids in templates/components/filters.html; htmx sends the id of the element it will replace.
FORM_ID_ENDS = "-facets"


class HtmxRequest(HttpRequest):
    """A request with what django-htmx's middleware adds."""

    htmx: HtmxDetails


class ExtendedFilterSet(FilterSet):
    """The filters of a list, and those that apps to the right add: work is filtered by what only they know."""

    #: Whether an added filter is drawn before it is in use; it costs a query for its choices.
    draws_added = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = self.queryset.model._meta.label
        for config in apps.get_app_configs():
            added = config.list_filters() if hasattr(config, "list_filters") else {}
            for name, make in added.get(label, {}).items():
                if not self.draws_added and not self.data.get(name):
                    continue
                self.filters[name] = make()
                self.filters[name].parent = self
                self.filters[name].model = self.queryset.model


class FoldingFilterSet(ExtendedFilterSet):
    """The filters of a list. While all but the field `q` are folded, the form has only that field: a third of the time."""

    def get_form_class(self) -> type[forms.Form]:
        """Return the class of the form."""
        data = self.data or {}
        if data.get(ASKED) or _in_use(data, self.filters, besides=QUICK):
            return super().get_form_class()
        quick = {name: each.field for name, each in self.filters.items() if name == QUICK}
        return type(f"Folded{type(self).__name__}Form", (self._meta.form,), quick)


def folded(request: HttpRequest, found: FilterSet, quick: str = "") -> bool:
    """Return whether to render only the field named `quick` ("" for none): no other filter was requested or is in use."""
    return not request.GET.get(ASKED) and not in_use(request, found, besides=quick)


def in_use(request: HttpRequest, found: FilterSet, besides: str = "") -> bool:
    """Return whether the query string has a value for any filter, other than `besides`."""
    return _in_use(request.GET, found.filters, besides=besides)


def _in_use(data: Mapping[str, Any], names: Iterable[str], *, besides: str) -> bool:
    values = getattr(data, "getlist", lambda name: [data.get(name)])
    return any(any(values(name)) for name in names if name != besides)


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
