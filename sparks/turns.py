"""Which sparks, rounds and applications wait for a user: the reads behind Today, the menu and the daily email."""

from collections.abc import Callable
from datetime import timedelta
from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from communities.folding import folded_email
from communities.models import Partner, Team, User
from communities.queries.mailboxes import of_one_mailbox
from sparks import closeness, payees, queries, rules, workflow
from sparks.models import Amendment, Application, FundProposal, Round, Spark, Stage, Status, email_key

#: The statuses in which somebody can agree to a change.
AGREEING = tuple(status for status in workflow.STATES if workflow.is_possible("agree", status))
#: How many days before it closes a round is said to close soon.
SOON_DAYS = 7


def applications_to_read(user: User, team: Team) -> QuerySet[Application]:
    """Return what residents sent from public pages and nobody has taken up or closed yet."""
    return Application.objects.visible_to(user).filter(team=team, stage=Stage.SENT)


def applications_to_help(user: User, team: Team) -> QuerySet[Application]:
    """Return the applications whose writers asked for help."""
    return Application.objects.visible_to(user).filter(team=team, help_asked_at__isnull=False)


def sparks_to_agree(user: User, team: Team) -> QuerySet[Spark]:
    """Return the sparks for which somebody else proposed a change and this person can agree to it, as `agree_change` says."""
    if not user.decides_on_money(team) or not rules.has_role_for(user, team, "agree"):
        return Spark.objects.none()
    own = of_one_mailbox(user.email)
    signs = Partner.signatories.through.objects.filter(user__in=own, partner__team=team)
    proposed = Amendment.objects.filter(spark=OuterRef("pk"), outcome=Amendment.Outcome.OPEN).exclude(
        proposed_by__in=own
    )
    to_their_host = Q(kind=Amendment.Kind.PAYEE, payee__in=signs.values("partner__name"))
    waiting = Spark.objects.visible_to(user).filter(team=team, status__in=AGREEING)
    return waiting.filter(
        Exists(proposed.exclude(to_their_host)), _far_enough(closeness.far_enough_to_decide, user, team)
    )


def sparks_to_pay(user: User, team: Team) -> QuerySet[Spark]:
    """Return the sparks that this person can pay now, as `pay_award` says."""
    if not (rules.has_role_for(user, team, "pay") and user.decides_on_money(team)):
        return Spark.objects.none()
    open_ones = Amendment.objects.filter(spark=OuterRef("pk"), outcome=Amendment.Outcome.OPEN)
    return Spark.objects.visible_to(user).filter(
        ~Exists(open_ones),
        ~Q(pk__in=payees.refused_by_hosts(team).values("spark")),
        _far_enough(closeness.far_enough_to_pay, user, team),
        team=team,
        status=Status.READY,
        award_gbp__gt=0,
    )


def _far_enough(condition: Callable[..., Q], user: User, team: Team) -> Q:
    mailbox = folded_email(user.email)
    own = of_one_mailbox(user.email)
    return condition(person=user, own=own, mailbox=mailbox, key=email_key(user.email), team=team)


def others_who_can(spark: Spark, user: User, step: str, *, most: int = 3) -> list[User]:
    """Return the first other members of the team who can decide on a spark or pay it, by name; for somebody who cannot.

    step: "approve" or "pay". Some queries for each member with the role.
    """
    reasons = queries.reasons_not_to_pay if step == "pay" else queries.reasons_not_to_decide
    roles = workflow.ROLES[workflow.STEPS[step].who]
    members = User.objects.filter(memberships__team=spark.team_id, memberships__role__in=roles, is_active=True)
    others = members.exclude(pk=user.pk).distinct().order_by("name", "pk")
    return list(islice((each for each in others if not reasons(spark, each)), most))


def sparks_to_answer(user: User, team: Team) -> QuerySet[Spark]:
    """Return the sparks with an open question that this person started."""
    return _started(user, team, Status.NEEDS_INFO)


def sparks_to_accept(user: User, team: Team) -> QuerySet[Spark]:
    """Return the approved sparks that nobody has accepted yet: those that this person started, or all for a manager.

    Without those whose organisation this person signs for, because somebody else says yes to these.
    """
    signs = Partner.signatories.through.objects.filter(user__in=of_one_mailbox(user.email))
    return _started(user, team, Status.APPROVED).filter(~Q(award_gbp__gt=0, host__in=signs.values("partner")))


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
    return waiting.exclude(proposed_by__in=of_one_mailbox(user.email))


def rounds_closing(user: User, team: Team) -> QuerySet[Round]:
    """Return the rounds that close within `SOON_DAYS`."""
    now = timezone.now()
    return Round.objects.visible_to(user).filter(
        team=team, opens_at__lte=now, closes_at__gt=now, closes_at__lte=now + timedelta(days=SOON_DAYS)
    )
