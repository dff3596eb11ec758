"""What must be reviewed after a resident was erased."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from communities.paging import keyset_page
from connectors.actions.reviews import mark_as_reviewed, mark_unlikely_as_reviewed
from connectors.models import ReviewItem
from connectors.queries.reviews import open_items, places_of
from connectors.views import for_builders, person_or_404


@require_safe
@for_builders
def review_list(request: HttpRequest) -> HttpResponse:
    """List the texts that might still reveal who an erased resident was, each with its page."""
    page = keyset_page(request, open_items(request.user, request.team))
    return render(request, "connectors/review_list.html", {"page": page, "places": places_of(page.rows)})


@require_POST
@for_builders
def review_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a text was reviewed."""
    item = get_object_or_404(ReviewItem.objects.visible_to(request.user), pk=pk)
    mark_as_reviewed(item=item, by=request.user)
    messages.success(request, _("Marked as checked."))
    return redirect("connectors:review-list")


@require_POST
def review_done_unlikely(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record as reviewed all texts that contain only a part of an erased resident's name in lower case."""
    person = person_or_404(request, uuid)
    count = mark_unlikely_as_reviewed(person=person, by=request.user)
    words = ngettext("%(n)s text marked as checked.", "%(n)s texts marked as checked.", count)
    messages.success(request, words % {"n": count})
    return redirect("connectors:review-list")
