"""What waits: on the phone, for review, as a draft; and what phones lost."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.photos import cleaned_photo_response
from communities.views import notice_words, require_safe_or_post, tell_with_undo
from connectors.capture import queries, rules, sealing
from connectors.capture.actions import receiving as actions
from connectors.capture.actions.photos import join_photo, join_photos, photo_in
from connectors.capture.forms import page_data
from connectors.capture.views.saving import KINDS, form_of, with_refusals
from connectors.capture.views.sentences import WHY
from connectors.models import Conversation, Device, ItemKind, ItemState, SealedItem
from connectors.views import for_builders

OPEN = (ItemState.PARKED, ItemState.WAITING, ItemState.DRAFT)


def _listed(items: list[SealedItem]) -> list[dict[str, object]]:
    return [_with_end(item) | {"why": WHY.get(item.reason, WHY["form"])} for item in items]


def _with_end(item: SealedItem) -> dict[str, object]:
    """Return an item with the date on which it is deleted, and whether that is soon."""
    return {"item": item, "goes": rules.deletion_time(item), "is_soon": rules.is_deleted_soon(item)}


@require_safe
@for_builders
def capture_waiting(request: HttpRequest) -> HttpResponse:
    """Show what waits on this phone and for the user, and the ledger of their phones; a manager sees the team's."""
    who = {"user": request.user, "team": request.team}
    context = {
        "items": _listed(queries.items_to_check(**who)),
        "to_sort": queries.conversations_with_unclear_names(**who),
        "drafts": [_with_end(item) for item in queries.drafts(**who)[: queries.SHOWN]],
        "of_others": _listed(queries.items_of_others(**who)),
        "ledger": queries.ledger(**who),
        "is_manager": rules.can_see_ledger(request.user, request.team.pk),
    }
    return render(request, "connectors/capture_waiting.html", context)


@require_safe
@for_builders
def capture_drafts(request: HttpRequest) -> HttpResponse:
    """Offer to continue the user's drafts."""
    begun = queries.drafts(user=request.user, team=request.team)[:3]
    return render(request, "connectors/capture_drafts.html", {"drafts": begun})


def _item(request: HttpRequest, uuid: UUID) -> SealedItem:
    """Return the waiting item with this UUID, or answer 404."""
    rows = SealedItem.objects.visible_to(request.user).filter(uuid=uuid, state__in=OPEN)
    # Another person's item may have the same UUID.
    for item in rows.select_related("user", "team").order_by("pk")[: queries.SHOWN]:
        if rules.can_open_item(request.user, item):
            return item
    raise Http404


