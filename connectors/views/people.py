"""Residents: the list, one resident's page with gifts first, and who they are."""

from string import ascii_uppercase
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities import facets
from communities.paging import jump_urls, keyset_page, numbered_page
from communities.views import require_safe_or_post, run_action, save, tell_with_undo
from connectors.actions.merges import confirm_different_people
from connectors.actions.people import become_connector, stop_connecting, update_person, welcome_person
from connectors.filters import UNSEEN, PersonFilter
from connectors.forms.people import NewPersonForm, PersonForm
from connectors.models import Person
from connectors.queries.asks import asks_of
from connectors.queries.consent import agreed
from connectors.queries.duplicates import merges_of
from connectors.queries.next_steps import steps_of
from connectors.queries.people import gifts_of, introductions_of, themes_of, timeline
from connectors.queries.people_list import listed_people, unseen_longest, with_shared
from connectors.queries.reviews import open_items
from connectors.rules.merges import can_review_duplicates
from connectors.rules.shown_names import name_for
from connectors.views import for_builders, person_or_404
from connectors.views.next_steps import steps_part


@require_safe
@for_builders
def person_list(request: HttpRequest) -> HttpResponse:
    """List residents by name, with their gifts and themes."""
    people = Person.objects.visible_to(request.user).filter(team=request.team).remembered()
    found = PersonFilter(request.GET or None, queryset=people, request=request)
    rows = listed_people(found.qs)
    is_unseen = request.GET.get("order") == UNSEEN
    page = numbered_page(request, unseen_longest(found.qs)) if is_unseen else keyset_page(request, rows)
    is_long = not is_unseen and (page.has_next or page.has_previous)
    context = {
        "filter": found,
        "folded": facets.folded(request, found, "q"),
        "narrowed": facets.in_use(request, found),
        "page": page,
        "people": with_shared(page),
        "letters": _letters(request, rows) if is_long else [],
        "is_unseen": is_unseen,
        "may_look_through": can_review_duplicates(request.user, request.team),
    }
    return render(request, f"connectors/person_list.html{facets.part_of(request, 'list')}", context)


def _letters(request: HttpRequest, rows: QuerySet[Person]) -> list[tuple[str, str]]:
    """Return each letter with the URL of the page that begins at it."""
    places = [(letter, 0) for letter in ascii_uppercase]
    return list(zip(ascii_uppercase, jump_urls(request, rows, places), strict=True))


@require_safe
def person_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a resident: gifts first, then themes, whom they might like to meet, and the timeline."""
    person = person_or_404(request, uuid)
    if person.uuid != uuid:
        return redirect("connectors:person-detail", uuid=person.uuid)
    if person.erased_on:
        to_read = open_items(request.user, person.team).filter(person=person).exists()
        return render(request, "connectors/person_erased.html", {"person": person, "to_read": to_read})
    theirs = {"user": request.user, "team": person.team, "person": person}
    met, gifts = introductions_of(**theirs), gifts_of(**theirs)
    context = {
        "person": person,
        "gifts": gifts,
        "themes": themes_of(person=person),
        "introductions": met[:20],
        "asks": asks_of(person, request.user),
        "items": timeline(person, request.user, met=met, gifts=gifts),
        "agreed": agreed(person),
        "merges": merges_of(**theirs),
        **steps_part(request, steps_of(person=person), person.team, person=person.uuid),
    }
    return render(request, "connectors/person_detail.html", context)


@require_safe_or_post
@for_builders
def person_create(request: HttpRequest) -> HttpResponse:
    """Create a resident; a name is enough, a gift is welcome."""
    form = NewPersonForm(request.POST or None, team=request.team, user=request.user)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "others": form.others}
        person = save(request, form, welcome_person, team=request.team, by=request.user, **values)
        if person:
            messages.success(
                request, _("%(name)s has been added. What can they share?") % {"name": name_for(request.user, person)}
            )
            return redirect("connectors:person-detail", uuid=person.uuid)
    return render(request, "connectors/person_form.html", {"form": form, "person": None})


@require_safe_or_post
def person_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Update a resident."""
    person = person_or_404(request, uuid)
    if person.erased_on and request.method != "POST":
        return redirect("connectors:person-detail", uuid=person.uuid)
    form = PersonForm(
        request.POST or None, team=person.team, user=request.user, person=person, initial=PersonForm.initial_of(person)
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, update_person, person=person, by=request.user, **form.cleaned_data)
    ):
        confirm_different_people(person=person, others=form.others, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("connectors:person-detail", uuid=person.uuid)
    return render(request, "connectors/person_form.html", {"form": form, "person": person})


@require_POST
def person_connector(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record that a resident became a connector, or no longer is one."""
    person = person_or_404(request, uuid)
    act = stop_connecting if "stop" in request.POST else become_connector
    if run_action(request, act, person=person, by=request.user):
        tell_with_undo(request, _("Saved."), person)
    return redirect("connectors:person-detail", uuid=person.uuid)
