"""Assets before cash: cost lines, what the place has for them, and what is lent or given instead."""

import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from assets.models import Kind
from communities.actions.undo import undo
from communities.models import AuditEntry, Undoable
from sparks import actions, lending
from sparks.lending import Cost
from sparks.models import CostLine, LedgerEntry, Spark
from tests.factories.assets import AssetFactory
from tests.factories.connectors import GiftFactory, PersonFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pot(team):
    return RoundFactory(team=team)


@pytest.fixture
def spark(pot, builder) -> Spark:
    return SparkFactory(round=pot, created_by=builder, amount_gbp=Decimal("100.00"))


@pytest.fixture
def gazebo(team):
    return AssetFactory(
        team=team, name="Chapel hall", description="A gazebo and forty chairs to lend.", kind=Kind.PLACE
    )


@pytest.fixture
def line(spark) -> CostLine:
    CostLine.objects.create(spark=spark, what="Fish", cash_gbp=Decimal("60.00"))
    return CostLine.objects.create(spark=spark, what="Hire of a gazebo", cash_gbp=Decimal("40.00"), position=1)


def rows(*lines: dict, total: int = 8) -> dict:
    data = {"lines-TOTAL_FORMS": total, "lines-INITIAL_FORMS": 0}
    for number, row in enumerate(lines):
        data |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return data


class TestOffers:
    def test_a_line_is_offered_what_the_place_has(self, line, gazebo, builder, team):
        AssetFactory(team=team, name="Bike kitchen", description="Spanners")
        shown = lending.shown_lines(line.spark, builder, with_offers=True)
        assert [[offer.key for offer in each.offers] for each in shown] == [[], [f"asset:{gazebo.pk}"]]

    def test_a_neighbours_offered_gift_is_offered_under_the_name_that_the_reader_may_see(
        self, line, builder, manager, team
    ):
        person = PersonFactory(team=team, known_as="Rosalind Grey", told_on=None)
        GiftFactory(person=person, name="A gazebo to lend", is_offered=True)
        GiftFactory(person=person, name="A private gazebo", is_offered=False)
        by = {}
        for reader in (builder, manager):
            (offer,) = lending.shown_lines(line.spark, reader, with_offers=True)[1].offers
            by[reader] = offer.by
        assert by[manager] == "Rosalind Grey"
        assert "Rosalind" not in by[builder]

    def test_another_teams_things_are_not_offered(self, line, builder, other_team):
        AssetFactory(team=other_team, name="Gazebo")
        assert not lending.shown_lines(line.spark, builder, with_offers=True)[1].offers

    def test_evaluators_read_no_lines(self, line, evaluator):
        assert lending.shown_lines(line.spark, evaluator, with_offers=True) == []

    def test_offers_of_many_lines_cost_as_many_queries_as_of_one(
        self, spark, gazebo, builder, django_assert_max_num_queries
    ):
        for number in range(12):
            CostLine.objects.create(spark=spark, what=f"Gazebo number{number}", position=number)
        with django_assert_max_num_queries(40):
            shown = lending.shown_lines(spark, builder, with_offers=True)
        assert all(each.offers for each in shown)


class TestInstead:
    def test_a_line_becomes_in_kind_and_the_amount_follows(self, line, gazebo, builder):
        actions.use_instead(line=line, by=builder, asset=gazebo)
        line.refresh_from_db()
        spark = Spark.objects.get()
        assert (line.is_in_kind, line.cash_gbp, line.in_kind_gbp, line.asset) == (True, 0, Decimal("40.00"), gazebo)
        assert spark.amount_gbp == Decimal("60.00")
        totals = lending.totals_of(spark, spark.cost_lines.all())
        assert (totals.cash_gbp, totals.in_kind_gbp) == (Decimal(60), Decimal(40))

    def test_an_amount_that_the_lines_do_not_add_up_to_stays(self, line, gazebo, builder):
        Spark.objects.update(amount_gbp=Decimal("75.00"))
        actions.use_instead(line=line, by=builder, asset=gazebo)
        assert Spark.objects.get().amount_gbp == Decimal("75.00")

    def test_it_can_be_undone(self, line, gazebo, builder):
        actions.use_instead(line=line, by=builder, asset=gazebo)
        undo(undoable=Undoable.objects.get(), by=builder)
        line.refresh_from_db()
        assert (line.is_in_kind, line.cash_gbp, line.asset) == (False, Decimal("40.00"), None)
        assert Spark.objects.get().amount_gbp == Decimal("100.00")

    def test_twice_is_once_and_is_audited_without_values(self, line, gazebo, builder):
        for _time in range(2):
            actions.use_instead(line=line, by=builder, asset=gazebo)
        (entry,) = AuditEntry.objects.filter(verb="update")
        assert entry.field_names == ["amount_gbp", "cost_lines", "writers"]

    def test_pay_instead_is_the_way_back(self, line, gazebo, builder):
        actions.use_instead(line=line, by=builder, asset=gazebo)
        actions.pay_instead(line=line, by=builder)
        line.refresh_from_db()
        assert (line.is_in_kind, line.cash_gbp, line.asset) == (False, Decimal("40.00"), None)
        assert Spark.objects.get().amount_gbp == Decimal("100.00")

    def test_not_after_it_was_submitted(self, line, gazebo, builder):
        Spark.objects.update(status="submitted")
        with pytest.raises(ValidationError, match="submitted"):
            actions.use_instead(line=line, by=builder, asset=gazebo)

    def test_who_may(self, line, gazebo, evaluator, stranger):
        for user in (evaluator, stranger):
            with pytest.raises(PermissionDenied):
                actions.use_instead(line=line, by=user, asset=gazebo)

    def test_another_teams_asset_is_refused(self, line, builder, other_team):
        with pytest.raises(ValidationError):
            actions.use_instead(line=line, by=builder, asset=AssetFactory(team=other_team))

    def test_whoever_turned_a_line_cannot_decide(self, line, gazebo, manager):
        actions.use_instead(line=line, by=manager, asset=gazebo)
        assert line.spark.writers.filter(pk=manager.pk).exists()

    def test_what_is_in_kind_is_in_no_budget_and_no_ledger(self, line, gazebo, builder, manager):
        actions.use_instead(line=line, by=builder, asset=gazebo)
        actions.submit_spark(spark=line.spark, by=builder)
        actions.approve_spark(spark=line.spark, by=manager)
        assert [each.amount_gbp for each in LedgerEntry.objects.all()] == [Decimal("60.00")]

    @pytest.mark.parametrize(
        "values",
        [
            {"is_in_kind": True, "cash_gbp": Decimal(1)},
            {"lender": "The hall"},
            {"in_kind_gbp": Decimal(1)},
            {"quantity": 0},
            {"cash_gbp": Decimal(-1)},
        ],
    )
    def test_the_database_keeps_cash_and_kind_apart(self, spark, values):
        with pytest.raises(IntegrityError), transaction.atomic():
            CostLine.objects.create(spark=spark, what="Tea", **values)


