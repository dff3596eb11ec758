"""Releases: every quarter that can be closed is, but the latest; and what came to light in one of them since."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from communities.models import User
from config.demo.people import World
from connectors.actions.conversations import delete_conversation, log_conversation
from connectors.models import Conversation
from evaluation.releases.actions import close_quarter
from evaluation.releases.queries import quarters_to_close
from evaluation.releases.rules import closes_from


def close_quarters(world: World, *, by: User, manager: User) -> None:
    """Close all quarters but the latest, each on the day after it could be; then write something down late, and delete something."""
    *earlier, _latest = quarters_to_close(world.team, timezone.localdate())
    for quarter in earlier:
        day = closes_from(quarter) + timedelta(days=1)
        at = timezone.make_aware(datetime.combine(day, time(10, 30)))
        close_quarter(by=by, team=world.team, quarter=quarter, at=at)
    changed, builder = earlier[-1], world.builders[0]
    log_conversation(
        team=world.team,
        by=builder,
        held_on=changed.end - timedelta(days=2),
        summary="Found on the back of an envelope: she would teach darning to anybody who brings a sock.",
    )
    held = Conversation.objects.filter(team=world.team, builder=builder, held_on__range=(changed.start, changed.end))
    twice = held.filter(stories=None, gifts_heard=None).order_by("pk").first()
    if twice is not None:
        delete_conversation(conversation=twice, by=manager)
