"""Every attack on the money that somebody has tried, each with the test that refuses it."""

import ast
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from communities.actions.members import accept_invitation, invite_member
from communities.models import Message, Role, User
from sparks import actions, queries, rules
from sparks.actions import amending
from sparks.models import Amendment, Decision, FundProposal, LedgerEntry, Round, Spark, Status
from tests.conftest import ROOT
from tests.factories.communities import PASSWORD, UserFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import FundFactory, RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db

#: What was tried, and where it is refused: a file of tests and the tests in it. Those with “without” in their name remove the
#: guard and see the attack succeed.
REFUSED = {
    "16 approvals at once from one pot": (
        "sparks/test_races.py",
        "test_eight_approvals_of_one_pot_thirty_times_never_overspend",
        "test_without_the_lock_approvals_would_overspend",
    ),
    "one spark approved eight times": ("sparks/test_races.py", "test_a_double_click_approves_once"),
    "paying eight times, with one key and with eight": (
        "sparks/test_races.py",
        "test_a_double_click_pays_once",
        "test_two_payers_at_once_pay_once",
    ),
    "approving against withdrawing": (
        "sparks/test_races.py",
        "test_approving_and_withdrawing_at_once_leaves_nothing_promised",
    ),
    "paying, amending, lapsing and reopening at once": (
        "sparks/test_workflow_races.py",
        "test_rounds_of_eight_at_once_break_nothing",
    ),
    "a budget cut during an approval": (
        "sparks/test_races.py",
        "test_cutting_the_budget_during_an_approval_never_overspends",
    ),
    "amounts that are no amounts": ("sparks/test_attacks.py", "test_what_is_no_amount_is_refused_in_words"),
    "a sum that no fund can hold": ("sparks/test_one_person.py", "test_a_fund_holds_no_more_than_its_column"),
    "saying yes on the page of the people behind it, and paying": (
        "sparks/test_one_person.py",
        "test_whoever_made_new_words_does_not_pay",
    ),
    "deciding on what one applied for": ("sparks/test_one_person.py", "test_whoever_applied_does_not_decide"),
    "a second account of one mailbox": (
        "sparks/test_one_person.py",
        "test_a_second_account_of_one_mailbox_is_not_confirmed",
    ),
    "answering for an organisation by its link, and choosing the group instead": (
        "sparks/test_hosts.py",
        "test_nobody_of_the_team_reads_what_goes_by_email",
        "test_whoever_printed_it_and_answered_does_not_pay",
        "test_before_the_approval_it_is_decided_again_on_other_terms",
    ),
    "another holder after the approval, by one person": (
        "sparks/test_changes.py",
        "test_after_the_approval_two_people_choose_another_one",
    ),
    "splitting a grant on the public page, by telephone, address or payee": (
        "sparks/test_splitting.py",
        "test_whoever_applies_twice_without_a_group_is_seen",
        "test_awards_to_one_payee_need_two_people_when_it_is_said",
        "test_two_awards_to_one_payee_are_never_accepted_at_once",
    ),
    "a mailbox that becomes a second one afterwards, or was confirmed twice": (
        "sparks/test_one_person.py",
        "test_an_account_does_not_become_a_second_one_of_a_mailbox_afterwards",
        "test_two_accounts_of_one_mailbox_do_not_approve_as_two",
        "test_two_accounts_of_one_mailbox_do_not_agree_with_each_other",
    ),
    "declining and reopening until an approval counts for nobody": (
        "sparks/test_one_person.py",
        "test_reopening_says_what_approvals_stand",
    ),
    "a first person whom nobody has confirmed": (
        "sparks/test_one_person.py",
        "test_an_account_that_nobody_has_confirmed_is_no_first_person_either",
    ),
    "a zero-width space as a reason": ("test_action_list.py", "test_a_text_that_nobody_sees_says_nothing"),
    "money of the year 1": ("test_typed_values.py", "test_the_database_refuses_such_a_year"),
    "an organisation entered as a name": (
        "sparks/test_one_person.py",
        "test_an_organisation_is_not_entered_as_a_name",
    ),
    "moving a round that has paid to another fund": (
        "sparks/test_one_person.py",
        "test_a_round_that_has_paid_stays_with_its_fund",
    ),
    "changing what was submitted": ("sparks/test_views.py", "test_answers_cannot_change_once_submitted"),
    "submitting as the round closes": (
        "sparks/test_races.py",
        "test_submitting_as_the_round_closes_is_accepted_or_refused",
    ),
    "every step with every role": ("sparks/test_workflow.py", "test_steps_roles_and_statuses"),
    "a role that was revoked": ("sparks/test_permissions.py", "test_a_former_manager_cannot_move_money"),
    "an account that was closed": ("sparks/test_attacks.py", "test_a_closed_account_takes_no_step"),
    "SQL on the ledger": ("sparks/test_actions.py", "test_sql_cannot_change_a_ledger_line"),
    "SQL on decisions": ("sparks/test_attacks.py", "test_sql_changes_no_decision"),
    "SQL on a round's totals": ("sparks/test_actions.py", "test_the_database_refuses_to_overspend_a_round"),
    "approving one's own spark by changing one's record": (
        "sparks/test_bars.py",
        "test_changing_ones_own_email_on_the_record_lifts_no_bar",
        "test_neither_erasing_nor_deleting_nor_leaving_the_spark_lifts_a_bar",
        "test_without_the_frozen_bars_it_would_be_lifted",
    ),
    "saying that money came back": (
        "sparks/test_attacks.py",
        "test_one_manager_cannot_say_that_money_came_back",
        "test_without_the_second_person_one_manager_frees_the_pot",
        "test_neither_the_payer_nor_the_approver_sees_a_false_return_through",
    ),
    "a payee of one's own choice": (
        "sparks/test_attacks.py",
        "test_nobody_pays_whom_they_chose_themselves",
        "test_without_the_bar_of_the_payee_one_pays_oneself",
        "test_a_payee_typed_while_paying_is_not_paid",
    ),
    "money back, another payee and payments at once": (
        "sparks/test_workflow_races.py",
        "test_rounds_of_eight_at_once_break_nothing",
        "test_without_the_lock_one_return_would_count_several_times",
    ),
    "a second mailbox as a manager": (
        "sparks/test_attacks.py",
        "test_a_second_mailbox_neither_decides_nor_pays",
        "test_without_the_second_manager_a_second_mailbox_pays",
    ),
    "splitting a grant": (
        "sparks/test_ways_round.py",
        "test_a_grant_split_over_numbered_groups_needs_a_second_person",
        "test_without_comparing_names_one_manager_approves_all_of_it",
    ),
    "splitting a grant at one press": (
        "sparks/test_several.py",
        "test_above_the_limit_and_for_one_group_a_second_person_decides",
    ),
    "taking oneself off the signatories": (
        "communities/test_actions.py",
        "test_signatories_cannot_remove_themselves",
    ),
    "a budget raised, a round moved, a maximum cut, a round closed in the past, by one manager": (
        "sparks/test_attacks.py",
        "test_one_manager_changes_no_rule_of_an_open_round",
    ),
    "rounds above what the funder gave": ("sparks/test_funds.py", "test_no_budget_goes_beyond_the_fund"),
    "money that nobody else has seen": (
        "sparks/test_funds.py",
        "test_nobody_settles_their_own",
        "test_nor_with_a_second_account_of_the_mailbox",
        "test_new_ones_neither_propose_nor_settle",
        "test_the_database_asks_for_two",
    ),
    "returning to the funder what rounds have": (
        "sparks/test_funds.py",
        "test_it_goes_back_only_as_far_as_it_is_free",
    ),
    "funds, budgets and approvals at once": (
        "sparks/test_fund_races.py",
        "test_eight_at_once_ten_times_break_nothing",
        "test_without_the_lock_two_rounds_would_share_the_last_hundred",
    ),
    "one manager with three mailboxes": (
        "communities/test_new_managers.py",
        "test_nobody_confirms_whom_they_stand_behind",
        "test_two_who_invite_each_other_at_once_confirm_nobody_by_themselves",
    ),
    "dots and tags of one Gmail mailbox": (
        "communities/test_new_managers.py",
        "test_two_addresses_of_one_mailbox_are_one_person",
    ),
    "a new manager who invites, removes, reopens or cancels": (
        "communities/test_new_managers.py",
        "test_somebody_who_waits_changes_nothing_about_who_decides",
    ),
    "promised money moved by a new manager": (
        "sparks/test_reopening.py",
        "test_a_new_manager_moves_no_promised_money",
    ),
    "a partner's address changed by a new manager": (
        "communities/test_new_managers.py",
        "test_somebody_who_waits_changes_no_organisation",
    ),
    "a role that undoing gives back confirmed": (
        "communities/test_new_managers.py",
        "test_not_by_whoever_invited_them",
        "test_not_beside_another_account_of_the_mailbox",
        "test_not_by_an_administrator_for_themselves",
    ),
    "another account taken off the signatories": (
        "communities/test_new_managers.py",
        "test_another_account_of_the_mailbox_takes_nobody_off_those_who_sign",
    ),
    "splitting by withdrawing one and reopening it after the other": (
        "sparks/test_reopening.py",
        "test_a_grant_is_not_split_by_reopening",
    ),
    "a no reopened by a colleague until it is a yes": (
        "sparks/test_reopening.py",
        "test_a_no_that_a_colleague_reopened_needs_two",
        "test_whoever_cannot_decide_does_not_reopen_a_no",
    ),
    "answering as the group, and deciding": (
        "sparks/test_private_links.py",
        "test_whoever_made_words_of_an_application_does_not_decide",
    ),
    "the no of an organisation overturned by its address, by asking again or by a letter": (
        "sparks/test_private_links.py",
        "test_a_no_of_an_organisation_is_not_overturned_by_one_person",
        "test_whoever_decides_reads_who_printed_the_letter",
    ),
    "an organisation added with an address of one's own": (
        "sparks/test_private_links.py",
        "test_whoever_entered_the_address_as_the_organisation_was_added_is_close",
    ),
    "a payee in another order, with an account, or in letters that look alike": (
        "sparks/test_splitting.py",
        "test_payees_are_one_however_they_are_typed",
        "test_one_person_does_not_approve_several_awards_to_one_payee",
        "test_letters_that_look_alike_are_one",
    ),
    "a group in letters that look alike": (
        "sparks/test_splitting.py",
        "test_a_group_in_letters_that_look_alike_counts",
    ),
    "two phone numbers in one text": (
        "sparks/test_splitting.py",
        "test_every_number_of_a_text_is_compared",
        "test_a_short_text_can_hold_two_numbers_too",
    ),
    "asking again and again by reopening": (
        "sparks/test_ways_out.py",
        "test_asking_for_another_decision_works_once_however_often_it_is_reopened",
    ),
    "proposing a payee, and paying it": (
        "sparks/test_changes.py",
        "test_whoever_proposed_the_payee_does_not_pay",
    ),
    "SQL on the ledger of a fund": ("sparks/test_funds.py", "test_sql_changes_no_line"),
    "a ledger that does not add up": ("sparks/test_ledger_chain.py", "test_a_line_that_was_tampered_with_is_named"),
}


