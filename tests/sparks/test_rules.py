"""Rules of sparks: roles, allowed steps, and bars to deciding and paying."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from sparks import queries, rules, workflow
from sparks.models import Status


@pytest.mark.parametrize("award", [Decimal(0), Decimal(50)])
@pytest.mark.parametrize("step", [name for name, each in workflow.STEPS.items() if each.who != "kith"])
def test_what_can_be_done_now(step, award):
    roles = workflow.ROLES[workflow.STEPS[step].who]
    someone, nobody = (
        SimpleNamespace(pk=1, has_role=lambda team, *wanted, held=held: team == 3 and held in wanted)
        for held in (roles[0], "evaluator")
    )
    sparks = [SimpleNamespace(status=status, team_id=3, award_gbp=award) for status in Status.values]
    allowed = {way.at for way in workflow.WAYS if way.step == step}
    if step == "pay" and not award:
        allowed = set()
    if step == "report" and award:
        allowed -= {"ready"}
    assert {spark.status for spark in sparks if rules.can_take(someone, spark, step)} == allowed
    assert not any(rules.can_take(nobody, spark, step) for spark in sparks)


@pytest.mark.parametrize(
    ("role", "ended_by", "expected"), [("builder", 1, True), ("builder", 2, False), ("manager", 2, True)]
)
def test_who_can_reopen(role, ended_by, expected):
    user = SimpleNamespace(pk=1, has_role=lambda team, *wanted: role in wanted)
    assert rules.can_reopen(user, SimpleNamespace(status="withdrawn", team_id=3, award_gbp=None), ended_by) is expected


@pytest.mark.parametrize(
    ("amount", "already", "expected"),
    [
        ("250.00", "0", False),
        ("250.01", "0", True),
        ("100", "150", False),
        ("100", "150.01", True),
        ("0", "900", False),
    ],
)
def test_needs_second_person_above_the_limit_counting_what_the_group_holds(amount, already, expected):
    found = rules.needs_second_person(Decimal(amount), limit_gbp=Decimal("250"), already_awarded_gbp=Decimal(already))
    assert found is expected


@pytest.mark.parametrize(
    ("where", "key"),
    [
        ({"writer_ids": [1, 7]}, "wrote"),
        ({"applicant_ids": [7]}, "applicant"),
        ({"member_ids": [7]}, "member"),
        ({"signatory_ids": [7]}, "signatory"),
        ({"conflict_ids": [7]}, "conflict"),
        ({"decided_ids": [7]}, "decided"),
    ],
)
def test_each_conflict_stops_only_its_person(where, key):
    around = {"writer_ids": [1], **where}
    assert rules.reasons_not_to_decide(7, **around) == [key]
    assert rules.reasons_not_to_decide(8, **around) == []


def test_conflicts_come_in_a_fixed_order():
    assert rules.reasons_not_to_decide(7, writer_ids=[7], member_ids=[7], decided_ids=[7]) == [
        "wrote",
        "member",
        "decided",
    ]


@pytest.mark.parametrize(
    ("where", "key"),
    [
        ({"approver_ids": [1, 7]}, "approved"),
        ({"writer_ids": [2, 7]}, "wrote"),
        ({"applicant_ids": [7]}, "applicant"),
        ({"member_ids": [7]}, "member"),
        ({"conflict_ids": [7]}, "conflict"),
    ],
)
def test_each_conflict_with_paying_stops_only_its_person(where, key):
    around = {"approver_ids": [1], "writer_ids": [2], **where}
    assert rules.reasons_not_to_pay(7, **around) == [key]
    assert rules.reasons_not_to_pay(8, **around) == []


def test_conflicts_with_paying_begin_with_the_approval():
    assert rules.reasons_not_to_pay(7, approver_ids=[7], writer_ids=[7], member_ids=[7]) == [
        "approved",
        "wrote",
        "member",
    ]


def test_every_conflict_has_a_message():
    everything = dict.fromkeys(
        ("writer_ids", "member_ids", "signatory_ids", "conflict_ids", "applicant_ids", "unconfirmed_ids"), [7]
    )
    assert set(rules.reasons_not_to_decide(7, **everything, decided_ids=[7], mailbox_ids=[7], link_ids=[7])) == set(
        queries.REASONS_NOT_TO_DECIDE
    )
    del everything["signatory_ids"]
    assert set(rules.reasons_not_to_pay(7, **everything, approver_ids=[7], payee_ids=[7])) == set(
        queries.REASONS_NOT_TO_PAY
    )


@pytest.mark.parametrize(
    ("paid", "back", "most"), [("200", "0", "200"), ("200", "50", "150"), ("200", "200", "0"), ("0", "5", "0")]
)
def test_which_amount_can_be_recovered(paid, back, most):
    assert rules.recoverable_gbp(Decimal(paid), Decimal(back)) == Decimal(most)


@pytest.mark.parametrize("status", Status.values)
def test_progress_steps_move_forward_only(status):
    states = [state for _key, state in rules.progress_steps(status)]
    assert len(states) == 5
    assert states == sorted(states, key=["done", "now", "to come"].index)


@pytest.mark.parametrize(
    ("role", "writes", "manages"), [("builder", True, False), ("manager", True, True), ("evaluator", False, False)]
)
def test_permissions_of_each_role(role, writes, manages):
    user = SimpleNamespace(pk=1, has_role=lambda team, *roles: role in roles)
    draft = SimpleNamespace(team_id=1, status="draft")
    assert rules.can_write_spark(user, 1) is writes
    assert rules.can_manage_money(user, 1) is manages
    assert rules.can_change_spark(user, draft) is writes
    assert rules.can_change_spark(user, SimpleNamespace(team_id=1, status="approved")) is False


@pytest.mark.parametrize(
    ("status", "award", "expected"),
    [
        ("approved", None, False),
        ("ready", Decimal(200), False),
        ("ready", Decimal(0), True),
        ("ready", None, True),
        ("paid", Decimal(200), True),
        ("reported", Decimal(200), True),
        ("closed", Decimal(200), True),
        ("withdrawn", None, False),
    ],
)
def test_a_spark_has_happened_once_it_was_paid_or_needs_no_money(status, award, expected):
    assert rules.has_happened(SimpleNamespace(status=status, award_gbp=award)) is expected
