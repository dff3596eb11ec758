"""Recording measurements."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities.models import Team
from communities.periods import Period
from communities.views import require_safe_or_post, require_team, save
from evaluation import actions, rules
from evaluation.forms import MeasurementForm
from evaluation.framework import IndicatorSpec
from evaluation.framework.own import catalogue_of
from evaluation.models import Indicator, Measurement
from evaluation.queries import TEAM, place_of
from evaluation.reports.wording import address


@require_safe_or_post
@require_team
def measurement_create(request: HttpRequest, key: str) -> HttpResponse:
    """Record a measurement for a period and place."""
    spec = catalogue_of(request.team).by_key.get(key)
    if spec is None or spec.is_computed:
        raise Http404
    _only_writers(request, request.team)
    initial = {"period": request.GET.get("period", ""), "neighbourhood": request.GET.get("place", "")}
    form = MeasurementForm(request.POST or None, team=request.team, user=request.user, spec=spec, initial=initial)
    if request.method == "POST" and form.is_valid():
        indicator = Indicator.objects.visible_to(request.user).of_team(request.team).get(key=key)
        measurement = save(
            request,
            form,
            actions.record_measurement,
            by=request.user,
            team=request.team,
            indicator=indicator,
            **form.cleaned_values(),
        )
        if measurement:
            messages.success(request, _("Number saved."))
            return redirect(_home(measurement, key))
    return _page(request, form, spec)


@require_safe_or_post
def measurement_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Update a measurement."""
    rows = Measurement.objects.visible_to(request.user).select_related("team", "indicator", "neighbourhood")
    measurement = get_object_or_404(rows, pk=pk)
    _only_writers(request, measurement.team)
    spec = catalogue_of(measurement.team).by_key[measurement.indicator.key]
    form = MeasurementForm(
        request.POST or None, team=measurement.team, user=request.user, spec=spec, measurement=measurement
    )
    if request.method == "POST" and form.is_valid():
        changed = save(
            request, form, actions.update_measurement, by=request.user, measurement=measurement, **form.cleaned_values()
        )
        if changed:
            messages.success(request, _("Saved."))
            return redirect(_home(changed, spec.key))
    return _page(request, form, spec)


def _only_writers(request: HttpRequest, team: Team) -> None:
    if not rules.can_write_measurement(request.user, team):
        raise PermissionDenied


def _page(request: HttpRequest, form: MeasurementForm, spec: IndicatorSpec) -> HttpResponse:
    return render(
        request,
        "evaluation/measurement_form.html",
        {"form": form, "spec": spec, "cancel": address(spec.key, TEAM)},
    )


def _home(measurement: Measurement, key: str) -> str:
    """Return the indicator's page, opened at the measurement."""
    place = TEAM if measurement.neighbourhood_id is None else place_of(measurement.neighbourhood_id)
    return address(key, place, Period(measurement.period_start, measurement.period_end))
