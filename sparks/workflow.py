"""The workflow of a spark as one table: in which status who may take which step, what they read afterwards, who is told
what, which money moves, and which status follows. Pure: no Django, no database, no clock.

Rules, buttons, URLs, messages, the page that explains the workflow and the tests all read this table. An action takes a
step with `sparks.actions.steps.take`, which refuses what is not in it. Texts are marked here and translated where shown.
"""

from dataclasses import dataclass


def _(words: str) -> str:
    """Mark a text for `makemessages`; whoever shows it translates it."""
    return words


@dataclass(frozen=True, kw_only=True)
class State:
    """What a status means.

    turn: whose turn it is, a key of `TURNS`; empty when nobody's. is_end: nothing has to happen any more. is_editable: the
    answers can be changed. is_live: the group's one live spark in a round. is_waiting: for a decision. is_promised: money is
    held for it and not paid. is_awarded: counts towards what the group was awarded. reached: how many of the five stages
    from idea to story are behind it.
    """

    turn: str = ""
    is_end: bool = False
    is_editable: bool = False
    is_live: bool = False
    is_waiting: bool = False
    is_promised: bool = False
    is_awarded: bool = False
    reached: int = 1


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
    "needs_info": State(turn="group", is_live=True, is_editable=True),
    "recommended": State(turn="deciders", is_live=True, is_waiting=True),
    "approved": State(turn="group", is_live=True, is_promised=True, is_awarded=True, reached=2),
    "ready": State(turn="payers", is_live=True, is_promised=True, is_awarded=True, reached=2),
    "paid": State(turn="group", is_live=True, is_awarded=True, reached=3),
    "reported": State(turn="managers", is_live=True, is_awarded=True, reached=4),
    "closed": State(is_end=True, is_awarded=True, reached=5),
    "ineligible": State(is_end=True),
    "declined": State(is_end=True),
    "withdrawn": State(is_end=True),
    "cancelled": State(is_end=True, reached=2),
    "recovered": State(is_end=True, reached=3),
}

#: The roles of each group of people that a step names, and the words for them. Who of them is too close to a spark to
#: decide or to pay is in `sparks.rules`.
ROLES: dict[str, tuple[str, ...]] = {
    "team": ("builder", "manager"),
    "deciders": ("manager",),
    "payers": ("manager",),
    "managers": ("manager",),
}
WHO = {
    "team": _("Builders and managers"),
    "deciders": _("Managers who are not too close"),
    "payers": _("Managers who did not approve it and are not too close"),
    "managers": _("Managers"),
}

#: What a step does to the money of a round.
MONEY = {
    "": _("None"),
    "reserve": _("Promised from the round"),
    "release": _("What was promised goes back to the round"),
    "pay": _("Paid"),
    "recover": _("What was returned goes back to the round"),
}

#: Groups of people who are told, as `sparks.actions.telling` finds them.
TOLD = {
    "residents": _("the residents behind it"),
    "group": _("the residents behind it and whoever started it"),
    "group_and_host": _("the residents behind it, whoever started it and the organisation that holds the money"),
    "approvers": _("the managers who approved it"),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """What somebody can do with a spark.

    name: also the last part of its URL. who: a key of `ROLES`. button: its label. says: what is shown afterwards. verb: the
    verb of the audit. title, help: the heading and the explanation of a form of its own; a step without a title has
    its place in a template of its own.
    """

    name: str
    who: str
    button: str
    says: str
    verb: str
    title: str = ""
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Way:
    """One row of the table: a step in a status, and what follows.

    when: the condition, if the step can lead to more than one status. tells: pairs of a kind of message and a key of
    `TOLD`. money: a key of `MONEY`; releases happen only if money was promised. verb: if it is not the step's.
    """

    step: str
    at: str
    to: str
    when: str = ""
    money: str = ""
    tells: tuple[tuple[str, str], ...] = ()
    verb: str = ""


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            name="hand-in",
            who="team",
            button=_("Submit"),
            says=_("Submitted. A manager will decide."),
            verb="submit",
        ),
        Step(
            name="ask",
            who="deciders",
            button=_("Ask"),
            says=_("Question saved. It is shown on this page."),
            verb="ask_question",
        ),
        Step(
            name="approve",
            who="deciders",
            button=_("Approve"),
            says=_("Your approval has been saved."),
            verb="approve",
        ),
        Step(
            name="decline",
            who="deciders",
            button=_("Not this time"),
            says=_("Your decision and the reason have been saved."),
            verb="decline",
        ),
        Step(
            name="outside",
            who="deciders",
            button=_("Outside what the fund is for"),
            says=_("Your decision and the reason have been saved."),
            verb="rule_out",
        ),
        Step(
            name="conflict",
            who="team",
            button=_("I am too close to this one"),
            says=_("Thank you. Somebody else will decide."),
            verb="declare_conflict",
        ),
        Step(
            name="ready",
            who="team",
            button=_("They said yes"),
            says=_("Ready to pay."),
            verb="mark_ready",
        ),
        Step(
            name="pay",
            who="payers",
            button=_("Record payment"),
            says=_("The payment has been recorded in the ledger."),
            verb="pay",
        ),
        Step(
            name="report",
            who="team",
            button=_("Tell what happened"),
            says=_("Report saved. It can become a story now."),
            verb="report",
        ),
        Step(
            name="recover",
            who="managers",
            button=_("Record money returned"),
            says=_("The returned money is back in the round."),
            verb="recover",
        ),
        Step(
            name="withdraw",
            who="team",
            button=_("Withdraw"),
            says=_("Withdrawn. Any money promised to it is available again."),
            verb="withdraw",
        ),
        Step(
            name="cancel",
            who="managers",
            button=_("Cancel this spark"),
            says=_("Cancelled. The money promised to it is available again."),
            verb="cancel",
        ),
        Step(
            name="close",
            who="managers",
            button=_("Close this spark"),
            says=_("Closed."),
            verb="close",
        ),
        Step(
            name="reopen",
            who="team",
            button=_("Reopen"),
            says=_("Reopened. It is as it was before."),
            verb="reopen",
        ),
    )
}


