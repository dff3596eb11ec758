"""The page of one spark, and its report."""

from collections.abc import Collection
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.models import MONEY_ROLES, User
from communities.outbox.queries import messages_about
from communities.photos import photo_response
from communities.pounds import pounds
from communities.views import require_safe_or_post, save
from connectors.queries.next_steps import listed_steps_about
from connectors.views.next_steps import steps_part
from sparks import actions, closeness, history, lending, queries, rules, spark_rows, splitting, workflow
from sparks.actions.amending import AMENDMENT_OPEN, open_amendment
from sparks.actions.money import HOST_REFUSED
from sparks.applying.rules import can_ask_host, can_choose_holder
from sparks.clocks import clock_of_spark, hands_of
from sparks.closeness import Around
from sparks.declarations import CURRENT, WORDINGS
from sparks.forms.beside import AttachmentForm, NoteForm
from sparks.forms.sparks import ReportForm, typed_texts
from sparks.forms.steps import ApproveForm, PayForm, QuestionForm, ReadyForm, ReasonForm
from sparks.models import Amendment, Application, Decision, Note, Report, Spark, StepTaken
from sparks.payees import can_enter_payee, default_payee, has_host_refused
from sparks.turns import others_who_can
from sparks.views.buttons import BUTTONS
from sparks.views.lineage import lineage_part

#: The step that each form is for.
STEP_OF_FORM = {"spark_form": "hand-in"} | {
    each.slot: step for step, each in BUTTONS.items() if each.slot and step != "outside"
}


def visible_spark(request: HttpRequest, uuid: UUID) -> Spark:
    """Return a spark that the user can see, with the rows that its page shows. Raises: Http404."""
    found = spark_rows.sparks_shown(user=request.user, team=request.team, uuid=uuid) if request.team else []
    # A link leads to the teams of a user besides the chosen one, too.
    return (
        found[0]
        if found
        else get_object_or_404(spark_rows.with_page(Spark.objects.visible_to(request.user)), uuid=uuid)
    )


