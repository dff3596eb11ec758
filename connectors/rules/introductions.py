"""Rules of introductions: who can introduce, when to ask about the outcome, and the kinds of ends. Pure; no writes."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from communities.models import Role, Team, User
from connectors.models import Introduction, IntroductionOutcome

#: Days after an introduction when its builder is first asked about the outcome.
FIRST_ASKED_AFTER = 28
#: Days after "not yet" when they are asked again.
ASKED_AGAIN_AFTER = 42
#: The answers of one tap: an outcome, or not to ask again.
STOP = "stop"
ANSWERS = {
    IntroductionOutcome.MET: _("They met"),
    IntroductionOutcome.TOGETHER: _("Doing something together"),
    IntroductionOutcome.NOT_YET: _("Not yet"),
    STOP: _("Stop asking"),
}
#: The kinds of ends; every introduction has exactly one of nine combinations, so that their counts add up to all.
ENDS = {"person": _("resident"), "asset": _("group or place"), "partner": _("partner")}


def can_introduce(user: User, team: Team | int | None) -> bool:
    """Return whether a user may introduce people, record outcomes and dismiss suggestions: builders and managers."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_delete_introduction(user: User, introduction: Introduction) -> bool:
    """Return whether a user may delete an introduction recorded by mistake: whoever introduced them, and managers."""
    return user.has_role(introduction.team_id, Role.MANAGER) or (
        introduction.introduced_by_id == user.pk and can_introduce(user, introduction.team_id)
    )


def next_question_date(outcome: str, *, introduced_on: date, today: date) -> date | None:
    """Return the date on which to ask about the outcome; None when it is known.

    Not known yet: four weeks after the introduction, or four weeks from today when that date is past. Not yet met: in
    six weeks.
    Source: this project's rule of thumb; a month is how long a first cup of tea takes to be drunk.
    """
    if outcome == IntroductionOutcome.WAITING:
        first = introduced_on + timedelta(days=FIRST_ASKED_AFTER)
        return first if first > today else today + timedelta(days=FIRST_ASKED_AFTER)
    if outcome == IntroductionOutcome.NOT_YET:
        return today + timedelta(days=ASKED_AGAIN_AFTER)
    return None


def first_question_date(introduced_on: date) -> date:
    """Return the date on which a new introduction is first asked about, past or future."""
    return introduced_on + timedelta(days=FIRST_ASKED_AFTER)


def direction(introduction: Introduction) -> tuple[str, str]:
    """Return (from, to) as the kinds of the two ends, keys of `ENDS`."""
    return kind_of(introduction, "from"), kind_of(introduction, "to")


def kind_of(introduction: Introduction, side: str) -> str:
    """Return the kind of one end, a key of `ENDS`; `side` is "from" or "to"."""
    return next(kind for kind in ENDS if getattr(introduction, f"{side}_{kind}_id") is not None)
