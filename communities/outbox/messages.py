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
        label=_("Who decides has changed"),
        subject=_("%(team)s: a change that every manager should know"),
        template="communities/told/managers.txt",
        when=_(
            "When somebody is invited, a role, the limit or who is paid changes, or a new manager is confirmed, to the other "
            "managers of the team."
        ),
    ),
)
