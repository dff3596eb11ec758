"""The buttons of a spark's page: one table of steps and one view that takes them."""

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
from sparks import rules, workflow
from sparks.actions.steps import check_step
from sparks.models import Spark
from sparks.views.buttons import BUTTONS, Button
from sparks.views.life import spark_page, visible_spark
from sparks.views.sparks import url_of_missing


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
        shown = {"shown_gbp": request.POST.get("as_shown", "")} if taken.shows_amount else {}
        taken.action(spark=spark, by=request.user, **(form.cleaned_data if form else {}), **shown)
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
