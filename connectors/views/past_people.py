"""Whom to invite again to gatherings where people share their stories."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from communities.paging import keyset_page, without_cursor
from communities.spreadsheets import CSV_TYPE
from communities.views.downloads import refuse_filter, send_export
from connectors.exports import INVITATION_FIELDS, MOST, REACH, invitation_lines, reach_of
from connectors.forms.consent import PastPeopleForm
from connectors.models import ContactPreference, Person
from connectors.queries.past_people import last_met, past_people, with_themes
from connectors.views import for_builders

#: Rows on a page, so that a printed one covers a street; and how far they are counted.
PAGE, COUNTED = 50, 500


@require_safe
@for_builders
def past_people_list(request: HttpRequest) -> HttpResponse:
    """List past people by contact preference, ready to print."""
    form, people, chosen = _people(request)
    page = keyset_page(request, people, size=PAGE, cap=COUNTED)
    days = last_met(page.rows)
    for person in page.rows:
        person.last_met_on, person.reach = days[person.pk], reach_of(person)
    context = {
        "form": form, "page": page, "chosen": chosen, "day": timezone.localdate(), "query": without_cursor(request.GET).urlencode(),
        "by_street": chosen.reached == ContactPreference.IN_PERSON,
        "reached": dict(ContactPreference.choices)[chosen.reached],
    }  # fmt: skip
    return render(request, "connectors/past_people.html", context)


@require_safe
@for_builders
def past_people_file(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Send the same past people as a CSV file."""
    form, people, chosen = _people(request)
    if refused := refuse_filter(request, form):
        return refused
    reach = REACH.get(chosen.reached, "street")
    return send_export(
        request,
        invitation_lines(people, request.user),
        name=f"past-people-{timezone.localdate():%Y-%m-%d}.csv",
        content_type=CSV_TYPE,
        team=request.team,
        model=Person,
        rows=people[:MOST].count(),
        fields=[*INVITATION_FIELDS, reach],
    )


def _people(request: HttpRequest):
    form = PastPeopleForm(request.GET or {"months": 6}, team=request.team, user=request.user)
    chosen = form.chosen()
    people = form.narrowed(past_people(request.user, request.team, chosen))
    return form, with_themes(people), chosen
