"""Tables with a handful of rows in every team: users, outlines, themes, partners, funds, rounds, measurements."""

import json
import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from bench.plan import PARTNERS, ROUNDS, Plan, TeamPlan
from bench.words import THEMES
from communities.models import Membership, Neighbourhood, Partner, PartnerKind, Role, Team, User
from communities.periods import last
from connectors.models import Theme
from evaluation.models import Indicator, IndicatorKind, Measurement
from sparks.actions.fund_money import Behind, move_fund_money
from sparks.models import Fund, FundEntryKind, Round

#: Outlines lie in a grid: the degrees of each, and how many are side by side.
HIGH, WIDE, ACROSS = 0.02, 0.03, 5
SOUTH, WEST, TEAM_APART = 50.6, -3.2, 0.25
#: Corners on each side of an outline: as many in total as a ward's, which has about 200.
CORNERS = 50
#: Open for new sparks, with most of the money.
BIG_BUDGET = Decimal(9_000_000)


def fill_catalogue(plan: Plan, today: date) -> None:
    """Write every team's handful of rows, with the primary keys that the plan gives them."""
    Team.objects.bulk_create(
        Team(pk=team.number, name=f"Bench team {team.number:02}", slug=f"bench-{team.number:02}", authority="Nowhere")
        for team in plan.teams
    )
    for team in plan.teams:
        _people(team)
        Neighbourhood.objects.bulk_create(_place(team, index) for index in range(team.places))
        Theme.objects.bulk_create(
            Theme(pk=first_theme(team) + index, team_id=team.number, name=name) for index, name in enumerate(THEMES)
        )
        Partner.objects.bulk_create(
            Partner(
                pk=first_partner(team) + index,
                team_id=team.number,
                name=f"Partner {index + 1}",
                kind=PartnerKind.VOLUNTARY,
                is_fiscal_host=True,
            )
            for index in range(PARTNERS)
        )
        fund = Fund.objects.create(pk=team.number, team_id=team.number, name="Small sparks")
        rounds = Round.objects.bulk_create(_round(team, index, today) for index in range(ROUNDS))
        with transaction.atomic():
            move_fund_money(fund, FundEntryKind.RECEIVED, BIG_BUDGET * ROUNDS, Behind())
            for each in rounds:
                move_fund_money(fund, FundEntryKind.SET_ASIDE, BIG_BUDGET, Behind(), grant_round=each)
        _measurements(team, today)


def first_theme(team: TeamPlan) -> int:
    """Return the primary key of a team's first theme."""
    return (team.number - 1) * len(THEMES) + 1


def first_partner(team: TeamPlan) -> int:
    """Return the primary key of a team's first partner."""
    return (team.number - 1) * PARTNERS + 1


def _people(team: TeamPlan) -> None:
    roles = [*[Role.BUILDER] * team.builders, Role.MANAGER, Role.EVALUATOR]
    numbers = range(team.first_user, team.first_user + len(roles))
    closed = make_password(None)
    User.objects.bulk_create(
        User(pk=number, email=f"{role}-{number}@kith.example", name=f"{role.label} {number}", password=closed)
        for number, role in zip(numbers, roles, strict=True)
    )
    Membership.objects.bulk_create(
        Membership(user_id=number, team_id=team.number, role=role, confirmed_at=timezone.now())
        for number, role in zip(numbers, roles, strict=True)
    )


def corner_of(team: TeamPlan, index: int) -> tuple[float, float]:
    """Return the south and west edge of a team's outline."""
    return SOUTH + (team.number - 1) * TEAM_APART + index // ACROSS * HIGH, WEST + index % ACROSS * WIDE


def _place(team: TeamPlan, index: int) -> Neighbourhood:
    south, west = corner_of(team, index)
    # Its edges run a little inside the square, in and out, so that neighbours never touch and no corner can be
    # simplified away.
    ring = []
    for side in range(4):
        for step in range(CORNERS):
            along, inward = step / CORNERS, 0.004 + 0.003 * math.sin(step * 0.9)
            x, y = ((along, inward), (1 - inward, along), (1 - along, 1 - inward), (inward, 1 - along))[side]
            ring.append([round(west + x * WIDE, 6), round(south + y * HIGH, 6)])
    ring.append(ring[0])
    lngs, lats = [x for x, _ in ring], [y for _, y in ring]
    return Neighbourhood(
        pk=team.first_place + index,
        team_id=team.number,
        name=f"Ward {index + 1:02}",
        population=6_000 + 250 * index,
        boundary=json.dumps({"type": "Polygon", "coordinates": [ring]}),
        min_lat=min(lats),
        min_lng=min(lngs),
        max_lat=max(lats),
        max_lng=max(lngs),
    )


def _round(team: TeamPlan, index: int, today: date) -> Round:
    opens = today - timedelta(days=183 * (ROUNDS - index) - 150)
    closes = today + timedelta(days=60) if index == ROUNDS - 1 else opens + timedelta(days=120)
    moment = [timezone.make_aware(datetime.combine(day, time(9))) for day in (opens, closes)]
    return Round(
        pk=(team.number - 1) * ROUNDS + index + 1,
        team_id=team.number,
        fund_id=team.number,
        name=f"Round {index + 1}",
        budget_gbp=BIG_BUDGET,
        max_award_gbp=500,
        opens_at=moment[0],
        closes_at=moment[1],
    )


def _measurements(team: TeamPlan, today: date) -> None:
    recorded = Indicator.objects.filter(kind=IndicatorKind.RECORDED)
    places = [None, team.first_place, team.first_place + 1]
    Measurement.objects.bulk_create(
        Measurement(
            team_id=team.number,
            indicator=indicator,
            neighbourhood_id=place,
            period_start=period.start,
            period_end=period.end,
            value=40 + number,
            note="Asked at the door.",
            created_by_id=team.evaluator,
        )
        for indicator in recorded
        for number, period in enumerate(last(8, until=today))
        for place in places
    )
