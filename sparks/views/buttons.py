"""What the buttons of a spark's page call, by step of `sparks.workflow`."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms

from sparks import actions
from sparks.forms.steps import (
    AmendForm,
    AppealForm,
    ApproveForm,
    MoveDateForm,
    PayForm,
    QuestionForm,
    ReasonForm,
    RecoverForm,
)


@dataclass(frozen=True)
class Button:
    """What a button calls. A step that needs input has a `form`, which the page renders under `slot`.

    shows_amount: the page shows an amount beside it, and the step is refused if it is another one by now.
    """

    action: Callable[..., object]
    form: type[forms.Form] | None = None
    slot: str = ""
    prefix: str | None = None
    shows_amount: bool = False


#: Every step that is a button of the page: "report" has a page of its own, and Kith takes "lapse". The keys are the last
#: part of their URLs.
BUTTONS = {
    "hand-in": Button(actions.submit_spark),
    "ask": Button(actions.ask_question, QuestionForm, "question_form"),
    "approve": Button(actions.approve_spark, ApproveForm, "approve_form"),
    "take-back": Button(actions.revoke_approval),
    "decline": Button(actions.decline_spark, ReasonForm, "decline_form", "decline"),
    "outside": Button(actions.mark_ineligible, ReasonForm, "decline_form", "decline"),
    "conflict": Button(actions.declare_conflict),
    "ready": Button(actions.mark_ready, shows_amount=True),
    "amend": Button(actions.propose_award, AmendForm, "amend_form", "amend"),
    "agree": Button(actions.agree_award, shows_amount=True),
    "refuse": Button(actions.refuse_award),
    "pay": Button(actions.pay_award, PayForm, "pay_form", shows_amount=True),
    "recover": Button(actions.recover_award, RecoverForm, "recover_form", "recover"),
    "withdraw": Button(actions.withdraw_spark, ReasonForm, "withdraw_form", "withdraw"),
    "cancel": Button(actions.cancel_spark, ReasonForm, "cancel_form", "cancel"),
    "close": Button(actions.close_spark),
    "appeal": Button(actions.appeal_spark, AppealForm, "appeal_form", "appeal"),
    "move-date": Button(actions.move_date, MoveDateForm, "move_form", "move"),
    "reopen": Button(actions.reopen_spark),
}
