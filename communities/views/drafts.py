"""Drafts: the form that was posted, saving while somebody types, the list, deleting, and photos."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from communities import drafts
from communities.draft_tokens import FIELD, SEQUENCE, TAB, new_token, read_token
from communities.middleware import FORM_KEY
from communities.models import Draft, Team, User
from communities.photos import MAX_BYTES, photo_response
from communities.row_keys import pk_of
from communities.unsaved_input import SubmittedValue, referring_page, typed_values

MOST_SHOWN = 60
_DAY = re.compile(r"[\d\-:T. ]*")


@dataclass(frozen=True)
class PostedForm:
    """A form that Kith gave to a user: its texts, whose they are, and the fields whose photos were taken out."""

    user: User
    team: Team
    written: drafts.Written
    without: tuple[str, ...] = ()


def posted_form(request: HttpRequest) -> PostedForm | None:
    """Return the posted form; None without a token, or if it was given to another user than the one signed in.

    If nobody is signed in, the signed token says whose form it is: they see the draft after signing in.
    """
    if not hasattr(request, "_posted_form"):
        request._posted_form = _posted_form(request)
    return request._posted_form


def _posted_form(request: HttpRequest) -> PostedForm | None:
    token = read_token(request.POST.get(FIELD, ""))
    user = _user_of(request, token.user_id) if token else None
    team = _team_of(user, request.POST.get(FORM_KEY, "")) if user else None
    if token is None or user is None or team is None:
        return None
    written = drafts.Written(
        uuid=token.uuid,
        address=request.path,
        page=_page_of(request),
        fields=drafts.storable(request.POST.lists()),
        version=token.version,
        tab=request.POST.get(TAB, "")[:36],
        sequence=_whole(request.POST.get(SEQUENCE)),
    )
    return PostedForm(user, team, written)


def _page_of(request: HttpRequest) -> str:
    """Return the path and query of the page with the form, without the draft that it shows."""
    page = referring_page(request) if "Referer" in request.headers else request.get_full_path()
    path, mark, query = page.partition("?")
    left = QueryDict(query, mutable=True)
    left.pop(Draft.PARAMETER, None)
    return f"{path}{mark if left else ''}{left.urlencode()}"


def _user_of(request: HttpRequest, user_id: int) -> User | None:
    if request.user.is_authenticated:
        return request.user if request.user.pk == user_id else None
    return drafts.writer(user_id)


def _team_of(user: User, key: str) -> Team | None:
    return Team.objects.visible_to(user).filter(pk=pk_of(key)).first()


def _whole(text: object) -> int:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 10 else 0


def read_form(said: dict[str, Any], *, user_of: Callable[[int], User | None] = drafts.writer) -> PostedForm | None:
    """Return the form that a script describes; None if its token is not from Kith, or its user has left.

    user_of: from the primary key in the token to the user, None if they may not store it. Raises: ValueError when the
    description is malformed.
    """
    try:
        token = read_token(str(said["token"]))
        lists = [(str(name), [str(value)]) for name, value in said["fields"]]
        without = tuple(str(name) for name in said.get("without") or ())
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("said") from error
    user = user_of(token.user_id) if token else None
    team = _team_of(user, str(said.get("team") or "")) if user else None
    if token is None or user is None or team is None:
        return None
    written = drafts.Written(
        uuid=token.uuid,
        address=str(said.get("address"))[:300],
        page=str(said.get("page"))[:600],
        fields=drafts.storable(lists),
        title=str(said.get("title") or ""),
        version=token.version,
        tab=str(said.get("tab") or "")[:36],
        sequence=_whole(str(said.get("sequence"))),
    )
    return PostedForm(user, team, written, without)


@csrf_exempt
@require_POST
@login_not_required
def draft_save(request: HttpRequest) -> HttpResponse:
    """Store what somebody types, sent by a script; the form's signed token is the permission.

    It needs no session: one that has ended must not lose words. The answer contains the token to send next time.
    """
    try:
        words = json.loads(request.POST.get("said", ""))
        said = read_form(words, user_of=lambda user_id: _user_of(request, user_id))
    except (ValueError, RecursionError):
        return JsonResponse({"reason": "said"}, status=422)
    if said is None:
        return JsonResponse({"reason": "token"}, status=401)
    if drafts.is_too_long(said.written):
        return JsonResponse({"reason": "long"}, status=413)
    try:
        draft = drafts.save_draft(user=said.user, team=said.team, written=said.written)
        if draft:
            photos = {name: file for name, file in request.FILES.items() if (file.size or 0) <= MAX_BYTES}
            drafts.keep_photos(draft, photos, said.without)
    except (InterfaceError, OperationalError):
        return JsonResponse({"reason": "busy"}, status=503)
    if draft is None:
        return JsonResponse({"reason": "late"}, status=202)
    fresh = new_token(user_id=said.user.pk, uuid=draft.uuid, version=draft.version)
    return JsonResponse({"token": fresh, "uuid": str(draft.uuid)}, headers={"Cache-Control": "no-store"})


def texts_of(draft: Draft) -> list[SubmittedValue]:
    """Return what was typed, with the labels of its fields."""
    return typed_values((name, [value]) for name, value in draft.fields)


def first_words(draft: Draft) -> str:
    """Return the beginning of what was typed first, "" if nothing can be shown. Dates say too little."""
    lists = ((name, [value]) for name, value in draft.fields if not _DAY.fullmatch(value))
    found = next((each.words for each in typed_values(lists)), "")
    line = " ".join(found.split())
    return line if len(line) <= MOST_SHOWN else f"{line[:MOST_SHOWN]}…"


@require_safe
def draft_list(request: HttpRequest) -> HttpResponse:
    """Show all the user's drafts, the latest first."""
    rows = Draft.objects.visible_to(request.user).select_related("team").order_by("-saved_at", "-pk")
    found = [
        {"draft": draft, "words": first_words(draft), "typed": texts_of(draft)} for draft in rows[: drafts.MOST_OPEN]
    ]
    return render(request, "communities/draft_list.html", {"drafts": found})


@require_POST
def draft_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a draft, and return to the page it was written on or to the list."""
    draft = get_object_or_404(Draft.objects.visible_to(request.user), uuid=uuid)
    page = draft.page
    drafts.delete_draft(draft)
    messages.success(request, _("Draft deleted."))
    return redirect(page if "page" in request.POST else "communities:draft-list")


@require_safe
def draft_photo(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """Show a photo of the user's own draft."""
    draft = get_object_or_404(Draft.objects.visible_to(request.user), uuid=uuid)
    photo = draft.photos.filter(name=name).first()
    if photo is None:
        raise Http404
    return photo_response(photo.image)
