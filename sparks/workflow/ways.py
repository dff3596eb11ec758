"""The rows of the table: a step in a status, and what follows. Pure."""

from dataclasses import dataclass

from sparks.workflow.steps import STEPS


def _(words: str) -> str:
    """Mark a text for `makemessages`; whoever shows it translates it."""
    return words


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


def _each(
    step: str, at: tuple[str, ...], to: str, *, money: str = "", tells: tuple[tuple[str, str], ...] = (), when: str = ""
) -> tuple[Way, ...]:
    """Return the same way from several statuses. to: "" if the status stays."""
    return tuple(Way(step=step, at=status, to=to or status, money=money, tells=tells, when=when) for status in at)


_WAITING = ("submitted", "recommended")
_DECIDABLE = (*_WAITING, "needs_info")
_APPROVED = (("spark_approved", "group_and_host"),)
_DECLINED = (("spark_declined", "group"),)
_REPORTED = (("spark_report_received", "residents_and_approvers"),)
_PROPOSED = (("managers_told", "managers"),)
_RETURNED = (("spark_money_returned", "everybody"),)

WAYS: tuple[Way, ...] = (
    Way(step="hand-in", at="draft", to="submitted", tells=(("spark_submitted", "residents"),)),
    Way(step="hand-in", at="needs_info", to="submitted", tells=(("spark_answered", "group_and_asker"),)),
    *_each("ask", _DECIDABLE, "needs_info", tells=(("spark_question", "group"),)),
    Way(
        step="approve",
        at="submitted",
        to="approved",
        when=_("within the limit for deciding alone"),
        money="reserve",
        tells=_APPROVED,
    ),
    Way(step="approve", at="submitted", to="recommended", when=_("above the limit"), verb="recommend"),
    Way(
        step="approve",
        at="recommended",
        to="approved",
        when=_("the same amount as somebody else, or within the limit for deciding alone"),
        money="reserve",
        tells=_APPROVED,
    ),
    Way(
        step="approve",
        at="recommended",
        to="recommended",
        when=_("another amount"),
        tells=(("spark_amount_proposed", "approvers"),),
        verb="recommend",
    ),
    Way(step="take-back", at="recommended", to="submitted", when=_("nobody else approved it")),
    Way(step="take-back", at="recommended", to="recommended", when=_("somebody else approved it")),
    *_each("decline", _DECIDABLE, "declined", tells=_DECLINED),
    *_each("outside", _DECIDABLE, "ineligible", tells=_DECLINED),
    *_each("holder", ("submitted", "needs_info"), ""),
    Way(step="holder", at="recommended", to="submitted"),
    *_each("appeal", ("declined", "ineligible"), "submitted", tells=(("spark_appealed", "group_and_decliners"),)),
    *(
        Way(step="conflict", at=status, to=status)
        for status in ("draft", "submitted", "needs_info", "recommended", "approved", "ready")
    ),
    Way(
        step="ready",
        at="approved",
        to="ready",
        tells=(("spark_accepted", "group_and_host"), ("spark_to_pay", "payers"), ("managers_told", "managers")),
    ),
    *(
        Way(step="amend", at=status, to=status, tells=(("spark_amendment_proposed", "approvers"),))
        for status in ("approved", "ready")
    ),
    *(
        Way(
            step="agree", at=status, to="approved", when=when, money=money, tells=(("spark_amended", "group_and_host"),)
        )
        for status in ("approved", "ready")
        for when, money in ((_("a larger award"), "reserve"), (_("a smaller award"), "release"))
    ),
    *_each("payee", ("approved", "ready"), "", tells=_PROPOSED),
    *_each(
        "agree",
        ("approved", "ready"),
        "",
        when=_("another payee"),
        tells=(("spark_payee_changed", "everybody"), ("managers_told", "managers")),
    ),
    *_each("refuse", ("approved", "ready"), "", tells=(("spark_award_kept", "proposer"),)),
    Way(step="pay", at="ready", to="paid", money="pay", tells=(("spark_paid", "group_and_host"),)),
    Way(step="report", at="ready", to="reported", when=_("no money was needed"), tells=_REPORTED),
    Way(step="report", at="paid", to="reported", tells=_REPORTED),
    *(Way(step="report", at=status, to=status) for status in ("reported", "closed")),
    *_each("recover", ("paid", "reported", "closed"), "", tells=_PROPOSED),
    *(
        Way(step="agree", at=status, to=to, when=when, money="recover", verb="recover", tells=_RETURNED)
        for status in ("paid", "reported", "closed")
        for to, when in ((status, _("a part of it was returned")), ("recovered", _("all of it was returned")))
    ),
    Way(
        step="agree",
        at="paid",
        to="ready",
        when=_("the payment failed, and is made again"),
        money="again",
        verb="recover",
        tells=(("spark_money_returned", "everybody"), ("spark_to_pay", "payers")),
    ),
    Way(step="correct", at="recovered", to="recovered", tells=_PROPOSED),
    *(
        Way(step="agree", at="recovered", to=to, when=_("it had this status before"), money="correct", tells=_RETURNED)
        for to in ("paid", "reported", "closed")
    ),
    *_each("refuse", ("paid", "reported", "closed", "recovered"), "", tells=(("spark_award_kept", "proposer"),)),
    Way(step="withdraw", at="draft", to="withdrawn"),
    *_each("withdraw", ("submitted", "needs_info"), "withdrawn", tells=(("spark_withdrawn", "group"),)),
    Way(step="withdraw", at="recommended", to="withdrawn", tells=(("spark_withdrawn", "group_and_approvers"),)),
    *_each("withdraw", ("approved", "ready"), "withdrawn", money="release", tells=(("spark_withdrawn", "everybody"),)),
    *_each(
        "cancel", ("approved", "ready"), "cancelled", money="release", tells=(("spark_cancelled", "group_and_host"),)
    ),
    Way(step="close", at="reported", to="closed"),
    *(
        Way(step="move-date", at=status, to=status, tells=(("spark_date_moved", "group"),))
        for status in ("needs_info", "approved", "paid")
    ),
    Way(
        step="lapse",
        at="needs_info",
        to="lapsed",
        when=_("no answer by the day they were told two weeks earlier"),
        tells=(("spark_lapsed", "group"),),
    ),
    Way(
        step="lapse",
        at="approved",
        to="lapsed",
        when=_("not accepted by the day they were told two weeks earlier"),
        money="release",
        tells=(("spark_lapsed", "group_and_host"),),
    ),
    *(
        Way(
            step="reopen",
            at=end,
            to=status,
            when=_("it had this status before"),
            money=money,
            tells=(("spark_reopened", group),),
        )
        # Whoever was told of the end, and whoever chose it, is told that it was a mistake.
        for end, each, money, group in (
            ("closed", ("reported",), "", "group_and_ender"),
            ("withdrawn", ("draft", "submitted", "needs_info"), "", "group_and_ender"),
            ("withdrawn", ("recommended",), "", "everybody_and_ender"),
            ("withdrawn", ("approved", "ready"), "reserve", "everybody_and_ender"),
            ("cancelled", ("approved", "ready"), "reserve", "everybody_and_ender"),
            ("declined", _DECIDABLE, "", "group_ender_and_managers"),
            ("ineligible", _DECIDABLE, "", "group_ender_and_managers"),
            ("lapsed", ("needs_info",), "", "group_and_ender"),
            ("lapsed", ("approved",), "reserve", "everybody_and_ender"),
        )
        for status in each
    ),
    *(
        Way(
            step="reopen",
            at=end,
            to="recommended",
            when=_("one person approved it, and other awards since call for a second person"),
            tells=(("spark_reopened", "everybody_and_ender"),),
        )
        for end in ("cancelled", "lapsed")
    ),
)


def ways(step: str, at: str) -> tuple[Way, ...]:
    """Return what a step can lead to in a status; empty if it cannot be taken."""
    return tuple(way for way in WAYS if (way.step, way.at) == (step, at))


def is_possible(step: str, at: str) -> bool:
    """Return whether a step can be taken in a status."""
    return bool(ways(step, at))


def way(step: str, at: str, to: str | None = None, money: str | None = None) -> Way | None:
    """Return the row of a step in a status, or None.

    If there are several: the one that leads `to` a status, or does this to the money.
    """
    found = [each for each in ways(step, at) if to in (None, each.to) and money in (None, each.money)]
    return found[0] if found else None


def steps_at(status: str) -> list[str]:
    """Return the names of the steps that can be taken in a status, in the order of `STEPS`."""
    return [name for name in STEPS if is_possible(name, status)]
