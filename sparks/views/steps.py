"""The buttons of a spark's page: one table of steps and one view that takes them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.forms.errors import put_errors
from communities.idempotency import USED
from communities.views import notice_words
from sparks import actions, rules, workflow
from sparks.actions.steps import check_step
from sparks.forms import ApproveForm, PayForm, QuestionForm, ReasonForm, RecoverForm
from sparks.models import Spark
from sparks.views.life import spark_page, visible_spark
from sparks.views.sparks import url_of_missing


@dataclass(frozen=True)
class Button:
    """What a button of the workflow calls. A step that needs input has a `form`, which the page renders under `slot`."""

    action: Callable[..., object]
    form: type[forms.Form] | None = None
    slot: str = ""
    prefix: str | None = None


#: Every step of `sparks.workflow` that is a button of the page; "report" has a page of its own. The keys are the last part
#: of their URLs.
BUTTONS = {
    "hand-in": Button(actions.submit_spark),
    "ask": Button(actions.ask_question, QuestionForm, "question_form"),
    "approve": Button(actions.approve_spark, ApproveForm, "approve_form"),
    "decline": Button(actions.decline_spark, ReasonForm, "decline_form", "decline"),
    "outside": Button(actions.mark_ineligible, ReasonForm, "decline_form", "decline"),
    "conflict": Button(actions.declare_conflict),
    "ready": Button(actions.mark_ready),
    "pay": Button(actions.pay_award, PayForm, "pay_form"),
    "recover": Button(actions.recover_award, RecoverForm, "recover_form", "recover"),
    "withdraw": Button(actions.withdraw_spark),
    "cancel": Button(actions.cancel_spark, ReasonForm, "cancel_form", "cancel"),
    "close": Button(actions.close_spark),
    "reopen": Button(actions.reopen_spark),
}


@require_POST
def spark_step(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """Take one step and show a message; on a refusal show the current page with the reason and what was typed."""
    spark = visible_spark(request, uuid)
    taken = BUTTONS[step]
    if not rules.has_role_for(request.user, spark.team_id, step):
        raise PermissionDenied
    form = taken.form(request.POST, prefix=taken.prefix) if taken.form else None
    try:
        if form is not None and not form.is_valid():
            check_step(spark, step)
            return spark_page(request, spark, **{taken.slot: form})
        taken.action(spark=spark, by=request.user, **(form.cleaned_data if form else {}))
    except ValidationError as error:
        return _refused(request, visible_spark(request, uuid), taken, form, error)
    if form is not None:
        notice_words(request, form)
    messages.success(request, _(workflow.STEPS[step].says))
    return redirect("sparks:spark-detail", uuid=spark.uuid)


def _refused(
    request: HttpRequest, spark: Spark, step: Button, form: forms.Form | None, error: ValidationError
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
