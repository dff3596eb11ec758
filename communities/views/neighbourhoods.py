"""Views of neighbourhoods: the list and map, one place, adding and changing, and importing boundaries."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.actions.boundaries import (
    create_neighbourhood,
    delete_neighbourhood,
    import_boundaries,
    refusal_of_deletion,
    update_neighbourhood,
)
from communities.forms.neighbourhoods import (
    BoundaryChoiceForm,
    BoundaryFileForm,
    NeighbourhoodForm,
    seal_collection,
    unseal_collection,
)
from communities.geometry import area_km2
from communities.models import Neighbourhood
from communities.paging import keyset_page
from communities.queries import display_outlines, plan_boundary_import
from communities.row_keys import pk_of
from communities.rules import can_write_neighbourhood
from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo


@require_safe
@require_team
def neighbourhood_list(request: HttpRequest) -> HttpResponse:
    """Show the team's neighbourhoods as a map and a table."""
    places = Neighbourhood.objects.visible_to(request.user).filter(team=request.team).defer("boundary")
    page = keyset_page(request, places.order_by("name", "id"), size=50)
    can_write = can_write_neighbourhood(request.user, request.team)
    return render(request, "communities/neighbourhood_list.html", {"page": page, "can_write": can_write})


@require_safe
def neighbourhood_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one neighbourhood: its outline, its people and how residents drew it."""
    place = get_object_or_404(Neighbourhood.objects.visible_to(request.user), pk=pk)
    context = {
        "neighbourhood": place,
        "outlines_url": f"{reverse('communities:neighbourhood-outlines')}?neighbourhood={place.pk}",
        "area_km2": area_km2(place.boundary) if place.boundary else None,
        "can_write": can_write_neighbourhood(request.user, place.team_id),
    }
    return render(request, "communities/neighbourhood_detail.html", context)


@require_safe
@require_team
def neighbourhood_outlines(request: HttpRequest) -> HttpResponse:
    """Return the team's outlines, or with `?neighbourhood=` one that the user may see, as simplified GeoJSON."""
    places = Neighbourhood.objects.visible_to(request.user)
    chosen = pk_of(request.GET.get("neighbourhood"))
    places = places.filter(team=request.team) if chosen is None else places.filter(pk=chosen)
    features = [
        {
            "type": "Feature",
            "id": pk,
            "properties": {"name": name, "url": reverse("communities:neighbourhood-detail", args=[pk])},
            "geometry": geometry,
        }
        for pk, name, geometry in display_outlines(places)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


@require_safe_or_post
@require_team
def neighbourhood_create(request: HttpRequest) -> HttpResponse:
    """Add a neighbourhood, with an outline drawn, typed, pasted or left for later."""
    if not can_write_neighbourhood(request.user, request.team):
        raise PermissionDenied
    form = NeighbourhoodForm(_posted(request), team=request.team)
    if request.method == "POST" and form.is_valid():
        place = save(request, form, create_neighbourhood, team=request.team, by=request.user, **form.cleaned_data)
        if place:
            _say_kept(request, form, _("%(name)s is on the map.") % {"name": place.name})
            return redirect("communities:neighbourhood-detail", pk=place.pk)
    return render(request, "communities/neighbourhood_form.html", {"form": form, "neighbourhood": None})


@require_safe_or_post
def neighbourhood_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a neighbourhood and its outline."""
    place = get_object_or_404(Neighbourhood.objects.visible_to(request.user).select_related("team"), pk=pk)
    if not can_write_neighbourhood(request.user, place.team_id):
        raise PermissionDenied
    name = place.name
    form = NeighbourhoodForm(_posted(request), instance=place, team=place.team)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, update_neighbourhood, neighbourhood=place, by=request.user, **form.cleaned_data)
    ):
        _say_kept(request, form, _("%(name)s has been saved.") % {"name": place.name})
        return redirect("communities:neighbourhood-detail", pk=place.pk)
    return render(request, "communities/neighbourhood_form.html", {"form": form, "neighbourhood": place, "name": name})


@require_safe_or_post
def neighbourhood_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then delete a neighbourhood; say instead what belongs to it."""
    place = get_object_or_404(Neighbourhood.objects.visible_to(request.user), pk=pk)
    if not can_write_neighbourhood(request.user, place.team_id):
        raise PermissionDenied
    if request.method != "POST":
        context = {"neighbourhood": place, "refusal": refusal_of_deletion(place)}
        return render(request, "communities/neighbourhood_confirm_delete.html", context)
    if not run_action(request, delete_neighbourhood, neighbourhood=place, by=request.user):
        return redirect("communities:neighbourhood-detail", pk=pk)
    tell_with_undo(request, _("%(name)s has been deleted.") % {"name": place.name}, Neighbourhood(pk=pk))
    return redirect("communities:neighbourhood-list")


@require_safe_or_post
@require_team
def boundary_upload(request: HttpRequest) -> HttpResponse:
    """Take a file of boundaries and show a preview; write nothing."""
    if not can_write_neighbourhood(request.user, request.team):
        raise PermissionDenied
    form = BoundaryFileForm(_posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = seal_collection(form.collection, team=request.team, by=request.user)
        return _preview(request, BoundaryChoiceForm.guessing(form.collection), kept)
    return render(request, "communities/boundary_upload.html", {"form": form})


@require_POST
@require_team
def boundary_import(request: HttpRequest) -> HttpResponse:
    """Show the preview with other properties, or import the file after confirmation."""
    if not can_write_neighbourhood(request.user, request.team):
        raise PermissionDenied
    kept = request.POST.get("kept", "")
    collection = unseal_collection(kept, team=request.team, by=request.user)
    if collection is None:
        messages.error(request, _("The preview expired after two hours. Nothing was imported. Choose the file again."))
        return redirect("communities:boundary-upload")
    form = BoundaryChoiceForm(request.POST, collection=collection)
    if "confirm" not in request.POST or not form.is_valid():
        return _preview(request, form, kept)
    report = import_boundaries(team=request.team, features=form.features, by=request.user)
    messages.success(request, f"{report.outcome} {report.summary}")
    return redirect("communities:neighbourhood-list")


def _posted(request: HttpRequest) -> QueryDict | None:
    """Return the submitted data, even if empty; None for GET."""
    return request.POST if request.method == "POST" else None


def _preview(request: HttpRequest, form: BoundaryChoiceForm, kept: str) -> HttpResponse:
    """Show the preview of a file with the chosen properties."""
    plan = plan_boundary_import(team=request.team, features=form.features) if form.is_valid() else None
    return render(request, "communities/boundary_preview.html", {"form": form, "kept": kept, "plan": plan})


def _say_kept(request: HttpRequest, form: NeighbourhoodForm, words: str) -> None:
    """Add a success message, and a warning about repairs to the outline."""
    messages.success(request, words)
    if form.repaired:
        messages.warning(
            request,
            _("The outline has been repaired: %(reason)s. Check that it is still right.") % {"reason": form.repaired},
        )
