"""What counts towards the limit is found by a few compiled queries: the same as by comparing every spark with every other."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from communities.models import Team
from connectors.models import Person
from sparks import splitting
from sparks.actions.bars import freeze_bars
from sparks.likeness import ALIKE, _trigrams, same_payees
from sparks.models import Spark, Status
from sparks.signs import Signs
from tests.factories.assets import AssetFactory
from tests.factories.communities import TeamFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import FundFactory, RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db
AWARDED = (Status.APPROVED, Status.READY, Status.PAID, Status.REPORTED, Status.CLOSED)
WORDS = ("Mill", "Row", "Choir", "Chior", "Street", "Party", "1", "2", "Siân’s")


def filled(team: Team, chance: random.Random, number: int) -> list[Spark]:
    """Return sparks of few people, groups, names, payees and streets, so that many have something in common."""
    now, fund = timezone.now(), FundFactory(team=team)
    people = [
        PersonFactory(
            team=team,
            street=chance.choice(["", "Mill Row", "mill row ", "Canal Side"]),
            email=chance.choice(["", f"p{number}@x.example", "one@x.example"]),
            phone_key=chance.choice(["", f"77009000{number % 5}", "123"]),
        )
        for number in range(14)
    ]
    groups = [None, None, None, AssetFactory(team=team), AssetFactory(team=team)]
    found = []
    for _each in range(number):
        status = chance.choice([*AWARDED, *AWARDED, Status.SUBMITTED, Status.NEEDS_INFO, Status.WITHDRAWN])
        is_awarded, days = status in AWARDED, chance.choice([1, 100, 364, 366])
        name = " ".join(chance.choices(WORDS, k=chance.randint(0, 4)))
        spark = SparkFactory(
            round=RoundFactory(team=team, fund=fund), group_name=name, group=chance.choice(groups),
            status=status, amount_gbp=Decimal("300.10"), award_gbp=chance.choice([Decimal("99.50"), Decimal(120)]) if is_awarded else None,
            decided_at=now - timedelta(days=days) if is_awarded else None, submitted_at=now,
            payee=chance.choice(["Mill Row Choir", "mill row choir!", "Rosa", "".join(chance.choices("bcdfghjklmnp", k=9))]) if is_awarded else "",
        )  # fmt: skip
        spark.applicants.set(chance.sample(people, k=chance.choice([0, 0, 1, 1, 2])))
        freeze_bars(spark)
        found.append(spark)
    return found


def plainly(spark: Spark, other: Spark) -> Signs:
    """Return the signs of one spark about another, each compared by itself."""
    mine, theirs = (list(Person.everyone.filter(sparks=each)) for each in (spark, other))
    names = [each.group_name.strip() for each in (spark, other)]
    ours, others = (_trigrams(each)[0] for each in names)
    is_awarded = other.status in AWARDED and other.decided_at >= timezone.now() - timedelta(days=365)
    is_same = names[0].casefold() == names[1].casefold()
    wanted = {each for each in (names[0], splitting._own_payee(spark)) if each}
    streets = {each.street.strip().lower() for each in mine} - {""}
    emails, phones = (
        [{getattr(each, name) for each in some} for some in (mine, theirs)] for name in ("email", "phone_key")
    )
    near = [each.street for each in theirs if each.street.lower() in streets]
    return Signs(
        shared=len({each.pk for each in mine} & {each.pk for each in theirs}),
        is_reached_alike=bool(emails[0] & emails[1] - {""} or {key for key in phones[0] & phones[1] if len(key) > 5}),
        is_same_group=bool(spark.group_id) and spark.group_id == other.group_id,
        is_same_name=bool(names[0]) and is_awarded and is_same,
        is_alike=bool(names[0]) and is_awarded and not is_same and bool(ours) and len(ours & others) / len(ours | others) >= ALIKE,
        payee=other.payee if is_awarded and same_payees(wanted, [other.payee] if other.payee else []) else "",
        street=near[-1] if near else "",
    )  # fmt: skip


def test_it_finds_what_comparing_all_of_them_finds(team):
    seed = 1
    chance = random.Random(seed)  # noqa: S311 - names, not secrets
    sparks = filled(team, chance, 30)
    filled(TeamFactory(), random.Random(seed), 8)  # noqa: S311
    kinds: set[str] = set()
    for spark in sparks:
        spark.refresh_from_db()
        found = splitting._find(spark)
        expected = {other.pk: plainly(spark, other) for other in sparks if other.pk != spark.pk}
        assert {pk: found.signs(pk) for pk in expected} == expected
        assert found.counting == {pk for pk, signs in expected.items() if signs.counts}
        counted = sum(
            (each.award_gbp for each in sparks if each.pk in found.counting and found.awards.get(each.pk)), Decimal(0)
        )
        assert splitting.awarded_to_group(spark) == counted == splitting.look(spark).counted_gbp
        kinds |= {kind for signs in expected.values() for kind, value in vars(signs).items() if value}
    assert kinds == set(vars(Signs()))
