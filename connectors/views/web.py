"""The web of connections: drawn, measured, with us and without us."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities import facets
from communities.models import Neighbourhood
from communities.paging import keyset_page
from communities.views import require_team
from connectors import web_page
from connectors.actions.web_asked import Look, ask_for_count, look_at
from connectors.forms.web import WITH, WITHOUT, WebForm
from connectors.models import Person, Theme, WebCount
from connectors.network import Kind, without
from connectors.picture import draw
from connectors.queries.web import EGO, WHOLE, Choice, read_ego
from connectors.queries.web_names import introductions_in, names_of
from connectors.rules import web as rules


@require_safe
@require_team
def web(request: HttpRequest) -> HttpResponse:
    """Show the web: the figures with us and without us, the picture, growth, and who is tied to whom.

    Those who may only count see the whole team's figures: two narrowed pages beside each other would tell a small number.
    """
    names = rules.can_name_web(request.user, request.team)
    form = WebForm(request.GET or None, team=request.team, user=request.user)
    choice = form.choice() if names else WHOLE
    look = look_at(team=request.team, choice=choice)
    context = {
        "form": form,
        "folded": facets.folded(request, form),
        "narrowed": not choice.is_whole,
        "look": look,
        "names": names,
        "threshold": request.team.small_number_threshold,
        "with_us": request.GET.get("us") != WITHOUT,
        "ways": _ways(request),
    }
    if look.counted:
        context |= _counted(request, look, choice, names=names, with_us=context["with_us"])
    return render(request, "connectors/web.html", context)


def _ways(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the switch: with us, and without us."""
    us = WITHOUT if request.GET.get("us") == WITHOUT else WITH
    ways = ((WITH, _("With us")), (WITHOUT, _("Without us")))
    return [{"label": label, "url": f"?{_query(request, us=way)}#web", "current": us == way} for way, label in ways]


def _query(request: HttpRequest, **values: str) -> str:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, value in values.items():
        query[name] = value
    return query.urlencode()


def _counted(request: HttpRequest, look: Look, choice: Choice, *, names: bool, with_us: bool) -> dict[str, Any]:
    """Return what the page shows of a web that was counted, with less of it for those who may only count."""
    counted, threshold = look.counted, request.team.small_number_threshold
    hides_all = not names and rules.hides_all(counted, threshold)
    closed = web_page.TELLING if not names and rules.hides_isolates(counted, threshold) else ()
    figures = counted.with_us if with_us else counted.without_us
    shown = {
        "figures": figures,
        "hides_all": hides_all,
        "closed": bool(closed),
        "sentence": web_page.sentence(figures, with_us=with_us, hides_isolates=bool(closed)),
        "rows": web_page.figure_rows(counted, closed),
        "grown": [] if hides_all else _grown(look, names=names),
        "page": keyset_page(request, introductions_in(request.team, choice, request.user)) if names else None,
    }
    return shown | _picture(request, look, choice, names=names, with_us=with_us, closed=hides_all or bool(closed))


def _grown(look: Look, *, names: bool) -> list[tuple[str, list]]:
    """Return the charts of growth. How many people were tied first is for those who may see names."""
    charts = [
        (_("New recorded ties, with us"), web_page.columns(look.counted.growth_with, "ties")),
        (_("New recorded ties, without us"), web_page.columns(look.counted.growth_without, "ties")),
    ]
    if names:
        charts.append(
            (
                _("Neighbours tied to another for the first time"),
                web_page.columns(look.counted.growth_without, "people"),
            )
        )
    return [chart for chart in charts if chart[1]]


def _picture(
    request: HttpRequest, look: Look, choice: Choice, *, names: bool, with_us: bool, closed: bool
) -> dict[str, Any]:
    """Return the picture, of everybody or of groups; none when it would tell a small number."""
    none = {"drawn": None, "dots": [], "groups": [], "ours": []}
    if closed:
        return none
    drawn = web_page.drawing(look.counted, look.web, choice, with_us=with_us)
    if drawn.groups:
        people = look.counted.with_us.people
        if not names and rules.hides_groups(drawn.sizes.sizes, people, request.team.small_number_threshold):
            return none
        model = Neighbourhood if drawn.groups == "neighbourhood" else Theme
        rows = model.objects.visible_to(request.user).filter(team=request.team, pk__in=drawn.sizes.sizes)
        labels = dict(rows.values_list("pk", "name"))
        return none | {"drawn": drawn, "groups": web_page.groups_of(drawn, labels, _query(request), opens=names)}
    keys = [dot.key for dot in drawn.picture.dots] if names else []
    dots = web_page.dots_of(drawn, names_of(keys, user=request.user, team=request.team))
    return none | {"drawn": drawn, "dots": dots, "ours": [dot for dot in dots if dot["kind"] == Kind.BUILDER and names]}


@require_POST
@require_team
def web_count(request: HttpRequest) -> HttpResponse:
    """Have the web counted now: at once where nothing counts in the background, otherwise as soon as its turn comes."""
    if not rules.can_ask_for_count(request.user, request.team):
        raise PermissionDenied
    if not ask_for_count(team=request.team):
        messages.info(request, _("It is being counted already."))
    elif WebCount.objects.visible_to(request.user).filter(team=request.team, failed_at__isnull=False).exists():
        messages.warning(
            request, _("Counting did not work this time. The last figures are kept; please try again later.")
        )
    else:
        messages.success(request, _("Asked for. The figures change as soon as they are counted."))
    return redirect("connectors:web")


@require_safe
def person_web(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show whom a resident is tied to: a small picture and a list, drawn after the page that asks for it."""
    people = Person.objects.visible_to(request.user).select_related("team")
    person = get_object_or_404(people, uuid=uuid)
    seen = read_ego(person)
    with_us = request.GET.get("us") != WITHOUT
    drawn = web_page.Drawn(draw(seen, with_us=with_us), web=seen if with_us else without(seen))
    found = names_of([dot.key for dot in drawn.picture.dots], user=request.user, team=person.team)
    dots = web_page.dots_of(drawn, found)
    me = found.get((Kind.PERSON, person.pk))
    context = {
        "person": person,
        "drawn": drawn,
        "dots": dots,
        "friends": [dot for dot in dots if dot["url"] != me.url],
        "is_part": len(seen.ties) > EGO,
        "with_us": with_us,
    }
    name = "connectors/person_web.html"
    return render(request, f"{name}#found" if request.htmx else name, context)
