"""The private link in an email to whoever applied. It opens what their six words open, and is stored nowhere."""

import hmac
import re
from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.models import Message
from sparks.messages import PRIVATE_LINK
from sparks.models import Application, Spark

_SALT = "kith.applying.links"
_SHAPE = re.compile(r"[0-9a-f]{32}-[0-9a-f]{40}")


def token_of(application: Application) -> str:
    """Return the end of the private link; new words, and stopping them, make it open nothing any more."""
    made = salted_hmac(_SALT, f"{application.uuid} {application.digest}", algorithm="sha256").hexdigest()
    return f"{application.uuid.hex}-{made[:40]}"


def is_token(typed: str) -> bool:
    """Return whether somebody opened a private link, not six words."""
    return bool(_SHAPE.fullmatch(typed))


def opened_by(token: str) -> Application | None:
    """Return the application that a private link opens, without the rows that its page reads with it; or None."""
    found = Application.objects.filter(uuid=UUID(token[:32]), digest__isnull=False).first()
    return found if found and hmac.compare_digest(token_of(found), token) else None


def private_link(message: Message) -> Mapping[str, str]:
    """Return the private link for a message about an application or its spark, by the mark that stands for it."""
    if PRIVATE_LINK not in message.body:
        return {}
    about = {Application._meta.label_lower: "pk", Spark._meta.label_lower: "spark"}[message.about_model]
    application = Application.objects.filter(**{about: message.about_id}).first()
    if application is None or application.digest is None:
        with override(message.team.language):
            return {PRIVATE_LINK: _("Your link was stopped. Ask us for a new one.")}
    return {PRIVATE_LINK: f"{settings.SITE_URL}{reverse('applying:mine', args=[token_of(application)])}"}
