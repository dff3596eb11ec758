"""Which sparks, rounds and applications wait for a user: the reads behind Today, the menu and the daily email."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from communities.models import Team, User
from sparks import rules
from sparks.models import Amendment, Application, Bar, Decision, FundProposal, Ground, Round, Spark, Stage, Status

#: How many days before it closes a round is said to close soon.
SOON_DAYS = 7


def applications_to_read(user: User, team: Team) -> QuerySet[Application]:
    """Return what residents sent from public pages and nobody has taken up or closed yet."""
    return Application.objects.visible_to(user).filter(team=team, stage=Stage.SENT)


def applications_to_help(user: User, team: Team) -> QuerySet[Application]:
    """Return the applications whose writers asked for help."""
    return Application.objects.visible_to(user).filter(team=team, help_asked_at__isnull=False)


def sparks_to_agree(user: User, team: Team) -> QuerySet[Spark]:
    """Return the sparks for which somebody else proposed another award."""
    if not user.decides_on_money(team):
        return Spark.objects.none()
    proposed = Amendment.objects.filter(outcome=Amendment.Outcome.OPEN).exclude(proposed_by=user)
    waiting = Spark.objects.visible_to(user).filter(team=team, status__in=(Status.APPROVED, Status.READY))
    return waiting.filter(Exists(proposed.filter(spark=OuterRef("pk"))), *_not_too_close(user))


def sparks_to_pay(user: User, team: Team) -> QuerySet[Spark]:
    """Return the sparks that this person can pay now: not those that they approved, wrote or are too close to."""
    if not (rules.has_role_for(user, team, "pay") and user.decides_on_money(team)):
        return Spark.objects.none()
    open_ones = Amendment.objects.filter(spark=OuterRef("pk"), outcome=Amendment.Outcome.OPEN)
    agreed = Amendment.objects.filter(spark=OuterRef("pk"), outcome=Amendment.Outcome.AGREED)
    approved = Decision.objects.standing().filter(spark=OuterRef("pk"), by=user, verdict=Decision.Verdict.APPROVE)
    return Spark.objects.visible_to(user).filter(
        ~Exists(open_ones),
        ~Exists(agreed.filter(Q(proposed_by=user) | Q(settled_by=user))),
        ~Exists(approved),
        *_not_too_close(user),
        team=team,
        status=Status.READY,
        award_gbp__gt=0,
    )


def _not_too_close(user: User) -> tuple[Q, ...]:
    """Return the conditions under which a person is not too close to a spark to pay it, as `reasons_not_to_pay` says."""
    behind = Q(pk__in=Spark.applicants.through.objects.filter(person__email__iexact=user.email).values("spark"))
    close = (
        Q(created_by=user),
        Q(pk__in=Spark.writers.through.objects.filter(user=user).values("spark")),
        Q(pk__in=Spark.members.through.objects.filter(user=user).values("spark")),
        Q(pk__in=Spark.conflicts.through.objects.filter(user=user).values("spark")),
        Q(pk__in=Bar.objects.of(user).exclude(ground=Ground.SIGNATORY).values("spark")),
        *([behind] if user.email else []),
    )
    return tuple(~each for each in close)


def sparks_to_answer(user: User, team: Team) -> QuerySet[Spark]:
    """Return the sparks with an open question that this person started."""
    return _started(user, team, Status.NEEDS_INFO)


def sparks_to_accept(user: User, team: Team) -> QuerySet[Spark]:
    """Return the approved sparks that nobody has accepted yet: those that this person started, or all for a manager."""
    return _started(user, team, Status.APPROVED)


def reports_overdue(user: User, team: Team) -> QuerySet[Spark]:
    """Return the paid sparks whose report was due before today: those that this person started, or all for a manager."""
    return _started(user, team, Status.PAID).filter(due_on__lt=timezone.localdate())


def _started(user: User, team: Team, status: str) -> QuerySet[Spark]:
    rows = Spark.objects.visible_to(user).filter(team=team, status=status)
    return rows if rules.can_manage_money(user, team) else rows.filter(created_by=user)


def proposals_to_settle(user: User, team: Team) -> QuerySet[FundProposal]:
    """Return what somebody else proposed about funds and rounds and this person can agree to or refuse."""
    if not (rules.can_settle_proposal(user, team) and user.decides_on_money(team)):
        return FundProposal.objects.none()
    waiting = FundProposal.objects.visible_to(user).filter(team=team, outcome=FundProposal.Outcome.OPEN)
    return waiting.exclude(proposed_by=user)


def rounds_closing(user: User, team: Team) -> QuerySet[Round]:
    """Return the rounds that close within `SOON_DAYS`."""
    now = timezone.now()
    return Round.objects.visible_to(user).filter(
        team=team, opens_at__lte=now, closes_at__gt=now, closes_at__lte=now + timedelta(days=SOON_DAYS)
    )
