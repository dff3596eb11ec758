"""Drafts for every form: store what was posted and not saved, delete it once it is saved, and show it again.

A form takes part by `{% for_team %}`, which gives it a token (`communities.draft_tokens`). Views need no code for drafts.
"""

from collections.abc import Callable
from urllib.parse import urlencode, urljoin, urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from communities import drafts
from communities.draft_tokens import FIELD, SEQUENCE, TAB, WITHOUT, new_token
from communities.form_filling import Filling, fill_form
from communities.middleware import FORM_KEY
from communities.models import Draft, DraftPhoto
from communities.photos import CONTENT_TYPES
from communities.row_keys import uuid_of
from communities.unsaved_input import UnsavedResponse, is_trusted, submitted_values, typed_values
from communities.views.drafts import PostedForm, posted_form

#: Fields that a page fills in itself.
NEVER_FILLED = {"csrfmiddlewaretoken", FORM_KEY, TAB, SEQUENCE}
#: Where a refused form leaves no draft, with the reason.
EXEMPT = {
    "communities:sign-in": "a password",
    "communities:password-change": "a password",
    "communities:team-switch": "a button",
    "communities:boundary-upload": "a file that is still on the computer",
    "communities:boundary-import": "choices about a file that is still on the computer",
    "assets:import-create": "a file that is still on the computer",
    "connectors:champion-import": "a file that is still on the computer",
}


class DraftsMiddleware:
    """Store, delete and show drafts around every view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass a request on; of a form that was refused, store the texts."""
        response = self.get_response(request)
        if request.method != "POST" or getattr(request, "is_without_draft", False):
            return response
        form = posted_form(request)
        if form is None:
            return response
        if is_saved(request, response):
            if not getattr(request, "is_draft_closed", False):
                with transaction.atomic():
                    drafts.close_draft(user=form.user, team=form.team, written=form.written)
            return response
        return _kept(request, response, form)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple, kwargs: dict
    ) -> HttpResponseBase | None:
        """Give a posted form the photos that its draft holds, and show a draft that the query names."""
        match = request.resolver_match
        if getattr(view, "csrf_exempt", False) or (match is not None and match.view_name in EXEMPT):
            request.is_without_draft = True
        elif request.method == "POST":
            add_photos(request)
        elif request.method == "GET" and Draft.PARAMETER in request.GET and request.user.is_authenticated:
            return _continued(request, view, args, kwargs)
        return None


