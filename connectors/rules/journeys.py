"""Permissions and checks of journeys. No writes."""

from datetime import date

from communities.models import Role, Team, User
from connectors.models import Gave, Journey, LightTouch


def can_write_journey(user: User, team: Team | int | None) -> bool:
    """Return whether a user may log light touches and journeys for a team: builders and managers."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_delete_change(user: User, journey: Journey) -> bool:
    """Return whether a user may delete a change recorded by mistake: the journey's builder, and managers."""
    return user.has_role(journey.team_id, Role.MANAGER) or (
        journey.builder_id == user.pk and can_write_journey(user, journey.team_id)
    )


def can_change_light_touch(user: User, touch: LightTouch) -> bool:
    """Return whether a user may correct or delete a word in passing: the builder who logged it, and managers."""
    return user.has_role(touch.team_id, Role.MANAGER) or (
        touch.builder_id == user.pk and can_write_journey(user, touch.team_id)
    )


def is_asked_about_belonging(gave: str) -> bool:
    """Return whether to ask if somebody feels more part of the place: not when only useful information was given.

    Source: the forecast social return study of Local Area Coordination in Derby and Thurrock (2016), which leaves
    people who were only given information out of what belonging is measured on.
    """
    return gave != Gave.INFORMATION


def is_day_on_journey(day: date, journey: Journey, *, today: date) -> bool:
    """Return whether a change can have been observed on a date: since the journey started, up to its end or today."""
    return journey.began_on <= day <= min(journey.ended_on or today, today)
