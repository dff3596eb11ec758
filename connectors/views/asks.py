"""Asks: the list, adding one, who met it, and how many were met by neighbours."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from communities import facets
from communities.paging import keyset_page
from communities.periods import last, year_of
from communities.row_keys import uuid_of
from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo
from connectors.actions import asks as actions
from connectors.filters import AskFilter
from connectors.forms.asks import AskForm, AskUpdateForm, MetForm
from connectors.forms.periods import PeriodForm, period_words
from connectors.models import Ask, Conversation, Introduction, Person, Theme
from connectors.queries import asks as queries
from connectors.queries.introductions import end_key
from connectors.queries.people import ENDS
from connectors.rules.asks import can_read_asks, who_met
from connectors.views import for_builders

TABS = {queries.OPEN: gettext_lazy("Open"), queries.MET: gettext_lazy("Met"), queries.CLOSED: gettext_lazy("Closed")}
TABS[queries.ALL] = gettext_lazy("All")
#: How many themes are offered while typing.
THEMES = 200
#: Asks on a page: each is a card.
LISTED = 15


@require_safe
@for_builders
def ask_list(request: HttpRequest) -> HttpResponse:
    """List residents' asks: open ones first; met and closed ones under their tabs."""
    state = request.GET.get("state", "")
    state = state if state in TABS else queries.OPEN
    rows = queries.listed_asks(request.user, request.team, state)
    found = AskFilter(request.GET or None, queryset=rows, request=request)
    context = {
        "filter": found,
        "folded": facets.folded(request, found, "q"),
        "page": keyset_page(request, found.qs, size=LISTED),
        "state": state,
        "kept": {"state": state},
        "tabs": [{"label": words, "url": f"?state={key}", "current": key == state} for key, words in TABS.items()],
    }
    return render(request, f"connectors/ask_list.html{facets.part_of(request, 'list')}", context)


@require_safe_or_post
@for_builders
def ask_create(request: HttpRequest) -> HttpResponse:
    """Create an ask; searching for who asked never loses the other fields."""
    looking = "look" in request.POST
    first = request.POST.dict() if looking else _first(request)
    form = AskForm(None if looking else request.POST or None, team=request.team, user=request.user, initial=first)
    if request.method == "POST" and not looking and form.is_valid():
        talk = _talk(request, form.cleaned_data["conversation"])
        kept = save(
            request, form, actions.create_ask, team=request.team, by=request.user, uuid=form.cleaned_data["uuid"],
            conversation=talk, **form.values,
        )  # fmt: skip
        if kept:
            messages.success(request, _("Saved. Neighbours who offer it will be suggested."))
            return redirect("connectors:ask-detail", uuid=kept.uuid)
    return _form_page(request, form, None)


def _first(request: HttpRequest) -> dict:
    """Return initial values from the query string: who asked, or a conversation and its only resident."""
    talk = _talk(request, uuid_of(request.GET.get("conversation")))
    if not talk:
        return {"who_end": request.GET.get("who", "")}
    people = list(Person.objects.visible_to(request.user).filter(conversations=talk).order_by("known_as", "pk")[:2])
    who = {"who_end": end_key(people[0])} if len(people) == 1 else {}
    return {"conversation": talk.uuid, "asked_on": talk.held_on, "neighbourhood": talk.neighbourhood_id, **who}


def _talk(request: HttpRequest, uuid: UUID | None) -> Conversation | None:
    """Return a conversation of the team that the user is allowed to read; None without a UUID."""
    return Conversation.objects.visible_to(request.user).filter(team=request.team, uuid=uuid).first()


@require_safe
def ask_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show an ask, and who met it."""
    ask = _ask(request, uuid)
    return render(request, "connectors/ask_detail.html", {"ask": ask, "meeter": who_met(ask)})


@require_safe_or_post
def ask_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Update an ask."""
    ask, looking = _ask(request, uuid), "look" in request.POST
    first = request.POST.dict() if looking else AskForm.initial_of(ask)
    form = AskUpdateForm(None if looking else request.POST or None, team=ask.team, user=request.user, initial=first)
    if (
        request.method == "POST"
        and not looking
        and form.is_valid()
        and save(request, form, actions.update_ask, ask=ask, by=request.user, **form.values)
    ):
        messages.success(request, _("Saved."))
        return redirect("connectors:ask-detail", uuid=ask.uuid)
    return _form_page(request, form, ask)