def is_saved(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Return whether an answer to a form says that it was saved: it leads to another page, and no error waits there."""
    if getattr(request, "is_refused", False):
        return False
    if 300 <= response.status_code < 400:
        queued = getattr(getattr(request, "_messages", None), "_queued_messages", ())
        return not any(message.level >= messages.ERROR for message in queued)
    is_page = response.headers.get("Content-Type", "").startswith("text/html") and not request.headers.get("HX-Request")
    return response.status_code < 300 and not is_page


def add_photos(request: HttpRequest) -> None:
    """Add the photos that were sent with this form before, unless another was chosen or they were taken out."""
    form = posted_form(request)
    if form is None:
        return
    rows = DraftPhoto.objects.filter(draft__user=form.user, draft__uuid=form.written.uuid)
    without = set(request.POST.getlist(WITHOUT))
    for photo in rows:
        if photo.name in without or request.FILES.get(photo.name):
            continue
        name = photo.image.name
        kind = next((each for end, each in CONTENT_TYPES.items() if name.endswith(end)), "image/jpeg")
        with photo.image.open("rb") as file:
            request.FILES.setlist(photo.name, [SimpleUploadedFile(name.rpartition("/")[2], file.read(), kind)])


def _kept(request: HttpRequest, response: HttpResponseBase, form: PostedForm) -> HttpResponseBase:
    """Store the texts and photos of a form that was refused, and return its page with them."""
    files = {name: file for name, file in request.FILES.items() if (file.content_type or "").startswith("image/")}
    if not is_trusted(request) or not (files or submitted_values(request)):
        return response
    draft = drafts.save_draft(user=form.user, team=form.team, written=form.written)
    if draft is None:
        return response
    drafts.keep_photos(draft, files, request.POST.getlist(WITHOUT))
    if isinstance(response, UnsavedResponse):
        response.content = render_to_string(response.template, _said(request, response, draft, files), request)
    elif response.status_code < 400 and not response.streaming:
        filled = _filled(request, response, draft)
        address = _path(filled.action, request) if filled.action else draft.address
        if filled.is_found and address != draft.address:
            drafts.move_draft(draft, address)
        response.content = filled.html
    return response


def _said(request: HttpRequest, response: UnsavedResponse, draft: Draft, files: dict) -> dict[str, object]:
    """Return the context of the page for unsaved input, now that the input is in a draft."""
    is_signed_out = not request.user.is_authenticated
    said = {**response.said, "draft": draft, "drafts_url": reverse("communities:draft-list")}
    if is_signed_out:
        sign_in = resolve_url(settings.LOGIN_URL)
        said["next_url"] = f"{sign_in}?{urlencode({'next': draft.get_absolute_url()})}"
    has_photos = {*files} <= {photo.name for photo in draft.photos.all()}
    return {**said, "is_signed_out": is_signed_out, "has_photos": has_photos}


def _filled(
    request: HttpRequest,
    response: HttpResponse,
    draft: Draft,
    pairs: list[tuple[str, str]] | None = None,
    before: str = "",
) -> Filling:
    """Return a page with the draft's token, its photos and, if given, its texts, in the form that posts to its address."""
    source = response.content.decode(response.charset)
    photos = {
        photo.name: render_to_string("communities/draft_photo.html", {"photo": photo, "draft": draft, "field": WITHOUT})
        for photo in draft.photos.all()
    }
    token = new_token(user_id=draft.user_id, uuid=draft.uuid, version=draft.version)
    parts = {"marker": (FIELD, token), "pairs": pairs, "photos": photos, "never": NEVER_FILLED, "before": before}
    filled = fill_form(source, is_form=lambda action: _path(action, request) == draft.address, **parts)
    return filled if filled.is_found else fill_form(source, is_form=lambda _action: True, **parts)


def _path(action: str, request: HttpRequest) -> str:
    return urlsplit(urljoin(request.get_full_path(), action)).path


def _continued(
    request: HttpRequest, view: Callable[..., HttpResponse], args: tuple, kwargs: dict
) -> HttpResponseBase | None:
    """Return the page of a draft with its form filled in; None if the draft has been deleted."""
    rows = Draft.objects.visible_to(request.user).select_related("team", "user")
    draft = rows.filter(uuid=uuid_of(request.GET[Draft.PARAMETER])).first()
    if draft is None or urlsplit(draft.page).path != request.path:
        return None
    # The form takes the draft as its data if it can, so that it shows what depends on other answers. It is not saved:
    # `attempt` refuses data of a draft, and whatever else happens is undone.
    response = _shown(request, view, args, kwargs, drafts.data_of(draft)) if draft.address == request.path else None
    if response is None or response.status_code != 200:
        response = _shown(request, view, args, kwargs, QueryDict())
    if response.status_code != 200 or response.streaming:
        return response
    pairs = [(name, value) for name, value in draft.fields]
    left = _filled(request, response, draft, pairs).left
    lists = MultiValueDict()
    for name, value in left:
        lists.appendlist(name, value)
    context = {"draft": draft, "typed": typed_values(lists.lists())}
    before = render_to_string("communities/draft_shown.html", context, request)
    response.content = _filled(request, response, draft, pairs, before).html
    return response


def _shown(
    request: HttpRequest, view: Callable[..., HttpResponse], args: tuple, kwargs: dict, data: QueryDict
) -> HttpResponse:
    """Return the page of a form with data, in a transaction that is rolled back."""
    request._post, request._files = data, MultiValueDict()
    with transaction.atomic():
        response = view(request, *args, **kwargs)
        if callable(getattr(response, "render", None)):
            response = response.render()
        transaction.set_rollback(True)
    return response
