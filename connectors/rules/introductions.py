"""When to ask what came of an introduction, and which way it went. Pure; no writes."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from connectors.models import Introduction, IntroductionOutcome

#: Days after an introduction at which its builder is first asked what came of it.
FIRST_ASKED_AFTER = 28
#: Days after "not yet" at which they are asked again.
ASKED_AGAIN_AFTER = 42
#: What one tap can answer: an outcome, or that nobody need ask again.
STOP = "stop"
ANSWERS = {
    IntroductionOutcome.MET: _("They met"),
    IntroductionOutcome.TOGETHER: _("Doing something together"),
    IntroductionOutcome.NOT_YET: _("Not yet"),
    STOP: _("Stop asking"),
}
#: Which ends meet; every introduction is of exactly one of these nine kinds, so that they add up to all of them.
ENDS = {"person": _("resident"), "asset": _("group or place"), "partner": _("partner")}


def next_asking(outcome: str, *, introduced_on: date, today: date) -> date | None:
    """Return the day on which to ask what came of an introduction; None when it is known.

    Not known yet: four weeks after it was made, and four weeks from today when that day is past. Not yet met: in six weeks.
    Source: this project's rule of thumb; a month is how long a first cup of tea takes to be drunk.
    """
    if outcome == IntroductionOutcome.WAITING:
        first = introduced_on + timedelta(days=FIRST_ASKED_AFTER)
        return first if first > today else today + timedelta(days=FIRST_ASKED_AFTER)
    if outcome == IntroductionOutcome.NOT_YET:
        return today + timedelta(days=ASKED_AGAIN_AFTER)
    return None


def first_asking(introduced_on: date) -> date:
    """Return the day on which a new introduction is first asked about, past or to come."""
    return introduced_on + timedelta(days=FIRST_ASKED_AFTER)


def is_to_ask(introduction: Introduction, today: date) -> bool:
    """Return whether it is time to ask what came of an introduction."""
    return introduction.ask_again_on is not None and introduction.ask_again_on <= today


def direction(introduction: Introduction) -> tuple[str, str]:
    """Return (from, to) as the kinds of the two ends, keys of `ENDS`."""
    return kind_of(introduction, "from"), kind_of(introduction, "to")


def kind_of(introduction: Introduction, side: str) -> str:
    """Return the kind of one end, a key of `ENDS`; `side` is "from" or "to"."""
    return next(kind for kind in ENDS if getattr(introduction, f"{side}_{kind}_id") is not None)
