"""The navigation: four links in the bar, depending on the role, a rail in groups, and every page under More. Built lazily."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from django.contrib import admin
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise

from communities.models import Role, Team
from config.pages import (
    ADMIN,
    ALWAYS,
    GROUPS,
    INDICATORS,
    LOG,
    MAP,
    MORE,
    OWN,
    PERSONS,
    ROUNDS,
    SPARKS,
    STORIES,
    TODAY,
    WHO_LOGS,
    WHO_READS,
    Entry,
    pages_of,
)
from config.waiting import Waiting, shown_count, waiting_by_entry
from connectors.capture.queries import owner_id


@dataclass(frozen=True)
class Link:
    """A link; `current` is the value of aria-current, or "".

    count: how many things wait there, as text, drawn if there are any; waits: the same in words, for screen readers.
    """

    label: str | Promise
    icon: str
    url: str
    current: str = ""
    is_primary: bool = False
    count: str = ""
    waits: str = ""


@dataclass(frozen=True)
class Section:
    """A group of links with its name."""

    key: str
    label: str | Promise
    links: list[Link]


@dataclass(frozen=True)
class Navigation:
    """The navigation of one user: the bar, the groups of the rail, those of every page, and the teams to switch to."""

    main: list[Link] = field(default_factory=list)
    rail: list[Section] = field(default_factory=list)
    #: Returns every page in its groups. Only More shows them, so they are put together there.
    pages: Callable[[], list[Section]] = list
    more_page: Link | None = None
    own_page: Link | None = None
    #: Who is signed in, by name; empty in the copy of a page that a phone stores for use without signal.
    person: str = ""
    sign_out_url: str = ""
    search_url: str = ""
    team_switch_url: str = ""
    teams: list[Team] = field(default_factory=list)
    #: The name of the URL where a builder's phone gets its token, and of the attribute for it.
    pass_url: str = ""
    owner: str = ""


#: The bar on a phone and the top of the rail.
FOR_BUILDERS = (TODAY, LOG, MAP, PERSONS)
FOR_EVALUATORS = (TODAY, INDICATORS, STORIES, MAP)
FOR_PAYERS = (TODAY, SPARKS, ROUNDS, MAP)


def navigation(request: HttpRequest) -> Navigation:
    """Return the links for the user and team of the request; none for anonymous users."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Navigation()
    main, pages = _entries(request)
    if admin.site.has_permission(request):
        pages = [*pages, ADMIN]
    logs, team = LOG in main, getattr(request, "team", None)
    waiting = waiting_by_entry(user, team) if team else {}
    seen = [each for entry in main for each in waiting.get(entry.name, ())]
    # Behind More is what the bar does not show already.
    more = {each: None for found in waiting.values() for each in found if each not in seen}
    rail = [page for page in pages if page not in main and _is_in_rail(page, logs=logs)]
    prefix = get_script_prefix()
    here = _current(request.path, [_url_of(entry.name, prefix) for entry in (*main, *pages, OWN, MORE)])
    return Navigation(
        main=[_link(entry, request.path, here, waiting) for entry in main],
        rail=_sections(rail, request.path, here, waiting),
        pages=lambda: _sections(pages, request.path, here, waiting),
        more_page=_link(MORE, request.path, here, {MORE.name: list(more)}),
        own_page=_link(OWN, request.path, here, {}),
        person="" if "copy" in request.GET else str(user),
        sign_out_url=reverse("communities:sign-out"),
        search_url=reverse("communities:search"),
        team_switch_url=reverse("communities:team-switch"),
        teams=_teams(user),
        **_phone(request),
    )


def _phone(request: HttpRequest) -> dict[str, str]:
    """Return the settings of the browser's sealed queue; empty for users who cannot log conversations."""
    team = getattr(request, "team", None)
    if not team or not request.user.has_role(team, Role.BUILDER, Role.MANAGER):
        return {}
    return {
        "pass_url": reverse("connectors:capture-pass"),
        "owner": owner_id(user_id=request.user.pk, team_id=team.pk),
    }


def _entries(request: HttpRequest) -> tuple[Sequence[Entry], list[Entry]]:
    """Return the bar, and every page in groups, for the user's role in the current team."""
    team = getattr(request, "team", None)
    if not team:
        return (TODAY,), []
    bar = FOR_BUILDERS if LOG.is_open_to(request.user, team) else FOR_EVALUATORS
    if bar is FOR_EVALUATORS and request.user.has_role(team, Role.DEPUTY, Role.PAYER):
        bar = FOR_PAYERS
    return bar, pages_of(request.user, team)


def _is_in_rail(page: Entry, *, logs: bool) -> bool:
    return page.rail == ALWAYS or page.rail == (WHO_LOGS if logs else WHO_READS)


def _sections(pages: Iterable[Entry], path: str, here: str, waiting: Mapping[str, Sequence[Waiting]]) -> list[Section]:
    """Return links in their groups, without empty groups."""
    pages = list(pages)
    found = [
        Section(key, label, [_link(page, path, here, waiting) for page in pages if page.group == key])
        for key, label in GROUPS.items()
    ]
    return [section for section in found if section.links]


def _teams(user) -> list[Team]:
    """Return the teams to switch between, at most 50; empty for users with only one."""
    if not user.is_superuser and len(user.team_ids()) < 2:
        return []
    teams = list(Team.objects.visible_to(user).order_by("name", "pk")[:50])
    return teams if len(teams) > 1 else []


def _url(entry: Entry) -> str:
    """Return the URL of a page. Every page needs those of forty others to know which of them it belongs to."""
    return _url_of(entry.name, get_script_prefix())


@cache
def _url_of(name: str, prefix: str) -> str:
    """Return the URL by its name; `prefix` is where Kith is mounted, on which it depends."""
    return reverse(name)


def _current(path: str, urls: Iterable[str]) -> str:
    """Return the longest URL that is a prefix of the path, such as /people/ for /people/3/; Today matches only itself."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default="")


def _link(entry: Entry, path: str, here: str, waiting: Mapping[str, Sequence[Waiting]]) -> Link:
    kinds = waiting.get(entry.name, ())
    total = sum(each.count for each in kinds)
    url = _url(entry)
    current = ("page" if path == url else "true") if url == here else ""
    return Link(
        label=entry.label,
        icon=entry.icon,
        url=url,
        current=current,
        is_primary=entry is LOG,
        count=shown_count(total) if total else "",
        waits=", ".join(each.words for each in kinds),
    )
