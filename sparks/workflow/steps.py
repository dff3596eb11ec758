"""What somebody can do with a spark: who may, what they read afterwards, who is told, which money moves. Pure."""

from dataclasses import dataclass


def _(words: str) -> str:
    """Mark a text for `makemessages`; whoever shows it translates it."""
    return words


#: The roles of each group of people that a step names, and the words for them. Who of them is too close to a spark to
#: decide or to pay is in `sparks.rules`.
ROLES: dict[str, tuple[str, ...]] = {
    "team": ("builder", "manager"),
    "deciders": ("manager", "deputy"),
    "payers": ("manager", "deputy", "payer"),
    "managers": ("manager",),
    "kith": (),
}
WHO = {
    "team": _("Builders and managers"),
    "deciders": _("Managers and deputies who are not too close"),
    "payers": _("Payers, managers and deputies who did not approve it and are not too close"),
    "managers": _("Managers"),
    "kith": _("Kith, at night"),
}

#: What a step does to the money of a round.
MONEY = {
    "": _("None"),
    "reserve": _("Promised from the round"),
    "release": _("What was promised goes back to the round"),
    "pay": _("Paid"),
    "recover": _("What was returned goes back to the round"),
    "again": _("What was returned is promised again"),
    "correct": _("What was not returned after all counts as paid again"),
}

#: Groups of people who are told, as `sparks.actions.telling` finds them.
TOLD = {
    "residents": _("the residents behind it"),
    "group": _("the residents behind it and whoever started it"),
    "group_and_host": _("the residents behind it, whoever started it and the organisation that holds the money"),
    "approvers": _("the managers who approved it"),
    "group_and_asker": _("the residents behind it, whoever started it and whoever asked"),
    "group_and_decliners": _("the residents behind it, whoever started it and whoever declined it"),
    "group_and_approvers": _("the residents behind it, whoever started it and the managers who approved it"),
    "residents_and_approvers": _("the residents behind it and the managers who approved it"),
    "everybody": _(
        "the residents behind it, whoever started it, the organisation that holds the money and the managers who approved it"
    ),
    "group_and_ender": _("the residents behind it, whoever started it and whoever ended it"),
    "group_ender_and_managers": _("the residents behind it, whoever started it, whoever ended it and all managers"),
    "everybody_and_ender": _(
        "the residents behind it, whoever started it, the organisation that holds the money, the managers who approved it and "
        "whoever ended it"
    ),
    "payers": _("those who pay and did not approve it"),
    "proposer": _("whoever proposed it"),
    "managers": _("all managers, if money is to be paid"),
}

#: Why nobody is written to, for steps that tell nobody.
TOLD_NOBODY = {
    "approve": _("A second person decides. They see it on Today and in their daily email."),
    "take-back": _("Nobody was promised anything yet."),
    "holder": _("Those who decide see it on Today, with who holds the money now."),
    "conflict": _("It changes who decides, not what is decided."),
    "report": _("They were thanked for the first report."),
    "close": _("They were thanked for their report."),
    "withdraw": _("It was a draft, so nobody was waiting."),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """What somebody can do with a spark.

    name: also the last part of its URL. who: a key of `ROLES`. button: its label. says: what is shown afterwards. verb: the
    verb of the audit. title, help: the heading and the explanation of a form of its own, at the end of the page if is_at_end;
    a step without a title has its place in a template of its own.
    """

    name: str
    who: str
    button: str
    says: str
    verb: str
    title: str = ""
    help: str = ""
    is_at_end: bool = False


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
            name="take-back",
            who="deciders",
            button=_("Take back my approval"),
            says=_("Your approval has been taken back."),
            verb="take_back",
            title=_("Take back your approval"),
            help=_(
                "You can do this until somebody else approves the same amount. To change the amount, approve another amount."
            ),
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
            name="holder",
            who="team",
            button=_("Choose who holds it instead"),
            says=_("Saved. Ask the new organisation if there is one."),
            verb="choose_holder",
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
            name="amend",
            who="deciders",
            button=_("Propose another award"),
            says=_("Proposed. The award changes once somebody else agrees."),
            verb="amend",
            title=_("Change the award"),
            help=_(
                "Two people change an award. The difference is promised or goes back to the round, and the group accepts "
                "the new award."
            ),
            is_at_end=True,
        ),
        Step(
            name="payee",
            who="deciders",
            button=_("Propose another payee"),
            says=_("Proposed. It is paid to them once somebody else agrees."),
            verb="propose_payee",
            title=_("Change who is paid"),
            help=_(
                "Two people change who is paid. All managers, the people behind it and the organisation are told. If an "
                "organisation is to hold the money, type its name as it is in Kith."
            ),
            is_at_end=True,
        ),
        Step(
            name="recover",
            who="managers",
            button=_("Propose to record it"),
            says=_("Proposed. It counts once somebody else agrees."),
            verb="propose_return",
            title=_("Record money returned"),
            help=_(
                "Two people record money that came back. All managers are told. It goes back to the round, or is paid again "
                "if the payment failed."
            ),
            is_at_end=True,
        ),
        Step(
            name="correct",
            who="managers",
            button=_("Propose to take it back"),
            says=_("Proposed. It counts once somebody else agrees."),
            verb="propose_correction",
            title=_("It was not returned after all"),
            help=_(
                "Use this if the money was recorded as returned by mistake. Two people add a line that corrects the last one; all managers read "
                "of it. The round must have that much left."
            ),
            is_at_end=True,
        ),
        Step(
            name="agree",
            who="deciders",
            button=_("Agree to the change"),
            says=_("Agreed. The change has been made."),
            verb="agree_amendment",
            title=_("Agree to what is proposed"),
        ),
        Step(
            name="refuse",
            who="deciders",
            button=_("Keep it as it is"),
            says=_("It stays as it is."),
            verb="refuse_amendment",
            title=_("Keep it as it is"),
            help=_("If you proposed it, this takes it back."),
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
            name="withdraw",
            who="team",
            button=_("Withdraw"),
            says=_("Withdrawn. Any money promised to it is available again."),
            verb="withdraw",
            title=_("Withdraw this spark"),
            help=_("Use this if the people behind it withdraw. It can be reopened within a day."),
            is_at_end=True,
        ),
        Step(
            name="cancel",
            who="managers",
            button=_("Cancel this spark"),
            says=_("Cancelled. The money promised to it is available again."),
            verb="cancel",
            title=_("Cancel this spark"),
            help=_("Use this if it will not happen. It can be reopened within a day."),
            is_at_end=True,
        ),
        Step(
            name="close",
            who="managers",
            button=_("Close this spark"),
            says=_("Closed."),
            verb="close",
        ),
        Step(
            name="move-date",
            who="team",
            button=_("Move the date"),
            says=_("The date has been moved, and the reminder with it."),
            verb="move_date",
            title=_("Move the date"),
            help=_(
                "The people behind it have until this day to answer, to say yes or to tell you how it went. The reminder "
                "moves too."
            ),
        ),
        Step(
            name="appeal",
            who="team",
            button=_("Ask for another decision"),
            says=_("Submitted again. Another manager will decide."),
            verb="appeal",
            title=_("Ask for another decision"),
            help=_("Once for each spark, if something was misunderstood. Somebody who has not declined it decides."),
        ),
        Step(
            name="lapse",
            who="kith",
            button=_("Lapse"),
            says=_("Lapsed."),
            verb="lapse",
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
