"""Views of the web of connections: drawn, counted, with us and without us."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities import facets
from communities.models import Neighbourhood
from communities.paging import keyset_page, without_cursor
from communities.views import require_team
from connectors.models import Person, Theme, WebCount
from connectors.web import page, rules
from connectors.web.forms import WITH, WITHOUT, WebForm
from connectors.web.network import Kind, without
from connectors.web.picture import draw
from connectors.web.queries.names import introductions_in, names_of
from connectors.web.queries.ties import EGO, Choice, read_ego
from connectors.web.requests import WebState, ask_for_count, web_state

#: Introductions on a page, below the picture and the figures.
TIES = 10


@require_safe
@require_team
def web(request: HttpRequest) -> HttpResponse:
    """Show the web: the figures with us and without us, the picture, growth, and who is tied to whom.

    Users who may only count are told where the released figures are: this one grows by one with each resident, from one day
    to the next.
    """
    if not rules.can_name_web(request.user, request.team):
        return render(request, "connectors/web_kept.html")
    form = WebForm(request.GET or None, team=request.team, user=request.user)
    choice = form.choice()
    look = web_state(team=request.team, choice=choice)
    context = {
        "form": form,
        "folded": facets.folded(request, form),
        "narrowed": not choice.is_whole,
        "look": look,
        "with_us": request.GET.get("us") == WITH,
        "ways": _ways(request),
    }
    if look.counted:
        context |= _counted(request, look, choice, with_us=context["with_us"])
    return render(request, "connectors/web.html", context)


def _ways(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the switch: without us, which is what stays and comes first, and with us."""
    us = WITH if request.GET.get("us") == WITH else WITHOUT
    ways = ((WITHOUT, _("Without us")), (WITH, _("With us")))
    return [{"label": label, "url": f"?{_query(request, us=way)}#web", "current": us == way} for way, label in ways]


def _query(request: HttpRequest, **values: str) -> str:
    query = without_cursor(request.GET)
    for name, value in values.items():
        query[name] = value
    return query.urlencode()


def _counted(request: HttpRequest, look: WebState, choice: Choice, *, with_us: bool) -> dict[str, Any]:
    """Return the context of a counted web."""
    figures = look.counted.with_us if with_us else look.counted.without_us
    shown = {
        "figures": figures,
        "sentence": page.sentence(figures, with_us=with_us),
        "rows": page.figure_rows(look.counted),
        "grown": _grown(look),
        "page": keyset_page(request, introductions_in(request.team, choice, request.user), size=TIES),
    }
    return shown | _picture(request, look, choice, with_us=with_us)


def _grown(look: WebState) -> list[tuple[str, list]]:
    """Return the charts of growth."""
    charts = [
        (_("New recorded connections, with us"), page.columns(look.counted.growth_with, "ties")),
        (_("New recorded connections, without us"), page.columns(look.counted.growth_without, "ties")),
        (_("Neighbours connected to another for the first time"), page.columns(look.counted.growth_without, "people")),
    ]
    return [chart for chart in charts if chart[1]]


def _picture(request: HttpRequest, look: WebState, choice: Choice, *, with_us: bool) -> dict[str, Any]:
    """Return the picture, of everybody or of groups."""
    none = {"drawn": None, "dots": [], "groups": [], "ours": [], "places": []}
    drawn = page.drawing(look.counted, look.web, choice, with_us=with_us)
    if drawn.groups:
        model = Neighbourhood if drawn.groups == "neighbourhood" else Theme
        rows = model.objects.visible_to(request.user).filter(team=request.team, pk__in=drawn.sizes.sizes)
        labels = dict(rows.values_list("pk", "name"))
        return none | {"drawn": drawn, "groups": page.groups_of(drawn, labels, _query(request))}
    keys = [dot.key for dot in drawn.picture.dots]
    colours = page.colours_of(drawn)
    found = Neighbourhood.objects.visible_to(request.user).filter(team=request.team, pk__in=colours)
    places = dict(found.values_list("pk", "name")) if colours else {}
    dots = page.dots_of(drawn, names_of(keys, user=request.user, team=request.team), colours, places)
    key = [(number, places[place]) for place, number in colours.items()]
    ours = [dot for dot in dots if dot["kind"] == Kind.BUILDER]
    return none | {"drawn": drawn, "dots": dots, "ours": ours, "places": key}


@require_POST
@require_team
def web_count(request: HttpRequest) -> HttpResponse:
    """Have the web counted now: at once without a background worker, otherwise when its turn comes."""
    if not rules.can_ask_for_count(request.user, request.team):
        raise PermissionDenied
    if not ask_for_count(team=request.team):
        messages.info(request, _("The figures are already being counted."))
    elif WebCount.objects.visible_to(request.user).filter(team=request.team, failed_at__isnull=False).exists():
        messages.warning(request, _("Counting failed. You see the last figures. Try again later."))
    else:
        messages.success(request, _("Counting has been requested. The figures change as soon as it is done."))
    return redirect("connectors:web")


@require_safe
def person_web(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show whom a resident is tied to: a small picture and a list, loaded after the page that includes it."""
    people = Person.objects.visible_to(request.user).select_related("team")
    person = get_object_or_404(people, uuid=uuid)
    seen = read_ego(person)
    with_us = request.GET.get("us") != WITHOUT
    drawn = page.Drawn(draw(seen, with_us=with_us), web=seen if with_us else without(seen))
    found = names_of([dot.key for dot in drawn.picture.dots], user=request.user, team=person.team)
    dots = page.dots_of(drawn, found)
    me = found.get((Kind.PERSON, person.pk))
    context = {
        "person": person,
        "drawn": drawn,
        "dots": dots,
        "friends": [dot for dot in dots if dot["url"] != me.url],
        "is_part": len(seen.ties) > EGO,
        "with_us": with_us,
    }
    return render(request, f"connectors/person_web.html{facets.partial_for(request, 'found')}", context)
