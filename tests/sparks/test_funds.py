"""The ledger of a fund, and what two people decide about funds and rounds."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from communities.models import AuditEntry, Message, Role
from config.waiting import counts
from sparks import actions, proposals, queries
from sparks.fund_exports import COLUMNS, fund_rows
from sparks.models import Fund, FundEntry, FundProposal, Round
from sparks.verification import verify_ledgers
from tests.factories.communities import UserFactory
from tests.factories.sparks import ApplicationFactory, FundFactory, FundProposalFactory, RoundFactory, SparkFactory
from tests.sparks.rules_of_rounds import proposed, with_two

pytestmark = pytest.mark.django_db
HUNDRED = Decimal("100.00")


def propose(fund, by, **values):
    """Propose £100 from the funder, or what is given instead."""
    given = {"kind": "received", "amount_gbp": HUNDRED, "reason": "The letter of March.", **values}
    return actions.propose_money(fund=fund, by=by, **given)


def sums(fund) -> tuple[Decimal, Decimal]:
    """Return what a fund was given and what is set aside, as the database has them; its ledger agrees."""
    assert verify_ledgers().breaks == []
    fund.refresh_from_db()
    return fund.given_gbp, fund.allocated_gbp


@pytest.fixture
def fund(team):
    """Return a fund with £1,000, of which £600 are set aside for a round that is open."""
    fund = FundFactory(team=team, name="Small sparks", given_gbp=Decimal(1000))
    RoundFactory(team=team, fund=fund, name="Spring", budget_gbp=Decimal(600))
    return fund


@pytest.fixture
def pot(fund) -> Round:
    """Return that round."""
    return fund.rounds.get()


@pytest.fixture
def later(fund, team) -> Round:
    """Return a round of £100 that has not opened and that nobody uses."""
    opens = timezone.now() + timedelta(days=9)
    return RoundFactory(
        team=team, fund=fund, name="Summer", budget_gbp=HUNDRED, max_award_gbp=HUNDRED, opens_at=opens,
        closes_at=opens + timedelta(days=30),
    )  # fmt: skip


class TestMoney:
    def test_it_counts_once_a_second_person_agrees(self, fund, manager, second_manager):
        proposal = propose(fund, manager, reference="BACS 7", day=timezone.localdate() - timedelta(days=2))
        assert sums(fund) == (1000, 600)
        actions.agree_proposal(proposal=proposal, by=second_manager)
        assert sums(fund) == (1100, 600)
        line = FundEntry.objects.get(fund=fund, by=manager)
        assert (line.kind, line.confirmed_by, line.reference, line.day) == (
            "received", second_manager, "BACS 7", proposal.day,
        )  # fmt: skip

    def test_it_goes_back_only_as_far_as_it_is_free(self, fund, manager, second_manager):
        with pytest.raises(ValidationError, match="Only £400 of Small sparks is free"):
            propose(fund, manager, kind="returned", amount_gbp=Decimal("400.01"))
        proposal = propose(fund, manager, kind="returned", amount_gbp=Decimal(400))
        actions.agree_proposal(proposal=proposal, by=second_manager)
        assert sums(fund) == (600, 600)

    def test_what_is_free_is_looked_at_again(self, fund, team, manager, second_manager):
        proposal = propose(fund, manager, kind="returned", amount_gbp=Decimal(400))
        RoundFactory(team=team, fund=fund, budget_gbp=HUNDRED, max_award_gbp=HUNDRED)
        with pytest.raises(ValidationError, match="Only £300 of Small sparks is free"):
            actions.agree_proposal(proposal=proposal, by=second_manager)
        assert sums(fund) == (1000, 700)

    def test_money_from_another_fund_leaves_that_fund(self, fund, team, manager, second_manager):
        old = FundFactory(team=team, name="Last year", given_gbp=HUNDRED)
        with pytest.raises(ValidationError, match="Only £100 of Last year is free"):
            propose(fund, manager, kind="carried", amount_gbp=Decimal(101), from_fund=old)
        actions.agree_proposal(proposal=propose(fund, manager, kind="carried", from_fund=old), by=second_manager)
        assert (sums(fund), sums(old)) == ((1100, 600), (0, 0))
        assert queries.sums_of_fund(fund)["carried"] == HUNDRED
        assert old.ledger.get(kind="passed_on").other_fund == fund

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"reason": " "}, "reason"),
            ({"amount_gbp": Decimal(0)}, "__all__"),
            ({"amount_gbp": Decimal(-5)}, "__all__"),
            ({"kind": "set_aside"}, "kind"),
            ({"reason": "\u200b"}, "reason"),
            ({"day": timezone.localdate() + timedelta(days=400)}, "day"),
            ({"day": date(1, 1, 1)}, "day"),
            ({"day": date(1899, 12, 31)}, "day"),
        ],
    )
    def test_what_is_refused(self, fund, manager, values, field):
        with pytest.raises(ValidationError) as caught:
            propose(fund, manager, **values)
        assert field in caught.value.message_dict
        assert not FundProposal.objects.exists()

    def test_another_teams_fund_gives_nothing(self, fund, other_team, manager):
        with pytest.raises(ValidationError, match="belongs to your team"):
            propose(fund, manager, kind="carried", from_fund=FundFactory(team=other_team))

    def test_one_proposal_waits_at_a_time(self, fund, manager, second_manager):
        propose(fund, manager)
        with pytest.raises(ValidationError, match="has proposed something for “Small sparks” already: £100 came in"):
            propose(fund, second_manager)


class TestTwoPeople:
    @pytest.mark.parametrize("answer", [actions.agree_proposal, actions.refuse_proposal])
    def test_nobody_settles_their_own(self, fund, manager, answer):
        with pytest.raises(ValidationError, match="You proposed it"):
            answer(proposal=propose(fund, manager), by=manager)
        assert sums(fund) == (1000, 600)

    @pytest.mark.parametrize("answer", [actions.agree_proposal, actions.refuse_proposal])
    def test_nor_with_a_second_account_of_the_mailbox(self, fund, team, manager, answer):
        name, _, place = manager.email.partition("@")
        same = UserFactory(email=f"{name}+kith@{place}", roles={team: [Role.MANAGER]})
        with pytest.raises(ValidationError, match="the same mailbox"):
            answer(proposal=propose(fund, manager), by=same)

    @pytest.mark.parametrize("role", [Role.MANAGER, Role.DEPUTY])
    def test_new_ones_neither_propose_nor_settle(self, fund, team, manager, role):
        new = UserFactory(roles={team: [role]})
        new.memberships.update(confirmed_at=None)
        with pytest.raises((ValidationError, PermissionDenied)):
            propose(fund, new)
        with pytest.raises(ValidationError, match="Your role is new"):
            actions.agree_proposal(proposal=propose(fund, manager), by=new)

    @pytest.mark.parametrize("who", ["deputy", "administrator", "second_manager"])
    def test_managers_deputies_and_administrators_settle(self, fund, team, manager, who, request):
        by = UserFactory(roles={team: [Role.DEPUTY]}) if who == "deputy" else request.getfixturevalue(who)
        assert actions.agree_proposal(proposal=propose(fund, manager), by=by).settled_by == by

    @pytest.mark.parametrize("role", [Role.BUILDER, Role.PAYER, Role.EVALUATOR])
    def test_others_do_not(self, fund, team, manager, role):
        other = UserFactory(roles={team: [role]})
        for answer in (actions.agree_proposal, actions.refuse_proposal, actions.withdraw_proposal):
            with pytest.raises(PermissionDenied):
                answer(proposal=FundProposalFactory(fund=FundFactory(team=team), proposed_by=manager), by=other)

    def test_only_who_proposed_withdraws_it(self, fund, manager, second_manager):
        proposal = propose(fund, manager)
        with pytest.raises(PermissionDenied):
            actions.withdraw_proposal(proposal=proposal, by=second_manager)
        actions.withdraw_proposal(proposal=proposal, by=manager)
        with pytest.raises(ValidationError, match=f"{manager} answered this already: Withdrawn"):
            actions.agree_proposal(proposal=proposal, by=second_manager)
        assert sums(fund) == (1000, 600)
        propose(fund, second_manager)

    @pytest.mark.parametrize("settled_by", ["nobody", "the same"])
    def test_the_database_asks_for_two(self, fund, manager, settled_by):
        proposal = propose(fund, manager)
        by = manager if settled_by == "the same" else None
        with pytest.raises(IntegrityError), transaction.atomic():
            FundProposal.objects.filter(pk=proposal.pk).update(
                outcome="agreed", settled_by=by, settled_at=timezone.now()
            )

    @pytest.mark.parametrize("values", [{"given_gbp": 500}, {"allocated_gbp": 1001}, {"allocated_gbp": -1}])
    def test_the_database_keeps_a_fund_above_its_rounds(self, fund, values):
        with pytest.raises(IntegrityError), transaction.atomic():
            Fund.objects.filter(pk=fund.pk).update(**values)

    @pytest.mark.parametrize("sql", ["UPDATE sparks_fundentry SET amount_gbp = 1", "DELETE FROM sparks_fundentry"])
    def test_sql_changes_no_line(self, fund, sql):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


class TestRules:
    @pytest.mark.parametrize(
        "values",
        [
            {"budget_gbp": Decimal(700)},
            {"budget_gbp": Decimal(550)},
            {"max_award_gbp": Decimal(50)},
            {"opens_at": timezone.now() - timedelta(days=9)},
            {"closes_at": timezone.now() + timedelta(days=400)},
        ],
        ids=lambda values: next(iter(values)),
    )
    def test_a_round_in_use_waits_for_a_second_person(self, pot, manager, second_manager, values):
        before = Round.objects.filter(pk=pot.pk).values().get()
        proposal = proposed(pot, manager, **values)
        assert Round.objects.filter(pk=pot.pk).values().get() == before
        actions.agree_proposal(proposal=proposal, by=second_manager)
        after = Round.objects.filter(pk=pot.pk).values().get()
        assert {name: value for name, value in after.items() if value != before[name]} == values
        assert sums(pot.fund) == (1000, after["budget_gbp"])
        assert [(each.outcome, each.settled_by) for each in proposals.history_of(pot)] == [("agreed", second_manager)]

    def test_the_name_changes_at_once(self, pot, manager):
        assert actions.update_round(grant_round=pot, by=manager, name="May").name == "May"
        assert not FundProposal.objects.exists()

    def test_before_anybody_uses_it_one_person_changes_it_with_a_reason(self, later, manager):
        with pytest.raises(ValidationError, match="Say why"):
            actions.update_round(grant_round=later, by=manager, budget_gbp=Decimal(150))
        actions.update_round(grant_round=later, by=manager, budget_gbp=Decimal(150), reason="More is there.")
        assert sums(later.fund) == (1000, 750)
        change = FundProposal.objects.get()
        assert (change.outcome, change.before, change.after) == (
            "at_once", {"budget_gbp": "100.00"}, {"budget_gbp": "150.00"},
        )  # fmt: skip

    @pytest.mark.parametrize("used", ["a draft", "an application"])
    def test_a_round_that_somebody_has_begun_to_use_waits(self, later, manager, builder, used):
        if used == "a draft":
            SparkFactory(round=later, created_by=builder)
        else:
            ApplicationFactory(page__round=later)
        actions.update_round(grant_round=later, by=manager, budget_gbp=Decimal(150), reason="More is there.")
        assert FundProposal.objects.get().outcome == "open"

    def test_no_budget_goes_beyond_the_fund(self, fund, pot, later, team, manager):
        with pytest.raises(ValidationError, match="Only £300 of Small sparks is free, and this needs £300.01"):
            actions.update_round(grant_round=pot, by=manager, budget_gbp=Decimal("900.01"), reason="More.")
        with pytest.raises(ValidationError, match="Only £300"):
            actions.update_round(grant_round=later, by=manager, budget_gbp=Decimal(401), reason="More.")
        small = FundFactory(team=team, name="Small", given_gbp=Decimal(99))
        with pytest.raises(ValidationError, match="Only £99 of Small is free"):
            actions.update_round(grant_round=later, by=manager, fund=small, reason="The other one.")
        values = {"opens_at": timezone.now(), "closes_at": timezone.now() + timedelta(days=9)}
        with pytest.raises(ValidationError, match="Only £300"):
            actions.create_round(
                team=team, by=manager, fund=fund, name="May", budget_gbp=Decimal(301), max_award_gbp=5, **values
            )
        assert sums(fund) == (1000, 700)

    def test_moving_a_round_moves_its_budget(self, fund, pot, team, manager, second_manager):
        other = FundFactory(team=team, name="Seeds", given_gbp=Decimal(650))
        with_two(pot, manager, second_manager, fund=other, budget_gbp=Decimal(650))
        assert (sums(fund), sums(other)) == ((1000, 0), (650, 650))

    def test_what_was_promised_meanwhile_is_looked_at_again(self, pot, manager, second_manager):
        proposal = proposed(pot, manager, budget_gbp=Decimal(500))
        for _ in range(3):
            spark = SparkFactory(round=pot, handed_in=True, amount_gbp=Decimal(200))
            actions.approve_spark(spark=spark, by=second_manager)
        with pytest.raises(ValidationError, match="£600 is already promised"):
            actions.agree_proposal(proposal=proposal, by=second_manager)
        assert Round.objects.get(pk=pot.pk).budget_gbp == 600

    def test_a_round_that_was_changed_meanwhile_is_said(self, pot, manager, second_manager):
        proposal = proposed(pot, manager, max_award_gbp=Decimal(50))
        Round.objects.filter(pk=pot.pk).update(max_award_gbp=Decimal(300))
        with pytest.raises(ValidationError, match="Maximum award for one spark is now £300 and was £500"):
            actions.agree_proposal(proposal=proposal, by=second_manager)

    def test_a_round_does_not_close_in_the_past(self, pot, manager):
        with pytest.raises(ValidationError, match="This is in the past"):
            actions.update_round(
                grant_round=pot, by=manager, closes_at=timezone.now() - timedelta(minutes=1), reason="Full."
            )

    def test_the_same_twice_is_one_proposal(self, pot, manager):
        first = proposed(pot, manager, budget_gbp=Decimal(700))
        assert proposed(pot, manager, budget_gbp=Decimal(700)) == first
        with pytest.raises(ValidationError, match="has proposed something"):
            actions.update_round(grant_round=pot, by=manager, budget_gbp=Decimal(800), reason="It was agreed.")


class TestTelling:
    def test_all_who_could_agree_are_told_and_today_counts_it(self, fund, team, manager, second_manager, administrator):
        deputy = UserFactory(roles={team: [Role.DEPUTY]})
        proposal = propose(fund, manager)
        waiting = Message.objects.filter(kind="fund_proposed")
        assert {each.user for each in waiting} == {second_manager, deputy}
        assert "£100 came in from the funder" in waiting[0].body
        assert "The letter of March." in waiting[0].body
        found = {who: counts(who, team)["proposals"] for who in (manager, second_manager, deputy, administrator)}
        assert found == {manager: 0, second_manager: 1, deputy: 1, administrator: 1}
        actions.agree_proposal(proposal=proposal, by=deputy)
        told = Message.objects.filter(kind="fund_settled")
        assert {each.user for each in told} == {manager, second_manager}
        assert f"{deputy} agreed" in told[0].body
        assert counts(second_manager, team)["proposals"] == 0
        entries = AuditEntry.objects.filter(actor=deputy, model__in=("sparks.fund", "sparks.fundproposal"))
        assert set(entries.values_list("verb", "model")) == {
            ("agree_proposal", "sparks.fundproposal"),
            ("update", "sparks.fund"),
        }


class TestPages:
    def test_a_team_of_one_is_told_what_to_do(self, fund, manager, client_for):
        client = client_for(manager)
        page = client.get(reverse("sparks:fund-money", args=[fund.pk])).content.decode()
        assert "Nobody else in this team can agree yet" in page
        propose(fund, manager)
        page = client.get(reverse("sparks:fund-detail", args=[fund.pk])).content.decode()
        assert "Nobody else in this team can agree yet" in page
        assert "Withdraw the proposal" in page
        assert reverse("sparks:proposal-agree", args=[FundProposal.objects.get().uuid]) not in page

    def test_a_round_needs_money_that_is_free(self, team, manager, client_for):
        client, words = client_for(manager), "No fund has money left for a round"
        fund = FundFactory(team=team, given_gbp=0)
        assert words in client.get(reverse("sparks:round-create")).content.decode()
        actions.agree_proposal(proposal=propose(fund, manager), by=UserFactory(roles={team: [Role.DEPUTY]}))
        assert words not in client.get(reverse("sparks:round-create")).content.decode()

    def test_a_lower_maximum_names_how_many_ask_for_more(self, pot, manager, second_manager, client_for):
        for amount in (200, 50):
            SparkFactory(round=pot, handed_in=True, amount_gbp=Decimal(amount))
        proposed(pot, manager, max_award_gbp=Decimal(50))
        page = client_for(second_manager).get(reverse("sparks:round-update", args=[pot.pk])).content.decode()
        assert "1 spark that is waiting for a decision asks for more than this maximum" in page
        assert "Only the name can change until this proposal" in page

    @pytest.mark.parametrize("page", ["sparks:fund-detail", "sparks:round-list"])
    def test_what_waits_is_answered_where_it_is_seen(self, fund, manager, second_manager, client_for, page):
        proposal = propose(fund, manager)
        address = reverse(page, args=[fund.pk] if page == "sparks:fund-detail" else [])
        client = client_for(second_manager)
        agree = reverse("sparks:proposal-agree", args=[proposal.uuid])
        assert agree in client.get(address).content.decode()
        client.post(agree)
        assert agree not in client.get(address).content.decode()
        again = client.post(agree, follow=True).content.decode()
        assert "answered this already" in again

    def test_what_was_typed_waits_as_a_proposal(self, pot, manager, client_for):
        client = client_for(manager)
        address = reverse("sparks:round-update", args=[pot.pk])
        form = client.get(address).context["form"]
        data = {name: form[name].value() for name in form.fields if name != "reason"}
        data |= {"fund": pot.fund_id, "budget_gbp": "700"}
        for name in ("opens_at", "closes_at"):
            data[name] = f"{timezone.localtime(getattr(pot, name)):%Y-%m-%dT%H:%M}"
        assert "reason" in client.post(address, data).context["form"].errors
        page = client.post(address, data | {"reason": "More came in."}, follow=True).content.decode()
        assert "The round stays as it is until somebody else agrees" in page
        assert FundProposal.objects.get().after == {"budget_gbp": "700.00"}

    def test_the_file_has_names_and_a_balance(self, fund, manager, second_manager):
        actions.agree_proposal(proposal=propose(fund, manager, reference="BACS 7"), by=second_manager)
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in fund_rows(fund)]
        assert [(row["what_happened"], row["round"], row["balance_gbp"]) for row in rows] == [
            ("Received from the funder", "", Decimal(1000)),
            ("Set aside for a round", "Spring", Decimal(400)),
            ("Received from the funder", "", Decimal(500)),
        ]
        assert rows[-1]["proposed_by"] == str(manager)
        assert rows[-1]["confirmed_by"] == str(second_manager)


def test_the_command_sees_a_fund_that_does_not_add_up(fund, pot):
    assert verify_ledgers().breaks == []
    Fund.objects.filter(pk=fund.pk).update(given_gbp=2000, allocated_gbp=600)
    Round.objects.filter(pk=pot.pk).update(budget_gbp=700)
    found = [str(each) for each in verify_ledgers().breaks]
    assert any("add up to £1,000 given" in words and "£2,000" in words for words in found)
    assert any("the fund set £600 aside for it, its budget says £700" in words for words in found)
