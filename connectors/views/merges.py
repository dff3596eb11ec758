"""Residents noted down twice: noticed while typing, put together, taken apart, or said to be two."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.forms.errors import attempt
from communities.paging import keyset_page
from connectors.actions.merges import mark_two_people, merge_people, undo_merge
from connectors.forms.merges import MergeForm
from connectors.forms.people import PersonForm
from connectors.models import Person, PersonMerge
from connectors.queries.duplicates import doubles_of, likely_doubles, look_alikes, what_moves
from connectors.queries.names import people_like
from connectors.rules.merges import can_look_through_doubles
from connectors.views import for_builders


def _person(request: HttpRequest, uuid: object) -> Person:
    rows = Person.objects.visible_to(request.user).select_related("neighbourhood", "team")
    return get_object_or_404(rows, uuid=uuid)


def _number(text: str) -> str | None:
    """Return a uuid as text, or None for what is none."""
    try:
        return str(Person._meta.get_field("uuid").to_python(text) or "") or None
    except ValidationError:
        return None


@require_safe
@for_builders
def person_check(request: HttpRequest) -> HttpResponse:
    """Answer, while somebody types, who of those noted down already may be meant."""
    mine = Person.objects.visible_to(request.user).filter(team=request.team)
    person = mine.filter(uuid=_number(request.GET.get("of", ""))).first()
    form = PersonForm(request.GET, team=request.team, user=request.user, person=person)
    form.is_valid()
    return render(request, "connectors/alike.html", {"form": form})


@require_http_methods(["GET", "POST"])
def person_merge(request: HttpRequest, uuid: object) -> HttpResponse:
    """Choose who is the same, then what stays; writes nothing before both were seen side by side."""
    kept = _person(request, uuid)
    others = Person.objects.visible_to(request.user).filter(team=kept.team).exclude(pk=kept.pk)
    other = others.select_related("neighbourhood").filter(uuid=_number(request.GET.get("with", ""))).first()
    if other is None:
        return _choose(request, kept, others)
    form = MergeForm(request.POST or None, kept=kept, absorbed=other)
    ready = request.method == "POST" and form.is_valid()
    if ready and attempt(form, merge_people, kept=kept, absorbed=other, by=request.user, values=form.chosen):
        messages.success(request, _("Put together. It can be taken apart again on this page."))
        return redirect("connectors:person-detail", uuid=kept.uuid)
    context = {"form": form, "kept": kept, "absorbed": other, "moving": what_moves(other)}
    return render(request, "connectors/person_merge.html", context)


def _choose(request: HttpRequest, kept: Person, others: object) -> HttpResponse:
    """Offer those who look alike, and whoever's name begins with what was typed."""
    typed = " ".join(request.GET.get("q", "").split())[:80]
    names = (kept.known_as, kept.also_known_as)
    place = {"street": kept.street, "phone": kept.phone, "email": kept.email, "neighbourhood": kept.neighbourhood}
    alike = look_alikes(user=request.user, team=kept.team, names=names, besides=kept, **place)
    found = [each for each in people_like(user=request.user, team=kept.team, typed=typed) if each.pk != kept.pk]
    context = {"kept": kept, "alike": alike, "typed": typed, "found": found}
    return render(request, "connectors/person_merge_choose.html", context)


@require_POST
def merge_undo(request: HttpRequest, uuid: object) -> HttpResponse:
    """Take two records apart again."""
    rows = PersonMerge.objects.visible_to(request.user).select_related("kept", "absorbed")
    merge = get_object_or_404(rows, uuid=uuid)
    try:
        undo_merge(merge=merge, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("connectors:person-detail", uuid=merge.kept.uuid)
    messages.success(request, _("Taken apart again. What was added since stays where it is."))
    return redirect("connectors:person-detail", uuid=merge.absorbed.uuid)


@require_POST
def two_people(request: HttpRequest, uuid: object) -> HttpResponse:
    """Note that two who look alike are two people."""
    person = _person(request, uuid)
    other = _person(request, _number(request.POST.get("other", "")))
    try:
        mark_two_people(person=person, others=[other], by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Kept: they are two people. Nobody is asked again."))
    if "list" in request.POST:
        return redirect("connectors:duplicate-list")
    return redirect("connectors:person-detail", uuid=person.uuid)


@require_safe
@for_builders
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """List residents who may be noted down twice, the newest record first."""
    if not can_look_through_doubles(request.user, request.team):
        raise PermissionDenied
    page = keyset_page(request, likely_doubles(user=request.user, team=request.team), cap=200)
    rows = doubles_of(page, user=request.user, team=request.team)
    return render(request, "connectors/duplicate_list.html", {"page": page, "rows": rows})
