"""Routes of introductions, and who was introduced to whom: counts only."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.spreadsheets import CSV_TYPE, csv_lines
from communities.views import require_team
from communities.views.downloads import send_export
from connectors.forms.periods import PeriodForm, period_words
from connectors.models import Introduction
from connectors.queries.introduction_routes import by_direction, by_route, csv_rows, outcomes
from connectors.rules.conversations import can_log_conversation


@require_safe
@require_team
def introduction_routes(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Show introductions by route and by direction with their outcomes; every table adds up to all of them."""
    form = PeriodForm({"period": request.GET.get("period", "")})
    period = form.chosen
    routes, directions = (count(request.user, request.team, period) for count in (by_route, by_direction))
    if request.GET.get("format") == "csv":
        headings = [_("Table"), _("Row"), *outcomes(), _("All")]
        return send_export(
            request,
            csv_lines(headings, csv_rows(routes, directions)),
            name=f"kith-introductions-{period.key if period else 'all'}.csv",
            content_type=CSV_TYPE,
            team=request.team,
            model=Introduction,
            rows=len(routes) + len(directions),
            fields=["source", "direction", "outcome"],
        )
    context = {
        "form": form,
        "period": period,
        "period_words": period_words(period) if period else _("All time"),
        "tables": [
            {"caption": _("How they came about"), "heading": _("Route"), "lines": routes, "links": "source"},
            {"caption": _("Who was introduced to whom"), "heading": _("Direction"), "lines": directions, "links": ""},
        ],
        "outcomes": outcomes(),
        "total": routes[-1].total,
        "bars": [(line.words, line.total) for line in routes[:-1]],
        "may_read": can_log_conversation(request.user, request.team),
    }
    return render(request, "connectors/introduction_routes.html", context)
