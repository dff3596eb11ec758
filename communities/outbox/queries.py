"""Messages as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from communities.compiled import compiled_once
from communities.models import Message, MessageQuerySet, MessageState, Team, User
from communities.outbox import rules
from communities.outbox.kinds import has_private_link, label_of
from communities.outbox.recipients import Contact, contacts_of

#: The badge of each state.
BADGES = {
    MessageState.WAITING: "place",
    MessageState.SENT: "growth",
    MessageState.FAILED: "danger",
    MessageState.IN_PERSON: "care",
    MessageState.TOLD: "growth",
    MessageState.WITHDRAWN: "",
}
#: How many messages the page of what they are about shows.
SHOWN = 30


@dataclass(frozen=True)
class Shown:
    """A message with its recipient's contact, None if they were erased or their account is closed."""

    message: Message
    contact: Contact | None

    @property
    def who(self) -> str:
        """Return the recipient's name on pages."""
        if self.contact is not None:
            return self.contact.shown_as
        return self.message.name or (
            str(self.message.user) if self.message.user else _("somebody whose data was erased")
        )

    @property
    def kind(self) -> str:
        """Return what pages call the kind."""
        return label_of(self.message.kind)

    @property
    def has_private_link(self) -> bool:
        """Return whether its letter contains a private link, which the person who prints it sees too."""
        return has_private_link(self.message)

    @property
    def badge(self) -> str:
        """Return the badge of the state."""
        return BADGES.get(MessageState(self.message.state), "")


def shown(messages: Iterable[Message], *, reader: User) -> list[Shown]:
    """Return messages as pages show them to a user; the users must have been selected with them. At most two more queries."""
    rows = list(messages)
    contacts = contacts_of(rows, reader=reader)
    return [Shown(message, contacts.get(message.pk)) for message in rows]


def messages_of(user: User, team: Team, state: str = "") -> QuerySet[Message]:
    """Return the messages of a team that a user may handle, latest first: all of them for a manager, else their own.

    Those of somebody who is away today are also their stand-in's.

    state: one of `MessageState`, or "" for all.
    """
    rows: MessageQuerySet = Message.objects.visible_to(user).filter(team=team).select_related("user", "teller")
    if not rules.can_manage_messages(user, team):
        rows = rows.told_by(user)
    return (rows.filter(state=state) if state else rows).order_by("-created_at", "-pk")


def messages_to_tell(user: User, team: Team) -> QuerySet[Message]:
    """Return the messages a user still has to pass on in person, oldest first, also as a stand-in."""
    rows: MessageQuerySet = Message.objects.visible_to(user).filter(team=team, state=MessageState.IN_PERSON)
    return rows.told_by(user).select_related("user", "teller").order_by("created_at", "pk")


def messages_about(row: Model, *, user: User, team: Team) -> list[Shown]:
    """Return the first messages about a row that the user may read, oldest first."""
    return shown(_about(user=user, team=team, row=row), reader=user)


@compiled_once
def _about(*, user: User, team: Team, row: Model) -> QuerySet[Message]:
    return Message.objects.visible_to(user).filter(team=team).about(row).select_related("user", "teller")[:SHOWN]