@require_safe_or_post
def ask_met(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Mark an ask as met: by whom, and when; an introduction that led to it gives both."""
    ask, looking = _ask(request, uuid), "look" in request.POST
    first = request.POST.dict() if looking else _through(request, ask)
    form = MetForm(None if looking else request.POST or None, team=ask.team, user=request.user, initial=first)
    if request.method == "POST" and not looking and form.is_valid():
        names = ("met_by", "by_end", "met_on")
        values = {name: form.cleaned_data[name] for name in names}
        if save(request, form, actions.meet_ask, ask=ask, by=request.user, **values):
            tell_with_undo(request, _("Marked as met."), ask)
            return redirect("connectors:ask-detail", uuid=ask.uuid)
    return render(request, "connectors/ask_met.html", {"ask": ask, "form": form})


def _through(request: HttpRequest, ask: Ask) -> dict:
    """Return who met an ask, if known: from the ask itself, or from the introduction in the query string."""
    if ask.met_on:
        meeter = who_met(ask)
        return {"met_by": ask.met_by, "met_on": ask.met_on, "by_end": end_key(meeter) if meeter else ""}
    rows = Introduction.objects.visible_to(request.user).filter(team=ask.team).select_related(*ENDS)
    found = rows.filter(uuid=uuid_of(request.GET.get("introduction"))).first()
    if found is None or ask.person_id not in (found.from_person_id, found.to_person_id):
        return {}
    other = found.to_end if found.from_person_id == ask.person_id else found.from_end
    return {"by_end": end_key(other), "met_on": max(found.outcome_on or timezone.localdate(), ask.asked_on)}


@require_POST
def ask_close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Close an ask, or with `reopen` open it again."""
    ask = _ask(request, uuid)
    is_opened = "reopen" in request.POST
    act = actions.reopen_ask if is_opened else actions.close_ask
    if run_action(request, act, ask=ask, by=request.user):
        tell_with_undo(request, _("Reopened.") if is_opened else _("Closed. You can reopen it here."), ask)
    return redirect("connectors:ask-detail", uuid=ask.uuid)


@require_safe
@require_team
def ask_shares(request: HttpRequest) -> HttpResponse:
    """Show how many asks neighbours met, by neighbourhood and quarter; to those who only count, where it is released."""
    if not can_read_asks(request.user, request.team):
        return render(request, "connectors/ask_shares_kept.html")
    form = PeriodForm({"period": request.GET.get("period") or year_of(timezone.localdate()).key})
    period = form.chosen or year_of(timezone.localdate())
    (_name, total), *places = queries.shares(request.user, request.team, period)
    meeters = queries.counts_by_who_met(request.user, request.team, period)
    quarters = queries.trend(request.user, request.team, last(8, until=timezone.localdate()))
    context = {
        "form": form,
        "period": period_words(period),
        "total": total,
        "places": places,
        "meeters": [(Ask(met_by=kind).get_met_by_display(), number) for kind, number in meeters.items()],
        "quarters": [(period_words(each), share) for each, share in quarters],
        "threshold": request.team.small_number_threshold,
    }  # fmt: skip
    return render(request, "connectors/ask_shares.html", context)


def _form_page(request: HttpRequest, form: AskForm, ask: Ask | None) -> HttpResponse:
    themes = Theme.objects.visible_to(request.user).filter(team=form.team).order_by("name", "pk")
    names = list(themes.values_list("name", flat=True)[:THEMES])
    return render(request, "connectors/ask_form.html", {"form": form, "ask": ask, "themes": names})


def _ask(request: HttpRequest, uuid: UUID) -> Ask:
    rows = Ask.objects.visible_to(request.user).select_related(*queries.RELATED, "team", "conversation", "created_by")
    return get_object_or_404(rows, uuid=uuid)
