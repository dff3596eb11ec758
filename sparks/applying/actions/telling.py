"""Tell those who applied, and those who look after a round, what happened before a spark was made of it."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from communities.models import Message, Role, User
from communities.outbox.actions import write_message
from communities.outbox.recipients import Recipient
from sparks.actions.telling import applicants, ways_back
from sparks.models import Application


def tell_sent(application: Application) -> None:
    """Send a receipt to whoever sent an application, if they gave an address, and tell the managers that one waits.

    The receipt repeats nothing that was typed: anybody can type anybody's address on a public page. For the same reason only
    whoever sent it is written to, and nobody else is before the team has taken it up. The managers are told once a day at most.
    """
    for recipient in _sender(application):
        if recipient.email:
            write_message(
                kind="application_sent",
                team=application.team,
                about=application,
                to=recipient,
                by=None,
                context={"helper": "", **ways_back(recipient)},
            )
    page = application.page
    managers = User.objects.filter(
        memberships__team=application.team_id, memberships__role=Role.MANAGER, is_active=True
    ).distinct()
    context = {"round": page.round, "address": f"{settings.SITE_URL}{reverse('sparks:application-list')}"}
    for manager in managers.order_by("pk"):
        write_message(
            kind="applications_waiting",
            team=application.team,
            about=page,
            to=Recipient(user=manager),
            by=None,
            context=context,
            occasion=f"{timezone.localdate()}",
        )


def tell_closed(application: Application, *, by: User) -> list[Message]:
    """Tell whoever sent an application that it is not taken up, and why: by email, or in person by whoever closed it."""
    messages = [
        write_message(
            kind="application_closed",
            team=application.team,
            about=application,
            to=recipient,
            by=by,
            teller=by,
            # Not the version, which undoing restores: closed again, it is another message.
            occasion=f"{application.settled_at}",
            context={"title": f"{application}", "reason": application.reason, "helper": by, **ways_back(recipient)},
        )
        for recipient in _sender(application)
    ]
    return [message for message in messages if message is not None]


def _sender(application: Application) -> Iterator[Recipient]:
    return applicants(application.people.exclude(name="").filter(place=0))
