"""Rules of consent: refusals, who publishes the notice, and how long requests can wait. No writes."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from communities.models import Role, Team, User
from communities.working_days import a_month_after, next_working_day

#: Normally within a month (UK GDPR, Articles 12(3) and 14(3)), counted in days.
MONTH_DAYS = 30
#: How long a link to a sheet can be opened, and how long the sheet then stays open.
LINK_DAYS = 14
SHEET_MINUTES = 60

NOT_INTRODUCED = _("%(name)s does not want to be introduced. Speak with them first.")
NOT_OFFERED = _("They asked us not to tell neighbours what they offer. Speak with them first.")
NOT_SHOWN = _("%(names)s said no to photos. Leave the photo out, or speak with them first.")
NOT_TOLD = _("%(names)s said no to sharing their story. Take them out of it, words and all, or speak with them first.")

NOT_REACHED = _(
    "They asked us not to get in touch, so their phone number and email address were not saved. If they have changed "
    "their mind, record that first."
)


def can_publish_notice(user: User, team: Team | int | None) -> bool:
    """Return whether a user may publish the team's privacy notice: managers."""
    return user.has_role(team, Role.MANAGER)


def answer_by(received: date) -> date:
    """Return the day by which a resident's request must be answered: one calendar month after the day it was received.

    If the next month has no such day, its last day; if that is at a weekend or a bank holiday, the next working day.
    Source: UK GDPR, Article 12(3), and the ICO, "How long do we have to comply?" in its guide to the right of access.
    """
    return next_working_day(a_month_after(received))


def is_late(since: date, *, today: date) -> bool:
    """Return whether something has waited longer than a month."""
    return today - since > timedelta(days=MONTH_DAYS)
