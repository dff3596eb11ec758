"""The email that says what waits, at the hour that a user chose."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from communities.actions.personal import claim_reminder
from communities.links import unsubscribe_link
from communities.models import Reminder, Team
from communities.outbox.actions import write_message
from communities.outbox.messages import REMINDER
from communities.outbox.recipients import Recipient
from config.waiting import lines


def write_reminders(now: datetime | None = None) -> int:
    """Write the emails of this hour in London, and of earlier ones today that were missed; return how many.

    Nobody gets a second one on a day, however often this runs. On the day the clocks go forward, the hour that does not
    exist comes at the next; on the day they go back, the hour that comes twice counts once.
    """
    local = timezone.localtime(now)
    due = Reminder.objects.filter(Q(last_on__isnull=True) | Q(last_on__lt=local.date()), hour__lte=local.hour)
    count = 0
    for reminder in due.filter(user__is_active=True).select_related("user").order_by("pk"):
        with transaction.atomic():
            if claim_reminder(reminder=reminder, day=local.date()):
                count += _write(reminder, day=f"{local.date()}")
    return count


def _write(reminder: Reminder, *, day: str) -> int:
    """Write an email for each team of the user in which something waits; return how many."""
    user, count = reminder.user, 0
    for team in Team.objects.filter(pk__in=user.team_ids()).order_by("pk"):
        with override(team.language):
            waiting = lines(user, team)
        context = {
            "name": user.name,
            "lines": waiting,
            "site": settings.SITE_URL,
            "settings_path": reverse("communities:own-settings"),
            "unsubscribe": unsubscribe_link(user, origin=settings.SITE_URL),
            "team": team,
        }
        if waiting and write_message(
            kind=REMINDER,
            team=team,
            about=user,
            to=Recipient(user=user),
            by=None,
            occasion=f"{day} {team.pk}",
            context=context,
        ):
            count += 1
    return count
