"""Who can be told something, and how each of them is reached now.

Residents belong to an app to the right: `settings.RESIDENT_CONTACTS` names the function that gives their contacts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from communities.models import Channel, InPersonReason, Message, User


@dataclass(frozen=True)
class Recipient:
    """A user, a resident by primary key, or a name with an email address (which can be empty) outside."""

    user: User | None = None
    resident_id: int | None = None
    name: str = ""
    email: str = ""

    @property
    def key(self) -> str:
        """Return the part of a message's key that stands for the recipient."""
        if self.user is not None:
            return f"user {self.user.pk}"
        return f"resident {self.resident_id}" if self.resident_id is not None else f"outside {self.name[:60].lower()}"


@dataclass(frozen=True)
class Contact:
    """How a recipient is reached now.

    shown_as: the name on pages. name: the name in a letter to them. channel and address: empty if they are told in person,
    and then `reason` says why. postal: lines of the postal address, as far as it is known. url: their page, or "".
    """

    shown_as: str
    name: str
    channel: str = ""
    address: str = ""
    reason: str = ""
    postal: tuple[str, ...] = ()
    phone: str = ""
    url: str = ""


def resident_contacts(ids: Iterable[int], *, reader: User | None = None) -> dict[int, Contact]:
    """Return the contacts of residents by primary key; one who was erased is missing. reader: who is shown the names."""
    wanted = sorted(set(ids))
    find: Callable[..., dict[int, Contact]] = import_string(settings.RESIDENT_CONTACTS)
    return find(wanted, reader=reader) if wanted else {}


def contact_of(recipient: Recipient) -> Contact | None:
    """Return how a recipient is reached now; None for a resident who was erased and for a closed account."""
    if recipient.user is not None:
        return _user(recipient.user)
    if recipient.resident_id is not None:
        return resident_contacts([recipient.resident_id]).get(recipient.resident_id)
    return _outside(recipient.name, recipient.email)


def contacts_of(messages: Iterable[Message], *, reader: User) -> dict[int, Contact]:
    """Return the contacts of messages by the message's primary key, for a user to read; at most one query for residents.

    The recipient of a message that exists no longer, or whose account is closed, is missing.
    """
    rows = list(messages)
    ids = (each.resident_id for each in rows if each.resident_id is not None)
    residents = resident_contacts(ids, reader=reader)
    found = {}
    for message in rows:
        if message.user is not None:
            contact = _user(message.user)
        elif message.resident_id is not None:
            contact = residents.get(message.resident_id)
        else:
            contact = _outside(message.name, message.address)
        if contact is not None:
            found[message.pk] = contact
    return found


def _user(user: User) -> Contact | None:
    if not user.is_active:
        return None
    return Contact(shown_as=str(user), name=str(user), channel=Channel.EMAIL, address=user.email)


def _outside(name: str, email: str) -> Contact:
    if email:
        return Contact(shown_as=name, name=name, channel=Channel.EMAIL, address=email)
    return Contact(shown_as=name, name=name, reason=InPersonReason.NO_ADDRESS)
