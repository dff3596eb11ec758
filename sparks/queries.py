"""Reads that join a spark with its money, its group and the people around it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.compiled import compiled_once, padded
from communities.folding import folded_email, readable
from communities.models import Partner, Team, User
from communities.pounds import pounds
from communities.queries.mailboxes import accounts_of, of_one_mailbox
from sparks import closeness, payees, rules, workflow
from sparks.closeness import Around
from sparks.history import DECLINING
from sparks.models import (
    IS_WAITING,
    LIVE,
    ZERO,
    Amendment,
    Decision,
    Fund,
    FundEntry,
    FundEntryKind,
    HeldBy,
    LedgerEntry,
    LedgerKind,
    Round,
    Spark,
    Status,
    StepTaken,
    email_key,
)

#: Why somebody cannot decide, as the page says it. The keys are those of `rules.reasons_not_to_decide`.
REASONS_NOT_TO_DECIDE = {
    "unconfirmed": _("Your role is new. You can decide once another manager has confirmed you on the Team page."),
    "wrote": _("You wrote some of the answers, so somebody else has to decide."),
    "applicant": _("You are one of the people behind this spark, so somebody else has to decide."),
    "member": _("You belong to this group, so somebody else has to decide."),
    "signatory": _("You sign for the organisation that would hold the money, so somebody else has to decide."),
    "conflict": _("You said you are too close to this spark, so somebody else has to decide."),
    "decided": _("You have already declined this spark, so somebody else has to decide."),
    "same_mailbox": _("An account with the same mailbox as yours approved this spark, so somebody else has to decide."),
    "link": _(
        "You could have answered as the people behind this spark or as its organisation: by a private link or words that you "
        "made or printed, a new address, or by asking again after a no. So somebody else has to decide."
    ),
}
REASONS_NOT_TO_PAY = {
    "unconfirmed": _("Your role is new. You can pay once another manager has confirmed you on the Team page."),
    "approved": _("You approved this spark, so another manager has to pay it, or a payer or deputy."),
    "payee": _(
        "You entered who is to be paid, or could have answered as the people behind it or as the organisation: by a private link, "
        "a new address, or by asking again after a no. So another manager has to pay it, or a payer or deputy."
    ),
    "wrote": _("You wrote some of the answers, so another manager has to pay it, or a payer or deputy."),
    "applicant": _(
        "You are one of the people behind this spark, so another manager has to pay it, or a payer or deputy."
    ),
    "member": _("You belong to this group, so another manager has to pay it, or a payer or deputy."),
    "conflict": _("You said you are too close to this spark, so another manager has to pay it, or a payer or deputy."),
}
#: Statuses whose award counts towards that sum: promised, paid or reported.
HOLDING = workflow.statuses("is_awarded")
WAITING = workflow.statuses("is_waiting")
#: How many neighbourhoods a page shows of where the awards of a round went.
MOST_PLACES = 12
#: Columns that pages show of a waiting spark.
ON_CARDS = ("uuid", "title", "what", "amount_gbp", "held_by", "submitted_at", "round__name", "round__fund__name")


def reasons_not_to_decide(spark: Spark, user: User, around: Around | None = None) -> list[str]:
    """Return why this person cannot decide on the spark, as keys of `REASONS_NOT_TO_DECIDE`; empty if they can.

    around: what `closeness.around` said of the two just now, for a page that asks several such questions; asked if None. An
    action passes none, because it asks under its lock.
    """
    around = around or closeness.around(spark, user)
    return rules.reasons_not_to_decide(user.pk, **_without(around, "approver_ids", "payee_ids"))


def reasons_not_to_reopen(spark: Spark, user: User, ended: StepTaken) -> list[str]:
    """Return why this person cannot reopen a spark that was ended, as keys of `REASONS_NOT_TO_DECIDE`; empty if they can.

    Only a no is a decision; everything else is reopened by whoever may.
    """
    if ended.step not in DECLINING:
        return []
    return rules.reasons_not_to_reopen(reasons_not_to_decide(spark, user), is_own=ended.by_id == user.pk)


def reasons_not_to_pay(spark: Spark, user: User, around: Around | None = None) -> list[str]:
    """Return why this person cannot pay the award, as keys of `REASONS_NOT_TO_PAY`; empty if they can; as above."""
    around = around or closeness.around(spark, user)
    others = _without(around, "signatory_ids", "decided_ids", "mailbox_ids", "link_ids")
    return rules.reasons_not_to_pay(user.pk, **others)


def _without(around: Around, *names: str) -> Around:
    return {name: ids for name, ids in around.items() if name not in names}


def signs_for(host: Partner | None, user: User) -> bool:
    """Return whether somebody, with any account of theirs, signs for the money of an organisation."""
    return host is not None and host.signatories.filter(pk__in=accounts_of(user)).exists()


def can_agree(spark: Spark, amendment: Amendment, user: User) -> bool:
    """Return whether somebody who can decide on a spark can agree to what is proposed about it.

    Neither to their own proposal, nor to paying an organisation that they sign for.
    """
    if amendment.proposed_by_id in accounts_of(user):
        return False
    host = payees.host_named(spark.team_id, amendment.payee) if amendment.payee else None
    return not signs_for(host, user)


def live_spark_of_group(spark: Spark) -> Spark | None:
    """Return another live spark of the same group in the same round, or None."""
    name = spark.group_name.strip()
    if not name or spark.round_id is None:
        return None
    rows = Spark.objects.filter(round=spark.round_id, group_name__iexact=name, status__in=LIVE)
    return rows.exclude(pk=spark.pk).first()


def second_of_group(spark: Spark) -> str:
    """Return why a spark cannot be handed in or changed: its group has another live one in the round. Empty if not."""
    other = live_spark_of_group(spark)
    if other is None:
        return ""
    message = gettext(
        "This group already has a spark in this round: “%(title)s” (%(status)s). Change that one, or choose another round."
    )
    return message % {"title": other.title, "status": other.get_status_display()}


def missing_answers(spark: Spark, *, at: datetime | None = None) -> dict[str, str | Promise]:
    """Return a message for each field that stops a spark from being handed in; empty if it can be.

    A draft can be handed in only while its round is open, the answer to a question at any time. at: when it was handed in,
    now by default.
    """
    missing: dict[str, str | Promise] = {}
    if not readable(spark.what):
        missing["what"] = _("Say in a sentence or two what you want to do.")
    if not readable(spark.who_with):
        missing["who_with"] = _("Say who is in it. First names or the name of the group are enough.")
    if not spark.held_by:
        missing["held_by"] = _("Choose who holds the money, or say that no money is needed.")
    if spark.held_by == HeldBy.HOST and spark.host is None:
        missing["host"] = _("Choose the organisation that holds the money, or another way to hold it.")
    most = spark.round.max_award_gbp
    if spark.held_by != HeldBy.NO_MONEY and spark.amount_gbp <= ZERO:
        missing["amount_gbp"] = _("Say how much would help, or say that no money is needed.")
    elif spark.amount_gbp > most:
        missing["amount_gbp"] = gettext("The maximum award in this round is %(most)s.") % {"most": pounds(most)}
    if second := second_of_group(spark):
        missing["group_name"] = second
    if spark.status == Status.DRAFT and not spark.round.was_open(at or timezone.now()):
        missing["round"] = _not_open(spark.round)
    return missing


def _not_open(grant_round: Round) -> str:
    """Return why a draft cannot be handed in to a round now."""
    if timezone.now() < grant_round.opens_at:
        message = gettext("This round opens on %(day)s. Your draft is saved until then.")
        return message % {"day": _moment(grant_round.opens_at)}
    message = gettext("This round closed on %(day)s. Your draft is saved. Choose another round to submit it.")
    return message % {"day": _moment(grant_round.closes_at)}


def _moment(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return gettext("%(date)s at %(time)s") % {"date": date_format(local, "j F Y"), "time": date_format(local, "H:i")}


@compiled_once
def spread_of_round(*, grant_round: Round) -> QuerySet[Spark, Any]:
    """Return where the awards of a round went: {neighbourhood__name, sparks, pounds}, the largest sums first."""
    rows = Spark.objects.filter(round=grant_round, status__in=HOLDING).order_by().values("neighbourhood__name")
    rows = rows.annotate(sparks=Count("*"), pounds=Sum("award_gbp")).order_by("-pounds", "neighbourhood__name")
    return rows[:MOST_PLACES]


def ledger_totals(spark: Spark) -> dict[str, Decimal]:
    """Return pounds by kind of ledger line, with every kind present."""
    found = dict(spark.ledger.order_by().values_list("kind").annotate(Sum("amount_gbp")))
    return {kind: (found.get(kind) or ZERO).quantize(ZERO) for kind in LedgerKind.values}


def recoverable_gbp(spark: Spark) -> Decimal:
    """Return how many pounds of what was paid for a spark can still be returned."""
    totals = ledger_totals(spark)
    return rules.recoverable_gbp(totals[LedgerKind.PAY], totals[LedgerKind.RECOVER] - totals[LedgerKind.CORRECT])


@dataclass(frozen=True)
class Reconciliation:
    """A round's stored totals beside the sums of its ledger, in pounds. A difference means that something is badly wrong."""

    promised_stored: Decimal
    promised_counted: Decimal
    paid_stored: Decimal
    paid_counted: Decimal

    @property
    def agrees(self) -> bool:
        """Return whether the stored totals equal the sums of the ledger."""
        return self.promised_stored == self.promised_counted and self.paid_stored == self.paid_counted


