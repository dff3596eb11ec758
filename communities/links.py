"""Links that are sent by email."""

from urllib.parse import urljoin

from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from communities.models import Invitation, User

SALT = "kith.invitation"
UNSUBSCRIBE = "kith.unsubscribe"


def invitation_token(invitation: Invitation) -> str:
    """Return the signed part of an invitation's link; sending it again changes it, so only the newest link works."""
    return signing.dumps([invitation.pk, invitation.expires_at.isoformat()], salt=SALT)


def read_invitation_token(token: str) -> tuple[int, str] | None:
    """Return the primary key and expiry time from an invitation link; None if the signature is invalid."""
    try:
        pk, stamp = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return pk, stamp


def invitation_link(invitation: Invitation, *, origin: str) -> str:
    """Return the URL of an invitation. origin: such as "https://kith.example.org"."""
    return urljoin(origin, reverse("communities:invitation-accept", args=[invitation_token(invitation)]))


def reset_link(user: User, *, origin: str) -> str:
    """Return the one-time URL for choosing a new password. origin: such as "https://kith.example.org"."""
    number = urlsafe_base64_encode(force_bytes(user.pk))
    kwargs = {"uidb64": number, "token": default_token_generator.make_token(user)}
    return urljoin(origin, reverse("communities:password-reset-confirm", kwargs=kwargs))


def unsubscribe_link(user: User, *, origin: str) -> str:
    """Return the URL that switches off a user's email about what waits; it does nothing else, and never expires."""
    token = signing.dumps(user.pk, salt=UNSUBSCRIBE)
    return urljoin(origin, reverse("communities:unsubscribe", args=[token]))


def read_unsubscribe_token(token: str) -> int | None:
    """Return the primary key of the user in an unsubscribe link; None if the signature is invalid."""
    try:
        return signing.loads(token, salt=UNSUBSCRIBE)
    except signing.BadSignature:
        return None
