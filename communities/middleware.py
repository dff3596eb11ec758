"""Middleware for signed-in requests: the user, the current team, the way back to a list, and no caching of private pages."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject

from communities.compiled import compiled_once
from communities.models import Team
from communities.returning import remember_list, way_back
from communities.row_keys import pk_of

SESSION_KEY = "team"
#: The form field with the team in which the form was opened.
FORM_KEY = "for_team"


def current_team(request: HttpRequest) -> Team | None:
    """Return the chosen team, or the first by name; None for users without a team and anonymous users.

    A submitted form belongs to the team in which it was opened, even if another team was chosen in another tab since. None
    if the user has left that team, so that nothing is written into another one.
    """
    if not request.user.is_authenticated:
        return None
    teams = Team.objects.visible_to(request.user).order_by("name", "pk")
    opened_in = request.POST.get(FORM_KEY, "")
    if opened_in:
        return teams.filter(pk=pk_of(opened_in)).first()
    chosen = request.session.get(SESSION_KEY)
    if chosen and (team := teams.filter(pk=chosen).first()):
        return team
    if request.user.is_superuser:
        return teams.first()
    return next(iter(_first_team(teams=request.user.team_ids())), None)


@compiled_once
def _first_team(*, teams: Sequence[int]) -> QuerySet[Team]:
    return Team.objects.filter(pk__in=teams).order_by("name", "pk")[:1]


def set_lazily(request: HttpRequest, name: str, find: Callable[[], object]) -> None:
    """Set an attribute of a request that is looked up at its first use, and is from then on what was found.

    Reading an attribute through a lazy object takes 60 times as long as reading it from the row. A list did that 500 to 2,000 times,
    a tenth of its time.
    """

    def look_up() -> object:
        found = find()
        # Signing in sets another user, which whoever still has the lazy one must not undo.
        if vars(request).get(name) is lazy:
            setattr(request, name, found)
        return found

    lazy = SimpleLazyObject(look_up)
    setattr(request, name, lazy)


class UserMiddleware(AuthenticationMiddleware):
    """Set `request.user` as Django's middleware does, but to the user themself after its first use."""

    def process_request(self, request: HttpRequest) -> None:
        """Add the user to the request."""
        super().process_request(request)
        set_lazily(request, "user", lambda: get_user(request))


class CurrentTeamMiddleware:
    """Set `request.team` to the current team, looked up at its first use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on with its team."""
        set_lazily(request, "team", lambda: current_team(request))
        return self.get_response(request)


class PrivatePagesMiddleware:
    """Keep private pages out of every cache, including the back/forward cache of a shared computer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add `no-store` to responses for signed-in users."""
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            add_never_cache_headers(response)
        return response


class ReturnMiddleware:
    """Lead back to a list as it was: see `communities.returning`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Remember the list from which a page is opened, and add its query when a form leads back to it."""
        is_page = request.method == "GET" and "HX-Request" not in request.headers and "Referer" in request.headers
        if is_page and request.user.is_authenticated:
            remember_list(request)
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND and request.user.is_authenticated:
            response["Location"] = way_back(request, response["Location"])
        return response