def reconcile(grant_round: Round) -> Reconciliation:
    """Add up the ledger of a round and return it beside the round's stored totals."""
    found = dict(
        LedgerEntry.objects.filter(round=grant_round).order_by().values_list("kind").annotate(Sum("amount_gbp"))
    )
    sums = {kind: (found.get(kind) or ZERO).quantize(ZERO) for kind in LedgerKind.values}
    grant_round.refresh_from_db()
    return Reconciliation(
        promised_stored=grant_round.committed_gbp,
        promised_counted=sums["reserve"] - sums["release"] - sums["recover"] + sums["correct"],
        paid_stored=grant_round.paid_gbp,
        paid_counted=sums["pay"] - sums["recover"] + sums["correct"],
    )


def sums_of_fund(fund: Fund) -> dict[str, Decimal]:
    """Return the pounds of a fund: given, carried (a part of given), aside, promised, paid and free. One query each for two."""
    carried = FundEntry.objects.filter(fund=fund, kind=FundEntryKind.CARRIED).aggregate(sum=Sum("amount_gbp"))["sum"]
    rounds = Round.objects.filter(fund=fund).aggregate(promised=Sum("committed_gbp"), paid=Sum("paid_gbp"))
    return {
        "given": fund.given_gbp,
        "carried": (carried or ZERO).quantize(ZERO),
        "aside": fund.allocated_gbp,
        "promised": (rounds["promised"] or ZERO).quantize(ZERO),
        "paid": (rounds["paid"] or ZERO).quantize(ZERO),
        "free": fund.free_gbp,
    }


