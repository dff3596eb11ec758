"""Views of photos, for people who may see the asset."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assets import actions, rules
from assets.forms import PhotoForm
from assets.models import AssetPhoto
from assets.views.assets import writable_asset
from communities.photos import photo_response
from communities.views import require_safe_or_post, run_action, save, tell_with_undo


@require_safe
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """Stream a photo."""
    return photo_response(get_object_or_404(AssetPhoto.objects.visible_to(request.user), pk=pk).image)


@require_safe_or_post
def photo_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a photo to an asset."""
    asset = writable_asset(request, pk)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        said = form.cleaned_data
        words = {"photo": said["photo"], "alt": said["photo_alt"], "uuid": said["uuid"]}
        if save(request, form, actions.add_asset_photo, asset=asset, by=request.user, **words):
            messages.success(request, _("The photo has been saved, without its location and device details."))
            return redirect("assets:asset-detail", pk=pk)
    return render(request, "assets/assetphoto_form.html", {"form": form, "asset": asset})


@require_safe_or_post
def photo_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then delete a photo."""
    found = get_object_or_404(AssetPhoto.objects.visible_to(request.user).select_related("asset"), pk=pk)
    if not rules.can_write_asset(request.user, found.asset.team_id):
        raise PermissionDenied
    if request.method == "POST":
        if run_action(request, actions.remove_asset_photo, photo=found, by=request.user):
            tell_with_undo(request, _("The photo has been deleted."), found)
        return redirect("assets:asset-detail", pk=found.asset_id)
    return render(request, "assets/assetphoto_confirm_delete.html", {"photo": found})
