"""Street champions: who looks out for which street, importing a list, a sheet for the wall."""

from collections import Counter
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from communities import facets
from communities.lists import listed
from communities.models import User
from communities.spreadsheets import CSV_TYPE, csv_lines
from communities.views import require_safe_or_post, run_action, tell_with_undo
from communities.views.downloads import send_export
from connectors.actions.champions import become_champion, import_champions, stop_championing
from connectors.forms.champions import ChampionsFileForm, opened, sealed
from connectors.forms.same_person import ask_about
from connectors.models import Person
from connectors.queries.champions import (
    ADD,
    ASK,
    FATES,
    MARK,
    STREETS,
    Judge,
    Verdict,
    called,
    champions_of,
    streets_of,
)
from connectors.rules.champions import ChampionRow
from connectors.rules.same_person import Answers, answers_in
from connectors.rules.shown_names import can_see_name
from connectors.views import for_builders, person_or_404

#: The badge of each fate.
BADGES = {"ask": "care", "add": "growth", "mark": "place", "same": "", "twice": "care", "problem": "danger"}


@require_safe
@for_builders
def champion_list(request: HttpRequest) -> HttpResponse:
    """List streets and their champions, filtered by the typed words."""
    words = " ".join(request.GET.get("q", "").split())[:120]
    champions = champions_of(user=request.user, team=request.team)
    streets = streets_of(champions, words=words)
    start = request.GET.get("from", "")
    rest = [street for street in streets if street.key >= start or not street.key] if start else streets
    context = {
        "words": words,
        "streets": rest[:STREETS],
        "street_count": len(streets),
        "champion_count": sum(len(street.champions) for street in streets),
        "any": bool(champions),
        "next_from": rest[STREETS].key if len(rest) > STREETS else "",
        "is_later": bool(start),
    }
    return render(request, f"connectors/champion_list.html{facets.part_of(request, 'list')}", context)


@require_safe
@for_builders
def champion_sheet(request: HttpRequest) -> HttpResponse:
    """Show every street and its champions, for printing."""
    streets = streets_of(champions_of(user=request.user, team=request.team), words=request.GET.get("q", "")[:120])
    return render(request, "connectors/champion_sheet.html", {"streets": streets, "today": timezone.localdate()})


@require_safe
@for_builders
def champion_export(request: HttpRequest) -> StreamingHttpResponse:
    """Send the champions as CSV, by street, with the names that those who may call on them are shown."""
    streets = streets_of(champions_of(user=request.user, team=request.team), words=request.GET.get("q", "")[:120])
    people = [person for street in streets for person in street.champions]
    headings = [_("Name"), _("Street"), _("Phone"), _("Email"), _("Neighbourhood"), _("Since")]
    return send_export(
        request,
        csv_lines(headings, map(partial(_exported, request.user), people)),
        name=f"champions-{request.team.slug}-{timezone.localdate():%Y-%m-%d}.csv",
        content_type=CSV_TYPE,
        team=request.team,
        model=Person,
        rows=len(people),
        fields=["known_as", "street", "phone", "email", "neighbourhood", "champion_since"],
    )


def _exported(user: User, person: Person) -> list[object]:
    reach = [person.phone, person.email] if can_see_name(user, person) else ["", ""]
    place = person.neighbourhood.name if person.neighbourhood else ""
    return [called(person, user), person.street, *reach, place, person.champion_since]


@require_safe_or_post
@for_builders
def champion_import(request: HttpRequest) -> HttpResponse:
    """Read a list and show its preview; nothing is written yet."""
    form = ChampionsFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        return _rehearsal(request, form)
    return render(request, "connectors/champion_import.html", {"form": form})


def _rehearsal(request: HttpRequest, form: ChampionsFileForm) -> HttpResponse:
    says = {"name": form.cleaned_data["file"].name, "left_out": listed(form.left_out), "notes": form.notes}
    return _preview(request, form.rows, Answers(), says)


def _preview(request: HttpRequest, rows: list[ChampionRow], answers: Answers, says: dict) -> HttpResponse:
    """Show what each row would become, and ask about those who may be known; the answers so far stay."""
    verdicts = [each for chunk in Judge(request.team, answers).judge(rows) for each in chunk]
    counts = Counter(each.fate for each in verdicts)
    context = {
        **says,
        "rows": [_row(request.user, each, answers) for each in verdicts],
        "counts": [(FATES[fate], counts[fate]) for fate in FATES if counts[fate]],
        "to_write": counts[ADD] + counts[MARK] + counts[ASK],
        "to_ask": counts[ASK],
        "rest_is_new": answers.rest_is_new,
        "sealed": sealed(rows, team=request.team, user=request.user),
        "answered": _answered(verdicts, answers),
    }
    return render(request, "connectors/champion_rehearsal.html", context)


def _answered(verdicts: list[Verdict], answers: Answers) -> list[tuple[int, str]]:
    """Return the answers to questions that the page does not ask again, to send them with it."""
    asked = {each.row.number for each in verdicts if each.fate == ASK}
    return [(number, said) for number, said in answers.by_row.items() if said and number not in asked]


def _row(user: User, verdict: Verdict, answers: Answers) -> dict[str, object]:
    row, person = verdict.row, verdict.person
    asks = verdict.fate == ASK
    rows = [(each.number, each.name) for each in verdict.like_rows]
    chosen = answers.by_row.get(row.number, "")
    return {
        "number": row.number,
        "name": row.name or _("(no name)"),
        "street": row.street,
        "label": verdict.label,
        "badge": BADGES[verdict.fate],
        "notes": verdict.notes,
        "person": person,
        "question": ask_about(
            user=user, number=row.number, called=row.name, alike=verdict.alike, rows=rows, chosen=chosen
        )
        if asks
        else None,
    }


@require_POST
@for_builders
def champion_apply(request: HttpRequest) -> HttpResponse:
    """Import the list of a preview, compared again; a second request adds nobody.

    Rows that may be somebody known and have no answer bring the preview back, with the answers so far.
    """
    try:
        rows = opened(request.POST.get("rows", ""), team=request.team, user=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("connectors:champion-import")
    answers = answers_in(request.POST)
    try:
        counts = import_champions(team=request.team, by=request.user, rows=rows, answers=answers)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _preview(request, rows, answers, {"name": request.POST.get("name", "")[:200]})
    added = ngettext("%(n)s resident was added", "%(n)s residents were added", counts[ADD]) % {"n": counts[ADD]}
    marked = ngettext("%(n)s became a champion", "%(n)s became champions", counts[MARK]) % {"n": counts[MARK]}
    words = _("Imported: %(added)s. Already here: %(marked)s.") % {"added": added, "marked": marked}
    tell_with_undo(request, words, Person())
    return redirect("connectors:champion-list")


@require_POST
def person_champion(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record that a resident looks out for their street, or no longer does."""
    person = person_or_404(request, uuid)
    act = stop_championing if "stop" in request.POST else become_champion
    if run_action(request, act, person=person, by=request.user):
        tell_with_undo(request, _("Saved."), person)
    return redirect("connectors:person-detail", uuid=person.uuid)
