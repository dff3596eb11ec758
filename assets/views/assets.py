"""Views of the map and list of assets, and of one asset."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assets import actions, rules
from assets.filters import AssetFilter
from assets.forms import AssetCreateForm, AssetForm, RetireForm
from assets.models import Asset
from assets.printed import STRIP, printed_map
from assets.queries import has_outlines, pins, places_in, similar_assets
from communities.facets import partial_for
from communities.geometry import GeometryError, parse_bbox
from communities.models import Neighbourhood
from communities.paging import keyset_page, without_cursor
from communities.queries import display_outlines
from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo

#: The default zoom of map requests: a town.
TOWN_ZOOM = 11
#: How many assets are printed: about ten pages of A4.
MOST_PRINTED = 300


def facets(request: HttpRequest) -> AssetFilter:
    """Return the filter of the team's assets that the list and the map share."""
    assets = Asset.objects.visible_to(request.user).filter(team=request.team)
    return AssetFilter(request.GET, queryset=assets, team=request.team, user=request.user, request=request)


def writable_asset(request: HttpRequest, pk: int) -> Asset:
    """Return an asset that the person may change. Raises: Http404 outside the team, PermissionDenied for readers."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user).select_related("team", "neighbourhood"), pk=pk)
    if not rules.can_write_asset(request.user, asset.team_id):
        raise PermissionDenied
    return asset


@require_safe
@require_team
def asset_list(request: HttpRequest) -> HttpResponse:
    """Show the team's assets as a list and as a map, with the same filters."""
    found = facets(request)
    page = keyset_page(request, found.qs.select_related("neighbourhood").order_by("name", "id"))
    can_write = rules.can_write_asset(request.user, request.team)
    context = {
        "filter": found,
        "page": page,
        "pins_url": _pins_url(request),
        "is_narrowed": any(value for name, value in request.GET.items() if name in found.filters),
        **_view_of_map(found),
        "can_write": can_write,
        "add_url": reverse("assets:asset-create") if can_write else "",
    }
    return render(request, f"assets/asset_list.html{partial_for(request, 'results')}", context)


def _view_of_map(found: AssetFilter) -> dict[str, object]:
    """Return what the map begins with: the area of the list, or what a filter found, or the outlines."""
    cleaned = found.form.cleaned_data
    area = cleaned.get("area")
    narrowed = any(value for name, value in cleaned.items() if name != "area")
    return {
        "area": area,
        "area_text": ",".join(f"{edge:.5f}" for edge in area) if area else "",
        "fit": "pins" if narrowed else "",
    }


def _pins_url(request: HttpRequest) -> str:
    """Return where the map finds the same assets; those outside the area of the list too, to move on to."""
    query = without_cursor(request.GET)
    query.pop("area", None)
    return reverse("assets:asset-pins") + (f"?{query.urlencode()}" if query else "")


@require_safe
@require_team
def asset_print(request: HttpRequest) -> HttpResponse:
    """Show the map for paper: numbered pins, outlines and the numbered list, with the filters of the page."""
    found = facets(request)
    rows = list(found.qs.select_related("neighbourhood").order_by("name", "id")[: MOST_PRINTED + 1])
    places = Neighbourhood.objects.visible_to(request.user).filter(team=request.team)
    drawn = printed_map(rows[:MOST_PRINTED], display_outlines(places))
    metres = drawn.bar_metres
    context = {
        "filter": found,
        "here": reverse("assets:asset-print"),
        "drawn": drawn,
        "scale_at": drawn.height + STRIP - 10,
        "sheet_high": drawn.height + STRIP,
        "bar_words": f"{metres} m" if metres < 1000 else f"{metres // 1000} km",
        "is_cut": len(rows) > MOST_PRINTED,
        "most": MOST_PRINTED,
        "today": timezone.localdate(),
    }
    return render(request, "assets/asset_print.html", context)


@require_safe
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
    return _geojson(shown)


@require_safe
@require_team
def asset_near(request: HttpRequest) -> HttpResponse:
    """Return JSON of the assets in a window, for a phone that finds the nearest itself: it says about where it is, not where."""
    try:
        window = parse_bbox(request.GET.get("bbox", ""))
    except GeometryError as error:
        return JsonResponse({"error": str(error)}, status=400)
    assets = Asset.objects.visible_to(request.user).filter(team=request.team).listed()
    return JsonResponse({"places": places_in(assets, window)})


