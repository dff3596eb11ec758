"""Reads that join a spark with its money, its group and the people around it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import BooleanField, CharField, Count, DecimalField, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import AuditEntry, Partner, Team, User
from connectors.models import Person
from sparks import rules
from sparks.models import ZERO, Application, Decision, LedgerEntry, LedgerKind, Round, Status

#: Why somebody may not decide, in words; the keys are those of `rules.bars_to_deciding`.
BAR_WORDS = {
    "wrote": _("You wrote some of this spark’s answers, so somebody else decides."),
    "applicant": _("You are one of the people behind this spark, so somebody else decides."),
    "member": _("You belong to this group, so somebody else decides."),
    "signatory": _("You sign for the organisation that would hold the money, so somebody else decides."),
    "conflict": _("You said that you are too close to this one, so somebody else decides."),
    "decided": _("You have already decided on this spark. A second person is needed, or it is done."),
}
PAY_BAR_WORDS = {
    "approved": _("You approved this spark, so somebody else pays it. Ask another manager of the team."),
    "wrote": _("You wrote some of this spark’s answers, so somebody else pays it. Ask another manager of the team."),
    "applicant": _("You are one of the people behind this spark, so somebody else pays it."),
    "member": _("You belong to this group, so somebody else pays it."),
    "signatory": _("You sign for the organisation that holds the money, so somebody else pays it."),
    "conflict": _("You said that you are too close to this one, so somebody else pays it."),
}
#: What the audit says of those who wrote answers.
WRITING = ("create", "update")
#: Awards to one group within this time are counted together against the limit.
SPLITTING_DAYS = 365
#: Awards that count: promised, paid, or told about.
HOLDING = (Status.APPROVED, Status.READY, Status.PAID, Status.REPORTED, Status.CLOSED)
WAITING = (Status.SUBMITTED, Status.RECOMMENDED)
#: The same written out: that the index of what waits fits, SQLite sees only in the words of a query, not in its values.
_WAITS = RawSQL("sparks_application.status IN ('submitted', 'recommended')", (), output_field=BooleanField())
#: What pages show of a spark that waits.
ON_CARDS = ("uuid", "title", "what", "amount_gbp", "submitted_at", "round__name", "round__fund__name")


def bars_to_deciding(application: Application, user: User) -> list[str]:
    """Return the keys of why this person may not decide on the application; empty when nothing stands in the way."""
    decided = set(application.decisions.values_list("by_id", flat=True))
    return rules.bars_to_deciding(user.pk, **_around(application, user), decided_ids=decided)


def bars_to_paying(application: Application, user: User) -> list[str]:
    """Return the keys of why this person may not pay the award; empty when nothing stands in the way."""
    approvals = application.decisions.filter(verdict=Decision.Verdict.APPROVE)
    approvers = set(approvals.values_list("by_id", flat=True))
    return rules.bars_to_paying(user.pk, **_around(application, user), approver_ids=approvers)


def _around(application: Application, user: User) -> dict[str, set[int]]:
    """Return the ids of those too close to the application, by how they are.

    A resident behind the spark whose e-mail address is the person's own counts as that person.
    """
    own = bool(user.email) and application.applicants.filter(email__iexact=user.email).exists()
    host = application.host
    return {
        "writer_ids": writer_ids(application),
        "member_ids": set(application.members.values_list("pk", flat=True)),
        "signatory_ids": set(host.signatories.values_list("pk", flat=True)) if host else set(),
        "conflict_ids": set(application.conflicts.values_list("pk", flat=True)),
        "applicant_ids": {user.pk} if own else set(),
    }


def writer_ids(application: Application) -> set[int]:
    """Return the ids of those who wrote any of the answers: who started it, and who the audit says changed it."""
    changes = _writing().filter(object_id=str(application.pk), actor__isnull=False)
    return {application.created_by_id, *changes.values_list("actor_id", flat=True)}


def _writing() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(model=Application._meta.label_lower, verb__in=WRITING)


def awarded_to_group(application: Application) -> Decimal:
    """Return pounds awarded to the same group by the team within `SPLITTING_DAYS`, this application left out.

    The same group is the same place on the map, the same name whatever its capitals, or any of the same residents, who
    may well leave the name out; without all three, nothing.
    """
    people = application.applicants.through.objects.filter(application=application.pk).values("person")
    same = Q(pk__in=application.applicants.through.objects.filter(person__in=people).values("application"))
    if application.group_id:
        same |= Q(group_id=application.group_id)
    if application.group_name.strip():
        same |= Q(group_name__iexact=application.group_name.strip())
    since = timezone.now() - timedelta(days=SPLITTING_DAYS)
    others = Application.objects.filter(same, team_id=application.team_id, status__in=HOLDING, decided_at__gte=since)
    return others.exclude(pk=application.pk).aggregate(total=Sum("award_gbp"))["total"] or ZERO


def ledger_totals(application: Application) -> dict[str, Decimal]:
    """Return pounds by kind of ledger line; every kind is there."""
    found = dict(application.ledger.order_by().values_list("kind").annotate(Sum("amount_gbp")))
    return {kind: (found.get(kind) or ZERO).quantize(ZERO) for kind in LedgerKind.values}


@dataclass(frozen=True)
class Reconciliation:
    """A round's totals as kept and as its ledger says, in pounds; they agree or something is badly wrong."""

    promised_kept: Decimal
    promised_counted: Decimal
    paid_kept: Decimal
    paid_counted: Decimal

    @property
    def agrees(self) -> bool:
        """Return whether what is kept is what the ledger adds up to."""
        return self.promised_kept == self.promised_counted and self.paid_kept == self.paid_counted


