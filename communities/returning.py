"""The way back to a list as it was: its filters and page are remembered for each record that somebody opened from it.

The session has a query string for each record and list, so two tabs with different records do not disturb each other. Only
the query of one of Kith's own lists is remembered, and it is only added to that list's own path: nobody can be led elsewhere.
"""

import re
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

SESSION_KEY = "ways_back"
#: How many records are remembered, the latest.
MOST = 30
#: A longer query is not remembered.
LONGEST = 600
#: How the names of the URLs of lists end.
LIST_ENDS = "-list"

# A path up to its first primary key or UUID: a record with all its pages.
_RECORD = re.compile(r"(?:/[a-z-]+)+?/(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27})/")


def record_of(path: str) -> str:
    """Return the part of a path that all pages of a record share, such as /assets/5/; else the path itself."""
    found = _RECORD.match(path)
    return found[0] if found else path


def remember_list(request: HttpRequest) -> None:
    """Remember the list from which somebody opens a page, if the browser says that it comes from one."""
    path, query = _list_behind(request)
    if not path or path == request.path:
        return
    known: dict[str, list[str]] = request.session.get(SESSION_KEY, {})
    record = record_of(request.path)
    # The list in whose path a record is, and as it is, needs no memory.
    way = [] if not query and record.startswith(path) else [path, query]
    if known.get(record, []) == way:
        return
    rest = {each: ways for each, ways in known.items() if each != record}
    request.session[SESSION_KEY] = dict([*rest.items(), *([(record, way)] if way else [])][-MOST:])


def list_of(request: HttpRequest) -> tuple[str, str]:
    """Return the path and the query of the list from which this record was opened; empty if that is not known."""
    path, query = request.session.get(SESSION_KEY, {}).get(record_of(request.path)) or ("", "")
    return path, query


def way_back(request: HttpRequest, url: str) -> str:
    """Return the URL of a list with the filters and page with which this record was opened from it, or as it is."""
    ways = [_list_behind(request)] if request.method == "POST" else []
    for path, query in [*ways, list_of(request)]:
        if path == url and query:
            return f"{url}?{query}"
    return url


def is_list(path: str) -> bool:
    """Return whether a path is that of one of Kith's lists."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    return (match.url_name or "").endswith(LIST_ENDS) and not match.kwargs


def _list_behind(request: HttpRequest) -> tuple[str, str]:
    """Return the path and the query of the list that the browser names as the page before; empty for other pages."""
    before = urlsplit(request.headers.get("Referer", ""))
    if not before.path or before.netloc != request.get_host() or len(before.query) > LONGEST:
        return "", ""
    return (before.path, QueryDict(before.query).urlencode()) if is_list(before.path) else ("", "")
