"""A round with thousands of sparks, and the pages on which somebody decides about them."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bench.plan import Plan, TeamPlan
from bench.words import NAMES, STREETS, THEMES, THEN
from communities.actions.upkeep import analyse
from sparks.actions.fund_money import Behind, move_fund_money
from sparks.models import Fund, FundEntryKind, HeldBy, Round, Spark, Status

#: The most sparks of the round; a database of 100,000 conversations has them all.
MOST = 5_000
NAME = "A round of thousands"
#: The statuses of ten sparks: six wait, four have an award, which counts when a grant is split.
STANDING = (*[Status.SUBMITTED] * 5, Status.RECOMMENDED, *[Status.APPROVED] * 2, *[Status.PAID] * 2)
AMOUNT = Decimal("120.00")
QUEUE, SEVERAL, DECIDE = 3, 4, 4
_BATCH = 500


def deciders_team(plan: Plan) -> TeamPlan:
    """Return the team that has the round: not the one whose other pages are measured."""
    return plan.teams[1]


def decide_pages(plan: Plan) -> Iterator[tuple[str, str, int]]:
    """Yield (name, URL, aim) of the pages for the team's manager."""
    pot = large_round(plan)
    number = Spark.objects.filter(round=pot).count()
    waiting = Spark.objects.filter(round=pot, status=Status.SUBMITTED).order_by("pk")
    yield f"Spark queue, a round of {number:,}", reverse("sparks:spark-list"), QUEUE
    yield f"Decide on several of {number:,}", reverse("sparks:decide-several"), SEVERAL
    spark = waiting[waiting.count() // 2]
    yield f"Decide on one of {number:,}", reverse("sparks:spark-detail", args=[spark.uuid]), DECIDE


def large_round(plan: Plan) -> Round:
    """Return the round, filled when it is asked for first."""
    team = deciders_team(plan)
    found = Round.objects.filter(team=team.number, name=NAME).first()
    if found is None:
        found = _filled(team, max(10, min(MOST, plan.size // 20)))
        # As after a nightly upkeep: the database plans for what is there.
        analyse()
    return found


def _filled(team: TeamPlan, number: int) -> Round:
    now = timezone.now()
    held = sum(STANDING[n % len(STANDING)] in (Status.APPROVED, Status.PAID) for n in range(number)) * AMOUNT
    fund = Fund.objects.filter(team=team.number)[0]
    pot = Round.objects.create(
        team_id=team.number,
        fund=fund,
        name=NAME,
        budget_gbp=AMOUNT * number,
        committed_gbp=held,
        max_award_gbp=AMOUNT * 2,
        opens_at=now - timedelta(days=60),
        closes_at=now + timedelta(days=30),
    )
    with transaction.atomic():
        move_fund_money(fund, FundEntryKind.RECEIVED, pot.budget_gbp, Behind())
        move_fund_money(fund, FundEntryKind.SET_ASIDE, pot.budget_gbp, Behind(), grant_round=pot)
    Spark.objects.bulk_create([_spark(team, pot, n) for n in range(number)], batch_size=_BATCH)
    made = list(Spark.objects.filter(round=pot).order_by("pk").values_list("pk", flat=True))
    writers, applicants = Spark.writers.through, Spark.applicants.through
    writers.objects.bulk_create([writers(spark_id=pk, user_id=team.first_user) for pk in made], batch_size=_BATCH)
    behind = [
        applicants(spark_id=pk, person_id=team.first_person + (n + turn * 7) % team.people)
        for n, pk in enumerate(made)
        for turn in range(min(2, team.people))
        if turn == 0 or (turn * 7) % team.people
    ]
    applicants.objects.bulk_create(behind, batch_size=_BATCH)
    return pot


def _spark(team: TeamPlan, pot: Round, n: int) -> Spark:
    theme, street = THEMES[n % len(THEMES)], STREETS[n // len(THEMES) % len(STREETS)]
    name = NAMES[n // (len(THEMES) * len(STREETS)) % len(NAMES)]
    status, moment = STANDING[n % len(STANDING)], pot.opens_at + timedelta(minutes=n)
    has_award = status in (Status.APPROVED, Status.PAID)
    group = f"{theme} on {street} with {name}"
    return Spark(
        team_id=team.number,
        round=pot,
        neighbourhood_id=team.first_place + n % team.places,
        title=f"{theme} with {name}",
        group_name=group,
        what=" ".join(THEN),
        who_with=f"{name} and the neighbours of {street}",
        costs="Bricks £80\nSoup £40",
        amount_gbp=AMOUNT,
        held_by=HeldBy.GROUP,
        created_by_id=team.first_user,
        status=status,
        award_gbp=AMOUNT if has_award else None,
        submitted_at=moment,
        decided_at=moment + timedelta(days=1) if has_award else None,
        payee=group if status == Status.PAID else "",
        paid_at=moment + timedelta(days=2) if status == Status.PAID else None,
        created_at=moment,
    )
