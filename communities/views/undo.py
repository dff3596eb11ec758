"""Views of what was deleted, closed or imported lately: the list, and undoing one of it."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from communities.actions import undo as actions
from communities.forms.undo import RestoreForm
from communities.holdings import page_of
from communities.models import Undoable
from communities.paging import keyset_page
from communities.rules import can_undo
from communities.undo import model_of
from communities.views import require_safe_or_post, require_team

#: Rows of a page: each says what was done, by whom, when, and until when it can be undone.
LISTED = 15


@require_safe
@require_team
def deleted_list(request: HttpRequest) -> HttpResponse:
    """List what can still be undone: what the user did, and for managers what anybody in the team did."""
    rows = Undoable.objects.visible_to(request.user).filter(team=request.team)
    rows = rows.filter(undone_at__isnull=True, expires_at__gt=timezone.now()).defer("rows").select_related("by")
    page = keyset_page(request, rows.order_by("-at", "-pk"), size=LISTED)
    return render(request, "communities/deleted_list.html", {"page": page})


@require_safe_or_post
def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask whether to undo one thing, and undo it; ask for another name if something else has its name."""
    undoable = get_object_or_404(Undoable.objects.visible_to(request.user).select_related("by", "undone_by"), uuid=uuid)
    context = {
        "undoable": undoable,
        "may_undo": undoable.is_open and can_undo(request.user, undoable),
        "hands_back": undoable.verb in actions.HANDED,
    }
    if request.method == "POST":
        try:
            done = actions.undo(undoable=undoable, by=request.user, name=request.POST.get("name", ""))
        except ValidationError as error:
            model = model_of(undoable.model)
            if error.code == actions.TAKEN and model and actions.name_field(model):
                form = RestoreForm({"name": request.POST.get("name") or undoable.title})
                form.add_error("name", error.messages)
                return render(request, "communities/undo.html", context | {"form": form})
            messages.error(request, " ".join(error.messages))
            return redirect("communities:deleted-list")
        _tell(request, done)
        return redirect(_page_of(undoable) or "communities:deleted-list")
    return render(request, "communities/undo.html", context)


def _tell(request: HttpRequest, done: actions.Undone) -> None:
    """Say what undoing did."""
    undoable = done.undoable
    if done.was_undone and undoable.undone_at:
        words = _("%(name)s already undid this on %(day)s.")
        day = date_format(timezone.localtime(undoable.undone_at), "j F Y, H:i")
        messages.info(request, words % {"name": undoable.undone_by or _("a command"), "day": day})
    elif undoable.verb in actions.HANDED and (done.given_back or done.left):
        told = messages.warning if done.left else messages.success
        told(request, " ".join(_given_back(done)))
    elif done.left:
        words = _("Undone, except for what has been changed or used since: %(names)s.")
        messages.warning(request, words % {"names": actions.some_of(done.left)})
    else:
        messages.success(request, _("Undone: %(name)s.") % {"name": undoable.title})


def _given_back(done: actions.Undone) -> Iterator[str]:
    """Yield the sentences about what was handed over: how much went back, and how much stays."""
    name, back, stays = done.undoable.title, done.given_back, len(done.left)
    yield _("Undone: %(name)s.") % {"name": name}
    words = ngettext(
        "%(n)s thing that was handed over or closed went back to them.",
        "%(n)s things that were handed over or closed went back to them.",
        back,
    )
    yield words % {"n": back}
    if stays:
        words = ngettext(
            "%(n)s stays where it is, because it has been done or handed on since.",
            "%(n)s stay where they are, because they have been done or handed on since.",
            stays,
        )
        yield words % {"n": stays}


def _page_of(undoable: Undoable) -> str:
    """Return the URL of the row that was deleted or changed; "" if it has no page or does not exist."""
    model = model_of(undoable.model)
    row = (
        model._default_manager.filter(pk=undoable.object_id).first()
        if model and undoable.object_id.isdecimal()
        else None
    )
    return page_of(row)[0] if row is not None else ""
