"""What was typed into any form without signal: the key to seal it with, and where it arrives as a draft.

The form's own signed token lies in the sealed contents and is the permission, as it is for drafts that are sent in clear
(ADR 27), so the phones of people who log no conversations take part too, and of those whose session has ended.
"""

import hashlib
import logging

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, SuspiciousOperation, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from communities.drafts import is_too_long, keep_photos, save_draft
from communities.models import Draft
from communities.photos import MAX_BYTES
from communities.views.drafts import PostedForm, read_form
from connectors.capture import queries, rules, sealing
from connectors.capture.actions.late_names import words_without_erased
from connectors.capture.actions.sealing_keys import usable_key
from connectors.capture.forms import FORM, read_arrival
from connectors.capture.items import Arrival
from connectors.capture.views.phone import answer_json, only, sealed_bytes
from connectors.capture.views.sentences import NO_KEY, UNOPENED

log = logging.getLogger(__name__)


@only("GET", "HEAD")
@login_not_required
def capture_key(request: HttpRequest) -> HttpResponse:
    """Give a member's browser the public key to seal drafts with."""
    if not request.user.is_authenticated:
        return answer_json(401, reason="signed-out")
    if not request.team:
        return answer_json(403, reason="no-team")
    try:
        key = usable_key()
    except sealing.SealError as error:
        log.error("%s", error)  # noqa: TRY400 - the sentence says it all
        return answer_json(503, reason=error.reason, words=str(NO_KEY))
    return answer_json(200, kid=key.kid, spki=key.public_spki)


@csrf_exempt
@only("POST")
@login_not_required
def capture_form(request: HttpRequest) -> HttpResponse:
    """Store the sealed texts of a form, or one of its photos, as the draft that they would have been with signal.

    Sent again or late, they change nothing. If their writer has left or the form is too old, nobody may have them any more:
    the phone deletes them.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > rules.MOST_BYTES:
        return answer_json(413, reason="size", words=str(UNOPENED["size"]))
    try:
        arrival, envelope = read_arrival(request.POST.get("meta", ""), kinds=[FORM]), sealed_bytes(request)
    except ValidationError:
        return answer_json(422, reason="meta", words=str(UNOPENED["meta"]))
    except (MultiPartParserError, SuspiciousOperation, BadRequest, OSError):
        return answer_json(400, reason="broken")
    try:
        if hashlib.sha256(envelope).hexdigest() != arrival.sha256:
            raise sealing.SealError("it changed on its way")
        opened = sealing.open_envelope(envelope, kind=FORM, uuid=arrival.uuid, find_key=queries.private_key)
        form = _form_in(opened, arrival)
        if form and is_too_long(form.written):
            raise sealing.SealError("it is too long", reason="size")
    except sealing.SealError as error:
        return answer_json(422, reason=error.reason, words=str(UNOPENED[error.reason]))
    except ValueError:
        return answer_json(422, reason="seal", words=str(UNOPENED["seal"]))
    draft = fresh = None
    if form is not None:
        own = Draft.objects.visible_to(form.user).filter(team=form.team, uuid=form.written.uuid)
        fresh = save_draft(user=form.user, team=form.team, written=form.written)
        draft = fresh or own.first()
    if draft is not None and 0 < len(opened.body) <= MAX_BYTES:
        photo = SimpleUploadedFile("photo", opened.body, str(opened.words.get("type")))
        keep_photos(draft, {str(opened.words.get("photo"))[:100]: photo})
    # A page that was opened before this came shows itself again, but not for what it shows already.
    url = {"url": fresh.get_absolute_url()} if fresh else {}
    return answer_json(200, uuid=str(arrival.uuid), sha256=arrival.sha256, state="kept" if draft else "gone", **url)


def _form_in(opened: sealing.Opened, arrival: Arrival) -> PostedForm | None:
    """Return the form that was sealed, without residents who were erased since. Raises: ValueError."""
    form = read_form(opened.words)
    if form is None:
        return None
    written_at = rules.corrected_moment(recorded_at=arrival.recorded_at, sent_at=arrival.sent_at, now=timezone.now())
    words, _people, _is_unclear = words_without_erased(opened.words, team=form.team, written_at=written_at)
    return form if words is opened.words else read_form(words)
