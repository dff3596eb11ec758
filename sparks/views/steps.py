"""The buttons of a spark's page: one table of steps and one view that takes them."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.forms.errors import put_errors
from communities.idempotency import USED
from communities.models import Message
from communities.outbox.queries import Shown, shown
from communities.views import notice_words
from sparks import rules, workflow
from sparks.actions.rehearsing import rehearse
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
        values = {**(form.cleaned_data if form else {}), **taken.shown(request.POST)}
        taken.action(spark=spark, by=request.user, **values)
    except ValidationError as error:
        return _refused(request, visible_spark(request, uuid), taken, form, error)
    if form is not None:
        notice_words(request, form)
    messages.success(request, _(workflow.STEPS[step].says))
    return redirect("sparks:spark-detail", uuid=spark.uuid)


@require_POST
def spark_preview(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """Show who would be told in which words if a step was taken; nothing is saved or sent. Raises: Http404."""
    spark, taken = visible_spark(request, uuid), BUTTONS.get(step)
    if taken is None:
        raise Http404
    if not rules.has_role_for(request.user, spark.team_id, step):
        raise PermissionDenied
    form = taken.form(request.POST, prefix=taken.prefix) if taken.form else None
    try:
        if form is not None and not form.is_valid():
            check_step(spark, step)
            return spark_page(request, spark, **{taken.slot: form})
        values = {**(form.cleaned_data if form else {}), **taken.shown(request.POST)}
        written = rehearse(spark=spark, step=lambda: taken.action(spark=spark, by=request.user, **values))
    except ValidationError as error:
        return _refused(request, visible_spark(request, uuid), taken, form, error)
    context = {
        "spark": visible_spark(request, uuid),
        "letters": _letters(request, written),
        "why_nobody": _(workflow.TOLD_NOBODY.get(step, "")) if step in workflow.TOLD_NOBODY else "",
        "form": form,
        "step": step,
        "step_url": f"sparks:spark-{step}",
        "button": _(workflow.STEPS[step].button),
        "carried": [(name, request.POST[name]) for name in taken.shows if request.POST.get(name)],
    }
    return render(request, "sparks/spark_preview.html", context)


def _letters(request: HttpRequest, written: list[Message]) -> list[tuple[str, str, list[Shown]]]:
    """Return each text once with its subject and those who get it, in the order in which they were written."""
    found: dict[tuple[str, str], list[Shown]] = {}
    for each in shown(written, reader=request.user):
        found.setdefault((each.message.body, each.message.subject), []).append(each)
    return [(body, subject, people) for (body, subject), people in found.items()]


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