def names_in(path: Path) -> set[str]:
    """Return the names of the tests in a file."""
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("attack", REFUSED)
def test_every_attack_has_the_test_that_refuses_it(attack):
    where, *names = REFUSED[attack]
    assert set(names) <= names_in(ROOT / "tests" / where)


@pytest.fixture
def spark(team, builder):
    """Return a spark that waits, for £200 of a round with £1,000."""
    return SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder)


@pytest.mark.parametrize(
    "typed",
    [
        "-5",
        "0",
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "1e-2",
        "0.001",
        "9" * 14,
        "201",
        "",
        "ten",
        "1,0,0",
        "²",
    ],
)
@pytest.mark.parametrize("page", ["approve", "decide-several"])
def test_what_is_no_amount_is_refused_in_words(page, typed, spark, manager, client_for):
    if page == "approve":
        address, data = reverse("sparks:spark-approve", args=[spark.uuid]), {"amount_gbp": typed}
    else:
        key = spark.uuid.hex
        address, data = reverse("sparks:decide-several"), {"spark": str(spark.uuid), f"{key}-chosen": "on"}
        data[f"{key}-amount_gbp"] = typed
    answer = client_for(manager).post(address, data)
    assert answer.status_code == 200
    assert "errors" in answer.content.decode()
    assert Spark.objects.get(pk=spark.pk).status == Status.SUBMITTED
    assert not Decision.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_a_closed_account_takes_no_step(spark, manager, client_for):
    client = client_for(manager)
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert client.post(reverse("sparks:spark-approve", args=[spark.uuid]), {"amount_gbp": "200"}).status_code in (
        302,
        403,
    )
    data = {"spark": str(spark.uuid), f"{spark.uuid.hex}-chosen": "on", f"{spark.uuid.hex}-amount_gbp": "200"}
    assert client.post(reverse("sparks:decide-several"), data).status_code in (302, 403)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("sql", ["UPDATE sparks_decision SET amount_gbp = 1", "DELETE FROM sparks_decision"])
