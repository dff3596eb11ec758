"""Reopening what was ended neither splits a grant nor gets round a no; and a new manager moves no promised money."""

from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from communities.models import Role, User
from sparks import actions, queries
from sparks.models import HeldBy, LedgerKind, Spark, Status
from tests.factories.communities import UserFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(team, builder):
    """Return a function that hands in a spark of £250 in a round of its own; one person approves £300."""
    team.approval_limit_gbp = Decimal(300)
    team.save()

    def ask_for(**values) -> Spark:
        values = {"created_by": builder, "amount_gbp": Decimal(250), "held_by": HeldBy.GROUP, "host": None, **values}
        return SparkFactory(round=RoundFactory(team=team), handed_in=True, **values)

    return ask_for


@pytest.fixture
def new(team):
    """Return a manager whom nobody has confirmed."""
    user = UserFactory(roles={team: [Role.MANAGER]})
    user.memberships.update(confirmed_at=None)
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("end", [actions.withdraw_spark, actions.cancel_spark])
@pytest.mark.parametrize("is_accepted", [True, False])
@pytest.mark.parametrize("names", [("Mill Row Choir", "Mill Row Choir"), ("Ants", "Wasp club")])
def test_a_grant_is_not_split_by_reopening(end, is_accepted, names, ask, builder, manager, second_manager):
    first, second = (ask(group_name=name) for name in names)
    payee = "Sol Whitlow"

    def agree(spark: Spark) -> Spark:
        approved = actions.approve_spark(spark=spark, by=manager)
        return actions.mark_ready(spark=approved, by=builder, payee=payee) if is_accepted else approved

    first = end(spark=agree(first), by=manager, reason="By mistake.")
    agree(second)
    first = actions.reopen_spark(spark=first, by=manager)
    counts = is_accepted or names[0] == names[1]
    assert first.status == (Status.RECOMMENDED if counts else Status.APPROVED)
    if counts:
        kinds = [each.kind for each in first.ledger.order_by("pk")]
        assert (first.award_gbp, kinds) == (None, [LedgerKind.RESERVE, LedgerKind.RELEASE])
        with pytest.raises(ValidationError, match="Somebody else decides next"):
            actions.approve_spark(spark=first, by=manager)
        assert actions.approve_spark(spark=first, by=second_manager).status == Status.APPROVED


def test_an_approval_of_before_does_not_make_two(ask, builder, manager, second_manager):
    """Somebody approved what was asked for first; what was awarded in the end, one person did."""
    first, second = (ask(group_name="Choir", amount_gbp=amount) for amount in (Decimal(400), Decimal(250)))
    actions.approve_spark(spark=first, by=second_manager)
    actions.ask_question(spark=first, by=manager, question="Would less do?")
    actions.update_spark(spark=first, by=builder, amount_gbp=Decimal(250))
    actions.submit_spark(spark=first, by=builder)
    assert actions.approve_spark(spark=first, by=manager).status == Status.APPROVED
    actions.withdraw_spark(spark=first, by=manager, reason="By mistake.")
    assert actions.approve_spark(spark=second, by=manager).status == Status.APPROVED
    assert actions.reopen_spark(spark=first, by=manager).status == Status.RECOMMENDED


def test_a_no_that_a_colleague_reopened_needs_two(ask, client_for, manager, second_manager):
    spark = ask(group_name="Choir")
    actions.decline_spark(spark=spark, by=second_manager, reason="It is a business.")
    actions.reopen_spark(spark=spark, by=manager)
    page = client_for(manager).get(reverse("sparks:spark-detail", args=[spark.uuid]))
    assert b"two people approve it" in page.content
    assert actions.approve_spark(spark=spark, by=manager).status == Status.RECOMMENDED


def test_whoever_declined_by_mistake_reopens_and_approves(ask, manager):
    spark = ask(group_name="Choir")
    actions.decline_spark(spark=spark, by=manager, reason="It is a business.")
    actions.reopen_spark(spark=spark, by=manager)
    assert actions.approve_spark(spark=spark, by=manager).status == Status.APPROVED


@pytest.mark.parametrize(("close", "reason"), [("wrote", "You wrote"), ("member", "You belong"), ("new", "Your role")])
@pytest.mark.parametrize("decline", [actions.decline_spark, actions.mark_ineligible])
def test_whoever_cannot_decide_does_not_reopen_a_no(
    close, reason, decline, ask, client_for, manager, second_manager, new
):
    by = new if close == "new" else manager
    spark = ask(group_name="Choir", **({"created_by": by} if close == "wrote" else {}))
    if close == "member":
        spark.members.add(by)
    decline(spark=spark, by=second_manager, reason="It is a business.")
    with pytest.raises(ValidationError, match=reason):
        actions.reopen_spark(spark=spark, by=by)
    page = client_for(by).get(reverse("sparks:spark-detail", args=[spark.uuid]))
    assert reverse("sparks:spark-reopen", args=[spark.uuid]).encode() not in page.content


def test_a_new_manager_moves_no_promised_money(ask, manager, new):
    spark = actions.approve_spark(spark=ask(group_name="Choir"), by=manager)
    for step in (
        partial(actions.cancel_spark, spark=spark, reason="It rained."),
        partial(actions.withdraw_spark, spark=spark, reason="It rained."),
        partial(actions.ask_question, spark=ask(group_name="Band"), question="How?"),
    ):
        with pytest.raises(ValidationError, match="Your role is new"):
            step(by=new)
    actions.cancel_spark(spark=spark, by=manager, reason="It rained.")
    with pytest.raises(ValidationError, match="Your role is new"):
        actions.reopen_spark(spark=spark, by=new)
    assert queries.reasons_not_to_decide(spark, new) == ["unconfirmed"]