@require_safe
def spark_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a spark: the four answers, its status, and what the user can do next."""
    return spark_page(request, visible_spark(request, uuid))


def spark_page(request: HttpRequest, spark: Spark, *, said: Collection[str] = (), **bound: forms.Form) -> HttpResponse:
    """Render the page, with any bound form in place of its empty one.

    If the page no longer shows that form, because the status has changed, the typed text is shown at the top. `said` are
    messages at the top of the page: a part of the page that would only repeat one of them is left out.
    """
    user = request.user
    reads, manages = rules.can_read_texts(user, spark.team_id), rules.can_manage_money(user, spark.team_id)
    whose = {"user": user, "team": spark.team, "spark": spark}
    decisions = spark_rows.decisions_on(spark=spark) if spark.has_decisions else []
    host_links = spark_rows.host_answers(spark=spark) if reads and spark.has_host_links else []
    taken = history.told_steps(spark) if reads and spark.has_steps else []
    choices = _choices(spark, user, decisions, taken)
    clock = clock_of_spark(spark, taken) if reads else None
    context = {
        "spark": spark,
        "steps": queries.stepper_steps(spark),
        "decisions": decisions,
        "ledger": spark_rows.ledger_lines(spark=spark) if spark.has_ledger else [],
        "applicants": spark_rows.people_behind(**whose),
        "report": next(iter(spark_rows.reports_on(**whose)), None) if reads and spark.has_report else None,
        "host_links": host_links,
        "can_ask_host_still": can_ask_host(spark),
        "can_ask_host": can_ask_host(spark) and not any(link.digest for link in host_links),
        "sent_as": _sent_as(spark, user) if reads else None,
        "can_choose_holder": can_choose_holder(spark),
        "history": taken,
        "clock": clock,
        "hands": hands_of(clock) if clock else [],
        "told": messages_about(spark, user=user, team=spark.team) if reads and spark.has_messages else [],
        "can_read": reads,
        "can_write": rules.can_write_spark(user, spark.team_id),
        "can_manage": manages,
        **_costs(spark, user),
        **lineage_part(spark, user),
        "can_delete": rules.can_delete_spark(user, spark),
        "can_change": rules.can_change_spark(user, spark),
        "can_report": rules.can_report(user, spark),
        **choices,
        **(_next_steps(request, spark) if reads else {"next_steps": []}),
        **(_beside(spark, user, choices["around"]) if reads else {}),
        **_forms(choices),
    }
    for part, why, step in (("decidable", "bar", "approve"), ("payable", "pay_bar", "pay")):
        context[f"others_to_{step}"] = others_who_can(spark, user, step) if context[f"is_{why}red"] else []
        context[part] = context[part] and str(context[why]) not in said
    context["is_request_open"] = context["decidable"] or context["can_change"]
    context["typed"] = [
        text
        for slot, form in bound.items()
        if slot in STEP_OF_FORM and STEP_OF_FORM[slot] not in context["offered"]
        for text in typed_texts(form)
    ]
    context["forms"] = [
        _step_form(spark, step, bound) for step in workflow.STEPS if step in context["offered"] and _has_form(step)
    ]
    return render(request, "sparks/spark_detail.html", {**context, **bound})


def _sent_as(spark: Spark, user: User) -> Application | None:
    """Return the application that a spark came from, if files or recordings were sent with it."""
    if getattr(spark, "application", None) is None:
        return None
    return next(iter(spark_rows.applications_with_files(user=user, team=spark.team, spark=spark)), None)


def _forms(choices: dict[str, object]) -> dict[str, forms.Form]:
    """Return the empty forms of what the user can decide or pay now."""
    found: dict[str, forms.Form] = {}
    if choices["decidable"]:
        found |= {"question_form": QuestionForm(), "decline_form": ReasonForm(prefix="decline")}
        found["approve_form"] = ApproveForm(initial={"amount_gbp": choices["amount"]})
    if choices["payable"]:
        found["pay_form"] = PayForm()
    return found


def _costs(spark: Spark, user: User) -> dict[str, object]:
    """Return the cost lines, each with what the place already has while that can be used or is to be decided on."""
    can_turn = rules.can_change_spark(user, spark)
    state = workflow.STATES[spark.status]
    with_offers = can_turn or state.is_waiting
    lines = lending.shown_lines(spark, user, with_offers=with_offers) if spark.has_cost_lines else []
    reads = rules.can_read_texts(user, spark.team_id)
    totals = lending.totals_of(spark, [each.line for each in lines] if reads else spark.cost_lines.all())
    offered = sum(bool(each.offers) for each in lines)
    return {
        "cost_lines": lines,
        "paid_lines": [each for each in lines if not each.line.is_in_kind],
        "lent_lines": [each for each in lines if each.line.is_in_kind],
        "totals": totals,
        "offered_lines": offered,
        "can_turn": can_turn,
    }


def _beside(spark: Spark, user: User, around: Around) -> dict[str, object]:
    """Return the files and the notes of colleagues, which those behind the spark never see."""
    notes: list[Note] | None = None
    if not closeness.is_behind_given(around, spark, user):
        notes = spark_rows.notes_beside(spark=spark) if spark.has_notes else []
    return {
        "notes": notes,
        "attachments": spark_rows.files_beside(spark=spark) if spark.has_attachments else [],
        "note_form": NoteForm(prefix="note"),
        "attach_form": AttachmentForm(prefix="attach"),
    }


def _has_form(step: str) -> bool:
    """Return whether a step has a form of its own, which `sparks/spark_steps.html` lays out."""
    return bool(workflow.STEPS[step].title)


def _step_form(spark: Spark, step: str, bound: dict[str, forms.Form]) -> dict[str, object]:
    declared, button = workflow.STEPS[step], BUTTONS[step]
    form = bound.get(button.slot) or (button.form(prefix=button.prefix) if button.form else None)
    if step == "recover" and form is not None:
        most = pounds(queries.recoverable_gbp(spark))
        form.fields["amount_gbp"].help_text = _("Up to %(most)s can come back.") % {"most": most}
    return {
        "name": step,
        "url": f"sparks:spark-{step}",
        "title": _(declared.title),
        "help": _(declared.help) if declared.help else "",
        "button": _(declared.button),
        "is_at_end": declared.is_at_end,
        "is_danger": step in ("withdraw", "cancel"),
        "shows_proposal": "as_shown" in button.shows,
        "form": form,
    }


def _next_steps(request: HttpRequest, spark: Spark) -> dict[str, object]:
    """Return what `connectors/steps.html` shows of a spark; nothing for those who only count."""
    rows = listed_steps_about(user=request.user, team=spark.team, record=spark) if spark.has_next_steps else []
    page, new = ("sparks:spark-detail", "sparks:spark-next-step")
    part = steps_part(request, rows, spark.team)
    return {**part, "back": reverse(page, args=[spark.uuid]), "add_step_url": reverse(new, args=[spark.uuid])}


def _choices(spark: Spark, user: User, decisions: list[Decision], taken: list[StepTaken]) -> dict[str, object]:
    """Return what the user can decide, pay and end now, and why not."""
    offered = {step for step in workflow.STEPS if rules.can_take(user, spark, step)}
    amendment = open_amendment(spark) if workflow.is_possible("agree", spark.status) else None
    if amendment is None:
        offered -= {"agree", "refuse"}
    decidable, payable = "decline" in offered, "pay" in offered
    decides = any(workflow.STEPS[step].who == "deciders" for step in offered)
    around = closeness.around(spark, user) if decides or payable else {}
    bars = queries.reasons_not_to_decide(spark, user, around) if decides else []
    pay_bars = queries.reasons_not_to_pay(spark, user, around) if payable else []
    if bars:
        # Whoever proposed it can take it back.
        own = {"refuse"} if amendment and amendment.proposed_by_id == user.pk else set()
        offered -= {step for step in offered if workflow.STEPS[step].who == "deciders"} - own
    if pay_bars:
        offered.discard("pay")
    approvals = [each for each in decisions if each.is_standing_approval_of(spark)]
    mine = any(each.by_id == user.pk for each in approvals)
    others = [each.amount_gbp for each in approvals if each.by_id != user.pk]
    amount = others[-1] if others else spark.amount_gbp
    seen = splitting.look(spark) if decidable and not bars else splitting.Seen()
    return {
        "around": around,
        "amendment": amendment,
        "approvals": approvals,
        "is_mine": mine,
        "offered": offered - _not_now(spark, user, offered, amendment, mine=mine),
        "decidable": decidable,
        "seen": seen,
        "spread": queries.spread_of_round(grant_round=spark.round) if decidable else [],
        "bar": queries.REASONS_NOT_TO_DECIDE[bars[0]] if bars else "",
        "is_barred": bool(bars) and decidable,
        "is_pay_barred": bool(pay_bars),
        "was_overturned": history.was_overturned(taken),
        "needs_second": history.was_overturned(taken)
        or rules.needs_second_person(
            amount,
            limit_gbp=spark.team.approval_limit_gbp,
            already_awarded_gbp=seen.counted_gbp,
        ),
        "declaration": WORDINGS[CURRENT],
        "amount": amount,
        "payable": payable,
        "pay_bar": _pay_bar(spark, pay_bars, amendment) if payable else "",
        **(_payee(spark) if "ready" in offered and spark.award_gbp else {}),
    }


def _pay_bar(spark: Spark, bars: list[str], amendment: Amendment | None) -> object:
    """Return why the user cannot record the payment now; empty if they can."""
    if bars:
        return queries.REASONS_NOT_TO_PAY[bars[0]]
    if amendment:
        return AMENDMENT_OPEN
    return HOST_REFUSED % {"host": spark.host} if has_host_refused(spark) else ""


def _payee(spark: Spark) -> dict[str, object]:
    """Return who will be paid, and a form if somebody else can be entered as the award is accepted."""
    payee = spark.payee or default_payee(spark)
    form = ReadyForm(prefix="ready", initial={"payee": payee}) if can_enter_payee(spark) else None
    return {"payee": payee, "ready_form": form, "host_refused": has_host_refused(spark)}


def _not_now(spark: Spark, user: User, offered: set[str], amendment: Amendment | None, *, mine: bool) -> set[str]:
    """Return the steps that the status and the role allow, and that would be refused all the same."""
    refused = set() if mine else {"take-back"}
    if user.has_role(spark.team_id, *MONEY_ROLES) and not user.decides_on_money(spark.team_id):
        refused |= {step for step in offered if rules.needs_confirmed(step, spark.award_gbp)}
    if amendment is not None:
        refused |= {"amend", "payee", "pay", "recover", "correct"}
    if amendment is not None and "agree" in offered and not queries.can_agree(spark, amendment, user):
        refused.add("agree")
    if not spark.award_gbp:
        refused |= {"amend", "payee"}
    if "recover" in offered and not queries.recoverable_gbp(spark):
        refused.add("recover")
    if "ready" in offered and spark.award_gbp and queries.signs_for(spark.host, user):
        refused.add("ready")
    writers = () if rules.can_manage_money(user, spark.team_id) else closeness.writer_ids(spark)
    if "withdraw" in offered and not rules.can_withdraw(user, spark.team_id, writers):
        refused.add("withdraw")
    if "appeal" in offered and history.was_appealed(spark):
        refused.add("appeal")
    if "reopen" in offered:
        ended = history.ending_to_reopen(spark)
        if (
            ended is None
            or not rules.can_reopen(user, spark, ended.by_id)
            or queries.reasons_not_to_reopen(spark, user, ended)
        ):
            refused.add("reopen")
    return refused


@require_safe_or_post
def report_edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Create or change the report on a spark."""
    spark = visible_spark(request, uuid)
    if not rules.can_write_spark(request.user, spark.team_id):
        raise PermissionDenied
    report = Report.objects.visible_to(request.user).filter(spark=spark).first()
    form = ReportForm(request.POST or None, request.FILES or None, instance=report)
    if request.method == "POST" and form.is_valid():
        photo = form.cleaned_data["photo"] if "photo" in form.changed_data else None
        values = {**form.cleaned_data, "photo": photo or None}
        if save(request, form, actions.report_back, spark=spark, by=request.user, **values):
            messages.success(request, _("Report saved. It can become a story now."))
            return redirect("sparks:spark-detail", uuid=spark.uuid)
    return render(request, "sparks/report_form.html", {"form": form, "spark": spark})


@require_safe
def report_photo(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Send a report's photo to people who can read the report."""
    report = get_object_or_404(Report.objects.visible_to(request.user).select_related("spark"), spark__uuid=uuid)
    if not report.photo or not rules.can_read_texts(request.user, report.spark.team_id):
        raise Http404
    return photo_response(report.photo)
