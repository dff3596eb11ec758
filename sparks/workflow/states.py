"""What each status of a spark means, and whose turn it is. Pure."""

from dataclasses import dataclass


def _(words: str) -> str:
    """Mark a text for `makemessages`; whoever shows it translates it."""
    return words


#: After how many days without an answer or an acceptance a spark lapses.
LAPSE_DAYS = 60
#: How many days after the payment the people behind a spark are asked how it went: time to buy, to do it and to rest.
REPORT_DAYS = 42


@dataclass(frozen=True, kw_only=True)
class State:
    """What a status means.

    turn: whose turn it is, a key of `TURNS`; empty when nobody's. is_end: nothing has to happen any more. is_editable: the
    answers can be changed. is_live: the group's one live spark in a round. is_waiting: for a decision. is_promised: money is
    held for it and not paid. is_awarded: counts towards what the group was awarded. reached: how many of the five stages
    from idea to story are behind it. days: after how many days the people behind it should have done what comes next; 0
    if nothing is due.
    """

    turn: str = ""
    is_end: bool = False
    is_editable: bool = False
    is_live: bool = False
    is_waiting: bool = False
    is_promised: bool = False
    is_awarded: bool = False
    reached: int = 1
    days: int = 0


#: Whose turn it is.
TURNS = {
    "group": _("The people behind it, with whoever writes for them"),
    "deciders": _("A manager or a deputy who is not too close"),
    "payers": _("Somebody who pays and did not approve"),
    "managers": _("A manager"),
}

STATES: dict[str, State] = {
    "draft": State(turn="group", is_editable=True, reached=0),
    "submitted": State(turn="deciders", is_live=True, is_waiting=True),
    "needs_info": State(turn="group", is_live=True, is_editable=True, days=LAPSE_DAYS),
    "recommended": State(turn="deciders", is_live=True, is_waiting=True),
    "approved": State(turn="group", is_live=True, is_promised=True, is_awarded=True, reached=2, days=LAPSE_DAYS),
    "ready": State(turn="payers", is_live=True, is_promised=True, is_awarded=True, reached=2),
    "paid": State(turn="group", is_live=True, is_awarded=True, reached=3, days=REPORT_DAYS),
    "reported": State(turn="managers", is_live=True, is_awarded=True, reached=4),
    "closed": State(is_end=True, is_awarded=True, reached=5),
    "ineligible": State(is_end=True),
    "declined": State(is_end=True),
    "withdrawn": State(is_end=True),
    "lapsed": State(is_end=True),
    "cancelled": State(is_end=True, reached=2),
    "recovered": State(is_end=True, reached=3),
}


def statuses(flag: str) -> tuple[str, ...]:
    """Return the statuses for which a flag of `State` is set, such as "is_live"."""
    return tuple(name for name, state in STATES.items() if getattr(state, flag))