def test_sql_changes_no_decision(sql, spark, manager):
    actions.approve_spark(spark=spark, by=manager)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def second_mailbox(team, manager) -> User:
    """Return the account of somebody who invited themselves under another address, as the database has it."""
    invitation = invite_member(
        team=team, email="mo.private@example.org", name="Mo Private", roles=[Role.MANAGER], by=manager
    )
    return User.objects.get(pk=accept_invitation(invitation=invitation, name="Mo Private", password=PASSWORD).pk)


def press(client, spark: Spark, step: str, **data: str) -> None:
    """Press a button of the spark's page."""
    assert client.post(reverse(f"sparks:spark-{step}", args=[spark.uuid]), data).status_code < 500


def pay_oneself(spark: Spark, team, manager, client_for) -> Decimal:
    """Approve as oneself and pay as the other, as one person with two mailboxes; return the pounds that were paid."""
    UserFactory(roles={team: [Role.MANAGER]})
    other = second_mailbox(team, manager)
    press(client_for(manager), spark, "approve", amount_gbp="200")
    press(client_for(manager), spark, "ready")
    press(client_for(other), spark, "pay", reference="1")
    return queries.ledger_totals(spark)["pay"]


def test_a_second_mailbox_neither_decides_nor_pays(spark, team, manager, client_for):
    assert pay_oneself(spark, team, manager, client_for) == 0
    spark.refresh_from_db()
    assert spark.status == Status.READY


