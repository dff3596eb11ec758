"""`manage.py send_messages`: write what is due and send what waits. A timer runs it every few minutes."""

from django.core.management.base import BaseCommand

from communities.outbox.tasks import send_messages
from config.reminders import write_reminders
from sparks.actions.telling import tell_reports_due


class Command(BaseCommand):
    """Safe to run as often as one likes, and at the same time as another: nobody is told anything twice."""

    help = (
        "Tell users what waits at the hour they chose, ask how sparks went that were paid six weeks ago, and send the messages that wait, also those that could not be sent "
        "before. Run it every few minutes."
    )

    def handle(self, **options: object) -> None:
        """Write, send, and print how many."""
        reminded, asked = write_reminders(), tell_reports_due()
        sent = failed = 0
        while True:
            now_sent, now_failed = send_messages()
            sent, failed = sent + now_sent, failed + now_failed
            # A failed message is due again later, so this ends once nothing more goes out.
            if not now_sent:
                break
        self.stdout.write(
            f"Sent {sent} messages; {failed} could not be sent. Asked about {asked} sparks, and told "
            f"{reminded} times what waits."
        )
