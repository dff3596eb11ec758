"""Views of the map and list of assets, and of one asset."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import actions, rules
from assets.filters import AssetFilter
from assets.forms import AssetCreateForm, AssetForm, RetireForm
from assets.models import Asset
from assets.queries import has_outlines, pins, similar_assets
from communities.forms.errors import attempt
from communities.geometry import GeometryError, parse_bbox
from communities.paging import keyset_page
from communities.views import require_team

#: The default zoom of map requests: a town.
TOWN_ZOOM = 11


def facets(request: HttpRequest) -> AssetFilter:
    """Return the filter of the team's assets that the list and the map share."""
    assets = Asset.objects.visible_to(request.user).filter(team=request.team)
    return AssetFilter(request.GET, queryset=assets, team=request.team)


def writable_asset(request: HttpRequest, pk: int) -> Asset:
    """Return an asset that the person may change. Raises: Http404 outside the team, PermissionDenied for readers."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user).select_related("team", "neighbourhood"), pk=pk)
    if not rules.can_write_asset(request.user, asset.team_id):
        raise PermissionDenied
    return asset


def _facets_only(query: QueryDict) -> str:
    """Return the query string without paging, for the map's URL."""
    kept = query.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    return kept.urlencode()


@require_GET
@require_team
def asset_list(request: HttpRequest) -> HttpResponse:
    """Show the team's assets as a list and as a map, with the same filters."""
    found = facets(request)
    page = keyset_page(request, found.qs.select_related("neighbourhood").order_by("name", "id"))
    query = _facets_only(request.GET)
    context = {
        "filter": found,
        "page": page,
        "pins_url": reverse("assets:asset-pins") + (f"?{query}" if query else ""),
        "is_narrowed": any(value for name, value in request.GET.items() if name in found.filters),
        "can_write": rules.can_write_asset(request.user, request.team),
    }
    partial = "#results" if request.htmx and not request.htmx.history_restore_request else ""
    return render(request, f"assets/asset_list.html{partial}", context)


@require_GET
@require_team
def asset_pins(request: HttpRequest) -> HttpResponse:
    """Return GeoJSON of the listed assets in the map's window, grouped if there are many."""
    bbox = request.GET.get("bbox")
    try:
        window = parse_bbox(bbox) if bbox else None
        zoom = int(request.GET.get("zoom") or TOWN_ZOOM)
    except (GeometryError, ValueError) as error:
        return JsonResponse({"error": str(error)}, status=400)
    shown = pins(facets(request).qs, bbox=window, zoom=zoom)
    return JsonResponse(shown, content_type="application/geo+json")


@require_GET
def asset_pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Return GeoJSON of one asset, for the small map on its page."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user), pk=pk)
    shown = pins(Asset.objects.filter(pk=asset.pk), bbox=None, zoom=TOWN_ZOOM)
    return JsonResponse(shown, content_type="application/geo+json")


@require_GET
def asset_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one asset: what makes it strong, where it is, its access, and when it was last checked."""
    assets = Asset.objects.visible_to(request.user).select_related("neighbourhood", "retired_by", "created_by")
    asset = get_object_or_404(assets, pk=pk)
    context = {
        "asset": asset,
        "photos": list(asset.photos.all()),
        "can_write": rules.can_write_asset(request.user, asset.team_id),
        "can_retire": rules.can_retire_asset(request.user, asset),
        "can_restore": rules.can_restore_asset(request.user, asset),
        "is_outside": asset.has_position and asset.neighbourhood_id is None and has_outlines(asset.team_id),
    }
    return render(request, "assets/asset_detail.html", context)


@require_http_methods(["GET", "POST"])
@require_team
def asset_create(request: HttpRequest) -> HttpResponse:
    """Add an asset, after pointing out possible duplicates."""
    if not rules.can_write_asset(request.user, request.team):
        raise PermissionDenied
    form = AssetCreateForm(request.POST or None, request.FILES or None, team=request.team)
    similar: list[Asset] = []
    if form.is_valid():
        similar = [] if form.was_saved else form.not_seen(_like(request, form))
        if not similar and (asset := _save(form, actions.create_asset, team=request.team, by=request.user)):
            _say_where(request, asset)
            return redirect("assets:asset-detail", pk=asset.pk)
    # Browsers do not resend a chosen file.
    context = {"form": form, "asset": None, "similar": similar, "lost_photo": bool(request.FILES)}
    return render(request, "assets/asset_form.html", context)


def _like(request: HttpRequest, form: AssetCreateForm) -> list[Asset]:
    names = ("name", "latitude", "longitude")
    return similar_assets(request.team, **{name: form.cleaned_data[name] for name in names})


def _save(form: AssetForm, action: object, **about: object) -> Asset | None:
    """Return the action's result; None if it refused, with its errors on the form."""
    return attempt(form, action, **about, **form.clean_values())


def _say_where(request: HttpRequest, asset: Asset) -> None:
    """Add a message with the asset's neighbourhood, or say that it has none."""
    if asset.neighbourhood:
        words = _("“%(name)s” is saved, in %(place)s.") % {"name": asset.name, "place": asset.neighbourhood}
        messages.success(request, words)
    elif asset.has_position and has_outlines(asset.team_id):
        words = _("“%(name)s” is saved. It is outside every outline, so it is not counted in any neighbourhood.")
        messages.warning(request, words % {"name": asset.name})
    elif asset.has_position:
        messages.success(request, _("“%(name)s” is saved and on the map.") % {"name": asset.name})
    else:
        words = _("“%(name)s” is saved. It has no position yet, so it is in the list and not on the map.")
        messages.warning(request, words % {"name": asset.name})


@require_http_methods(["GET", "POST"])
def asset_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an asset; write only the fields that this person changed."""
    asset = writable_asset(request, pk)
    form = AssetForm(request.POST or None, instance=writable_asset(request, pk), team=asset.team)
    if form.is_valid() and (saved := _save(form, actions.update_asset, asset=asset, by=request.user)):
        _say_where(request, saved)
        return redirect("assets:asset-detail", pk=saved.pk)
    return render(request, "assets/asset_form.html", {"form": form, "asset": asset, "similar": [], "lost_photo": False})


@require_POST
def asset_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the asset is still as described."""
    asset = writable_asset(request, pk)
    try:
        actions.confirm_asset(asset=asset, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Thank you. “%(name)s” is marked as checked today.") % {"name": asset.name})
    return redirect("assets:asset-detail", pk=pk)


@require_http_methods(["GET", "POST"])
def asset_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Retire an asset, with the reason."""
    asset = writable_asset(request, pk)
    if not rules.can_retire_asset(request.user, asset):
        messages.info(request, _("“%(name)s” is already off the map.") % {"name": asset.name})
        return redirect("assets:asset-detail", pk=pk)
    form = RetireForm(request.POST or None)
    if form.is_valid():
        actions.retire_asset(asset=asset, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("“%(name)s” is off the map. You can put it back.") % {"name": asset.name})
        return redirect("assets:asset-detail", pk=pk)
    return render(request, "assets/asset_retire.html", {"form": form, "asset": asset})


@require_POST
def asset_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a retired asset back on the map."""
    asset = actions.restore_asset(asset=writable_asset(request, pk), by=request.user)
    messages.success(request, _("“%(name)s” is back on the map.") % {"name": asset.name})
    return redirect("assets:asset-detail", pk=pk)
