"""Ways in which one person tried to be two, or money to leave its sums; each is refused."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from communities.actions.managers import confirm_manager
from communities.actions.undo import undo
from communities.actions.users import activate_user, set_administrator, update_user
from communities.models import Message, Role, Undoable
from sparks import actions, payees, queries
from sparks.applying import actions as applying
from sparks.models import HeldBy, Spark, Status
from tests.factories.communities import PartnerFactory, UserFactory
from tests.factories.sparks import (
    SIX_WORDS,
    ApplicantFactory,
    ApplicationFactory,
    FundFactory,
    RoundFactory,
    SparkFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(builder, public):
    """Return the application of six words, taken up as a spark of a group without a name."""
    application = ApplicationFactory(page=public, words=SIX_WORDS, sent=True)
    applying.take_up(application=application, by=builder, title="Bench", held_by=HeldBy.GROUP)
    application.refresh_from_db()
    return application


def test_a_fund_holds_no_more_than_its_column(team, manager):
    fund = FundFactory(team=team, given_gbp=Decimal(1000))
    with pytest.raises(ValidationError, match="a digit too many") as refused:
        actions.propose_money(
            fund=fund, by=manager, kind="received", amount_gbp=Decimal("9999999999.99"), reason="The letter of March."
        )
    assert list(refused.value.message_dict) == ["amount_gbp"]


def test_whoever_made_new_words_does_not_pay(client, client_for, manager, second_manager, taken):
    actions.approve_spark(spark=taken.spark, by=manager)
    secret = applying.make_new_words(application=taken, by=second_manager).secret
    accepted = client.post(reverse("applying:accept", args=[secret]), {"payee": "Sol, privately"})
    taken.spark.refresh_from_db()
    assert (accepted.status_code, taken.spark.payee, taken.spark.payee_by) == (302, "Sol, privately", None)
    with pytest.raises(ValidationError, match="entered who is to be paid"):
        actions.pay_award(spark=taken.spark, by=second_manager, uuid=uuid4())


def test_whoever_approved_does_not_name_the_account_as_the_group(client, manager, second_manager, taken):
    """They make words for the page after the approval, and say yes there with an account of their own."""
    ApplicantFactory(application=taken, name="Nia")
    actions.approve_spark(spark=taken.spark, by=manager)
    secret = applying.make_new_words(application=taken, by=manager).secret
    page = client.get(reverse("applying:mine", args=[secret]))
    assert 'name="payee"' not in page.content.decode()
    client.post(reverse("applying:accept", args=[secret]), {"payee": "Mo, privately"})
    spark = Spark.objects.get(pk=taken.spark.pk)
    assert (spark.status, spark.payee) == ("ready", "Nia")
    assert queries.reasons_not_to_pay(spark, manager) == ["approved", "payee"]
    assert queries.reasons_not_to_pay(spark, second_manager) == []


def test_whoever_applied_does_not_decide(manager, taken):
    ApplicantFactory(application=taken, place=1, name="M. Reed", email=manager.email.replace("@", "+bench@"))
    assert queries.reasons_not_to_decide(taken.spark, manager) == ["applicant"]


@pytest.mark.parametrize("is_administrator", [False, True])
def test_a_second_account_of_one_mailbox_is_not_confirmed(team, manager, second_manager, is_administrator):
    first = UserFactory(is_superuser=True) if is_administrator else manager
    twin = UserFactory(email=first.email.replace("@", "+two@"), roles={team: [Role.MANAGER]})
    twin.memberships.update(confirmed_at=None)
    with pytest.raises(ValidationError, match="the same mailbox"):
        confirm_manager(team=team, user=twin, by=second_manager)
    assert twin.memberships.get().confirmed_at is None


@pytest.mark.parametrize(
    "name", ["Chapel Hall Trust", "CHAPEL  HALL TRUST", "Chapel\u200b Hall Trust", "Chapel Hall Trüst"]
)
def test_an_organisation_is_not_entered_as_a_name(team, builder, manager, name):
    host = PartnerFactory(team=team, name="Chapel Hall Trust", is_fiscal_host=True)
    spark = SparkFactory(
        round=RoundFactory(team=team), created_by=builder, held_by="group", host=None, group_name="Mill Row"
    )
    actions.submit_spark(spark=spark, by=builder)
    actions.approve_spark(spark=spark, by=manager)
    assert payees.host_named(team, name) == host
    with pytest.raises(ValidationError, match="Choose it as who holds the money first"):
        actions.mark_ready(spark=spark, by=builder, payee=name)


def test_a_round_that_has_paid_stays_with_its_fund(team, manager):
    pot = RoundFactory(team=team, committed_gbp=Decimal(100), paid_gbp=Decimal(100))
    other = FundFactory(team=team, given_gbp=Decimal(100_000))
    with pytest.raises(ValidationError, match="it stays with its fund"):
        actions.update_round(grant_round=pot, by=manager, fund=other, reason="It was agreed.")


def twin_of(user, team, **values):
    """Return another manager of the team, confirmed by mistake, whose mail comes to the same person."""
    return UserFactory(email=user.email.replace("@", "+two@"), roles={team: [Role.MANAGER]}, **values)


def test_two_accounts_of_one_mailbox_do_not_approve_as_two(team, builder, manager, second_manager):
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder, amount_gbp=Decimal(400))
    actions.approve_spark(spark=spark, by=manager)
    with pytest.raises(ValidationError, match="the same mailbox as yours approved"):
        actions.approve_spark(spark=spark, by=twin_of(manager, team))
    assert actions.approve_spark(spark=spark, by=second_manager).status == Status.APPROVED


def test_two_accounts_of_one_mailbox_do_not_approve_and_pay(team, builder, manager):
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder)
    actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=spark, by=builder)
    assert queries.reasons_not_to_pay(spark, twin_of(manager, team)) == ["approved"]


def test_two_accounts_of_one_mailbox_do_not_agree_with_each_other(team, builder, manager, second_manager):
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder)
    actions.approve_spark(spark=spark, by=second_manager)
    actions.mark_ready(spark=spark, by=builder)
    actions.propose_payee(spark=spark, by=manager, payee="Sol Whitlow", reason="It is his account.")
    with pytest.raises(ValidationError, match="You proposed it"):
        actions.agree_change(spark=spark, by=twin_of(manager, team))


@pytest.mark.parametrize("close", ["wrote", "member", "conflict", "signatory"])
def test_what_one_account_is_too_close_to_the_other_is_too(close, team, manager):
    twin = twin_of(manager, team)
    spark = SparkFactory(
        round=RoundFactory(team=team), handed_in=True, **({"created_by": twin} if close == "wrote" else {})
    )
    if close != "wrote":
        near = {"member": spark.members, "conflict": spark.conflicts, "signatory": spark.host.signatories}[close]
        near.add(twin)
    assert queries.reasons_not_to_decide(spark, manager) == [close]


#: How an account becomes a second one of a mailbox: what it is before, and what an administrator does.
AFTERWARDS = {
    "another address": ({"email": "elsewhere@example.org"}, partial(update_user, email="sol+two@example.org")),
    "opened again": ({"is_active": False}, activate_user),
    "made an administrator": ({"role": Role.BUILDER}, partial(set_administrator, is_administrator=True)),
}


@pytest.mark.parametrize("how", AFTERWARDS)
def test_an_account_does_not_become_a_second_one_of_a_mailbox_afterwards(how, team, administrator):
    values, act = AFTERWARDS[how]
    UserFactory(email="sol@example.org", roles={team: [Role.MANAGER]})
    values = {"email": "sol+two@example.org", "role": Role.MANAGER, **values}
    other = UserFactory(roles={team: [values.pop("role")]}, **values)
    with pytest.raises(ValidationError, match="the same mailbox as"):
        act(user=other, by=administrator)


def test_whoever_neither_decides_nor_pays_can_have_two_accounts(team, manager, administrator):
    evaluator = UserFactory(email="elsewhere@example.org", roles={team: [Role.EVALUATOR]})
    own = manager.email.replace("@", "+two@")
    assert update_user(user=evaluator, by=administrator, email=own).email == own


@pytest.mark.parametrize("decline", [actions.decline_spark, actions.mark_ineligible])
def test_reopening_says_what_approvals_stand(decline, team, builder, manager, second_manager):
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder, amount_gbp=Decimal(400))
    actions.approve_spark(spark=spark, by=manager)
    decline(spark=spark, by=manager, reason="It is a business.")
    spark = actions.reopen_spark(spark=spark, by=manager)
    assert (spark.status, queries.proposed_amounts([spark])) == (Status.SUBMITTED, {})
    actions.approve_spark(spark=spark, by=manager)
    decline(spark=spark, by=second_manager, reason="It is a business.")
    spark = actions.reopen_spark(spark=spark, by=second_manager)
    assert (spark.status, queries.proposed_amounts([spark])) == (Status.RECOMMENDED, {spark.pk: Decimal(400)})


def test_whoever_declined_and_all_managers_are_told_that_it_is_open_again(team, builder, manager, second_manager):
    third = UserFactory(roles={team: [Role.MANAGER]})
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder)
    actions.decline_spark(spark=spark, by=second_manager, reason="It is a business.")
    actions.reopen_spark(spark=spark, by=manager)
    told = Message.objects.filter(kind="spark_reopened")
    assert {each.user for each in told} == {builder, second_manager, third}
    assert f"{manager} reopened it." in told.get(user=third).body


def test_whoever_signs_for_the_organisation_does_not_say_that_it_is_accepted(team, builder, manager):
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True)
    actions.approve_spark(spark=spark, by=manager)
    spark.host.signatories.add(builder)
    with pytest.raises(ValidationError, match="You sign for this organisation"):
        actions.mark_ready(spark=spark, by=builder)
    assert actions.mark_ready(spark=spark, by=manager).status == Status.READY


def test_an_account_that_nobody_has_confirmed_is_no_first_person_either(team, builder, manager, second_manager):
    paid = SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder)
    actions.approve_spark(spark=paid, by=manager)
    actions.mark_ready(spark=paid, by=builder)
    actions.pay_award(spark=paid, by=second_manager, uuid=uuid4())
    pot = RoundFactory(team=team, opens_at=timezone.now() + timedelta(days=1))
    new = UserFactory(roles={team: [Role.MANAGER]})
    new.memberships.update(confirmed_at=None)
    values = {name: getattr(pot, name) for name in ("fund", "budget_gbp", "max_award_gbp", "opens_at", "closes_at")}
    for propose in (
        partial(actions.propose_return, spark=paid, amount_gbp=Decimal(5), reference="BACS 1", reason="It rained."),
        partial(actions.create_round, team=team, name="Autumn", **values),
        partial(actions.update_round, grant_round=pot, max_award_gbp=Decimal(600), reason="It was agreed."),
    ):
        with pytest.raises(ValidationError, match="Your role is new"):
            propose(by=new)


def test_an_application_that_is_open_again_is_told_of_no_end(builder, public, clock):
    application = ApplicationFactory(page=public, sent=True)
    ApplicantFactory(application=application, email="rose@example.org")
    for _time in range(2):
        applying.close_application(application=application, by=builder, reason="It is not for this fund.")
        undo(undoable=Undoable.objects.latest("pk"), by=builder)
        clock.shift(timedelta(minutes=1))
        assert not Message.objects.filter(kind="application_closed").exists()
