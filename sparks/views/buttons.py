"""What the buttons of a spark's page call, by step of `sparks.workflow`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django import forms

from sparks import actions
from sparks.forms.steps import (
    AmendForm,
    AppealForm,
    ApproveForm,
    CorrectForm,
    MoveDateForm,
    PayeeForm,
    PayForm,
    QuestionForm,
    ReadyForm,
    ReasonForm,
    RecoverForm,
)


@dataclass(frozen=True)
class Button:
    """What a button calls. A step that needs input has a `form`, which the page renders under `slot`.

    shows: what the page shows beside it, as the argument of the action by the name of the hidden field; the step is refused
    if it is something else by now.
    """

    action: Callable[..., object]
    form: type[forms.Form] | None = None
    slot: str = ""
    prefix: str | None = None
    shows: Mapping[str, str] = field(default_factory=dict)

    def shown(self, posted: Mapping[str, str]) -> dict[str, str]:
        """Return what the page showed, as arguments of the action."""
        return {argument: posted.get(name, "") for name, argument in self.shows.items()}


_AWARD_AND_PAYEE = {"as_shown": "shown_gbp", "payee_shown": "shown_payee"}
_PROPOSAL = {"as_shown": "shown"}
#: Every step that is a button of the page: "report" and "holder" have pages of their own, and Kith takes "lapse". The keys are the last
#: part of their URLs.
BUTTONS = {
    "hand-in": Button(actions.submit_spark),
    "ask": Button(actions.ask_question, QuestionForm, "question_form"),
    "approve": Button(actions.approve_spark, ApproveForm, "approve_form"),
    "take-back": Button(actions.revoke_approval),
    "decline": Button(actions.decline_spark, ReasonForm, "decline_form", "decline"),
    "outside": Button(actions.mark_ineligible, ReasonForm, "decline_form", "decline"),
    "conflict": Button(actions.declare_conflict),
    "ready": Button(actions.mark_ready, ReadyForm, "ready_form", "ready", shows=_AWARD_AND_PAYEE),
    "amend": Button(actions.propose_award, AmendForm, "amend_form", "amend"),
    "payee": Button(actions.propose_payee, PayeeForm, "payee_form", "payee"),
    "agree": Button(actions.agree_change, shows=_PROPOSAL),
    "refuse": Button(actions.refuse_change, shows=_PROPOSAL),
    "pay": Button(actions.pay_award, PayForm, "pay_form", shows=_AWARD_AND_PAYEE),
    "recover": Button(actions.propose_return, RecoverForm, "recover_form", "recover"),
    "correct": Button(actions.propose_correction, CorrectForm, "correct_form", "correct"),
    "withdraw": Button(actions.withdraw_spark, ReasonForm, "withdraw_form", "withdraw"),
    "cancel": Button(actions.cancel_spark, ReasonForm, "cancel_form", "cancel"),
    "close": Button(actions.close_spark),
    "appeal": Button(actions.appeal_spark, AppealForm, "appeal_form", "appeal"),
    "move-date": Button(actions.move_date, MoveDateForm, "move_form", "move"),
    "reopen": Button(actions.reopen_spark),
}
