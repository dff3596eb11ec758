"""The carriers of messages: email, and an interface for text messages.

`settings.MESSAGE_CARRIERS` maps each channel to the dotted path of a carrier. Text messages have none until an
administrator names one: a class without arguments whose `carry` follows `Carrier`.
"""

import logging
from collections.abc import Iterable
from datetime import date
from smtplib import SMTPAuthenticationError, SMTPException, SMTPRecipientsRefused
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from communities.links import unsubscribe_link
from communities.models import Absence, Message, User
from communities.outbox.kinds import kinds

logger = logging.getLogger(__name__)
#: An SMTP status from here on is final: trying again does not help.
FINAL = 500


class NotCarriedError(Exception):
    """The message was not accepted. The text is a plain sentence for people.

    is_final: trying again does not help. is_down: the service does not answer, so that other messages need not be tried now.
    """

    def __init__(self, error: str, *, is_final: bool = False, is_down: bool = False) -> None:
        super().__init__(error)
        self.is_final, self.is_down = is_final, is_down


class Carrier(Protocol):
    """Sends messages over one channel.

    A carrier returns once its service has accepted the message, and raises `NotCarriedError` otherwise. It can be called
    again with the same message after a failure; `message.uuid` stays the same, so that a service can recognise it.
    """

    def carry(self, message: Message) -> None:
        """Send a message to its address. Raises: NotCarriedError."""
        ...


def standing_in_for(message: Message, day: date | None = None) -> Iterable[User]:
    """Return who gets a copy of a message to a user who is away: their stand-in in its team, today or on another day.

    None for the daily email, which says what waits for one user, and whose stand-in is told the same in their own.
    """
    kind = kinds().get(message.kind)
    if message.user_id is None or (kind is not None and kind.can_unsubscribe):
        return ()
    away = Absence.objects.on(day or timezone.localdate()).filter(user=message.user_id, team=message.team_id)
    users = User.objects.filter(standing_in__in=away, is_active=True).exclude(email__iexact=message.address)
    return users.distinct().order_by("pk")


class EmailCarrier:
    """Sends a message as an email with Django's mailer; while a user is away, their stand-in gets a copy."""

    def carry(self, message: Message) -> None:
        """Send the text to the address. Raises: NotCarriedError."""
        headers = {"Message-ID": f"<{message.uuid}@kith.invalid>", "Auto-Submitted": "auto-generated"}
        kind = kinds().get(message.kind)
        if kind is not None and kind.can_unsubscribe and message.user is not None:
            link = unsubscribe_link(message.user, origin=settings.SITE_URL)
            # Source: RFC 8058: mail programs show a button that sends this POST.
            headers |= {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        try:
            mail = EmailMessage(message.subject, message.body, to=[message.address], headers=headers)
            mail.cc = [user.email for user in standing_in_for(message)]
            mail.send()
        except SMTPRecipientsRefused as error:
            logger.warning("The mail server refused the address of message %s.", message.pk)
            status = max((code for code, _words in error.recipients.values()), default=0)
            raise NotCarriedError(_("The mail server refused the address."), is_final=status >= FINAL) from error
        except SMTPAuthenticationError as error:
            logger.exception("The mail server refused the user or the password in the settings.")
            raise NotCarriedError(_("The mail server refused Kith’s user name or password."), is_down=True) from error
        except SMTPException as error:
            logger.exception("The mail server refused message %s.", message.pk)
            raise NotCarriedError(_("The mail server refused the message.")) from error
        except OSError as error:
            logger.exception("The mail server could not be reached.")
            raise NotCarriedError(_("The mail server could not be reached."), is_down=True) from error


def carrier_for(channel: str) -> Carrier:
    """Return the carrier of a channel. Raises: NotCarriedError if it was switched off meanwhile."""
    path = settings.MESSAGE_CARRIERS.get(channel)
    if not path:
        raise NotCarriedError(_("Text messages are switched off."), is_final=True)
    return import_string(path)()
