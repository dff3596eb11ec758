"""The kinds of messages that belong to no app to the right."""

from django.utils.translation import gettext_lazy as _

from communities.outbox.kinds import Kind

REMINDER = "reminder"
KINDS = (
    Kind(
        name=REMINDER,
        label=_("What waits"),
        subject=_("What waits in %(team)s"),
        template="communities/told/reminder.txt",
        when=_("At the hour that a user chose in their settings, if anything waits. Off until they choose one."),
        can_unsubscribe=True,
    ),
)
