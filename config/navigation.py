"""The frame's links: five in the bar for the role, the rest behind More; built only when a page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Role, Team
from connectors.queries.capture import owner_id


@dataclass(frozen=True)
class Link:
    """One place to go; `current` is the value of aria-current, empty when the page is elsewhere."""

    label: str | Promise
    icon: str
    url: str
    current: str = ""
    is_primary: bool = False


@dataclass(frozen=True)
class Navigation:
    """All that the frame offers one person: bar, More, the teams they can switch to."""

    main: list[Link] = field(default_factory=list)
    more: list[Link] = field(default_factory=list)
    more_page: Link | None = None
    sign_out_url: str = ""
    team_switch_url: str = ""
    teams: list[Team] = field(default_factory=list)
    #: Where the phone of somebody who writes things down gets its pass, and what it calls them there.
    pass_url: str = ""
    owner: str = ""


TODAY = (_("Today"), "today", "today")
LOG = (_("Log"), "log", "connectors:conversation-create")
MAP = (_("Map"), "map", "assets:asset-list")
PEOPLE = (_("People"), "people", "connectors:person-list")
SPARKS = (_("Sparks"), "spark", "sparks:spark-list")
STORIES = (_("Stories"), "story", "evaluation:story-list")
INDICATORS = (_("Indicators"), "indicator", "evaluation:indicator-list")
MORE = (_("More"), "more", "communities:more")
CONVERSATIONS = (_("Conversations"), "conversation", "connectors:conversation-list")
ASKS = (_("Asks"), "conversation", "connectors:ask-list")
INTRODUCTIONS = (_("Introductions"), "introduction", "connectors:introduction-list")
WEB = (_("Web"), "web", "connectors:web")
JOURNEYS = (_("Walking alongside"), "conversation", "connectors:journey-list")
ROUTES = (_("Introductions by route"), "introduction", "connectors:introduction-routes")
ASKS_MET = (_("Asks met by neighbours"), "conversation", "connectors:ask-shares")
NEIGHBOURHOODS = (_("Neighbourhoods"), "neighbourhood", "communities:neighbourhood-list")
PARTNERS = (_("Partners"), "partner", "communities:partner-list")
TEAM = (_("Team"), "team", "communities:team-detail")
ADMIN = (_("Admin"), "admin", "admin:index")

FOR_BUILDERS = (
    (TODAY, LOG, MAP, PEOPLE),
    (CONVERSATIONS, INTRODUCTIONS, WEB, ASKS, JOURNEYS, SPARKS, STORIES, INDICATORS),
)
FOR_EVALUATORS = ((TODAY, INDICATORS, STORIES, MAP), (WEB, ROUTES, ASKS_MET, SPARKS))
OF_THE_TEAM = (NEIGHBOURHOODS, PARTNERS, TEAM)


def navigation(request: HttpRequest) -> Navigation:
    """Return the links for the person and team of this request; none for people who have not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Navigation()
    main, more = _entries(request)
    if admin.site.has_permission(request):
        more = (*more, ADMIN)
    here = _current(request.path, [reverse(name) for _label, _icon, name in (*main, *more, MORE)])
    return Navigation(
        main=[_link(entry, request.path, here) for entry in main],
        more=[_link(entry, request.path, here) for entry in more],
        more_page=_link(MORE, request.path, here),
        sign_out_url=reverse("communities:sign-out"),
        team_switch_url=reverse("communities:team-switch"),
        teams=_teams(user),
        **_phone(request),
    )


def _phone(request: HttpRequest) -> dict[str, str]:
    """Return what the browser's half of the sealed queue asks for; nothing for those who do not write things down."""
    team = getattr(request, "team", None)
    if not team or not request.user.has_role(team, Role.BUILDER, Role.MANAGER):
        return {}
    return {
        "pass_url": reverse("connectors:capture-pass"),
        "owner": owner_id(user_id=request.user.pk, team_id=team.pk),
    }


def _entries(request: HttpRequest) -> tuple[tuple, tuple]:
    """Return the bar and the rest for the person's role in the team they are working in."""
    team = getattr(request, "team", None)
    if not team:
        return (TODAY,), ()
    records = request.user.has_role(team, Role.BUILDER, Role.MANAGER)
    main, more = FOR_BUILDERS if records else FOR_EVALUATORS
    return main, (*more, *OF_THE_TEAM)


def _teams(user) -> list[Team]:
    """Return the teams to switch between; empty when there is no choice, 50 at most."""
    if not user.is_superuser and len(user.team_ids()) < 2:
        return []
    teams = list(Team.objects.visible_to(user).order_by("name", "pk")[:50])
    return teams if len(teams) > 1 else []


def _current(path: str, urls: Iterable[str]) -> str:
    """Return the longest address that the path lies under: /people/3/ lies under /people/, and Today only under itself."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default="")


def _link(entry: tuple, path: str, here: str) -> Link:
    label, icon, name = entry
    url = reverse(name)
    current = ("page" if path == url else "true") if url == here else ""
    return Link(label=label, icon=icon, url=url, current=current, is_primary=entry is LOG)