def reconcile(grant_round: Round) -> Reconciliation:
    """Add the ledger up and set it beside the round's kept totals."""
    found = dict(
        LedgerEntry.objects.filter(round=grant_round).order_by().values_list("kind").annotate(Sum("amount_gbp"))
    )
    sums = {kind: (found.get(kind) or ZERO).quantize(ZERO) for kind in LedgerKind.values}
    grant_round.refresh_from_db()
    return Reconciliation(
        promised_kept=grant_round.committed_gbp,
        promised_counted=sums["reserve"] - sums["release"] - sums["recover"],
        paid_kept=grant_round.paid_gbp,
        paid_counted=sums["pay"] - sums["recover"],
    )


def rounds_with_queue(team: Team) -> QuerySet[Round]:
    """Return the team's rounds, open ones first, each with `waiting` (applications) and `asked_gbp` (pounds they ask for)."""
    # Not joined: what waits is a few rows of an index for each round, all that was ever handed in is thousands.
    queue = Application.objects.filter(round=OuterRef("pk"), status__in=WAITING).order_by().values("round")
    return (
        Round.objects.filter(team=team)
        .select_related("fund")
        .annotate(
            waiting=Coalesce(Subquery(queue.values(number=Count("pk"))), 0),
            asked_gbp=Coalesce(Subquery(queue.values(asked=Sum("amount_gbp"))), ZERO, output_field=DecimalField()),
        )
        .order_by("-closes_at", "-pk")
    )


def waiting_for(user: User, team: Team, *, limit: int = 10) -> list[Application]:
    """Return applications on which this person could decide now, oldest first."""
    if not rules.can_manage_money(user, team):
        return []
    rows = (
        Application.objects.visible_to(user)
        .filter(_WAITS, team=team)
        .exclude(created_by=user)
        .exclude(pk__in=Application.members.through.objects.filter(user=user).values("application"))
        .exclude(pk__in=Application.conflicts.through.objects.filter(user=user).values("application"))
        .exclude(host__in=Partner.signatories.through.objects.filter(user=user).values("partner"))
        .exclude(Exists(_by(user, Decision.objects, "by_id").filter(application=OuterRef("pk"))))
        .exclude(Exists(_by(user, _writing(), "actor_id").filter(object_id=Cast(OuterRef("pk"), CharField()))))
        .select_related("round__fund")
        .only(*ON_CARDS)
        .order_by("submitted_at", "pk")
    )
    if user.email:
        # Residents by the index of their addresses; through those behind every spark it would be all of them.
        same = Person.everyone.filter(team=team).alias(lower=Lower("email")).exclude(email="")
        same = same.filter(lower=user.email.lower())
        behind = Application.applicants.through.objects.filter(person__in=same)
        rows = rows.exclude(pk__in=behind.values("application"))
    return list(rows[:limit])


def _by(user: User, rows: QuerySet, path: str) -> QuerySet:
    """Keep what this person did, to be found by what it was done to.

    By the index of who did it, SQLite would go through everything that they ever did; the function keeps it off that.
    """
    return rows.alias(doer=Coalesce(path, 0)).filter(doer=user.pk)


#: The steps of a spark's life in words; the keys are those of `rules.steps_of_life`.
STEP_WORDS = {
    "draft": _("Idea"),
    "submitted": _("Decision"),
    "approved": _("Promise"),
    "paid": _("Money"),
    "reported": _("Story"),
}
_STATES = {"done": "done", "now": "current", "to come": "next"}


def steps_in_words(application: Application) -> list[dict[str, str]]:
    """Return the steps for the stepper: label, state and, on the present one, where it stands."""
    return [
        {
            "label": str(STEP_WORDS[key]),
            "state": _STATES[state],
            "note": application.get_status_display() if state == "now" else "",
        }
        for key, state in rules.steps_of_life(application.status)
    ]
