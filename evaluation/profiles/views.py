"""The figures of profiles, the profile of one resident, and the categories that a team asks about."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.spreadsheets import CSV, CSV_TYPE, XLSX, XLSX_TYPE
from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo
from communities.views.downloads import refuse_filter, send_export
from connectors.models import Purpose
from connectors.queries.consent import agreed, latest_notice
from connectors.views import person_or_404
from evaluation.models import Profile, ProfileCategory, Release
from evaluation.profiles import actions, rules
from evaluation.profiles.files import COLUMNS, profile_file, year_rows
from evaluation.profiles.forms import CategoryForm, ProfileForm, YearForm
from evaluation.profiles.pages import questions_of, releases_with_profiles, years_offered

TYPES = {CSV: CSV_TYPE, XLSX: XLSX_TYPE}


@require_safe
@require_team
def profile(request: HttpRequest) -> HttpResponse:
    """Show the profile of the residents met in a year: as released, or of now to those who know them."""
    years = years_offered(request.team, request.user)
    form = YearForm(request.GET, years)
    year = form.chosen
    release = _releases(request).filter(period_start=year.start, period_end=year.end).first() if year else None
    context = {
        "form": form,
        "year_name": years[year] if year else "",
        "release": release,
        "as_of": release.closed_at if release else timezone.now(),
        "questions": questions_of(request.team, year, release) if year else [],
        "threshold": release.document["threshold"] if release else request.team.small_number_threshold,
        "can_choose": rules.can_choose_categories(request.user, request.team),
        "can_download": release is not None and rules.can_download_profiles(request.user, request.team),
    }
    return render(request, "evaluation/profile.html", context)


@require_safe
@require_team
def profile_export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Send the released figures of a year, or of all years, as CSV or XLSX, chosen by `?format=`."""
    kind = request.GET.get("format", CSV)
    if kind not in TYPES:
        raise BadRequest("The format must be csv or xlsx.")
    if not rules.can_download_profiles(request.user, request.team):
        raise PermissionDenied
    released = releases_with_profiles(request.team, request.user)
    form = YearForm(request.GET, {year: year.key for year in released})
    if refused := refuse_filter(request, form):
        return refused
    years = [form.chosen] if request.GET.get("year") else list(released)
    starts = [year.start for year in years if year]
    found = [row for row in _releases(request).filter(period_start__in=starts) if row.period in years]
    until = found[-1].period_end if found else timezone.localdate()
    return send_export(
        request,
        profile_file(request.team, found, kind),
        name=f"profile-{request.team.slug}-{until:%Y-%m-%d}.{kind}",
        content_type=TYPES[kind],
        team=request.team,
        model=Profile,
        rows=sum(1 for _row in year_rows(found)),
        fields=COLUMNS,
    )


@require_safe_or_post
def profile_of(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Note what a resident answers about themselves."""
    person = person_or_404(request, uuid)
    if person.erased_on and request.method != "POST":
        return redirect("connectors:person-detail", uuid=person.uuid)
    stored = Profile.objects.visible_to(request.user).filter(person=person).select_related("category").first()
    said = next(each.answer for each in agreed(person) if each.purpose == Purpose.PROFILE)
    form = ProfileForm(request.POST or None, team_id=person.team_id, profile=stored, agrees=said)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, actions.note_profile, person=person, by=request.user, **form.answers())
    ):
        messages.success(request, _("Saved. It is only for figures."))
        return redirect("connectors:person-detail", uuid=person.uuid)
    context = {"person": person, "form": form, "profile": stored, "notice": latest_notice(person.team_id)}
    return render(request, "evaluation/profile_of.html", context)


@require_POST
def profile_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete what a resident answered."""
    rows = Profile.objects.visible_to(request.user).select_related("person")
    stored = get_object_or_404(rows, uuid=uuid)
    if run_action(request, actions.delete_profile, by=request.user, profile=stored):
        tell_with_undo(request, _("Deleted. They are still on record as having agreed to be asked."), stored)
    return redirect("connectors:person-detail", uuid=stored.person.uuid)


@require_safe_or_post
@require_team
def profile_categories(request: HttpRequest) -> HttpResponse:
    """Show the categories that residents are asked about, and add one."""
    if not rules.can_choose_categories(request.user, request.team):
        raise PermissionDenied
    form = CategoryForm(request.POST or None, team=request.team)
    if request.method == "POST" and form.is_valid():
        values = {"by": request.user, "team": request.team, **form.cleaned_data}
        if save(request, form, actions.add_category, **values):
            messages.success(request, _("Added. Residents can choose it from now on."))
            return redirect("evaluation:profile-categories")
    rows = ProfileCategory.objects.visible_to(request.user).filter(team=request.team)
    context = {
        "form": form,
        "in_use": [each for each in rows if each.ended_on is None],
        "ended": [each for each in rows if each.ended_on],
    }
    return render(request, "evaluation/profile_categories.html", context)


@require_POST
def profile_category_end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Stop asking about a category."""
    category = get_object_or_404(ProfileCategory.objects.visible_to(request.user), uuid=uuid)
    if run_action(request, actions.end_category, by=request.user, category=category):
        tell_with_undo(request, _("Nobody is asked about this any more. Answers that were given stay."), category)
    return redirect("evaluation:profile-categories")


def _releases(request: HttpRequest):
    return Release.objects.visible_to(request.user).filter(team=request.team).order_by("period_end", "pk")