def test_without_the_second_manager_a_second_mailbox_pays(spark, team, manager, client_for, monkeypatch):
    """The test above bites: without the confirmation by a second manager, the attack succeeds."""
    monkeypatch.setattr(User, "decides_on_money", lambda self, team: True)
    assert pay_oneself(spark, team, manager, client_for) == Decimal(200)


def paid(spark: Spark, manager, second_manager) -> None:
    """Bring a spark to a payment of £200 by two managers."""
    actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=spark, by=manager)
    actions.pay_award(spark=spark, by=second_manager, uuid=uuid4())


RETURNED = {"recover-amount_gbp": "200", "recover-reference": "B 1", "recover-reason": "It came back."}


def say_it_came_back(spark: Spark, client) -> Decimal:
    """Propose, as one manager, that everything came back, and agree to it; return what the round has left."""
    press(client, spark, "recover", **RETURNED)
    press(client, spark, "agree")
    spark.round.refresh_from_db()
    return spark.round.left_gbp


def test_one_manager_cannot_say_that_money_came_back(spark, manager, second_manager, client_for):
    paid(spark, manager, second_manager)
    for client in (client_for(manager), client_for(second_manager)):
        press(client, spark, "refuse")
        assert say_it_came_back(spark, client) == Decimal(800)
    told = Message.objects.about(spark).filter(kind="managers_told", body__contains="£200 was returned")
    assert {message.user for message in told} == {manager, second_manager}, "each reads what the other proposed"


def test_without_the_second_person_one_manager_frees_the_pot(spark, manager, second_manager, client_for, monkeypatch):
    """The test above bites: if nobody asked who proposed it, one manager would free the pot."""
    paid(spark, manager, second_manager)
    monkeypatch.setattr(amending, "_waiting", lambda spark, shown: _proposed_by(spark, second_manager))
    assert say_it_came_back(spark, client_for(manager)) == Decimal(1000)


def _proposed_by(spark: Spark, user) -> Amendment:
    """Return the proposal that waits as if somebody else had made it."""
    Amendment.objects.filter(spark=spark, outcome="open").update(proposed_by=user)
    return Amendment.objects.get(spark=spark, outcome="open")


@pytest.mark.parametrize("who", ["writer", "signatory", "unconfirmed"])
def test_neither_the_payer_nor_the_approver_sees_a_false_return_through(
    spark, team, builder, manager, second_manager, who
):
    """An accomplice who is too close to the spark, or not confirmed, does not make two people."""
    paid(spark, manager, second_manager)
    accomplice = UserFactory(roles={team: [Role.MANAGER]})
    if who == "writer":
        spark.writers.add(accomplice)
    elif who == "signatory":
        spark.host.signatories.add(accomplice)
    else:
        accomplice.memberships.update(confirmed_at=None)
    actions.propose_return(spark=spark, by=manager, amount_gbp=Decimal(200), reference="B 1", reason="It came back.")
    accomplice = User.objects.get(pk=accomplice.pk)
    with pytest.raises(ValidationError):
        actions.agree_change(spark=spark, by=accomplice)
    assert queries.ledger_totals(spark)["recover"] == 0


