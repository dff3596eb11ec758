"""Send what is due, after a commit and by `manage.py send_messages`."""

import logging

from django.tasks import task

from communities.models import Message
from communities.outbox.actions import claim_message, record_failure, record_sent
from communities.outbox.carriers import NotCarriedError, carrier_for
from communities.outbox.kinds import text_to_send

logger = logging.getLogger(__name__)
#: How many messages one run sends at most; after a commit only a few, so that they do not hold up a password link.
BATCH, AT_ONCE = 100, 10


@task(backend="soon")
def send_due(limit: int = AT_ONCE) -> None:
    """Send the messages that are due, oldest first, also those that an earlier process left behind."""
    send_messages(limit=limit)


def send_soon() -> None:
    """Have `send_due` run. `settings.AFTER_MESSAGES_WRITTEN` names this: actions must not import tasks."""
    send_due.enqueue()


def send_messages(*, limit: int = BATCH) -> tuple[int, int]:
    """Send the messages that are due and return how many were sent and how many were not.

    Several processes can do this at the same time: each message is tried by one of them. While a mail server does not answer,
    one message waits for it, not all of them one after the other.
    """
    sent = failed = 0
    down: set[str] = set()
    for pk, channel in list(Message.objects.due().values_list("pk", "channel")[:limit]):
        if channel in down:
            continue
        message = claim_message(pk=pk)
        if message is None:
            continue
        error = send_message(message)
        sent, failed = sent + (error is None), failed + (error is not None)
        if error is not None and error.is_down:
            down.add(channel)
    return sent, failed


def send_message(message: Message) -> NotCarriedError | None:
    """Have a claimed message carried, record what became of it, and return the error if it was not sent."""
    try:
        # Only in memory: what is stored, and what pages show, has marks instead of what only the recipient may read.
        message.body = text_to_send(message)
        carrier_for(message.channel).carry(message)
    except NotCarriedError as error:
        record_failure(message=message, error=str(error), is_final=error.is_final)
        return error
    except Exception as error:
        # A carrier that breaks its interface must neither stop the others' messages nor lose this one.
        logger.exception("Message %s could not be sent.", message.pk)
        unknown = NotCarriedError(f"Kith could not send this: {type(error).__name__}.")
        record_failure(message=message, error=str(unknown))
        return unknown
    record_sent(message=message)
    return None
