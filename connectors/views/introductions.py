"""Introductions: the list by route, introducing two, and the outcome."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities import facets
from communities.paging import keyset_page
from communities.views import require_safe_or_post, run_action, save, tell_with_undo
from connectors.actions.introductions import answer, introduce, record_outcome
from connectors.filters import IntroductionFilter
from connectors.forms.asks import AskForm, MetForm
from connectors.forms.introduction_ends import LookingForm
from connectors.forms.introductions import IntroductionForm, OutcomeForm
from connectors.models import Conversation, Introduction, IntroductionOutcome
from connectors.queries.introduction_routes import words_of_direction
from connectors.queries.introductions import introductions_to_ask_about, open_asks_of
from connectors.queries.people import ENDS, NAMES_OF_ENDS
from connectors.rules.introductions import ANSWERS, direction
from connectors.views import for_builders

#: Columns of an introduction in the list.
LISTED = ("uuid", "introduced_on", "source", "outcome", *NAMES_OF_ENDS)
#: The form and side of each search for a name.
LOOKED_FOR: tuple[tuple[type[LookingForm], str], ...] = (
    (IntroductionForm, "to"),
    (IntroductionForm, "from"),
    (AskForm, "who"),
    (MetForm, "by"),
)


@require_safe
@for_builders
def introduction_list(request: HttpRequest) -> HttpResponse:
    """List introductions, newest first."""
    rows = Introduction.objects.visible_to(request.user).filter(team=request.team)
    found = IntroductionFilter(request.GET or None, queryset=rows, request=request)
    page = keyset_page(request, found.qs.select_related(*ENDS).only(*LISTED).order_by("-introduced_on", "-pk"))
    context = {
        "filter": found,
        "folded": facets.folded(request, found),
        "page": page,
    }
    return render(request, f"connectors/introduction_list.html{facets.part_of(request, 'list')}", context)


@require_safe_or_post
@for_builders
def introduction_create(request: HttpRequest) -> HttpResponse:
    """Create an introduction; searching for somebody never loses the other fields."""
    first = {f"{side}_end": request.GET.get(side, "") for side in ("from", "to")} | {
        name: request.GET.get(name, "") for name in ("reason", "conversation")
    }
    looking = request.method == "POST" and "look" in request.POST
    if looking:
        first = {**request.POST.dict()}
    form = IntroductionForm(
        None if looking else request.POST or None, team=request.team, user=request.user, initial=first
    )
    if request.method == "POST" and not looking and form.is_valid():
        names = ("uuid", "from_end", "to_end", "reason", "source", "introduced_on")
        values = {name: form.cleaned_data[name] for name in names}
        number = form.cleaned_data["conversation"]
        talks = Conversation.objects.visible_to(request.user).filter(team=request.team, uuid=number)
        values["conversation"] = talks.first() if number else None
        made = save(request, form, introduce, team=request.team, by=request.user, **values)
        if made:
            address = reverse("connectors:introduction-delete", args=[made.uuid])
            tell_with_undo(request, _("Introduced. We will ask what came of it."), made, address=address)
            return redirect("connectors:introduction-detail", uuid=made.uuid)
    return render(request, "connectors/introduction_form.html", {"form": form})


@require_safe
@for_builders
def end_options(request: HttpRequest) -> HttpResponse:
    """Offer residents, assets and partners for one end as somebody types."""
    kind, side = next(
        ((kind, side) for kind, side in LOOKED_FOR if f"{side}_words" in request.GET), (IntroductionForm, "from")
    )
    form = kind(team=request.team, user=request.user, initial=request.GET.dict())
    return render(request, "connectors/end_options.html", {"field": form[f"{side}_end"]})


@require_safe_or_post
def introduction_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show an introduction and record its outcome."""
    rows = Introduction.objects.visible_to(request.user).select_related(
        *ENDS, "introduced_by", "neighbourhood", "conversation"
    )
    introduction = get_object_or_404(rows, uuid=uuid)
    initial = {
        "outcome": introduction.outcome,
        "note": introduction.outcome_note,
        **({"outcome_on": introduction.outcome_on} if introduction.outcome_on else {}),
    }
    form = OutcomeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {
            "outcome": form.cleaned_data["outcome"],
            "note": form.cleaned_data["note"],
            "on": form.cleaned_data["outcome_on"],
        }
        if save(request, form, record_outcome, introduction=introduction, by=request.user, **values):
            tell_with_undo(request, _("Saved. Thank you for asking them."), introduction)
            return redirect("connectors:introduction-detail", uuid=introduction.uuid)
    context = {
        "introduction": introduction,
        "form": form,
        "direction": words_of_direction(*direction(introduction)),
        "asks": _asks(request, introduction),
    }
    return render(request, "connectors/introduction_detail.html", context)


def _asks(request: HttpRequest, introduction: Introduction) -> list:
    """Return the open asks that an introduction might have met, if its outcome is a meeting."""
    came = introduction.outcome in (IntroductionOutcome.MET, IntroductionOutcome.TOGETHER)
    return open_asks_of(introduction, request.user) if came else []


@require_safe
@for_builders
def introductions_to_ask(request: HttpRequest) -> HttpResponse:
    """List the introductions whose outcome should be asked about: the user's own, or the team's."""
    everybodys = bool(request.GET.get("everybody"))
    rows = introductions_to_ask_about(request.user, request.team, limit=None, everybodys=everybodys)
    tabs = [
        {"label": _("Yours"), "url": "?", "current": not everybodys},
        {"label": _("Everybody’s"), "url": "?everybody=1", "current": everybodys},
    ]
    context = {"page": keyset_page(request, rows), "tabs": tabs, "answers": ANSWERS}
    return render(request, "connectors/introductions_to_ask.html", context)


@require_POST
def introduction_answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record a one-tap answer about the outcome."""
    rows = Introduction.objects.visible_to(request.user).select_related(*ENDS)
    introduction = get_object_or_404(rows, uuid=uuid)
    if not run_action(
        request, answer, introduction=introduction, by=request.user, answer=request.POST.get("answer", "")
    ):
        return redirect("connectors:introduction-detail", uuid=introduction.uuid)
    introduction = rows.get(pk=introduction.pk)
    if request.htmx:
        context = {"introduction": introduction, "asks": _asks(request, introduction)}
        return render(request, "connectors/introduction_answered.html", context)
    tell_with_undo(request, _("Saved. Thank you for asking them."), introduction)
    if _asks(request, introduction):
        return redirect("connectors:introduction-detail", uuid=introduction.uuid)
    return redirect("connectors:introductions-to-ask")
