"""One spark on one page, from idea to story, and every step it can take."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.forms.errors import put_errors
from communities.photos import photo_response
from sparks import actions, queries, rules
from sparks.forms import ApproveForm, PayForm, QuestionForm, ReasonForm, RecoverForm, ReportForm
from sparks.models import Application, Report, Status


def _spark(request: HttpRequest, uuid: str) -> Application:
    rows = Application.objects.visible_to(request.user).select_related(
        "round__fund", "team", "host", "neighbourhood", "group", "created_by", "conversation__place"
    )
    return get_object_or_404(rows, uuid=uuid)


@require_safe
def spark_detail(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show a spark: what, who, cost, who holds the money, where it stands, and what this person can do next."""
    return _page(request, _spark(request, uuid))


def _page(request: HttpRequest, spark: Application, **bound: forms.Form) -> HttpResponse:
    """Draw the page, with the form that had errors in its place."""
    user, status = request.user, spark.status
    writes, manages = rules.can_write_spark(user, spark.team_id), rules.can_manage_money(user, spark.team_id)
    decidable = manages and status in rules.DECIDABLE
    bars = queries.bars_to_deciding(spark, user) if decidable else []
    totals = queries.ledger_totals(spark)
    decisions = list(spark.decisions.select_related("by"))
    first = next((decision for decision in decisions if decision.verdict == "approve"), None)
    amount = first.amount_gbp if first else spark.amount_gbp
    pay_bars = queries.bars_to_paying(spark, user) if manages and status == Status.READY else []
    context = {
        "spark": spark,
        "steps": queries.steps_in_words(spark),
        "decisions": decisions,
        "ledger": list(spark.ledger.select_related("by")),
        "applicants": list(spark.applicants.visible_to(user)),
        "report": Report.objects.filter(application=spark).first(),
        "can_write": writes,
        "can_manage": manages,
        "can_change": rules.can_change_spark(user, spark),
        "decidable": decidable,
        "bar": queries.BAR_WORDS[bars[0]] if bars else "",
        "needs_second": rules.needs_second_person(
            amount, limit_gbp=spark.team.approval_limit_gbp, already_awarded_gbp=queries.awarded_to_group(spark)
        ),
        "pay_bar": queries.PAY_BAR_WORDS[pay_bars[0]] if pay_bars else "",
        "recoverable_gbp": rules.recoverable_gbp(totals["pay"], totals["recover"]),
        "can_let_go": writes and rules.can_follow(Status.WITHDRAWN, status),
        "can_report": writes
        and (status in (Status.PAID, Status.REPORTED) or (status == Status.READY and not spark.award_gbp)),
        "approve_form": ApproveForm(initial={"amount_gbp": amount}),
        "decline_form": ReasonForm(prefix="decline"),
        "question_form": QuestionForm(),
        "pay_form": PayForm(),
        "recover_form": RecoverForm(prefix="recover"),
        "cancel_form": ReasonForm(prefix="cancel"),
        **bound,
    }
    return render(request, "sparks/spark_detail.html", context)


def _step(
    request: HttpRequest,
    uuid: str,
    act: Callable[..., object],
    done: str,
    *,
    may: Callable[..., bool],
    form: forms.Form | None = None,
    slot: str = "",
) -> HttpResponse:
    """Take one step: check the role, validate, act, say what happened; or show the page again with what was typed."""
    spark = _spark(request, uuid)
    if not may(request.user, spark.team_id):
        raise PermissionDenied
    if form is not None and not form.is_valid():
        return _page(request, spark, **{slot: form})
    try:
        act(application=spark, by=request.user, **(form.cleaned_data if form else {}))
    except ValidationError as error:
        if form is not None and hasattr(error, "error_dict"):
            put_errors(form, error)
            return _page(request, spark, **{slot: form})
        for words in error.messages:
            messages.error(request, words)
        if form is not None:
            spark.refresh_from_db()
            return _page(request, spark, **{slot: form})
    else:
        messages.success(request, done)
    return redirect("sparks:spark-detail", uuid=spark.uuid)


@require_POST
def spark_submit(request: HttpRequest, uuid: str) -> HttpResponse:
    """Hand a draft in, or answer the question."""
    return _step(
        request, uuid, actions.submit_application, _("Handed in. A manager will decide."), may=rules.can_write_spark
    )


