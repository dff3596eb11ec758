"""Who closes a quarter, and when; who makes addresses of what was closed, and for how long."""

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.models import Role, Team, User
from communities.periods import Grain, Period

#: Late entries have this long to arrive before a quarter can be closed.
WAITING = timedelta(weeks=3)
#: For how many days an address may work: three months, half a year, a year.
DAYS = (91, 183, 366)


def can_close_quarter(user: User, team: Team | int | None) -> bool:
    """Return whether a person may close a quarter of the team: its managers and evaluators may."""
    return user.has_role(team, Role.MANAGER, Role.EVALUATOR)


def can_compare_people(user: User, team: Team | int | None) -> bool:
    """Return whether a person is shown how figures that count people have changed since a release.

    Those who may read the records may. For others a difference of one would be somebody.
    """
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_make_address(user: User, team: Team | int | None) -> bool:
    """Return whether a person may make and withdraw addresses of the team's releases: its managers and evaluators may."""
    return user.has_role(team, Role.MANAGER, Role.EVALUATOR)


def closes_from(quarter: Period) -> date:
    """Return the first day on which a quarter can be closed."""
    return quarter.end + WAITING


def why_not_yet(quarter: Period, today: date) -> str:
    """Return why a period cannot be closed yet; "" if it can."""
    if quarter.grain != Grain.QUARTER:
        return _("Close the four quarters; the year is closed with the last of them.")
    if today < closes_from(quarter):
        return _("This quarter can be closed from %(day)s, when late entries have arrived.") % {
            "day": date_format(closes_from(quarter), "j F Y")
        }
    return ""