def _each(step: str, at: tuple[str, ...], to: str, **rest: object) -> tuple[Way, ...]:
    """Return the same way from several statuses."""
    return tuple(Way(step=step, at=status, to=to, **rest) for status in at)  # type: ignore[arg-type]


_WAITING = ("submitted", "recommended")
_DECIDABLE = (*_WAITING, "needs_info")
_APPROVED = (("spark_approved", "group_and_host"),)
_DECLINED = (("spark_declined", "group"),)

WAYS: tuple[Way, ...] = (
    Way(step="hand-in", at="draft", to="submitted", tells=(("spark_submitted", "residents"),)),
    Way(step="hand-in", at="needs_info", to="submitted", tells=(("spark_submitted", "residents"),)),
    *_each("ask", ("submitted",), "needs_info", tells=(("spark_question", "group"),)),
    Way(
        step="approve",
        at="submitted",
        to="approved",
        when=_("within the limit of one person"),
        money="reserve",
        tells=_APPROVED,
    ),
    Way(step="approve", at="submitted", to="recommended", when=_("above the limit"), verb="recommend"),
    Way(
        step="approve",
        at="recommended",
        to="approved",
        when=_("the same amount as the first person"),
        money="reserve",
        tells=_APPROVED,
    ),
    *_each("decline", _WAITING, "declined", tells=_DECLINED),
    *_each("outside", _WAITING, "ineligible", tells=_DECLINED),
    *(
        Way(step="conflict", at=status, to=status)
        for status in ("draft", "submitted", "needs_info", "recommended", "approved", "ready")
    ),
    Way(step="ready", at="approved", to="ready"),
    Way(step="pay", at="ready", to="paid", money="pay", tells=(("spark_paid", "group_and_host"),)),
    Way(step="report", at="ready", to="reported", when=_("no money was needed")),
    Way(step="report", at="paid", to="reported"),
    *(Way(step="report", at=status, to=status) for status in ("reported", "closed")),
    *(
        Way(step="recover", at=status, to=to, when=when, money="recover")
        for status in ("paid", "reported", "closed")
        for to, when in ((status, _("a part of it")), ("recovered", _("all of it")))
    ),
    *_each("withdraw", ("draft", "submitted", "needs_info", "recommended"), "withdrawn"),
    *_each("withdraw", ("approved", "ready"), "withdrawn", money="release"),
    *_each(
        "cancel", ("approved", "ready"), "cancelled", money="release", tells=(("spark_cancelled", "group_and_host"),)
    ),
    Way(step="close", at="reported", to="closed"),
    *(
        Way(step="reopen", at=end, to=status, when=_("it was so before"), money=money)
        for end, each, money in (
            ("closed", ("reported",), ""),
            ("withdrawn", ("draft", "submitted", "needs_info", "recommended"), ""),
            ("withdrawn", ("approved", "ready"), "reserve"),
            ("cancelled", ("approved", "ready"), "reserve"),
        )
        for status in each
    ),
)


def statuses(flag: str) -> tuple[str, ...]:
    """Return the statuses for which a flag of `State` is set, such as "is_live"."""
    return tuple(name for name, state in STATES.items() if getattr(state, flag))


def ways(step: str, at: str) -> tuple[Way, ...]:
    """Return what a step can lead to in a status; empty if it cannot be taken."""
    return tuple(way for way in WAYS if (way.step, way.at) == (step, at))


def is_possible(step: str, at: str) -> bool:
    """Return whether a step can be taken in a status."""
    return bool(ways(step, at))


def way(step: str, at: str, to: str | None = None) -> Way | None:
    """Return the row of a step in a status, the one that leads `to` a status if there are several; None if there is none."""
    found = [each for each in ways(step, at) if to in (None, each.to)]
    return found[0] if found else None


def steps_at(status: str) -> list[str]:
    """Return the names of the steps that can be taken in a status, in the order of `STEPS`."""
    return [name for name in STEPS if is_possible(name, status)]
