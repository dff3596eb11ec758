"""A page for submissions that could not be saved: what happened, the input, and what to do next.

Somebody deleted the row, lost their role or signed out in another tab, and then submits the page. A bare error page
would lose the input. This page covers all of these cases, so that views need no code for them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst

from communities.audit_log.subjects import FIELDS
from communities.row_keys import uuid_of

#: Fields that are never shown, and hidden bookkeeping fields.
SECRET = re.compile(r"password|token|secret|csrf", re.IGNORECASE)
PLUMBING = re.compile(r"^_|_FORMS$|^(for_team|as_shown|action|kept|next|draft(-.*)?|initial-.*|.*-(known|pick|today))$")
#: Values that nobody types: digests, keys of choices.
DIGEST = re.compile(r"[0-9a-f]{16,}|[a-z]+(?:_[a-z]+)+|on|\w+:[0-9a-f-]{36}")
LONGEST = 20_000


@dataclass(frozen=True)
class SubmittedValue:
    """A submitted value: the label of its field, "" if it has none, and its text."""

    label: str
    words: str


def submitted_values(request: HttpRequest) -> list[SubmittedValue]:
    """Return the values that a person typed into the submitted form, without passwords and hidden fields."""
    return typed_values(request.POST.lists())


def typed_values(lists: Iterable[tuple[str, list[str]]]) -> list[SubmittedValue]:
    """Return the values that a person typed, of the names and values of a form."""
    known = FIELDS()
    found = []
    for name, values in lists:
        if SECRET.search(name) or PLUMBING.search(name):
            continue
        if name.rpartition("-")[2] in relations():
            # The primary key of a chosen row means nothing to people.
            values = [words for words in values if not words.isdigit()]
        label = capfirst(str(known.get(name.rpartition("-")[2], "")))
        found += [SubmittedValue(label, _readable(words)) for words in values if _is_typed(words, label)]
    return found


@cache
def relations() -> frozenset[str]:
    """Return the names of the relations of all models."""
    fields = (field for model in apps.get_models() for field in (*model._meta.fields, *model._meta.many_to_many))
    return frozenset(field.name for field in fields if field.is_relation)


def _readable(words: str) -> str:
    """Return a shortened text, or a formatted date."""
    try:
        day = parse_date(words)
    except ValueError:
        day = None
    return date_format(day, "j F Y") if day else words[:LONGEST]


def _is_typed(words: str, label: str) -> bool:
    words = words.strip()
    if not words or DIGEST.fullmatch(words) or uuid_of(words):
        return False
    return any(letter.isalpha() for letter in words) or bool(label)


def referring_page(request: HttpRequest) -> str:
    """Return the path of the referring page if it is a page of Kith, otherwise the path of Today."""
    came = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    path = "/" + came.split("://", 1)[-1].partition("/")[2]
    try:
        resolve(path.partition("?")[0])
    except Resolver404:
        return "/"
    return path


def is_same_origin(request: HttpRequest) -> bool:
    """Return whether the browser says that one of Kith's pages sent this request."""
    origin = request.headers.get("Origin", "")
    return origin == f"{request.scheme}://{request.get_host()}"


class CheckedRequest(HttpRequest):
    """A request with what `mark_origin_checked` records."""

    is_origin_checked: bool


def mark_origin_checked(request: CheckedRequest) -> None:
    """Record that a request has passed the CSRF check, which runs after the URL is resolved."""
    request.is_origin_checked = True


def is_trusted(request: HttpRequest) -> bool:
    """Return whether one of Kith's pages sent the request; other input is neither shown nor sent again."""
    return getattr(request, "is_origin_checked", False) or is_same_origin(request)


class UnsavedResponse(HttpResponse):
    """The page for unsaved input, with the context that it was made of: drafts are stored afterwards."""

    template = "not_kept.html"
    said: dict[str, object]


def render_unsaved(request: HttpRequest, *, status: int, **said: object) -> HttpResponse:
    """Show the input that was not saved. `said`: title, words, next_words, next_url, and action for the link text."""
    context = {
        "typed": submitted_values(request) if is_trusted(request) else [],
        "has_files": bool(request.FILES),
        "next_words": "",
        "next_url": "/",
        "action": "",
        **said,
    }
    response = UnsavedResponse(render_to_string("not_kept.html", context, request), status=status)
    response.said = context
    # Middleware protects only pages of signed-in users, and this input may be about people.
    add_never_cache_headers(response)
    return response
