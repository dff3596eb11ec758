"""The navigation: five links in the bar, depending on the role, and the rest under More. Built lazily."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Role, Team
from config.waiting import Waiting, shown_count, waiting_by_entry
from connectors.capture.queries import owner_id


@dataclass(frozen=True)
class Link:
    """A link; `current` is the value of aria-current, or "".

    count: how much waits behind it, as text, "" if nothing does; waits: the same in words.
    """

    label: str | Promise
    icon: str
    url: str
    current: str = ""
    is_primary: bool = False
    count: str = ""
    waits: str = ""


@dataclass(frozen=True)
class Navigation:
    """The navigation of one user: the bar, More, and the teams to switch to."""

    main: list[Link] = field(default_factory=list)
    more: list[Link] = field(default_factory=list)
    more_page: Link | None = None
    #: The user's own settings; the label is their name.
    own_page: Link | None = None
    sign_out_url: str = ""
    search_url: str = ""
    team_switch_url: str = ""
    teams: list[Team] = field(default_factory=list)
    #: The name of the URL where a builder's phone gets its token, and of the attribute for it.
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
MESSAGES = (_("Messages"), "conversation", "communities:message-list")
NEIGHBOURHOODS = (_("Neighbourhoods"), "neighbourhood", "communities:neighbourhood-list")
PARTNERS = (_("Partners"), "partner", "communities:partner-list")
DELETED = (_("Deleted"), "undo", "communities:deleted-list")
TEAM = (_("Team"), "team", "communities:team-detail")
ADMIN = (_("Admin"), "admin", "admin:index")

FOR_BUILDERS = (
    (TODAY, LOG, MAP, PEOPLE),
    (CONVERSATIONS, INTRODUCTIONS, WEB, ASKS, JOURNEYS, SPARKS, MESSAGES, STORIES, INDICATORS),
)
FOR_EVALUATORS = ((TODAY, INDICATORS, STORIES, MAP), (WEB, ROUTES, ASKS_MET, SPARKS))
OF_THE_TEAM = (NEIGHBOURHOODS, PARTNERS, DELETED, TEAM)


def navigation(request: HttpRequest) -> Navigation:
    """Return the links for the user and team of the request; none for anonymous users."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Navigation()
    main, more = _entries(request)
    if admin.site.has_permission(request):
        more = (*more, ADMIN)
    own = (str(user), "person", "communities:own-settings")
    here = _current(request.path, [reverse(name) for _label, _icon, name in (*main, *more, MORE, own)])
    team = getattr(request, "team", None)
    waiting = waiting_by_entry(user, team) if team else {}
    behind_more = [each for _label, _icon, name in more for each in waiting.get(name, ())]
    return Navigation(
        main=[_link(entry, request.path, here, waiting.get(entry[2], ())) for entry in main],
        more=[_link(entry, request.path, here, waiting.get(entry[2], ())) for entry in more],
        more_page=_link(MORE, request.path, here, behind_more),
        own_page=_link(own, request.path, here),
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


def _entries(request: HttpRequest) -> tuple[tuple, tuple]:
    """Return the bar and the other links for the user's role in the current team."""
    team = getattr(request, "team", None)
    if not team:
        return (TODAY,), ()
    records = request.user.has_role(team, Role.BUILDER, Role.MANAGER)
    main, more = FOR_BUILDERS if records else FOR_EVALUATORS
    return main, (*more, *OF_THE_TEAM)


def _teams(user) -> list[Team]:
    """Return the teams to switch between, at most 50; empty for users with only one."""
    if not user.is_superuser and len(user.team_ids()) < 2:
        return []
    teams = list(Team.objects.visible_to(user).order_by("name", "pk")[:50])
    return teams if len(teams) > 1 else []


def _current(path: str, urls: Iterable[str]) -> str:
    """Return the longest URL that is a prefix of the path, such as /people/ for /people/3/; Today matches only itself."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default="")


def _link(entry: tuple, path: str, here: str, waiting: Sequence[Waiting] = ()) -> Link:
    label, icon, name = entry
    total = sum(each.count for each in waiting)
    url = reverse(name)
    current = ("page" if path == url else "true") if url == here else ""
    return Link(
        label=label,
        icon=icon,
        url=url,
        current=current,
        is_primary=entry is LOG,
        count=shown_count(total) if total else "",
        waits=", ".join(each.words for each in waiting),
    )
