"""Addresses of a release: making and withdrawing them, and what a program reads at one."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communities.actions.attempts import FILES, record_attempt
from communities.browsers import network, network_address
from communities.paging import numbered_page
from communities.periods import period_name
from communities.views import require_safe_or_post, run_action, save
from communities.views.once import keep_for_next_page, take_kept
from evaluation.actions.addresses import (
    digest_of_secret,
    make_release_address,
    note_reading,
    withdraw_release_address,
)
from evaluation.models import Release, ReleaseAddress
from evaluation.releases.forms import AddressForm
from evaluation.releases.metadata import FRICTIONLESS
from evaluation.releases.package import PARTS, content_of
from evaluation.releases.rules import can_make_address
from evaluation.releases.tables import VALUES

TEXT = "text/plain; charset=utf-8"
#: The files whose addresses are shown: what most programs want first.
SHOWN = (VALUES.file_name, FRICTIONLESS)


@require_safe_or_post
@never_cache
def address_list(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the addresses of a release, and make one, which the next page shows this once."""
    release = get_object_or_404(Release.objects.visible_to(request.user).select_related("team"), uuid=uuid)
    if not can_make_address(request.user, release.team):
        raise PermissionDenied
    kept = f"release {release.uuid}"
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = save(request, form, make_release_address, by=request.user, release=release, **form.cleaned_data)
        if made and made.secret:
            keep_for_next_page(request, kept, made.secret)
        if made:
            return redirect("evaluation:release-addresses", uuid=release.uuid)
    secret = take_kept(request, kept)
    today = timezone.localdate()
    rows = ReleaseAddress.objects.visible_to(request.user).filter(release=release).select_related("made_by")
    context = {
        "release": release,
        "period_name": period_name(release.period),
        "form": form,
        "made": [request.build_absolute_uri(_path(secret, name)) for name in SHOWN] if secret else [],
        "page": numbered_page(request, [(row, row.works_on(today)) for row in rows]),
    }
    return render(request, "evaluation/release_addresses.html", context)


@require_POST
def address_withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Withdraw an address."""
    rows = ReleaseAddress.objects.visible_to(request.user).select_related("release")
    address = get_object_or_404(rows, uuid=uuid)
    if run_action(request, withdraw_release_address, by=request.user, address=address):
        messages.success(request, _("Address withdrawn. Programs that use it get a message to ask for a new one."))
    return redirect("evaluation:release-addresses", address.release.uuid)


@require_safe
@login_not_required
def release_data(request: HttpRequest, secret: str, name: str) -> HttpResponse:
    """Send a file of a release to a program that has an address.

    404 for an address or a file that never was, 410 for an address that was withdrawn or is too old. No session is read or written,
    and no cookie is set.
    """
    digest = digest_of_secret(secret)
    if record_attempt(limits=FILES, account=digest, source=network(network_address(request.META))).is_refused:
        response = HttpResponse(_("Too many requests. Try again in an hour."), content_type=TEXT, status=429)
        response["Retry-After"] = "3600"
        return _private(response)
    address = ReleaseAddress.objects.filter(digest=digest).select_related("release__team").first()
    if address is None or name not in PARTS:
        words = _("This address does not work. Copy all of it, or ask the team for a new one.")
        return _private(HttpResponse(words, content_type=TEXT, status=404))
    with override(address.release.team.language):
        if address.withdrawn_at is not None:
            return _gone(_("This address was withdrawn. Ask the team for a new one."))
        if not address.works_on(timezone.localdate()):
            day = date_format(address.expires_on, "j F Y")
            return _gone(_("This address worked until %(day)s. Ask the team for a new one.") % {"day": day})
    content = content_of(Release.objects.filter(pk=address.release_id), name)
    if request.method == "GET":
        note_reading(address=address)
    return _private(HttpResponse(content, content_type=PARTS[name]))


def _path(secret: str, name: str) -> str:
    return reverse("evaluation:release-data", args=[secret, name])


def _gone(words: str) -> HttpResponse:
    return _private(HttpResponse(words, content_type=TEXT, status=410))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