@require_POST
def spark_ask(request: HttpRequest, uuid: str) -> HttpResponse:
    """Ask a question before deciding."""
    form = QuestionForm(request.POST)
    return _step(
        request,
        uuid,
        actions.ask_question,
        _("Your question is with them."),
        may=rules.can_manage_money,
        form=form,
        slot="question_form",
    )


@require_POST
def spark_approve(request: HttpRequest, uuid: str) -> HttpResponse:
    """Approve, alone or as one of two."""
    form = ApproveForm(request.POST)
    return _step(
        request,
        uuid,
        actions.approve_application,
        _("Your approval is written down."),
        may=rules.can_manage_money,
        form=form,
        slot="approve_form",
    )


@require_POST
def spark_decline(request: HttpRequest, uuid: str) -> HttpResponse:
    """Say not this time; or that it lies outside what the fund is for."""
    act = actions.mark_ineligible if "outside" in request.POST else actions.decline_application
    form = ReasonForm(request.POST, prefix="decline")
    return _step(
        request,
        uuid,
        act,
        _("Your decision and the reason are written down."),
        may=rules.can_manage_money,
        form=form,
        slot="decline_form",
    )


@require_POST
def spark_conflict(request: HttpRequest, uuid: str) -> HttpResponse:
    """Say that one is too close to decide."""
    return _step(
        request, uuid, actions.declare_conflict, _("Thank you. Somebody else will decide."), may=rules.can_write_spark
    )


@require_POST
def spark_ready(request: HttpRequest, uuid: str) -> HttpResponse:
    """Note that the group said yes and the host agreed."""
    return _step(request, uuid, actions.mark_ready, _("Ready to be paid."), may=rules.can_write_spark)


@require_POST
def spark_pay(request: HttpRequest, uuid: str) -> HttpResponse:
    """Write a payment down."""
    form = PayForm(request.POST)
    return _step(
        request,
        uuid,
        actions.pay_award,
        _("Paid, and in the ledger."),
        may=rules.can_manage_money,
        form=form,
        slot="pay_form",
    )


@require_POST
def spark_recover(request: HttpRequest, uuid: str) -> HttpResponse:
    """Write down money that came back."""
    form = RecoverForm(request.POST, prefix="recover")
    return _step(
        request,
        uuid,
        actions.recover_award,
        _("It is back in the round."),
        may=rules.can_manage_money,
        form=form,
        slot="recover_form",
    )


@require_POST
def spark_withdraw(request: HttpRequest, uuid: str) -> HttpResponse:
    """Take an unpaid spark back."""
    return _step(
        request,
        uuid,
        actions.withdraw_application,
        _("Withdrawn. What was promised is free again."),
        may=rules.can_write_spark,
    )


@require_POST
def spark_cancel(request: HttpRequest, uuid: str) -> HttpResponse:
    """Call a promised spark off."""
    form = ReasonForm(request.POST, prefix="cancel")
    return _step(
        request,
        uuid,
        actions.cancel_application,
        _("Called off. What was promised is free again."),
        may=rules.can_manage_money,
        form=form,
        slot="cancel_form",
    )


@require_POST
def spark_close(request: HttpRequest, uuid: str) -> HttpResponse:
    """Close a spark whose story has been told."""
    return _step(request, uuid, actions.close_application, _("Closed."), may=rules.can_manage_money)


@require_http_methods(["GET", "POST"])
def report_edit(request: HttpRequest, uuid: str) -> HttpResponse:
    """Tell what came of a spark."""
    spark = _spark(request, uuid)
    if not rules.can_write_spark(request.user, spark.team_id):
        raise PermissionDenied
    report = Report.objects.filter(application=spark).first()
    form = ReportForm(request.POST or None, request.FILES or None, instance=report)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in form.cleaned_data if name != "photo"}
        photo = form.cleaned_data["photo"] if "photo" in form.changed_data else None
        try:
            actions.report_back(application=spark, by=request.user, photo=photo or None, **values)
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, _("Thank you. It can become a story now."))
            return redirect("sparks:spark-detail", uuid=spark.uuid)
    return render(request, "sparks/report_form.html", {"form": form, "spark": spark})


@require_safe
def report_photo(request: HttpRequest, uuid: str) -> FileResponse:
    """Show a report's photo to those who may see the spark."""
    report = get_object_or_404(Report.objects.visible_to(request.user), application__uuid=uuid)
    if not report.photo:
        raise Http404
    return photo_response(report.photo)
