"""The buttons of a spark's page: one table of steps and one view that takes them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from communities.forms.errors import put_errors
from communities.idempotency import USED
from communities.views import notice_words, tell_with_undo
from sparks import actions, rules
from sparks.actions.steps import check_step
from sparks.forms import ApproveForm, PayForm, QuestionForm, ReasonForm, RecoverForm
from sparks.models import Spark, Status
from sparks.views.life import spark_page, visible_spark
from sparks.views.sparks import url_of_missing


@dataclass(frozen=True)
class Step:
    """One button on a spark's page.

    action: what it calls; rule: who can use it; message: what is shown afterwards; to: the next status, None if it does
    not change. A step that needs input has a `form`, which the page renders under the context key `slot`.
    """

    action: Callable[..., object]
    rule: Callable[..., bool]
    message: str | Promise
    to: Status | None = None
    form: type[forms.Form] | None = None
    slot: str = ""
    prefix: str | None = None


DECLINED = _("Your decision and the reason have been saved.")
#: Every step by the last part of its URL. "outside" shares the form and the URL of "decline".
STEPS = {
    "hand-in": Step(
        actions.submit_spark,
        rules.can_write_spark,
        _("Submitted. A manager will decide."),
        to=Status.SUBMITTED,
    ),
    "ask": Step(
        actions.ask_question,
        rules.can_manage_money,
        _("Question saved. It is shown on this page."),
        to=Status.NEEDS_INFO,
        form=QuestionForm,
        slot="question_form",
    ),
    "approve": Step(
        actions.approve_spark,
        rules.can_manage_money,
        _("Your approval has been saved."),
        to=Status.APPROVED,
        form=ApproveForm,
        slot="approve_form",
    ),
    "decline": Step(
        actions.decline_spark,
        rules.can_manage_money,
        DECLINED,
        to=Status.DECLINED,
        form=ReasonForm,
        slot="decline_form",
        prefix="decline",
    ),
    "outside": Step(
        actions.mark_ineligible,
        rules.can_manage_money,
        DECLINED,
        to=Status.INELIGIBLE,
        form=ReasonForm,
        slot="decline_form",
        prefix="decline",
    ),
    "conflict": Step(actions.declare_conflict, rules.can_write_spark, _("Thank you. Somebody else will decide.")),
    "ready": Step(actions.mark_ready, rules.can_write_spark, _("Ready to pay."), to=Status.READY),
    "pay": Step(
        actions.pay_award,
        rules.can_manage_money,
        _("The payment has been recorded in the ledger."),
        to=Status.PAID,
        form=PayForm,
        slot="pay_form",
    ),
    "recover": Step(
        actions.recover_award,
        rules.can_manage_money,
        _("The returned money is back in the round."),
        to=Status.RECOVERED,
        form=RecoverForm,
        slot="recover_form",
        prefix="recover",
    ),
    "withdraw": Step(
        actions.withdraw_spark,
        rules.can_write_spark,
        _("Withdrawn. Any money promised to it is available again."),
        to=Status.WITHDRAWN,
    ),
    "cancel": Step(
        actions.cancel_spark,
        rules.can_manage_money,
        _("Cancelled. The money promised to it is available again."),
        to=Status.CANCELLED,
        form=ReasonForm,
        slot="cancel_form",
        prefix="cancel",
    ),
    "close": Step(actions.close_spark, rules.can_manage_money, _("Closed."), to=Status.CLOSED),
}


@require_POST
def spark_step(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """Take one step and show a message; on a refusal show the current page with the reason and what was typed."""
    spark = visible_spark(request, uuid)
    taken = STEPS["outside" if step == "decline" and "outside" in request.POST else step]
    if not taken.rule(request.user, spark.team_id):
        raise PermissionDenied
    form = taken.form(request.POST, prefix=taken.prefix) if taken.form else None
    try:
        if form is not None and not form.is_valid():
            check_step(spark, taken.to)
            return spark_page(request, spark, **{taken.slot: form})
        taken.action(spark=spark, by=request.user, **(form.cleaned_data if form else {}))
    except ValidationError as error:
        return _refused(request, visible_spark(request, uuid), taken, form, error)
    if form is not None:
        notice_words(request, form)
    tell_with_undo(request, taken.message, spark)
    return redirect("sparks:spark-detail", uuid=spark.uuid)


def _refused(
    request: HttpRequest, spark: Spark, step: Step, form: forms.Form | None, error: ValidationError
) -> HttpResponse:
    by_field = hasattr(error, "error_dict")
    if by_field and form is None:
        return redirect(url_of_missing(spark))
    if by_field or getattr(error, "code", "") == USED:
        put_errors(form, error)
    else:
        for message in dict.fromkeys(error.messages):
            messages.error(request, message)
    if form is None:
        return redirect("sparks:spark-detail", uuid=spark.uuid)
    return spark_page(request, spark, said=error.messages, **{step.slot: form})
