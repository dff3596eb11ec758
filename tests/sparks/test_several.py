"""Several sparks decided at once: each with its own words and amount, all or nothing, and nothing typed is lost."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities.models import Role, Team
from sparks import actions, queries
from sparks.actions.several import Approval, SomeRefusedError
from sparks.models import Decision, LedgerEntry, Spark, Status
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db
URL = "sparks:decide-several"


@pytest.fixture
def pot(team):
    """Return a round with £500, £300 at most for one spark."""
    return RoundFactory(team=team, budget_gbp=Decimal(500), max_award_gbp=Decimal(300))


def ideas(pot, number: int = 3, **values) -> list[Spark]:
    """Return sparks that wait, for £100 each, of groups that have nothing in common."""
    names = ("Choir", "Beekeepers", "Mill Lane football", "Zumba on Tuesdays", "Kite flyers")
    return [
        SparkFactory(
            **{"round": pot, "handed_in": True, "amount_gbp": Decimal(100), "title": name, "group_name": name, **values}
        )
        for name in names[:number]
    ]


def sent(sparks, *, ticked=None, **typed) -> dict[str, object]:
    """Return what the page sends: by default every spark ticked, for what was asked, with words of its own."""
    data: dict[str, object] = {"spark": [str(spark.uuid) for spark in sparks]}
    for spark in sparks:
        data[f"{spark.uuid.hex}-amount_gbp"] = typed.get(spark.title.split()[0], str(spark.amount_gbp))
        data[f"{spark.uuid.hex}-reason"] = f"Yes to {spark.title}"
        if ticked is None or spark in ticked:
            data[f"{spark.uuid.hex}-chosen"] = "on"
    return data


def statuses(sparks) -> list[str]:
    """Return the statuses as they are stored."""
    return [Spark.objects.get(pk=spark.pk).status for spark in sparks]


def plain(response) -> str:
    """Return a page's words in one line."""
    return " ".join(response.content.decode().split())


def test_each_has_its_own_words_and_amount_and_the_declaration(pot, manager, client_for):
    three = ideas(pot)
    client = client_for(manager)
    page = plain(client.get(reverse(URL)))
    assert page.count("Approve this one") == 3
    assert "By approving, you declare for each spark you tick:" in page
    answer = plain(client.post(reverse(URL), sent(three, ticked=three[:2], Beekeepers="£80"), follow=True))
    assert "2 sparks approved." in answer
    assert statuses(three) == [Status.APPROVED, Status.APPROVED, Status.SUBMITTED]
    made = list(Decision.objects.order_by("spark_id").values_list("amount_gbp", "reason"))
    assert made == [(Decimal(100), "Yes to Choir"), (Decimal(80), "Yes to Beekeepers")]
    assert all(decision.declared for decision in Decision.objects.all())


def test_beyond_the_budget_none_is_approved_and_the_page_says_which_and_why(pot, manager, client_for):
    three = ideas(pot, amount_gbp=Decimal(200))
    page = plain(client_for(manager).post(reverse(URL), sent(three)))
    assert "Nothing was approved." in page
    assert "Mill Lane football</a>: Only £100 is left in this round, and this needs £200. Nothing" in page
    assert page.count("Only £100 is left") == 2, "in the list and beside the spark"
    for spark in three:
        assert f"Yes to {spark.title}" in page, "the words are still there"
    assert page.count(" checked") == 3
    assert statuses(three) == [Status.SUBMITTED] * 3
    assert not LedgerEntry.objects.exists()
    assert not Decision.objects.exists()
    pot.refresh_from_db()
    assert pot.committed_gbp == 0


def test_a_spark_that_was_declined_meanwhile_stops_all_and_keeps_the_words(pot, manager, second_manager, client_for):
    three = ideas(pot)
    client = client_for(manager)
    client.get(reverse(URL))
    actions.decline_spark(spark=three[1], by=second_manager, reason="Not this year.")
    page = plain(client.post(reverse(URL), sent(three)))
    assert "chose “Not this time” on" in page
    assert "Yes to Beekeepers" in page
    assert statuses(three) == [Status.SUBMITTED, Status.DECLINED, Status.SUBMITTED]


def test_wrong_amounts_are_said_all_at_once_and_stay_as_typed(pot, manager, client_for):
    three = ideas(pot)
    page = plain(client_for(manager).post(reverse(URL), sent(three, Choir="1e-2", Beekeepers="101")))
    assert "Enter an amount in pounds" in page
    assert 'value="1e-2"' in page
    page = plain(client_for(manager).post(reverse(URL), sent(three, Choir="101", Beekeepers="0")))
    assert "They asked for £100. The award cannot be more than that." in page
    assert "The award must be more than £0." in page
    assert statuses(three) == [Status.SUBMITTED] * 3


def test_a_row_that_is_not_ticked_is_not_checked_and_comes_back(pot, manager, client_for):
    two = ideas(pot, 2)
    page = plain(client_for(manager).post(reverse(URL), sent(two, ticked=two[:1], Choir="900", Beekeepers="ask them")))
    assert 'value="ask them"' in page
    assert "They asked for £100." in page


