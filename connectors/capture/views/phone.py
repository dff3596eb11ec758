"""Where phones get a token and send sealed items. Answers are JSON; sending needs no cookie."""

import logging
from functools import wraps
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import BadRequest, SuspiciousOperation, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from communities.models import Team, User
from communities.row_keys import uuid_of
from connectors.capture import queries, rules, sealing
from connectors.capture.actions import receiving as actions
from connectors.capture.actions.sealing_keys import usable_key
from connectors.capture.forms import read_arrival
from connectors.capture.items import Arrival
from connectors.capture.views.saving import save_functions
from connectors.capture.views.sentences import NO_KEY, STOPPED, UNOPENED, WHY
from connectors.models import Device, ItemKind, ItemState
from connectors.rules.conversations import can_log_conversation

log = logging.getLogger(__name__)
SALT = "connectors.capture"
COOKIE, COOKIE_AGE = "kith-device", 400 * 24 * 60 * 60


def answer_json(status: int, **said: object) -> JsonResponse:
    """Return a JSON response that is never cached."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return JsonResponse(said, status=status, headers=headers, json_dumps_params={"ensure_ascii": True})


def only(*methods: str):
    """Answer 405 in JSON to every other method, and 503 while the database is unavailable."""

    def decorate(view):
        @wraps(view)
        def checked(request: HttpRequest) -> HttpResponse:
            if request.method not in methods:
                refused = answer_json(405, reason="method")
                refused.headers["Allow"] = ", ".join(methods)
                return refused
            try:
                return view(request)
            except (InterfaceError, OperationalError):
                # The phone keeps its items, and tries again.
                return answer_json(503, reason="busy")

        return checked

    return decorate


def token_for(user: User, team: Team, device: Device) -> str:
    """Return a token for one user, team and phone, good for sending items and for nothing else."""
    return signing.dumps({"u": user.pk, "t": team.pk, "d": str(device.uuid)}, salt=SALT)


@only("GET", "HEAD")
@login_not_required
def capture_pass(request: HttpRequest) -> HttpResponse:
    """Give a signed-in builder's phone its token, the key to seal with, and the state of its ledger."""
    if not request.user.is_authenticated:
        return answer_json(401, reason="signed-out")
    user, team = request.user, request.team or None
    if not can_log_conversation(user, team):
        return answer_json(403, reason="not-a-builder")
    try:
        key = usable_key()
    except sealing.SealError as error:
        # The phone keeps its key and its saved items; with signal it saves here without sealing.
        log.error("%s", error)  # noqa: TRY400 - the sentence says it all
        return answer_json(503, reason=error.reason, words=str(NO_KEY))
    # The ledger never counts down, so a link from elsewhere that somebody follows must not count it up.
    said = request.GET if request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin" else {}
    device = actions.record_device(
        by=user,
        team=team,
        uuid=uuid_of(request.COOKIES.get(COOKIE)) or uuid4(),
        saved=_whole(said.get("saved")),
        is_empty=said.get("empty") == "1",
    )
    now = timezone.now()
    answer = answer_json(
        200,
        owner=queries.owner_id(user_id=user.pk, team_id=team.pk),
        name_hint=team.name,
        token=token_for(user, team, device),
        token_expires=(now + rules.TOKEN_AGE).isoformat(),
        device=str(device.uuid),
        saved=device.saved,
        key={"kid": key.kid, "spki": key.public_spki},
        now=now.isoformat(),
        lost=queries.ledger_line(device).lost,
    )
    secure = not settings.DEBUG
    answer.set_cookie(COOKIE, str(device.uuid), max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=secure)
    return answer


@csrf_exempt
@only("POST")
@login_not_required
def capture(request: HttpRequest) -> HttpResponse:
    """Receive one sealed item, authenticated by its token alone."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > rules.MOST_BYTES:
        return answer_json(413, reason="size", words=str(UNOPENED["size"]))
    user, team, device, trouble = _bearer(request)
    if trouble:
        return answer_json(401, reason=trouble, words=str(STOPPED[trouble]))
    try:
        arrival = read_arrival(request.POST.get("meta", ""))
        envelope = b"" if arrival.is_deleted_on_phone else sealed_bytes(request)
    except ValidationError:
        return answer_json(422, reason="meta", words=str(UNOPENED["meta"]))
    except (MultiPartParserError, SuspiciousOperation, BadRequest, OSError):
        return answer_json(400, reason="broken")
    try:
        who = {"by": user, "team": team, "device": device, "arrival": arrival}
        if arrival.is_deleted_on_phone:
            answer = actions.record_deleted_on_phone(**who)
        else:
            answer = actions.receive_item(**who, envelope=envelope, save_functions=save_functions())
    except sealing.SealError as error:
        return answer_json(422, reason=error.reason, words=str(UNOPENED[error.reason]))
    return _tell(arrival, answer)


def _tell(arrival: Arrival, answer: actions.Answer) -> JsonResponse:
    """Return the UUID and the digest, with which the phone can delete the item, and the item's state."""
    said = {"uuid": str(arrival.uuid), "sha256": arrival.sha256, "state": answer.state}
    if answer.state == ItemState.PARKED:
        said |= {"reason": answer.reason, "words": str(WHY.get(answer.reason, WHY["form"]))}
        said["url"] = reverse("connectors:capture-check", args=[arrival.uuid])
    elif answer.state == "erased":
        said["words"] = str(WHY["erased"])
    elif answer.state == ItemState.KEPT and answer.item and arrival.kind != ItemKind.LIGHT_TOUCH:
        number = answer.item.parent or answer.item.uuid
        said["url"] = reverse("connectors:conversation-detail", args=[number])
    return answer_json(answer.status, **said)


def _bearer(request: HttpRequest) -> tuple[User | None, Team | None, UUID | None, str]:
    """Return whose token it is, for which team and phone; or why it is no longer valid."""
    kind, _blank, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None, None, None, "token-bad"
    try:
        said = signing.loads(token.strip(), salt=SALT, max_age=rules.TOKEN_AGE)
    except signing.SignatureExpired:
        return None, None, None, "token-expired"
    except signing.BadSignature:
        return None, None, None, "token-bad"
    user, team = queries.token_owner(user_id=said["u"], team_id=said["t"])
    if user is None or not user.is_active:
        return None, None, None, "deactivated"
    if team is None or not can_log_conversation(user, team):
        return None, None, None, "left-team"
    return user, team, UUID(said["d"]), ""


def sealed_bytes(request: HttpRequest) -> bytes:
    """Return the sealed bytes. Raises: ValidationError for none or too many."""
    file = request.FILES.get("sealed")
    if file is None or file.size > rules.MOST_BYTES:
        raise ValidationError("sealed", code="meta")
    return file.read()


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 11 else 0