class TestApart:
    def test_it_is_shown_apart_from_cash_and_never_added_to_it(self, client_for, manager, line, gazebo, builder):
        actions.use_instead(line=line, by=builder, asset=gazebo)
        page = client_for(manager).get(reverse("sparks:spark-detail", args=[line.spark.uuid])).content.decode()
        words = " ".join(page.split())
        assert "They ask for <strong>£60</strong> in cash." in words
        assert "Worth about <strong>£40</strong>. This is an estimate, not part of the money." in words
        assert "£100" not in page.partition("<main")[2].partition("money-bar")[0]

    def test_without_anything_to_pay_for_nothing_has_to_add_up(self, spark):
        CostLine.objects.create(spark=spark, what="Chairs", is_in_kind=True, in_kind_gbp=Decimal(60))
        assert not lending.totals_of(spark, spark.cost_lines.all()).differs


class TestPages:
    def test_rows_are_saved_with_the_draft_and_fill_in_the_amount(self, client_for, builder, pot):
        lines = rows(
            {"what": "Tea", "quantity": "2", "amount": "£12.50"},
            {"what": ""},
            {"what": "Gazebo", "amount": "40", "source": "other", "lender": "The chapel"},
        )
        data = {"uuid": uuid.uuid4(), "title": "Tea", "round": pot.pk, "keep": "1", **lines}
        client_for(builder).post(reverse("sparks:spark-create"), data)
        spark = Spark.objects.get()
        assert spark.amount_gbp == Decimal("12.50")
        found = [
            (each.what, each.quantity, each.cash_gbp, each.in_kind_gbp, each.lender) for each in spark.cost_lines.all()
        ]
        assert found == [("Tea", 2, Decimal("12.50"), None, ""), ("Gazebo", None, 0, Decimal(40), "The chapel")]

    def test_a_wrong_row_is_shown_with_everything_typed(self, client_for, builder, pot):
        data = {"title": "Tea", "round": pot.pk, "keep": "1", **rows({"what": "Tea", "amount": "lots"})}
        page = client_for(builder).post(reverse("sparks:spark-create"), data)
        assert b"Enter an amount in pounds" in page.content
        assert b'value="lots"' in page.content
        assert not Spark.objects.exists()

    def test_a_line_that_is_gone_can_be_undone(self, client_for, builder, line):
        actions.update_spark(spark=line.spark, by=builder, cost_lines=(Cost(what="Fish", amount_gbp=Decimal(60)),))
        assert [each.what for each in CostLine.objects.all()] == ["Fish"]
        undo(undoable=Undoable.objects.get(), by=builder)
        assert {each.what for each in CostLine.objects.all()} == {"Fish", "Hire of a gazebo"}

    def test_the_button_uses_what_is_here(self, client_for, builder, line, gazebo):
        page = client_for(builder).get(reverse("sparks:spark-detail", args=[line.spark.uuid]))
        assert b"Use this instead" in page.content
        client_for(builder).post(reverse("sparks:cost-use", args=[line.uuid]), {"offer": f"asset:{gazebo.pk}"})
        line.refresh_from_db()
        assert line.asset == gazebo

    def test_deciders_see_it_before_the_amount(self, client_for, manager, line, gazebo):
        Spark.objects.update(status="submitted", held_by="group", host=None)
        page = client_for(manager).get(reverse("sparks:spark-detail", args=[line.spark.uuid])).content.decode()
        assert page.index("Already here") < page.index('name="amount_gbp"')
        assert "Use this instead" not in page