def rounds_with_queue(team: Team) -> QuerySet[Round]:
    """Return the team's rounds, latest closing date first, each with `waiting` (sparks) and `asked_gbp` (their pounds)."""
    # Subqueries instead of a join: a few index rows for each round, rather than every spark ever handed in.
    queue = Spark.objects.filter(round=OuterRef("pk"), status__in=WAITING).order_by().values("round")
    return (
        Round.objects.filter(team=team)
        .select_related("fund")
        .annotate(
            waiting=Coalesce(Subquery(queue.values(sparks=Count("*"))), 0),
            asked_gbp=Coalesce(Subquery(queue.values(asked=Sum("amount_gbp"))), ZERO, output_field=DecimalField()),
        )
        .order_by("-closes_at", "-pk")
    )


@compiled_once
def latest_rounds(*, team: Team, limit: int) -> QuerySet[Round]:
    """Return the first of `rounds_with_queue`."""
    return rounds_with_queue(team)[:limit]


def waiting_for(user: User, team: Team, *, limit: int = 10) -> list[Spark]:
    """Return the sparks that this person can decide on now, oldest first, as cards show them."""
    if not _decides(user, team):
        return []
    return _first_to_decide(**_asking(user, team), limit=limit)


def _asking(user: User, team: Team) -> dict[str, Any]:
    """Return what the compiled queries of the sparks to decide on take of a user."""
    own = padded(sorted(accounts_of(user)))
    mailbox = folded_email(user.email)
    return {"user": user, "team": team, "own": own, "mailbox": mailbox, "key": email_key(user.email)}


