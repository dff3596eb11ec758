"""Gifts: those offered to neighbours and who might welcome them; adding, updating and deleting a resident's."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities import facets
from communities.models import User
from communities.paging import keyset_page
from communities.row_keys import pk_of
from communities.spreadsheets import CSV_TYPE, csv_lines
from communities.views import require_safe_or_post, run_action, save, tell_with_undo
from communities.views.downloads import refuse_filter, send_export
from connectors.actions.gifts import add_gift, remove_gift, update_gift
from connectors.filters import GiftFilter
from connectors.forms.people import GiftForm
from connectors.models import Gift, Theme
from connectors.queries.gifts import listed_gifts, offered_gifts, offers_of, totals
from connectors.rules.shown_names import name_for
from connectors.views import for_builders, person_or_404

#: Gifts on a page: each has who may be glad of it.
LISTED = 15


@require_safe
@for_builders
def gift_list(request: HttpRequest) -> HttpResponse:
    """List the gifts offered to neighbours, each with who might welcome it."""
    found = _offered(request)
    page = keyset_page(request, listed_gifts(found.qs), size=LISTED)
    context = {
        "filter": found,
        "folded": facets.folded(request, found, "q"),
        "narrowed": facets.in_use(request, found),
        "page": page,
        "offers": offers_of(page, user=request.user, team=request.team),
    }
    return render(request, f"connectors/gift_list.html{facets.part_of(request, 'list')}", context)


@require_safe
@for_builders
def gift_totals(request: HttpRequest) -> HttpResponse:
    """Show how many gifts are offered and how many of them matched; loaded after the page that includes it."""
    template = f"connectors/gift_totals.html{facets.partial_for(request, 'stats')}"
    return render(request, template, {"totals": totals(user=request.user, team=request.team)})


@require_safe
@for_builders
def gift_export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Send the offered gifts, filtered as in the list, as CSV."""
    found = _offered(request)
    if refused := refuse_filter(request, found.form):
        return refused
    gifts = listed_gifts(found.qs)
    headings = [_("Gift"), _("A gift of"), _("Who"), _("Neighbourhood"), _("Goes with"), _("Heard on")]
    return send_export(
        request,
        csv_lines(headings, map(partial(_exported, request.user), gifts.iterator(chunk_size=2000))),
        name=f"gifts-{request.team.slug}-{timezone.localdate():%Y-%m-%d}.csv",
        content_type=CSV_TYPE,
        team=request.team,
        model=Gift,
        rows=gifts.count(),
        fields=["name", "kind", "person", "neighbourhood", "theme", "heard_on"],
    )


def _exported(user: User, gift: Gift) -> list[object]:
    place = gift.person.neighbourhood
    theme = gift.theme.name if gift.theme else ""
    who = name_for(user, gift.person)
    return [gift.name, gift.get_kind_display(), who, place.name if place else "", theme, gift.heard_on]


def _offered(request: HttpRequest) -> GiftFilter:
    return GiftFilter(
        request.GET or None, queryset=offered_gifts(user=request.user, team=request.team), request=request
    )


@require_POST
def gift_theme(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the theme of a gift, as the list proposed."""
    gift = _gift(request, pk)
    themes = Theme.objects.visible_to(request.user).filter(team=gift.person.team)
    theme = get_object_or_404(themes, pk=pk_of(request.POST.get("theme")))
    if run_action(request, update_gift, gift=gift, by=request.user, theme=theme):
        messages.success(request, _("“%(gift)s” goes with %(theme)s.") % {"gift": gift, "theme": theme})
    return redirect("connectors:gift-list")


@require_safe_or_post
def gift_create(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a gift to a resident."""
    person = person_or_404(request, uuid)
    form = GiftForm(request.POST or None, team=person.team, user=request.user)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, add_gift, person=person, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Gift added."))
        return redirect("connectors:person-detail", uuid=person.uuid)
    return render(request, "connectors/gift_form.html", {"form": form, "person": person, "gift": None})


@require_safe_or_post
def gift_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Update a gift."""
    gift = _gift(request, pk)
    form = GiftForm(request.POST or None, team=gift.person.team, user=request.user, initial=GiftForm.initial_of(gift))
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, update_gift, gift=gift, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        return redirect("connectors:person-detail", uuid=gift.person.uuid)
    return render(request, "connectors/gift_form.html", {"form": form, "person": gift.person, "gift": gift})


@require_POST
def gift_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a gift."""
    gift = _gift(request, pk)
    if run_action(request, remove_gift, gift=gift, by=request.user):
        tell_with_undo(request, _("“%(gift)s” has been deleted.") % {"gift": gift}, gift)
    return redirect("connectors:person-detail", uuid=gift.person.uuid)


def _gift(request: HttpRequest, pk: int) -> Gift:
    return get_object_or_404(Gift.objects.visible_to(request.user).select_related("person__team"), pk=pk)