def _geojson(shown: dict) -> JsonResponse:
    """Return GeoJSON without blanks, a tenth smaller."""
    return JsonResponse(shown, content_type="application/geo+json", json_dumps_params={"separators": (",", ":")})


@require_safe
def asset_pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Return GeoJSON of one asset, for the small map on its page."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user), pk=pk)
    shown = pins(Asset.objects.filter(pk=asset.pk), bbox=None, zoom=TOWN_ZOOM)
    return _geojson(shown)


@require_safe
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
        "people": import_string(settings.PEOPLE_OF_ASSET)(request, asset),
    }
    return render(request, "assets/asset_detail.html", context)


@require_safe_or_post
@require_team
def asset_create(request: HttpRequest) -> HttpResponse:
    """Add an asset, after pointing out possible duplicates."""
    if not rules.can_write_asset(request.user, request.team):
        raise PermissionDenied
    form = AssetCreateForm(request.POST or None, request.FILES or None, team=request.team)
    similar: list[Asset] = []
    if form.is_valid():
        similar = [] if form.was_saved else form.not_seen(_like(request, form))
        about = {"team": request.team, "by": request.user}
        if not similar and (asset := save(request, form, actions.create_asset, **about, **form.clean_values())):
            _say_where(request, asset)
            return redirect("assets:asset-detail", pk=asset.pk)
    context = {"form": form, "asset": None, "similar": similar}
    return render(request, "assets/asset_form.html", context)


def _like(request: HttpRequest, form: AssetCreateForm) -> list[Asset]:
    names = ("name", "latitude", "longitude")
    return similar_assets(request.team, **{name: form.cleaned_data[name] for name in names})


def _say_where(request: HttpRequest, asset: Asset) -> None:
    """Add a message with the asset's neighbourhood, or say that it has none."""
    if asset.neighbourhood:
        words = _("“%(name)s” has been saved, in %(place)s.") % {"name": asset.name, "place": asset.neighbourhood}
        messages.success(request, words)
    elif asset.has_position and has_outlines(asset.team_id):
        words = _(
            "“%(name)s” has been saved. It is outside every neighbourhood outline, so it is not counted in any "
            "neighbourhood."
        )
        messages.warning(request, words % {"name": asset.name})
    elif asset.has_position:
        messages.success(request, _("“%(name)s” has been saved and is on the map.") % {"name": asset.name})
    else:
        words = _("“%(name)s” has been saved. It has no position yet, so it is in the list but not on the map.")
        messages.warning(request, words % {"name": asset.name})


@require_safe_or_post
def asset_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an asset; write only the fields that this person changed."""
    asset = writable_asset(request, pk)
    form = AssetForm(request.POST or None, instance=writable_asset(request, pk), team=asset.team)
    about = {"asset": asset, "by": request.user}
    if form.is_valid() and (saved := save(request, form, actions.update_asset, **about, **form.clean_values())):
        _say_where(request, saved)
        return redirect("assets:asset-detail", pk=saved.pk)
    return render(request, "assets/asset_form.html", {"form": form, "asset": asset, "similar": []})


@require_POST
def asset_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the asset is still as described."""
    asset = writable_asset(request, pk)
    if run_action(request, actions.confirm_asset, asset=asset, by=request.user):
        messages.success(request, _("Thank you. “%(name)s” is marked as checked today.") % {"name": asset.name})
    return redirect("assets:asset-detail", pk=pk)


@require_safe_or_post
def asset_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Retire an asset, with the reason."""
    asset = writable_asset(request, pk)
    if not rules.can_retire_asset(request.user, asset):
        messages.info(request, _("“%(name)s” is already off the map.") % {"name": asset.name})
        return redirect("assets:asset-detail", pk=pk)
    form = RetireForm(request.POST or None)
    about = {"asset": asset, "by": request.user}
    if form.is_valid() and save(request, form, actions.retire_asset, **about, reason=form.cleaned_data["reason"]):
        words = _("“%(name)s” has been taken off the map. You can put it back.") % {"name": asset.name}
        tell_with_undo(request, words, asset)
        return redirect("assets:asset-detail", pk=pk)
    return render(request, "assets/asset_retire.html", {"form": form, "asset": asset})


@require_POST
def asset_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a retired asset back on the map."""
    asset = actions.restore_asset(asset=writable_asset(request, pk), by=request.user)
    messages.success(request, _("“%(name)s” is back on the map.") % {"name": asset.name})
    return redirect("assets:asset-detail", pk=pk)