@compiled_once
def _first_to_decide(
    *, user: User, team: Team, own: Collection[int], mailbox: str, key: str, limit: int
) -> QuerySet[Spark]:
    rows = _to_decide(user, team, own=own, mailbox=mailbox, key=key)
    return rows.select_related("round__fund").only(*ON_CARDS).order_by("submitted_at", "pk")[:limit]


def keys_to_decide(user: User, team: Team, *, limit: int) -> list[int]:
    """Return the primary keys of the sparks that this person can decide on now, oldest first."""
    return _keys_to_decide(**_asking(user, team), limit=limit) if _decides(user, team) else []


@compiled_once
def _keys_to_decide(
    *, user: User, team: Team, own: Collection[int], mailbox: str, key: str, limit: int
) -> QuerySet[Spark, int]:
    far = closeness.far_enough_to_decide(person=user, own=own, mailbox=mailbox, key=key, team=team, gathers=True)
    said = Q(pk__in=_last_words_of(user).filter(version=F("spark__version")).order_by().values("spark"))
    rows = Spark.objects.visible_to(user).filter(IS_WAITING, ~said, far, team=team).order_by("submitted_at", "pk")
    return rows.values_list("pk", flat=True)[:limit]


def proposed_amounts(sparks: Collection[Spark]) -> dict[int, Decimal]:
    """Return the amount that somebody approved last for each spark that waits for a second person, by primary key."""
    halves = [spark.pk for spark in sparks if spark.status == Status.RECOMMENDED]
    rows = Decision.objects.standing().filter(spark__in=halves, version=F("spark__version"), verdict="approve")
    return dict(rows.order_by("decided_at", "pk").values_list("spark_id", "amount_gbp")) if halves else {}


def sparks_to_decide(user: User, team: Team) -> QuerySet[Spark]:
    """Return the sparks that this person can decide on now."""
    if not _decides(user, team):
        return Spark.objects.none()
    keys = {"key": email_key(user.email), "mailbox": folded_email(user.email)}
    return _to_decide(user, team, own=of_one_mailbox(user.email), **keys)


def _decides(user: User, team: Team) -> bool:
    return rules.has_role_for(user, team, "approve") and user.decides_on_money(team)


def _to_decide(user: User, team: Team, *, own: closeness.Accounts, mailbox: str, key: str) -> QuerySet[Spark]:
    # One filter with everything in it: each `exclude` would copy the query again, and this one is in every menu.
    far = closeness.far_enough_to_decide(person=user, own=own, mailbox=mailbox, key=key, team=team)
    said = _last_words_of(user).filter(spark=OuterRef("pk"), version=OuterRef("version"))
    return Spark.objects.visible_to(user).filter(IS_WAITING, ~Q(Exists(said)), far, team=team)


def _last_words_of(user: User) -> QuerySet[Decision]:
    """Return standing approvals of a person that nobody answered since with another amount, for a subquery of sparks."""
    later = Decision.objects.standing().filter(
        spark=OuterRef("spark"), version=OuterRef("version"), pk__gt=OuterRef("pk")
    )
    return Decision.objects.standing().filter(~Exists(later), by=user)


#: Labels of the steps of a spark's life. The keys are those of `rules.progress_steps`.
STEP_LABELS = {
    "draft": _("Idea"),
    "submitted": _("Decision"),
    "approved": _("Promise"),
    "paid": _("Money"),
    "reported": _("Story"),
}
_STATES = {"done": "done", "now": "current", "to come": "next"}


def stepper_steps(spark: Spark) -> list[dict[str, str]]:
    """Return the steps for the stepper: label, state and, on the current step, the status as a note."""
    return [
        {
            "label": str(STEP_LABELS[key]),
            "state": _STATES[state],
            "note": spark.get_status_display() if state == "now" else "",
        }
        for key, state in rules.progress_steps(spark.status)
    ]
