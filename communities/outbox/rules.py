"""When a message is tried again, and who may do what with one."""

from datetime import timedelta

from communities.models import Message, MessageState, Role, Team, User

#: The pauses after each failed attempt. Together a little more than a day; after the last one Kith gives up.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 840))
#: How long a carrier may take with one message before another process may try it. Longer than a mail server's timeout.
LEASE = timedelta(minutes=10)


def pause_after(tries: int) -> timedelta | None:
    """Return the pause after this many failed attempts; None if Kith gives up."""
    return PAUSES[tries - 1] if 0 < tries <= len(PAUSES) else None


def can_read_messages(user: User, team: Team | int | None) -> bool:
    """Return whether a person may read the team's messages: its builders and managers may."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_manage_messages(user: User, team: Team | int | None) -> bool:
    """Return whether a person may see and handle all of the team's messages: its managers may."""
    return user.has_role(team, Role.MANAGER)


def can_handle_message(user: User, message: Message) -> bool:
    """Return whether a person may send a message again, tell it in person or withdraw it.

    Managers may, and so may the builder who would tell it, and while they are away their stand-in.
    """
    if can_manage_messages(user, message.team_id):
        return True
    if not user.has_role(message.team_id, Role.BUILDER):
        return False
    return message.teller_id == user.pk or Message.objects.filter(pk=message.pk).told_by(user).exists()


def can_show_private_link(user: User, message: Message) -> bool:
    """Return whether a person may print a letter with its private link: who tells it in person, while that is to be done."""
    if message.state != MessageState.IN_PERSON or not can_read_messages(user, message.team_id):
        return False
    return Message.objects.filter(pk=message.pk).told_by(user).exists()


def may_still_be_told(message: Message) -> bool:
    """Return whether the user to whom a message goes is still in its team; True for residents and others outside."""
    return message.user is None or message.user.has_role(message.team_id, *Role.values)


def is_sendable_again(message: Message) -> bool:
    """Return whether Kith gave up on a message that has an address."""
    return message.state == MessageState.FAILED
