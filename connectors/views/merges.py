"""Possible duplicates of residents: shown while typing, merged, unmerged, or marked as two people."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.freshness import stamp_of
from communities.paging import numbered_page
from communities.row_keys import uuid_of
from communities.views import UNDO_TAG, require_safe_or_post, run_action, save
from connectors.actions.merges import confirm_different_people, merge_people, undo_merge
from connectors.forms.merges import MergeForm
from connectors.forms.people import PersonForm
from connectors.models import Person, PersonMerge
from connectors.queries.duplicates import (
    MOST_COUNTED,
    MOST_LISTED,
    clear_count,
    duplicates_listed,
    keep_count,
    listed_duplicates,
    look_alikes,
    what_moves,
)
from connectors.queries.names import people_like
from connectors.rules.merges import can_review_duplicates
from connectors.views import for_builders

#: Possible duplicates on a page: each is two records side by side.
PAIRS = 6


def _person(request: HttpRequest, uuid: UUID | None) -> Person:
    rows = Person.objects.visible_to(request.user).select_related("neighbourhood", "team")
    return get_object_or_404(rows, uuid=uuid)


@require_safe
@for_builders
def person_check(request: HttpRequest) -> HttpResponse:
    """Show, while somebody types, which saved residents could be meant."""
    mine = Person.objects.visible_to(request.user).filter(team=request.team)
    person = mine.filter(uuid=uuid_of(request.GET.get("of"))).first()
    form = PersonForm(request.GET, team=request.team, user=request.user, person=person)
    form.is_valid()
    return render(request, "connectors/alike.html", {"form": form})


@require_safe_or_post
def person_merge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose the other record, then the values that stay; writes nothing before both were shown side by side."""
    kept = _person(request, uuid)
    others = Person.objects.visible_to(request.user).filter(team=kept.team).exclude(pk=kept.pk)
    other = others.select_related("neighbourhood").filter(uuid=uuid_of(request.GET.get("with"))).first()
    if other is None:
        if request.method == "POST":
            words = _(
                "The other record has been merged or erased in the meantime, so nothing was changed. Choose again."
            )
            messages.error(request, words)
        return _choose(request, kept, others)
    form = MergeForm(request.POST or None, kept=kept, absorbed=other, user=request.user)
    ready = request.method == "POST" and form.is_valid()
    if ready and save(request, form, merge_people, kept=kept, absorbed=other, by=request.user, values=form.chosen):
        address = reverse(
            "connectors:merge-undo",
            args=[PersonMerge.objects.visible_to(request.user).get(absorbed=other, undone_at=None).uuid],
        )
        clear_count(kept.team)
        messages.success(request, _("Merged. You can undo this on this page."), extra_tags=f"{UNDO_TAG}{address}")
        return redirect("connectors:person-detail", uuid=kept.uuid)
    context = {"form": form, "kept": kept, "absorbed": other, "moving": what_moves(other)}
    return render(request, "connectors/person_merge.html", context)


def _choose(request: HttpRequest, kept: Person, others: object) -> HttpResponse:
    """Offer residents who look alike, and those whose name starts with the typed text."""
    typed = " ".join(request.GET.get("q", "").split())[:80]
    names = (kept.known_as, kept.also_known_as)
    place = {"street": kept.street, "phone": kept.phone, "email": kept.email, "neighbourhood": kept.neighbourhood}
    alike = look_alikes(user=request.user, team=kept.team, names=names, besides=kept, **place)
    found = [each for each in people_like(user=request.user, team=kept.team, typed=typed) if each.pk != kept.pk]
    context = {"kept": kept, "alike": alike, "typed": typed, "found": found}
    return render(request, "connectors/person_merge_choose.html", context)


@require_POST
def merge_undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Undo a merge."""
    rows = PersonMerge.objects.visible_to(request.user).select_related("kept", "absorbed")
    merge = get_object_or_404(rows, uuid=uuid)
    if not run_action(request, undo_merge, merge=merge, by=request.user):
        return redirect("connectors:person-detail", uuid=merge.kept.uuid)
    clear_count(merge.kept.team)
    messages.success(request, _("Unmerged. Anything added since the merge stays where it is."))
    return redirect("connectors:person-detail", uuid=merge.absorbed.uuid)


@require_POST
def two_people(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record that two residents who look alike are two people."""
    person = _person(request, uuid)
    other = _person(request, uuid_of(request.POST.get("other")))
    if run_action(request, confirm_different_people, person=person, others=[other], by=request.user):
        clear_count(person.team)
        messages.success(request, _("Saved: they are two different people. We won’t ask again."))
    if "list" in request.POST:
        return redirect("connectors:duplicate-list")
    return redirect("connectors:person-detail", uuid=person.uuid)


@require_safe
@for_builders
def duplicate_count(request: HttpRequest) -> HttpResponse:
    """Say how many possible duplicates there are, for a manager's Today, which fetches it after the page."""
    if not can_review_duplicates(request.user, request.team):
        raise PermissionDenied
    number = min(len(listed_duplicates(request.team, stamp_of(request.team))), MOST_COUNTED + 1)
    keep_count(request.team, number)
    return render(request, "connectors/duplicate_count.html", {"number": number, "most": MOST_COUNTED})


@require_safe
@for_builders
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """List possible duplicates of residents, the newest record first."""
    if not can_review_duplicates(request.user, request.team):
        raise PermissionDenied
    stamp = stamp_of(request.team)
    page = numbered_page(request, listed_duplicates(request.team, stamp)[:MOST_LISTED], size=PAIRS)
    rows = duplicates_listed(page.rows, user=request.user, team=request.team, stamp=stamp)
    return render(request, "connectors/duplicate_list.html", {"page": page, "rows": rows})
