"""The private link in an email to whoever applied or to an organisation. It opens what their six words open.

It is stored nowhere, so nobody of the team reads it.
"""

import hmac
import re
from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.models import Message, MessageState
from sparks.messages import HOST_ASKED, PRIVATE_LINK
from sparks.models import Application, HostLink, Spark

_SALT = "kith.applying.links"
_HOST_SALT = "kith.applying.links.host"
_SHAPE = re.compile(r"[0-9a-f]{32}-[0-9a-f]{40}")


def token_of(row: Application | HostLink) -> str:
    """Return the end of the private link; new words, and stopping them, make it open nothing any more."""
    salt = _HOST_SALT if isinstance(row, HostLink) else _SALT
    made = salted_hmac(salt, f"{row.uuid} {row.digest}", algorithm="sha256").hexdigest()
    return f"{row.uuid.hex}-{made[:40]}"


def is_token(typed: str) -> bool:
    """Return whether somebody opened a private link, not six words."""
    return bool(_SHAPE.fullmatch(typed))


def opened_by(token: str) -> Application | None:
    """Return the application that a private link opens, without the rows that its page reads with it; or None."""
    found = Application.objects.filter(uuid=UUID(token[:32]), digest__isnull=False).first()
    return found if found and hmac.compare_digest(token_of(found), token) else None


def host_opened_by(token: str) -> HostLink | None:
    """Return the `HostLink` whose private link has this token, or None."""
    found = HostLink.objects.filter(uuid=UUID(token[:32]), digest__isnull=False).first()
    return found if found and hmac.compare_digest(token_of(found), token) else None


def opens(message: Message) -> Application | HostLink | None:
    """Return what the private link of a message opens; None if it was stopped, or the message was withdrawn.

    A question to an organisation is that of its own message, never a later one to another organisation.
    """
    if message.state == MessageState.WITHDRAWN:
        return None
    if message.kind == HOST_ASKED:
        asked = HostLink.objects.filter(spark=message.about_id, digest__isnull=False)
        return asked.filter(created_at__lte=message.created_at).first()
    about = {Application._meta.label_lower: "pk", Spark._meta.label_lower: "spark"}[message.about_model]
    return Application.objects.filter(**{about: message.about_id}, digest__isnull=False).first()


def address_of(row: Application | HostLink, secret: str) -> str:
    """Return the address at which words, or the end of a private link, open an application or a question."""
    name = "applying:host" if isinstance(row, HostLink) else "applying:mine"
    return f"{settings.SITE_URL}{reverse(name, args=[secret])}"


def private_link(message: Message) -> Mapping[str, str]:
    """Return the private link for a message that is sent, by the mark that stands for it."""
    if PRIVATE_LINK not in message.body:
        return {}
    opened = opens(message)
    if opened is None:
        with override(message.team.language):
            return {PRIVATE_LINK: _("Your link was stopped. Ask us for a new one.")}
    return {PRIVATE_LINK: address_of(opened, token_of(opened))}
