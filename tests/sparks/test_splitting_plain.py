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
from sparks.likeness import ALIKE, Payees, _trigrams
from sparks.models import Spark, Status
from sparks.payees import default_payee
from sparks.signs import Signs
from tests.factories.assets import AssetFactory
from tests.factories.communities import TeamFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import FundFactory, RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db
AWARDED = (Status.APPROVED, Status.READY, Status.PAID, Status.REPORTED, Status.CLOSED)
REFUSED = (Status.DECLINED, Status.INELIGIBLE)
ASKING = (Status.SUBMITTED, Status.NEEDS_INFO)
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
        status = chance.choice([*AWARDED, *AWARDED, *ASKING, *REFUSED, Status.WITHDRAWN])
        is_awarded, days = status in AWARDED, chance.choice([1, 100, 364, 366])
        is_decided = is_awarded or status in REFUSED
        name = " ".join(chance.choices(WORDS, k=chance.randint(0, 4)))
        spark = SparkFactory(
            round=RoundFactory(team=team, fund=fund), group_name=name, group=chance.choice(groups),
            status=status, amount_gbp=Decimal("300.10"), award_gbp=chance.choice([Decimal("99.50"), Decimal(120)]) if is_awarded else None,
            decided_at=now - timedelta(days=days) if is_decided else None, submitted_at=now,
            payee=chance.choice(["Mill Row Choir", "mill row choir!", "Rosa", "".join(chance.choices("bcdfghjklmnp", k=9))]) if is_decided else "",
        )  # fmt: skip
        spark.applicants.set(chance.sample(people, k=chance.choice([0, 0, 1, 1, 2])))
        freeze_bars(spark)
        found.append(spark)
    return found


def is_of_year(spark: Spark) -> bool:
    """Return whether somebody decided on a spark within the year, with a yes or a no."""
    is_decided = spark.status in (*AWARDED, *REFUSED)
    return is_decided and spark.decided_at >= timezone.now() - timedelta(days=365)


def plainly(spark: Spark, other: Spark) -> Signs:
    """Return the signs of one spark about another, each compared by itself."""
    mine, theirs = (list(Person.everyone.filter(sparks=each).order_by("pk")) for each in (spark, other))
    names = [each.group_name.strip() for each in (spark, other)]
    ours, others = (_trigrams(each)[0] for each in names)
    is_awarded = is_of_year(other)
    is_same = names[0].casefold() == names[1].casefold()
    payee = spark.payee or default_payee(spark)
    wanted = {each for each in (names[0], "" if splitting._is_of_many(spark, payee) else payee) if each}
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
        payee=other.payee if is_awarded and Payees([other.payee] if other.payee else []).same_as(wanted) else "",
        street=near[-1] if near else "",
    )  # fmt: skip


def listed_plainly(sparks: list[Spark], signs: dict[int, Signs]) -> list[int]:
    """Return the primary keys of all sparks that a page would list, if it listed all, given the signs about each."""
    found = [
        each for each in sparks
        if each.pk in signs and (signs[each.pk].counts or signs[each.pk].street)
        and (each.status in ASKING or is_of_year(each) or (each.status in REFUSED and signs[each.pk].counts))
    ]  # fmt: skip
    found.sort(key=lambda each: (not signs[each.pk].counts, each.status in REFUSED, -each.pk))
    return [each.pk for each in found]


@pytest.mark.parametrize("shown", [3, 8])
def test_it_finds_what_comparing_all_of_them_finds(team, shown, monkeypatch):
    monkeypatch.setattr("sparks.splitting.SHOWN", shown)
    seed = 1
    chance = random.Random(seed)  # noqa: S311 - names, not secrets
    sparks = filled(team, chance, 30)
    filled(TeamFactory(), random.Random(seed), 8)  # noqa: S311
    kinds: set[str] = set()
    streets_only = more = 0
    for spark in sparks:
        spark.refresh_from_db()
        found = splitting._find(spark, splitting._year())
        expected = {other.pk: plainly(spark, other) for other in sparks if other.pk != spark.pk}
        _number, streets = splitting._behind(found, splitting._listed(sparks=[*expected]))
        assert {pk: found.signs(pk, streets.get(pk, "")) for pk in expected} == expected
        assert found.counting == {pk for pk, signs in expected.items() if signs.counts}
        counted = sum(
            (each.award_gbp for each in sparks if each.pk in found.counting and each.award_gbp and is_of_year(each)),
            Decimal(0),
        )
        seen = splitting.look(spark)
        assert splitting.awarded_to_group(spark) == counted == seen.counted_gbp
        every = listed_plainly(sparks, expected)
        assert [each.spark.pk for each in seen.earlier] == every[:shown]
        assert seen.more == max(0, len(every) - shown)
        for each in seen.earlier:
            assert each.counts == (expected[each.spark.pk].counts and each.spark.status not in REFUSED)
            is_on_street = bool(expected[each.spark.pk].street and not expected[each.spark.pk].shared)
            assert ("rom the same street" in each.words) is is_on_street
            streets_only += not expected[each.spark.pk].counts
        more += seen.more
        kinds |= {kind for signs in expected.values() for kind, value in vars(signs).items() if value}
    assert kinds == set(vars(Signs()))
    # What the test is for was there: lists that are cut off, and neighbours who do not count.
    assert more
    assert streets_only


def test_what_was_taken_apart_before_is_never_an_earlier_answer(team):
    """The awards are read anew each time: a change that no action made counts at the next look, and so does a step back."""
    first = SparkFactory(
        round=RoundFactory(team=team), group_name="Mill Row Choir", status=Status.APPROVED, award_gbp=Decimal(100),
        decided_at=timezone.now() - timedelta(days=3),
    )  # fmt: skip
    spark = SparkFactory(round=first.round, group_name="Mill Row Chior", status=Status.SUBMITTED)
    assert splitting.awarded_to_group(spark) == 100
    for name, award, status, days, counted in (
        ("Mill Row Choir", 120, Status.APPROVED, 3, 120),
        ("Canal Side Chess", 120, Status.APPROVED, 3, 0),
        ("Mill Row Choir", 100, Status.APPROVED, 3, 100),
        ("Mill Row Choir", 100, Status.DECLINED, 3, 0),
        ("Mill Row Choir", 100, Status.APPROVED, 366, 0),
        ("Mill Row Choir", 100, Status.APPROVED, 364, 100),
    ):
        Spark.objects.filter(pk=first.pk).update(
            group_name=name, award_gbp=award, status=status, decided_at=timezone.now() - timedelta(days=days)
        )
        assert splitting.awarded_to_group(spark) == counted


@pytest.mark.parametrize(
    "name", ['Mill "Row" Choir', "Mill\\ Row\nChoir", "Mill\x1e\x1f Row, Choir]", "Môr, 'Row' Choir 🚲"]
)
def test_a_name_of_any_signs_is_compared(team, name):
    first = SparkFactory(
        round=RoundFactory(team=team), group_name=name, payee=name, status=Status.APPROVED, award_gbp=Decimal("100.10"),
        decided_at=timezone.now(),
    )  # fmt: skip
    other_round = RoundFactory(team=team, fund=first.round.fund)
    spark = SparkFactory(round=other_round, group_name=name, status=Status.SUBMITTED)
    assert splitting.awarded_to_group(spark) == Decimal("100.10")