@require_safe_or_post
def capture_check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a waiting item in its ordinary form, with what needs another look; saving it there settles the item."""
    if request.method == "POST" and (settled := _settled(request, uuid)):
        return _look_again(request, settled)
    kept = Conversation.objects.visible_to(request.user).filter(uuid=uuid).first()
    if kept and not SealedItem.objects.visible_to(request.user).filter(uuid=uuid, state__in=OPEN).exists():
        return redirect("connectors:conversation-detail", uuid=uuid)
    item = _item(request, uuid)
    if item.kind == ItemKind.DRAFT:
        return redirect(f"{reverse('connectors:conversation-create')}?draft={item.uuid}")
    if item.kind == ItemKind.PHOTO or item.kind not in KINDS:
        return _check_photo(request, item)
    return _check_form(request, item)


def _check_form(request: HttpRequest, item: SealedItem) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    try:
        opened = actions.open_parked(item=item, by=request.user)
        form = form_of(item, sent or page_data(item, opened), request.FILES or None, by=request.user)
    except sealing.SealError as error:
        return _unreadable(request, item, error.reason)
    if sent and form.is_valid() and (kept := KINDS[item.kind].log(form)):
        notice_words(request, form)
        actions.settle_item(item=item, by=request.user, conversation=kept if isinstance(kept, Conversation) else None)
        join_photos(parent=item.uuid)
        messages.success(request, _("Saved. It is now on the page of everyone in it."))
        return redirect("connectors:capture-waiting")
    shown = form if sent else with_refusals(item, form)
    return render(request, KINDS[item.kind].template, _look(request, item) | {"form": shown, "conversation": None})


def _settled(request: HttpRequest, uuid: UUID) -> SealedItem | None:
    """Return the item with this UUID that was settled, if none is waiting any more."""
    rows = SealedItem.objects.visible_to(request.user).filter(uuid=uuid)
    if rows.filter(state__in=OPEN).exists():
        return None
    kept = rows.filter(state=ItemState.KEPT, kind__in=KINDS).select_related("user", "team").order_by("pk")
    return next((item for item in kept if rules.can_open_item(request.user, item)), None)


def _look_again(request: HttpRequest, item: SealedItem) -> HttpResponse:
    """Handle a review that is saved again: equal contents are saved once, others shown to be saved beside the first."""
    form = form_of(item, request.POST, request.FILES or None, by=request.user)
    if form.is_valid() and KINDS[item.kind].log(form):
        notice_words(request, form)
        messages.success(request, _("Saved. It is now on the page of everyone in it."))
        return redirect("connectors:capture-waiting")
    return render(
        request, KINDS[item.kind].template, _look(request, item) | {"form": form, "conversation": None, "why": ""}
    )


def _look(request: HttpRequest, item: SealedItem) -> dict[str, object]:
    return {
        **_with_end(item),
        "why": WHY.get(item.reason, WHY["form"]),
        "is_waiting": item.state in OPEN,
        "is_anothers": item.user_id != request.user.pk,
        "gifts_before": (),
        "has_more": True,
        "counted": None,
        "is_copy": False,
    }


def _check_photo(request: HttpRequest, item: SealedItem) -> HttpResponse:
    """Show why a photo waits, and try again on request."""
    if request.method == "POST" and item.kind == ItemKind.PHOTO:
        item = join_photo(pk=item.pk, by=request.user)
        if item.state == ItemState.KEPT:
            messages.success(request, _("The photo is with its conversation now."))
            return redirect("connectors:conversation-detail", uuid=item.parent)
    shown = item.user_id == request.user.pk and item.kind == ItemKind.PHOTO
    photo, alt = photo_in(item)[:2] if shown else (None, "")
    about = {"is_open": True, "has_preview": photo is not None, "alt": alt}
    return render(request, "connectors/capture_look_other.html", _look(request, item) | about)


@require_safe
def capture_photo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a waiting photo to its sender: re-encoded from its pixels, without metadata."""
    item = _item(request, uuid)
    photo = photo_in(item)[0] if item.user_id == request.user.pk and item.kind == ItemKind.PHOTO else None
    if photo is None:
        raise Http404
    return cleaned_photo_response(photo)


def _unreadable(request: HttpRequest, item: SealedItem, reason: str) -> HttpResponse:
    context = _look(request, item) | {"why": WHY[reason], "is_open": False, "has_preview": False}
    return render(request, "connectors/capture_look_other.html", context)


@require_safe_or_post
def capture_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a waiting item, after a confirmation."""
    item = _item(request, uuid)
    if request.method == "POST":
        actions.delete_item(item=item, by=request.user)
        tell_with_undo(request, _("It has been deleted, here and on the phone."), item)
        return redirect("connectors:capture-waiting")
    return render(request, "connectors/capture_delete.html", {"item": item})


@require_POST
def capture_loss(request: HttpRequest, pk: int) -> HttpResponse:
    """Acknowledge what a phone lost."""
    device = get_object_or_404(Device.objects.visible_to(request.user), pk=pk)
    if device.user_id != request.user.pk and not rules.can_see_ledger(request.user, device.team_id):
        raise PermissionDenied
    actions.acknowledge_loss(device=device, by=request.user)
    return redirect("connectors:capture-waiting")