def choose_oneself(spark: Spark, manager, second_manager, client_for) -> Decimal:
    """Record as one manager that the group said yes, with an account of one's own, and pay it; return the pounds paid."""
    Spark.objects.filter(pk=spark.pk).update(held_by="group", host=None, group_name="Mill Row")
    press(client_for(manager), spark, "approve", amount_gbp="200")
    client = client_for(second_manager)
    press(client, spark, "ready", **{"ready-payee": "Sol, privately"})
    press(client, spark, "pay", reference="1")
    return queries.ledger_totals(spark)["pay"]


def test_nobody_pays_whom_they_chose_themselves(spark, manager, second_manager, client_for):
    assert choose_oneself(spark, manager, second_manager, client_for) == 0
    spark.refresh_from_db()
    assert (spark.status, spark.payee, spark.payee_by) == (Status.READY, "Sol, privately", second_manager)
    told = Message.objects.about(spark).filter(kind="managers_told", user=manager)
    assert "Sol, privately" in told.get().body


def test_without_the_bar_of_the_payee_one_pays_oneself(spark, manager, second_manager, client_for, monkeypatch):
    """The test above bites: without the bar, whoever chose the payee pays it."""
    barred = rules.reasons_not_to_pay
    monkeypatch.setattr(rules, "reasons_not_to_pay", lambda person, **ids: barred(person, **{**ids, "payee_ids": ()}))
    assert choose_oneself(spark, manager, second_manager, client_for) == Decimal(200)


def test_a_payee_typed_while_paying_is_not_paid(spark, manager, second_manager, client_for):
    actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=spark, by=manager)
    press(client_for(second_manager), spark, "pay", payee="Sol, privately", reference="1")
    assert spark.ledger.get(kind="pay").payee == spark.host.name


def test_five_names_without_residents_cannot_take_five_awards_alone(team, manager, client_for):
    pot = RoundFactory(team=team, budget_gbp=Decimal(5000))
    five = [
        SparkFactory(round=pot, handed_in=True, amount_gbp=Decimal(250), group_name=f"Street Party Committee {number}")
        for number in range(5)
    ]
    data: dict[str, object] = {"spark": [str(each.uuid) for each in five]}
    for each in five:
        data |= {f"{each.uuid.hex}-chosen": "on", f"{each.uuid.hex}-amount_gbp": "250"}
    client_for(manager).post(reverse("sparks:decide-several"), data)
    assert list(Spark.objects.order_by("pk").values_list("status", flat=True)) == ["approved", *["recommended"] * 4]
    pot.refresh_from_db()
    assert pot.committed_gbp == Decimal(250)


#: The beginning of a month of next year.
NEXT_YEAR = f"{timezone.localdate().year + 1}-{{}}-01T09:00"


@pytest.mark.parametrize(
    "typed",
    [
        {"budget_gbp": "1000000"},
        {"fund": "other"},
        {"max_award_gbp": "50"},
        {"closes_at": "2026-01-01T09:00"},
        {"opens_at": NEXT_YEAR.format("01"), "closes_at": NEXT_YEAR.format("02")},
    ],
    ids=lambda typed: next(iter(typed)),
)
@pytest.mark.parametrize("reason", ["", "Because."])
def test_one_manager_changes_no_rule_of_an_open_round(typed, reason, spark, team, manager, client_for):
    """Each of these was once saved at once, without a word to anybody."""
    pot = spark.round
    before = Round.objects.filter(pk=pot.pk).values().get()
    other = FundFactory(team=team)
    data = {
        "fund": pot.fund_id, "name": pot.name, "budget_gbp": "1000", "max_award_gbp": "500", "reason": reason,
        "opens_at": f"{timezone.localtime(pot.opens_at):%Y-%m-%dT%H:%M}",
        "closes_at": f"{timezone.localtime(pot.closes_at):%Y-%m-%dT%H:%M}", **typed,
    }  # fmt: skip
    if data["fund"] == "other":
        data["fund"] = other.pk
    client = client_for(manager)
    client.post(reverse("sparks:round-update", args=[pot.pk]), data)
    for waiting in FundProposal.objects.all():
        for answer in ("agree", "refuse"):
            client.post(reverse(f"sparks:proposal-{answer}", args=[waiting.uuid]))
        assert waiting.outcome == "open"
    assert Round.objects.filter(pk=pot.pk).values().get() == before


def test_a_resident_deleted_after_submission_still_bars(team, builder, manager):
    spark = SparkFactory(round=RoundFactory(team=team), created_by=builder)
    her = PersonFactory(team=team, email=manager.email)
    spark.applicants.add(her)
    actions.submit_spark(spark=spark, by=builder)
    spark.applicants.clear()
    her.delete()
    assert queries.reasons_not_to_decide(Spark.objects.get(pk=spark.pk), manager) == ["applicant"]
