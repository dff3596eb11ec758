"""Privacy notices, telling residents, consents, wishes and erasing."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.paging import keyset_page
from communities.views import require_safe_or_post, run_action, save
from connectors.actions.consent import publish_notice, record_consents, tell_person
from connectors.actions.erasing import erase_person
from connectors.actions.readback import handle_wish
from connectors.catalogue.privacy_notice import suggested_text
from connectors.forms.consent import AnswerForm, ConsentForm, ForgetForm, NoticeForm
from connectors.models import PrivacyNotice, Wish, WishKind
from connectors.queries.consent import agreed, latest_notice, open_wishes
from connectors.queries.reviews import open_items, reach_of
from connectors.rules.consent import can_publish_notice, is_late
from connectors.views import for_builders, person_or_404


@require_safe_or_post
@for_builders
def notice_list(request: HttpRequest) -> HttpResponse:
    """Show the team's privacy notice, version by version; managers write the next."""
    may_write = can_publish_notice(request.user, request.team)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    notices = list(PrivacyNotice.objects.visible_to(request.user).filter(team=request.team)[:50])
    first = notices[0].words if notices else suggested_text(request.team.name)
    form = NoticeForm(request.POST or None, initial={"words": first}) if may_write else None
    if request.method == "POST" and form.is_valid():
        notice = save(request, form, publish_notice, team=request.team, by=request.user, **form.cleaned_data)
        if notice:
            messages.success(request, _("Version %(n)s is what you tell people from now on.") % {"n": notice.version})
            return redirect("connectors:notice-list")
    return render(request, "connectors/notice_list.html", {"form": form, "notices": notices})


@require_POST
def person_told(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record that a resident was told about their record; their name is shown from now on."""
    person = person_or_404(request, uuid)
    if run_action(request, tell_person, person=person, by=request.user):
        person.refresh_from_db(fields=["told_on"])
        messages.success(request, _("Saved: %(name)s has been told what we note down.") % {"name": person.known_as})
    return redirect("connectors:person-detail", uuid=person.uuid)


@require_safe_or_post
def person_consents(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record a resident's consents, each purpose on its own."""
    person = person_or_404(request, uuid)
    said = agreed(person)
    form = ConsentForm(request.POST or None, agreed=said)
    if request.method == "POST" and form.is_valid():
        kept = save(
            request,
            form,
            record_consents,
            person=person,
            by=request.user,
            answers=form.answers(),
            how=form.cleaned_data["how"],
        )
        if kept is not None:
            messages.success(request, " ".join((_("Saved."), *(words for row in kept for words in row.effects))))
            return redirect("connectors:person-detail", uuid=person.uuid)
    context = {"person": person, "form": form, "notice": latest_notice(person.team_id)}
    return render(request, "connectors/person_consents.html", context)


@require_safe
@for_builders
def wish_list(request: HttpRequest) -> HttpResponse:
    """List what residents asked for on their sheets, oldest first; each must be done within a month."""
    page = keyset_page(request, open_wishes(request.user, request.team))
    today = timezone.localdate()
    for wish in page.rows:
        wish.is_late = is_late(timezone.localdate(wish.made_at), today=today)
    return render(request, "connectors/wish_list.html", {"page": page})


@require_safe_or_post
def wish_handle(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record what was done about a wish for a correction; a wish to be erased leads to the page that erases."""
    wish = get_object_or_404(Wish.objects.visible_to(request.user).select_related("person"), uuid=uuid)
    form = AnswerForm(request.POST or None)
    is_ready = request.method == "POST" and form.is_valid()
    if is_ready and save(request, form, handle_wish, wish=wish, by=request.user, answer=form.cleaned_data["answer"]):
        messages.success(request, _("Saved. Tell them what you did."))
        return redirect("connectors:wish-list")
    context = {"wish": wish, "form": form, "is_erasure": wish.kind == WishKind.ERASE}
    return render(request, "connectors/wish_form.html", context)


@require_safe_or_post
def person_erase(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show everything that erasing a resident would reach, ask once, and erase them; it cannot be undone."""
    person = person_or_404(request, uuid)
    if person.erased_on:
        return redirect("connectors:person-detail", uuid=person.uuid)
    reach = reach_of(person)
    form = ForgetForm(request.POST or None, places=reach.places)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        words_too, also = said["words_too"], said["also"]
        erase_person(person=person, by=request.user, words_too=words_too, also=also, searched=reach.searched)
        messages.success(request, _("Their data has been erased. Only figures stay."))
        is_more = open_items(request.user, person.team).filter(person=person).exists()
        return redirect("connectors:review-list" if is_more else "connectors:person-list")
    return render(request, "connectors/person_erase.html", {"person": person, "form": form, "reach": reach})
