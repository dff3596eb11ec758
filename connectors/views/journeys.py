"""Walking alongside: light touches, journeys, changes on them, and their end."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.forms.errors import attempt
from communities.paging import keyset_page
from communities.views import notice_words, require_safe_or_post, run_action, save, tell_with_undo
from connectors.actions import journeys as actions
from connectors.forms.journeys import ChangeForm, EndingForm, JourneyForm, JourneyUpdateForm, LightTouchForm
from connectors.models import NEGATIVE_OUTCOMES, Journey, JourneyChange, JourneyOutcome, LightTouch
from connectors.queries import journeys as queries
from connectors.rules import journeys as rules
from connectors.views import for_builders, person_or_404


def _journey(request: HttpRequest, uuid: UUID) -> Journey:
    rows = Journey.objects.visible_to(request.user).select_related("person", "builder", "introduced_by", "follows")
    return get_object_or_404(rows, uuid=uuid)


def log_touch(form: LightTouchForm, **more: datetime) -> LightTouch | None:
    """Save a light touch; None, with errors in the form, if the action refuses. `more` can be `recorded_at`."""
    return attempt(form, actions.log_light_touch, team=form.team, by=form.user, **form.cleaned_data, **more)


@require_safe_or_post
@for_builders
def light_touch_create(request: HttpRequest) -> HttpResponse:
    """Log a light touch, and show the form for the next.

    With `copy` the page contains nothing about anybody, as /record/ does.
    """
    is_copy = "copy" in request.GET
    form = LightTouchForm(request.POST or None, user=request.user, team=request.team, begins_blank=is_copy)
    if form.is_valid() and (touch := log_touch(form)):
        notice_words(request, form)
        address = reverse("connectors:light-touch-delete", args=[touch.uuid])
        tell_with_undo(request, _("Saved. Small words build trust."), touch, address=address)
        return redirect("connectors:light-touch-create")
    counted = None if is_copy else queries.light_touch_counts(user=request.user, team=request.team)
    context = {"form": form, "counted": counted, "item": None, "is_copy": is_copy}
    return render(request, "connectors/light_touch_form.html", context)


@require_safe
@for_builders
def journey_list(request: HttpRequest) -> HttpResponse:
    """List the open or ended journeys, and how often each change was recorded, welcome or not."""
    rows = queries.listed_journeys(user=request.user, team=request.team)
    is_open = request.GET.get("show") != "ended"
    counted = queries.changes_by_outcome(user=request.user, team=request.team)
    outcomes = [(label, counted.get(key, 0), key in NEGATIVE_OUTCOMES) for key, label in JourneyOutcome.choices]
    context = {
        "page": keyset_page(request, rows.filter(ended_on__isnull=is_open)),
        "is_open": is_open,
        "outcomes": outcomes,
    }
    return render(request, "connectors/journey_list.html", context)


@require_safe_or_post
def journey_create(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Start a journey with a resident; if one is open already, show it."""
    person = person_or_404(request, uuid)
    going_on = Journey.objects.visible_to(request.user).filter(person=person, ended_on__isnull=True).first()
    if going_on and request.method != "POST":
        return redirect("connectors:journey-detail", uuid=going_on.uuid)
    form = JourneyForm(request.POST or None, user=request.user, team=person.team)
    if form.is_valid():
        journey = save(request, form, actions.begin_journey, person=person, by=request.user, **form.values)
        if journey:
            messages.success(request, _("Saved. It is their journey; you walk alongside."))
            return redirect("connectors:journey-detail", uuid=journey.uuid)
    return render(request, "connectors/journey_form.html", {"form": form, "person": person, "journey": None})


@require_safe
def journey_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a journey: the vision first, then the changes, the partners, and how it ended."""
    journey = _journey(request, uuid)
    return _page(request, journey, ChangeForm())


def _page(request: HttpRequest, journey: Journey, form: ChangeForm) -> HttpResponse:
    context = {
        "journey": journey,
        "person": journey.person,
        "changes": list(journey.changes.order_by("-noticed_on", "-pk")),
        "partners": journey.partners.order_by("name", "pk"),
        "earlier": queries.earlier_journeys(journey),
        "form": form,
        "may_delete_change": rules.can_delete_change(request.user, journey),
    }
    return render(request, "connectors/journey_detail.html", context)


@require_safe_or_post
def journey_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Update a journey."""
    journey = _journey(request, uuid)
    form = JourneyUpdateForm(request.POST or None, user=request.user, team=journey.person.team, journey=journey)
    if form.is_valid() and save(request, form, actions.change_journey, journey=journey, by=request.user, **form.values):
        messages.success(request, _("Saved."))
        return redirect("connectors:journey-detail", uuid=journey.uuid)
    context = {"form": form, "person": journey.person, "journey": journey}
    return render(request, "connectors/journey_form.html", context)


@require_POST
def journey_note(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record a change."""
    journey = _journey(request, uuid)
    form = ChangeForm(request.POST)
    if form.is_valid() and save(
        request, form, actions.record_change, journey=journey, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("Saved."))
        return redirect("connectors:journey-detail", uuid=journey.uuid)
    return _page(request, journey, form)


@require_POST
def journey_delete_change(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """Delete a change recorded by mistake."""
    journey = _journey(request, uuid)
    change = get_object_or_404(JourneyChange.objects.visible_to(request.user).filter(journey=journey), pk=pk)
    if not rules.can_delete_change(request.user, journey):
        raise PermissionDenied
    if run_action(request, actions.delete_change, change=change, by=request.user):
        tell_with_undo(request, _("Deleted."), change)
    return redirect("connectors:journey-detail", uuid=journey.uuid)


@require_safe_or_post
def journey_end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End a journey."""
    journey = _journey(request, uuid)
    form = EndingForm(request.POST or None)
    if form.is_valid() and save(
        request, form, actions.end_journey, journey=journey, by=request.user, **form.cleaned_data
    ):
        tell_with_undo(request, _("Saved. They can always come back."), journey)
        return redirect("connectors:journey-detail", uuid=journey.uuid)
    return render(request, "connectors/journey_end.html", {"form": form, "journey": journey, "person": journey.person})
