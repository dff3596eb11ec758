"""What every signed-in request needs: the team the person is working in now, and privacy from shared caches."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject

from communities.models import Team

SESSION_KEY = "team"
#: The field in which a form says the team it was opened in.
FORM_KEY = "for_team"


def current_team(request: HttpRequest) -> Team | None:
    """Return the chosen team, or the first by name; None for people without a team and for strangers.

    What was sent belongs to the team in which its form was opened, whatever was chosen in another tab since; None when
    that is not the person's team any more, so that nothing is written into another.
    """
    if not request.user.is_authenticated:
        return None
    teams = Team.objects.visible_to(request.user).order_by("name", "pk")
    opened_in = request.POST.get(FORM_KEY, "")
    if opened_in:
        return teams.filter(pk=opened_in).first() if opened_in.isdecimal() and len(opened_in) < 19 else None
    chosen = request.session.get(SESSION_KEY)
    return (teams.filter(pk=chosen).first() if chosen else None) or teams.first()


class CurrentTeamMiddleware:
    """Set `request.team` to the team the person is working in, looked up when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on with its team."""
        request.team = SimpleLazyObject(lambda: current_team(request))
        return self.get_response(request)


class PrivatePagesMiddleware:
    """Keep signed-in pages out of every cache, the browser's back-forward store on a shared machine included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add `no-store` to what a signed-in person is shown."""
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
