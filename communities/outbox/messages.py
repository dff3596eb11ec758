"""The kinds of messages that belong to no app to the right."""

from django.utils.translation import gettext_lazy as _

from communities.outbox.kinds import Kind

REMINDER = "reminder"
KINDS = (
    Kind(
        name=REMINDER,
        label=_("Daily email"),
        subject=_("%(team)s: what is waiting for you"),
        template="communities/told/reminder.txt",
        when=_("At the hour that a user chose in their settings, if anything is waiting. Off until they choose one."),
        can_unsubscribe=True,
    ),
)
