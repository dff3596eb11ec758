"""The builder's side of a resident's sheet: a link shown once, and the sheet on paper."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from communities.forms.keys import PressForm
from communities.views import require_safe_or_post
from communities.views.once import keep_for_next_page, press_once, take_kept
from connectors.actions.readback import digest_of, make_link
from connectors.models import ReadBackLink
from connectors.queries.readback import sheet_of
from connectors.rules.consent import LINK_DAYS, SHEET_MINUTES
from connectors.views import person_or_404


@require_safe
def person_sheet(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a resident's sheet, to read together or to print, and offer a link to it."""
    person = person_or_404(request, uuid)
    links = ReadBackLink.objects.visible_to(request.user).filter(person=person).select_related("made_by")[:5]
    context = {"person": person, "sheet": sheet_of(person), "links": links, "day": timezone.localdate()}
    context["press"] = PressForm()
    return render(request, "connectors/person_sheet.html", context)


@require_safe_or_post
@never_cache
def person_sheet_link(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Create a link to a resident's sheet, which the next page shows this once."""
    person = person_or_404(request, uuid)
    if person.erased_on:
        messages.error(request, _("Their data has been erased since, so no link to a sheet was made."))
        return redirect("connectors:person-detail", uuid=person.uuid)
    kept = f"sheet {person.uuid}"
    if request.method == "POST":
        made = press_once(request, make_link, person=person, by=request.user)
        if made and made.secret:
            keep_for_next_page(request, kept, made.secret)
        return redirect("connectors:person-sheet-link" if made else "connectors:person-sheet", uuid=person.uuid)
    secret = take_kept(request, kept)
    if not secret:
        messages.info(request, _("A link is shown only once. If you have not passed it on, make another one."))
        return redirect("connectors:person-sheet", uuid=person.uuid)
    link = ReadBackLink.objects.visible_to(request.user).get(digest=digest_of(secret))
    address = request.build_absolute_uri(reverse("connectors:sheet-open", kwargs={"secret": secret}))
    context = {
        "person": person, "link": link, "address": address, "days": LINK_DAYS, "minutes": SHEET_MINUTES,
        "day": timezone.localdate(),
    }  # fmt: skip
    return render(request, "connectors/person_sheet_link.html", context)
