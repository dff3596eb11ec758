"""Routes of introductions, and who was introduced to whom: counts only."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.spreadsheets import CSV_TYPE, csv_lines
from communities.views import require_team
from communities.views.downloads import send_export
from connectors.forms.periods import PeriodForm, period_words
from connectors.models import Introduction
from connectors.queries.introduction_routes import (
    by_direction,
    by_route,
    csv_rows,
    outcomes,
)
from connectors.rules.conversations import can_log_conversation


@dataclass(frozen=True)
class _Look:
    """What one reader sees: a page, and the file that says the same."""

    template: str
    context: dict[str, object]
    headings: list[str]
    rows: Iterator[list[object]]
    count: int
    fields: list[str]
    name: str


@require_safe
@require_team
def introduction_routes(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Show introductions by route and by direction; every table adds up to all of them.

    Users who may only count are told where the released tables of whole years are.
    """
    if not can_log_conversation(request.user, request.team):
        return render(request, "connectors/introduction_routes_kept.html")
    look = _everything(request)
    if request.GET.get("format") != "csv":
        return render(request, look.template, look.context)
    return send_export(
        request,
        csv_lines(look.headings, look.rows),
        name=f"kith-introductions-{look.name}.csv",
        content_type=CSV_TYPE,
        team=request.team,
        model=Introduction,
        rows=look.count,
        fields=look.fields,
    )


def _everything(request: HttpRequest) -> _Look:
    form = PeriodForm({"period": request.GET.get("period", "")})
    period = form.chosen
    routes, directions = (count(request.user, request.team, period) for count in (by_route, by_direction))
    context = {
        "form": form,
        "period": period,
        "period_words": period_words(period) if period else _("All time"),
        "tables": [
            {
                "caption": _("How they came about, and what came of them"),
                "heading": _("Route"),
                "lines": routes,
                "links": "source",
            },
            {
                "caption": _("Who was introduced to whom, and what came of it"),
                "heading": _("Direction"),
                "lines": directions,
                "links": "",
            },
        ],
        "outcomes": outcomes(),
        "total": routes[-1].total,
        "bars": [(line.words, line.total) for line in routes[:-1]],
    }
    return _Look(
        "connectors/introduction_routes.html",
        context,
        [_("Table"), _("Row"), *outcomes(), _("All")],
        csv_rows(routes, directions),
        len(routes) + len(directions),
        ["source", "direction", "outcome"],
        period.key if period else "all",
    )