def test_nothing_ticked_is_said(pot, manager, client_for):
    two = ideas(pot, 2)
    assert "Tick the sparks that you approve." in plain(client_for(manager).post(reverse(URL), sent(two, ticked=[])))


def test_above_the_limit_and_for_one_group_a_second_person_decides(team, manager, second_manager, client_for):
    pot = RoundFactory(team=team, budget_gbp=Decimal(5000))
    rose = PersonFactory(team=team)
    two = ideas(pot, 2, amount_gbp=Decimal(200))
    for spark in two:
        spark.applicants.add(rose)
    answer = plain(client_for(manager).post(reverse(URL), sent(two), follow=True))
    assert "1 spark approved." in answer
    assert "These wait for a second person: Beekeepers." in answer
    assert statuses(two) == [Status.APPROVED, Status.RECOMMENDED]
    page = plain(client_for(second_manager).get(reverse(URL)))
    assert "You are the second person to decide" in page


@pytest.mark.parametrize("bar", ["writer", "member", "conflict", "applicant"])
def test_a_bar_on_one_stops_all(bar, pot, manager, team):
    three = ideas(pot)
    if bar == "applicant":
        three[2].applicants.add(PersonFactory(team=team, email=manager.email))
    else:
        {"writer": three[2].writers, "member": three[2].members, "conflict": three[2].conflicts}[bar].add(manager)
    with pytest.raises(SomeRefusedError) as refused:
        actions.approve_sparks(team=team, by=manager, approvals=[Approval(each, Decimal(100)) for each in three])
    assert list(refused.value.refused) == [three[2].uuid]
    assert statuses(three) == [Status.SUBMITTED] * 3


def test_a_spark_of_another_team_is_never_touched(pot, manager, client_for):
    theirs = ideas(RoundFactory(team=TeamFactory()), 1)[0]
    ours = ideas(pot, 1)
    client_for(manager).post(reverse(URL), sent([*ours, theirs]))
    assert statuses([theirs]) == [Status.SUBMITTED]
    assert not Decision.objects.filter(spark=theirs).exists()


def test_pressed_twice_and_after_back_approves_once(pot, manager, client_for):
    two = ideas(pot, 2)
    client = client_for(manager)
    for _time in range(2):
        assert client.post(reverse(URL), sent(two)).status_code < 500
    assert Decision.objects.count() == 2
    assert LedgerEntry.objects.count() == 2
    assert "so this spark’s status is now “Approved”" in plain(client.post(reverse(URL), sent(two)))


def test_only_those_who_decide_open_it(pot, builder, evaluator, client_for, team):
    for user in (builder, evaluator, UserFactory(roles={team: [Role.PAYER]})):
        assert client_for(user).get(reverse(URL)).status_code == 403
    assert client_for(UserFactory(roles={team: [Role.DEPUTY]})).get(reverse(URL)).status_code == 200


def test_the_page_takes_as_many_queries_for_fifteen_as_for_one(pot, manager, client_for, django_assert_max_num_queries):
    client = client_for(manager)
    ideas(pot, 1)
    client.get(reverse(URL))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(URL))
    for number in range(14):
        SparkFactory(round=pot, handed_in=True, group_name=f"Group {number}")
    with django_assert_max_num_queries(len(one)):
        client.get(reverse(URL))


def test_the_amount_that_somebody_approved_is_proposed(pot, team, manager, second_manager, client_for):
    big = SparkFactory(round=pot, handed_in=True, amount_gbp=Decimal(300), title="Big one")
    actions.approve_spark(spark=big, by=manager, amount_gbp=Decimal(280))
    big.refresh_from_db()
    assert queries.proposed_amounts([big]) == {big.pk: Decimal(280)}
    assert 'value="280.00"' in plain(client_for(second_manager).get(reverse(URL)))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_in_opposite_order_never_overspend_or_wait_for_each_other(race, team, manager):
    other = UserFactory(roles={team: [Role.MANAGER]})
    # The groups are the same in each turn: what they got before must not call for a second person.
    Team.objects.filter(pk=team.pk).update(approval_limit_gbp=10_000)
    for _turn in range(8):
        pot = RoundFactory(team=team, budget_gbp=Decimal(500), max_award_gbp=Decimal(300))
        four = ideas(pot, 4)
        first = [Approval(each, Decimal(100)) for each in four]

        def all_by(user, approvals, team=team):
            return actions.approve_sparks(team=team, by=user, approvals=approvals)

        outcomes = race(lambda f=first: all_by(manager, f), lambda f=first: all_by(other, f[::-1]))
        done = [each for each in outcomes if isinstance(each, list)]
        assert len(done) == 1
        assert all(isinstance(each, (list, SomeRefusedError)) for each in outcomes)
        pot.refresh_from_db()
        assert pot.committed_gbp == Decimal(400)
        assert queries.reconcile(pot).agrees
