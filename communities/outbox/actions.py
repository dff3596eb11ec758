"""Write messages, record what became of them, and let people tell them in person.

`write_message` is called by the action that has something to tell, in its transaction: if that fails, nobody is told. What
is written is sent after the commit (`settings.AFTER_MESSAGES_WRITTEN`), by `communities.outbox.tasks`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Model
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities import audit
from communities.actions.saving import check_row, locked
from communities.idempotency import idempotent
from communities.models import InPersonReason, Message, MessageState, MessageTry, Team, User
from communities.outbox import rules
from communities.outbox.kinds import has_private_link, kinds
from communities.outbox.recipients import Contact, Recipient, contact_of
from communities.rules import require
from communities.undo import keep_change
from communities.verbs import Verb

#: The fields that `_settle` and `_reopen` set.
_STATE = ("state", "reason", "next_try_at", "settled_at", "settled_by")


@transaction.atomic
def write_message(
    *,
    kind: str,
    team: Team,
    about: Model,
    to: Recipient,
    by: User | None,
    context: Mapping[str, object],
    teller: User | None = None,
    occasion: str = "",
) -> Message | None:
    """Write a message once, in the team's language, and return it; None if the recipient cannot be told any more.

    The kind, `about`, the occasion and the recipient make the key: a second message with the same key is not written. The
    occasion distinguishes what can happen twice to one row, such as a second question. The recipient's own wish decides
    whether it is sent or told in person, by the teller.
    """
    contact = contact_of(to)
    if contact is None:
        return None
    key = _key(kind, f"{about._meta.label_lower} {about.pk}", occasion, to.key)
    if found := Message.objects.filter(key=key).first():
        return found
    message = Message(
        team=team,
        kind=kind,
        key=key,
        about_model=about._meta.label_lower,
        about_id=about.pk,
        user=to.user,
        resident_id=to.resident_id,
        name=to.name,
        teller=teller,
    )
    message.subject, message.body = _text(kind, team, context)
    _address(message, contact)
    check_row(message, exclude=("uuid", "name", "address"), validate_unique=False)
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return Message.objects.get(key=key)
    audit.record(by=by, verb=Verb.WRITE_MESSAGE, obj=message)
    if message.state == MessageState.WAITING:
        _send_after_commit()
    return message


def _key(*parts: str) -> str:
    """Return a keyed digest, because the name of a recipient outside could be guessed from a plain one."""
    return salted_hmac("communities.outbox", "\n".join(parts), algorithm="sha256").hexdigest()


def _text(name: str, team: Team, context: Mapping[str, object]) -> tuple[str, str]:
    """Return the subject, on one line, and the text of a message."""
    kind = kinds()[name]
    with override(team.language):
        subject = " ".join((str(kind.subject) % context).split())
        words = render_to_string(kind.template, {**context, "team": team})
    return subject[:200], re.sub(r"\n{3,}", "\n\n", words).strip() + "\n"


def _address(message: Message, contact: Contact) -> None:
    """Set whether a message is sent now, and where to, or told in person."""
    message.channel, message.address = contact.channel, contact.address
    if contact.channel:
        message.state, message.reason, message.next_try_at = MessageState.WAITING, "", timezone.now()
    else:
        message.state, message.reason, message.next_try_at = MessageState.IN_PERSON, contact.reason, None


def _send_after_commit() -> None:
    send: Callable[[], object] = import_string(settings.AFTER_MESSAGES_WRITTEN)
    transaction.on_commit(send, robust=True)


@transaction.atomic
def claim_message(*, pk: int) -> Message | None:
    """Return a due message for one attempt, or None if another process has it or nothing is left to do.

    The row itself is the lock: of several processes the database lets one move `next_try_at`. It is moved past the longest
    attempt, so that a process that dies leaves the message to the next one. The address is looked up again, because the
    recipient may have asked for something else since; a user who has left the team is not told any more.
    """
    now = timezone.now()
    mine = Message.objects.filter(pk=pk, state=MessageState.WAITING, next_try_at__lte=now)
    if not mine.update(next_try_at=now + rules.LEASE, tries=F("tries") + 1):
        return None
    message = locked(Message.objects.select_related("user", "team"), pk)
    contact = contact_of(_recipient(message))
    if contact is None or not rules.may_still_be_told(message):
        _close(message, MessageState.WITHDRAWN, by=None, verb=Verb.WITHDRAW_MESSAGE)
        return None
    if not contact.channel:
        _leave_to_people(message, contact.reason)
        return None
    if (message.channel, message.address) != (contact.channel, contact.address):
        message.channel, message.address = contact.channel, contact.address
        message.save(update_fields=["channel", "address"])
    return message


def _leave_to_people(message: Message, reason: str) -> None:
    message.state, message.reason, message.next_try_at = MessageState.IN_PERSON, reason, None
    message.save(update_fields=["state", "reason", "next_try_at"])
    audit.record(by=None, verb=Verb.LEAVE_TO_PEOPLE, obj=message, fields=["state"])


def _recipient(message: Message) -> Recipient:
    return Recipient(user=message.user, resident_id=message.resident_id, name=message.name, email=_outside(message))


def _outside(message: Message) -> str:
    return message.address if message.name else ""


@transaction.atomic
def record_sent(*, message: Message) -> Message:
    """Record that the carrier accepted a claimed message, even if somebody withdrew it at that moment."""
    message = locked(Message.objects.all(), message.pk)
    if message.state not in (MessageState.TOLD, MessageState.SENT):
        _close(message, MessageState.SENT, by=None, verb=Verb.SEND_MESSAGE)
    return message


@transaction.atomic
def record_failure(*, message: Message, error: str, is_final: bool = False) -> Message:
    """Record why an attempt failed, and when the next one is due; give up after the last pause or a final refusal.

    error: a plain sentence for people.
    """
    tries = message.tries
    message = locked(Message.objects.all(), message.pk)
    MessageTry.objects.create(message=message, error=error[:250])
    if message.state != MessageState.WAITING or message.tries != tries:
        return message
    pause = None if is_final else rules.pause_after(tries)
    if pause is not None:
        message.next_try_at = timezone.now() + pause
        message.save(update_fields=["next_try_at"])
        return message
    message.state, message.next_try_at = MessageState.FAILED, None
    message.save(update_fields=["state", "next_try_at"])
    audit.record(by=None, verb=Verb.GIVE_UP_MESSAGE, obj=message, fields=["state"])
    return message


@transaction.atomic
def send_again(*, message: Message, by: User) -> Message:
    """Send a message that could not be sent, to the address that the recipient has now.

    Raises: PermissionDenied; ValidationError if it was settled meanwhile, or if the recipient has no address.
    """
    require(rules.can_handle_message, by, message)
    message = _open(message)
    if message.state == MessageState.WAITING:
        return message
    contact = contact_of(_recipient(message))
    if contact is None or not contact.channel or not rules.may_still_be_told(message):
        raise ValidationError(_("This person has no address to send it to. Tell them in person."))
    _address(message, contact)
    message.tries = 0
    message.save(update_fields=["state", "reason", "next_try_at", "channel", "address", "tries"])
    audit.record(by=by, verb=Verb.SEND_MESSAGE_AGAIN, obj=message, fields=["state"])
    _send_after_commit()
    return message


@transaction.atomic
def tell_in_person(*, message: Message, by: User) -> Message:
    """Put a message on the list of those to tell in person, of its teller or else of the user.

    Raises: PermissionDenied; ValidationError if it was settled meanwhile.
    """
    require(rules.can_handle_message, by, message)
    message = _open(message)
    if message.state == MessageState.IN_PERSON:
        return message
    message.state, message.reason, message.next_try_at = MessageState.IN_PERSON, InPersonReason.CHOSEN, None
    message.teller = message.teller or by
    message.save(update_fields=["state", "reason", "next_try_at", "teller"])
    audit.record(by=by, verb=Verb.LEAVE_TO_PEOPLE, obj=message, fields=["state"])
    return message


@idempotent(Message)
@transaction.atomic
def show_private_link(*, message: Message, by: User, uuid: UUID | None = None) -> Message:
    """Return a letter with its private link as its `secret`; what opened before opens nothing. Writes down who could read it.

    The same UUID sent twice makes one link, and the second time there is no secret. Only for who tells it in person: what is sent by email is read by nobody of the team.
    Raises: PermissionDenied; ValidationError if it was settled meanwhile, or if its link was stopped.
    """
    message = _open(message)
    require(rules.can_show_private_link, by, message)
    kind = kinds()[message.kind]
    if has_private_link(message):
        show: Callable[..., str] = import_string(kind.show)
        message.secret = show(message=message, by=by)
    return message


@transaction.atomic
def mark_told(*, message: Message, by: User) -> Message:
    """Record that the user told the recipient in person. Does nothing the second time.

    Raises: PermissionDenied; ValidationError if it was sent or withdrawn meanwhile.
    """
    require(rules.can_handle_message, by, message)
    current = locked(Message.objects.all(), message.pk)
    if current.state == MessageState.TOLD:
        return current
    message = _open(current)
    message.reason = message.reason or InPersonReason.CHOSEN
    _close(message, MessageState.TOLD, by=by, verb=Verb.TELL_MESSAGE)
    return message


@transaction.atomic
def withdraw_message(*, message: Message, by: User) -> Message:
    """Withdraw a message that was not sent or told yet. Does nothing the second time.

    Raises: PermissionDenied; ValidationError if it was sent or told meanwhile.
    """
    require(rules.can_handle_message, by, message)
    current = locked(Message.objects.all(), message.pk)
    if current.state == MessageState.WITHDRAWN:
        return current
    message = _open(current)
    before = {name: getattr(message, name) for name in ("state", "next_try_at", "settled_at", "settled_by")}
    _close(message, MessageState.WITHDRAWN, by=by, verb=Verb.WITHDRAW_MESSAGE)
    keep_change(message, by=by, verb=Verb.WITHDRAW_MESSAGE, before=before)
    return message


def withdraw_outdated(*, about: Model, kinds: Iterable[str]) -> int:
    """Withdraw what was not sent or told yet about a row, because it is not true any more; return how many."""
    rows = Message.objects.about(about).filter(
        kind__in=list(kinds), state__in=(MessageState.WAITING, MessageState.FAILED, MessageState.IN_PERSON)
    )
    found = list(rows.select_for_update(of=("self",)))
    for message in found:
        _close(message, MessageState.WITHDRAWN, by=None, verb=Verb.WITHDRAW_MESSAGE)
    return len(found)


def delete_messages(*, residents: Iterable[int]) -> int:
    """Delete the messages to residents who are erased; return how many. The caller audits the erasure."""
    _all, by_model = Message.objects.filter(resident_id__in=list(residents)).delete()
    return by_model.get(Message._meta.label, 0)


def delete_messages_about(*, model: type[Model], ids: Iterable[int]) -> int:
    """Delete the messages about rows that are deleted; return how many."""
    rows = Message.objects.filter(about_model=model._meta.label_lower, about_id__in=list(ids))
    _all, by_model = rows.delete()
    return by_model.get(Message._meta.label, 0)


def delete_messages_to(*, model: type[Model], ids: Iterable[int], names: Iterable[str]) -> int:
    """Delete the messages about rows to somebody outside by these names, who is erased; return how many."""
    rows = Message.objects.filter(about_model=model._meta.label_lower, about_id__in=list(ids), name__in=list(names))
    _all, by_model = rows.delete()
    return by_model.get(Message._meta.label, 0)


def delete_old_messages(*, before: datetime) -> int:
    """Delete messages that were settled before a time; return how many."""
    _all, by_model = Message.objects.filter(settled_at__lt=before).delete()
    return by_model.get(Message._meta.label, 0)


def _open(message: Message) -> Message:
    """Return the message, locked, if something is left to do. Raises: ValidationError, code "step"."""
    message = locked(Message.objects.select_related("user", "team"), message.pk)
    if not message.is_open:
        raise ValidationError(
            _("This message’s state is now “%(now)s”, so nothing was changed.") % {"now": message.get_state_display()},
            code="step",
        )
    return message


def _close(message: Message, state: MessageState, *, by: User | None, verb: Verb) -> None:
    message.state, message.next_try_at = state, None
    message.settled_at, message.settled_by = timezone.now(), by
    message.save(update_fields=_STATE)
    audit.record(by=by, verb=verb, obj=message, fields=["state"])
