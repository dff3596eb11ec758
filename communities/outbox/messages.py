"""The kinds of messages that belong to no app to the right."""

from django.utils.translation import gettext_lazy as _

from communities.outbox.kinds import Kind

REMINDER = "reminder"
MANAGERS_TOLD = "managers_told"
KINDS = (
    Kind(
        name=REMINDER,
        label=_("Daily email"),
        subject=_("%(team)s: what is waiting for you"),
        template="communities/told/reminder.txt",
        when=_("At the hour that a user chose in their settings, if anything is waiting. Off until they choose one."),
        can_unsubscribe=True,
    ),
    Kind(
        name=MANAGERS_TOLD,
        label=_("A change that managers should know about"),
        subject=_("%(team)s: a change that every manager should know"),
        template="communities/told/managers.txt",
        when=_(
            "When somebody is invited, joins, leaves or is confirmed, when roles, the limit, a host or a payee change, and when "
            "a change to a spark is proposed or answered, to the other managers of the team."
        ),
    ),
)
