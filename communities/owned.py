"""What somebody looks after in communities, and how it is handed on."""

from collections.abc import Callable, Iterable, Sequence

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext_lazy

from communities.actions.handover import give_rows
from communities.handover import OwnedKind
from communities.models import Message, Team, User
from communities.outbox.recipients import contacts_of


def give_by_field(name: str) -> Callable[[Iterable[Model], User, User | None], list[Model]]:
    """Return a function that writes the colleague into a field of the rows."""

    def give(rows: Iterable[Model], to: User, by: User | None) -> list[Model]:
        give_rows(rows=rows, to=to, by=by, field=name)
        return []

    return give


def _messages(team: Team, user: User) -> QuerySet[Message]:
    return Message.objects.filter(team=team).to_tell(user)


def _facts(messages: Sequence[Message], reader: User) -> list[str]:
    """Return whom each message is for, and since when it waits."""
    contacts = contacts_of(messages, reader=reader)
    to = [contacts[each.pk].shown_as if each.pk in contacts else "" for each in messages]
    waits = [date_format(timezone.localtime(each.created_at), "j F Y") for each in messages]
    return [", ".join(filter(None, each)) for each in zip(to, waits, strict=True)]


KINDS = (
    OwnedKind(
        key="messages",
        counted=ngettext_lazy(
            "%(count)s message to pass on in person", "%(count)s messages to pass on in person", "count"
        ),
        fields=("communities.message.teller",),
        rows=_messages,
        give=give_by_field("teller"),
        settled=("state",),
        title=lambda message, reader: message.subject,
        facts=_facts,
        page=lambda message: reverse("communities:message-detail", args=[message.uuid]),
    ),
)
