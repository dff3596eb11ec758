"""Races of what puts mistakes right or answers for others, on PostgreSQL: rounds of eight at once, and nothing broken.

The second half removes each guard and counts how often the same would break. `KITH_RACE_ROUNDS=30` runs thirty rounds of each.
"""

import itertools
import os
import threading
import uuid
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from communities.actions import managers
from communities.actions.managers import confirm_manager
from communities.actions.members import remove_member
from communities.actions.undo import undo
from communities.models import Role, Team, Undoable, User
from sparks import actions, closeness, queries, splitting
from sparks.actions import amending, bars, decisions, endings, money, reopening
from sparks.applying import actions as applying
from sparks.applying.actions import hosting
from sparks.applying.actions import team as applying_team
from sparks.models import (
    Amendment,
    Application,
    Bar,
    Decision,
    Ground,
    HeldBy,
    HostLink,
    LedgerKind,
    Round,
    Spark,
    Status,
    StepTaken,
)
from sparks.signs import HOLDING
from tests.factories.communities import PartnerFactory, UserFactory
from tests.factories.sparks import ApplicationFactory, ApplyPageFactory, RoundFactory, SparkFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

#: Five of each kind with every run of the tests; 30 with KITH_RACE_ROUNDS=30.
ROUNDS = int(os.environ.get("KITH_RACE_ROUNDS", "5"))
#: Two of these are more than one person approves; one is not.
EACH = Decimal(250)
#: What eight people do at once, and what has to be true afterwards.
type Race = tuple[list[Callable[[], object]], Callable[[], bool]]


def asks(team: Team, **values: object) -> Spark:
    """Return a spark that waits for a decision, in a round of its own."""
    values = {"amount_gbp": EACH, "held_by": HeldBy.GROUP, "host": None, **values}
    return SparkFactory(round=RoundFactory(team=team), handed_in=True, **values)


def statuses(*sparks: Spark) -> list[str]:
    return [Spark.objects.get(pk=each.pk).status for each in sparks]


def recovered(spark: Spark) -> Decimal:
    """Return what of a payment is back, by the ledger."""
    sums = queries.ledger_totals(spark)
    return sums[LedgerKind.RECOVER] - sums[LedgerKind.CORRECT]


def counts_once(*sparks: Spark) -> bool:
    """Return whether at most one of these awards to one group or payee was approved by one person alone."""
    promised = [Spark.objects.get(pk=each.pk) for each in sparks]
    alone = [each for each in promised if each.status in HOLDING and len(closeness.approvers_of_award(each)) < 2]
    return len(alone) <= 1


def reopen_or_approve_of_one_group(team: Team, first, second, third) -> Race:
    """What one person approved is reopened as they approve another one of the same group."""
    name = f"Choir {uuid.uuid4().hex}"
    one, two = asks(team, group_name=name), asks(team, group_name=name)
    actions.approve_spark(spark=one, by=first)
    actions.withdraw_spark(spark=one, by=first, reason="By mistake.")
    at_once = [
        *[partial(actions.reopen_spark, spark=one, by=first)] * 4,
        *[partial(actions.approve_spark, spark=two, by=first)] * 4,
    ]
    return at_once, lambda: counts_once(one, two) and Status.APPROVED in statuses(one, two)


def accept_for_one_payee(team: Team, first, second, third) -> Race:
    """Two awards of two groups are accepted for one payee at once."""
    payee = f"Sol {uuid.uuid4().hex}"
    sparks = [asks(team, group_name=uuid.uuid4().hex) for _each in range(2)]
    for each in sparks:
        actions.approve_spark(spark=each, by=first)
    at_once = [partial(actions.mark_ready, spark=each, by=second, payee=payee) for each in sparks * 4]

    def holds() -> bool:
        return sorted(statuses(*sparks)) == ["approved", "ready"]

    return at_once, holds


def reopen_or_appeal(team: Team, first, second, third) -> Race:
    """A no is taken back by whoever said it as another decision is asked for."""
    spark = asks(team)
    actions.decline_spark(spark=spark, by=first, reason="Not this year.")
    at_once = [
        *[partial(actions.reopen_spark, spark=spark, by=first)] * 3,
        *[partial(actions.appeal_spark, spark=spark, by=second, reason="It is for everybody.")] * 5,
    ]

    def holds() -> bool:
        taken = list(StepTaken.objects.filter(spark=spark).order_by("number").values_list("step", flat=True))
        ways_out = [step for step in taken if step in ("reopen", "appeal")]
        is_standing = Decision.objects.standing().filter(spark=spark, verdict="decline").exists()
        return statuses(spark) == ["submitted"] and len(ways_out) == 1 and is_standing == (ways_out == ["appeal"])

    return at_once, holds


def take_up_once(team: Team, first, second, third) -> Race:
    """Eight people take up one application."""
    page = ApplyPageFactory(round=RoundFactory(team=team), code=f"c{uuid.uuid4().hex[:12]}")
    application = ApplicationFactory(page=page, sent=True, amount_gbp=EACH)
    take_up = partial(applying.take_up, application=application, title="Bench", held_by=HeldBy.GROUP)
    at_once = [partial(take_up, by=by) for by in (first, second, third, first) * 2]

    def holds() -> bool:
        spark = Application.objects.get(pk=application.pk).spark
        return spark is not None and list(Spark.objects.filter(round=page.round)) == [spark]

    return at_once, holds


def with_host(team: Team, by: User) -> tuple[Spark, HostLink]:
    """Return a spark whose organisation was asked."""
    host = PartnerFactory(team=team, is_fiscal_host=True, email="hall@example.net")
    spark = asks(team, held_by=HeldBy.HOST, host=host, group_name="")
    return spark, applying.ask_host(spark=spark, by=by)


def another_holder_or_approve(team: Team, first, second, third) -> Race:
    """Who holds the money is chosen anew, the organisation thinks again, and it is approved."""
    spark, link = with_host(team, second)
    applying.answer_for_host(link=link, answer="no", who="The clerk")
    choose = partial(applying.choose_other_holder, spark=spark, held_by=HeldBy.GROUP)
    at_once = [
        *[partial(choose, by=second)] * 3,
        *[partial(applying.answer_for_host, link=link, answer="yes", who="The clerk")] * 2,
        *[partial(actions.approve_spark, spark=spark, by=third)] * 3,
    ]

    def holds() -> bool:
        now = Spark.objects.get(pk=spark.pk)
        approved = Decision.objects.approvals_of(now).exists()
        is_asked = HostLink.objects.filter(spark=spark, digest__isnull=False).exists()
        return (now.status == Status.APPROVED) == approved and is_asked == (now.host is not None)

    return at_once, holds


def refuse_or_pay(team: Team, first, second, third) -> Race:
    """The organisation says no as its money is paid."""
    spark, link = with_host(team, second)
    applying.answer_for_host(link=link, answer="yes", who="The clerk")
    actions.approve_spark(spark=spark, by=first)
    actions.mark_ready(spark=spark, by=first)
    at_once = [
        *[partial(applying.answer_for_host, link=link, answer="no", who="The clerk")] * 4,
        *(partial(actions.pay_award, spark=spark, by=third, uuid=uuid.uuid4()) for _each in range(4)),
    ]

    def holds() -> bool:
        is_no = HostLink.objects.get(pk=link.pk).answer == "no"
        return statuses(spark) == [Status.READY if is_no else Status.PAID]

    return at_once, holds


def words_or_approve(team: Team, first, second, third) -> Race:
    """Somebody makes words with which they could answer as the group, and approves it, at once."""
    page = ApplyPageFactory(round=RoundFactory(team=team), code=f"c{uuid.uuid4().hex[:12]}")
    application = ApplicationFactory(page=page, sent=True, amount_gbp=EACH)
    spark = applying.take_up(application=application, by=second, title="Bench", held_by=HeldBy.GROUP)
    application.refresh_from_db()
    at_once = [
        *[partial(applying.make_new_words, application=application, by=first)] * 4,
        *[partial(actions.approve_spark, spark=spark, by=first)] * 4,
    ]

    def holds() -> bool:
        bars = Bar.objects.filter(spark=spark, ground=Ground.LINK, user=first).count()
        return bars == 1 and "payee" in queries.reasons_not_to_pay(Spark.objects.get(pk=spark.pk), first)

    return at_once, holds


def given_back(team: Team, first, second, third) -> Spark:
    """Return a spark whose whole payment is recorded as returned."""
    spark = actions.approve_spark(spark=asks(team, group_name=uuid.uuid4().hex), by=first)
    actions.mark_ready(spark=spark, by=second)
    actions.pay_award(spark=spark, by=third, uuid=uuid.uuid4())
    returned = {"amount_gbp": EACH, "reference": "B 1", "reason": "It rained."}
    actions.propose_return(spark=spark, by=first, **returned)
    return actions.agree_change(spark=spark, by=third)


def propose_corrections(team: Team, first, second, third) -> Race:
    """Four propose that a return was a mistake, and four agree to it."""
    spark = given_back(team, first, second, third)
    at_once = [
        *(partial(actions.propose_correction, spark=spark, by=by, reason="Another line.") for by in (first, third) * 2),
        *(partial(actions.agree_change, spark=spark, by=by) for by in (first, third) * 2),
    ]

    def holds() -> bool:
        is_paid = statuses(spark) == [Status.PAID]
        return recovered(spark) == (0 if is_paid else EACH)

    return at_once, holds


def agree_to_a_correction(team: Team, first, second, third) -> Race:
    """Some agree that a return was a mistake, and some keep it."""
    spark = given_back(team, first, second, third)
    actions.propose_correction(spark=spark, by=first, reason="Another line.")
    at_once = [
        *[partial(actions.agree_change, spark=spark, by=third)] * 5,
        *[partial(actions.refuse_change, spark=spark, by=first)] * 3,
    ]

    def holds() -> bool:
        lines = spark.ledger.filter(kind=LedgerKind.CORRECT).count()
        return (statuses(spark), lines) in (([Status.PAID], 1), ([Status.RECOVERED], 0))

    return at_once, holds


def undo_or_confirm(team: Team, first, second, third) -> Race:
    """A manager whose removal is undone, and a second account of their mailbox that is confirmed."""
    key = uuid.uuid4().hex[:8]
    gone = UserFactory(email=f"{key}@example.org", roles={team: [Role.MANAGER]})
    remove_member(team=team, user=gone, by=first)
    removal = Undoable.objects.filter(object_id=str(gone.pk)).latest("pk")
    twin = UserFactory(email=f"{key}+two@example.org", roles={team: [Role.MANAGER]})
    twin.memberships.update(confirmed_at=None)
    at_once = [
        *[partial(undo, undoable=removal, by=second)] * 4,
        *[partial(confirm_manager, team=team, user=twin, by=second)] * 4,
    ]

    def holds() -> bool:
        return sum(User.objects.get(pk=each.pk).decides_on_money(team) for each in (gone, twin)) <= 1

    return at_once, holds


SCENES = (
    reopen_or_approve_of_one_group, accept_for_one_payee, reopen_or_appeal, take_up_once, another_holder_or_approve,
    refuse_or_pay, words_or_approve, propose_corrections, agree_to_a_correction, undo_or_confirm,
)  # fmt: skip


@pytest.fixture
def people(team):
    """Return three managers of a team in which one person approves £300."""
    team.approval_limit_gbp = Decimal(300)
    team.save()
    return [UserFactory(roles={team: [Role.MANAGER]}) for _each in range(3)]


@pytest.mark.parametrize("scene", SCENES)
def test_rounds_of_eight_at_once_break_nothing(race, team, people, scene):
    broken, refused = 0, 0
    for _round in range(ROUNDS):
        at_once, holds = scene(team, *people)
        assert len(at_once) == 8
        results = race(*at_once)
        errors = [each for each in results if isinstance(each, Exception)]
        assert all(isinstance(each, ValidationError) for each in errors), errors
        refused += len(errors)
        broken += not holds() or not all(queries.reconcile(pot).agrees for pot in Round.objects.order_by("-pk")[:2])
    assert broken == 0
    if scene not in (take_up_once, words_or_approve):
        assert refused, "nobody met anybody"


# The same without each guard. What is read is read by everybody before anybody goes on, so that it breaks in every round.


def unlocked_spark(spark: Spark) -> Spark:
    return Spark.objects.select_related("team", "round__fund", "host").get(pk=spark.pk)


def unlocked_application(application: Application) -> Application:
    return Application.objects.select_related("page__round", "team", "spark").get(pk=application.pk)


def read_together(patch: pytest.MonkeyPatch, module: object, name: str, number: int) -> None:
    """Let a function of a module return only once so many threads have called it."""
    together, act = threading.Barrier(number, timeout=10), getattr(module, name)

    def waited(*args: object, **kwargs: object) -> object:
        found = act(*args, **kwargs)
        together.wait()
        return found

    patch.setattr(module, name, waited)


def wait_together(patch: pytest.MonkeyPatch, *functions: tuple[object, str]) -> None:
    """Let several functions of modules return only once each of them was called."""
    together = threading.Barrier(len(functions), timeout=10)
    for module, name in functions:
        act = getattr(module, name)

        def waited(*args: object, act: Callable[..., object] = act, **kwargs: object) -> object:
            found = act(*args, **kwargs)
            together.wait()
            return found

        patch.setattr(module, name, waited)


def without_the_numbers_of_steps(patch: pytest.MonkeyPatch) -> None:
    """Let two steps of a spark be taken at once: their number is unique, and would stop one of them."""
    create, numbers = StepTaken.objects.create, itertools.count(1000)
    patch.setattr(StepTaken.objects, "create", lambda **values: create(**{**values, "number": next(numbers)}))


def nothing(*args: object, **kwargs: object) -> None:
    """Take the place of a second guard: the number of a step, which is unique for each spark, would stop one of the two."""


def without_the_lock_of_the_team(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Team.objects, "select_for_update", lambda **kwargs: Team.objects.all())


def no_lock_while_reopening(patch: pytest.MonkeyPatch, at_once: list) -> list:
    without_the_lock_of_the_team(patch)
    read_together(patch, splitting, "needs_second_person", 2)
    return [at_once[0], at_once[-1]]


def no_lock_while_accepting(patch: pytest.MonkeyPatch, at_once: list) -> list:
    without_the_lock_of_the_team(patch)
    read_together(patch, splitting, "second_person_for_payee", 2)
    return at_once[:2]


def no_lock_while_taking_up(patch: pytest.MonkeyPatch, at_once: list) -> list:
    patch.setattr(applying_team, "_locked", unlocked_application)
    read_together(patch, applying_team, "_refuse_answered", 2)
    return at_once[:2]


def no_lock_while_choosing(patch: pytest.MonkeyPatch, at_once: list) -> list:
    together = threading.Barrier(2, timeout=10)

    def waited(spark: Spark) -> Spark:
        found = unlocked_spark(spark)
        together.wait()
        return found

    for module in (hosting, decisions):
        patch.setattr(module, "lock", waited)
    patch.setattr(hosting, "take", nothing)
    return [at_once[0], at_once[-1]]


def no_lock_while_undoing(patch: pytest.MonkeyPatch, at_once: list) -> list:
    without_the_lock_of_the_team(patch)
    read_together(patch, managers, "second_account_of", 2)
    return [at_once[0], at_once[-1]]


def no_lock_while_appealing(patch: pytest.MonkeyPatch, at_once: list) -> list:
    """A no is taken back and answered by an appeal, both."""
    for module in (reopening, endings):
        patch.setattr(module, "lock", unlocked_spark)
    without_the_numbers_of_steps(patch)
    read_together(patch, queries, "live_spark_of_group", 2)
    return [at_once[0], at_once[-1]]


def no_lock_while_refusing(patch: pytest.MonkeyPatch, at_once: list) -> list:
    """The organisation says no to money that is paid at the same time."""
    patch.setattr(money, "lock", unlocked_spark)
    patch.setattr(hosting, "lock", unlocked_spark)
    wait_together(patch, (money, "check_host_holds"), (hosting, "_locked"))
    return [at_once[0], at_once[-1]]


def no_lock_while_making_words(patch: pytest.MonkeyPatch, at_once: list) -> list:
    """Two presses both write down that the same person could answer, and one of them ends as an error page."""
    patch.setattr(applying_team, "lock", unlocked_spark)
    patch.setattr(applying_team, "_locked", unlocked_application)
    read_together(patch, bars, "had_links", 2)
    return at_once[:2]


def no_lock_while_correcting(patch: pytest.MonkeyPatch, at_once: list) -> list:
    """What one agreed to is refused by whoever read it before: the ledger has the line, and the spark its status of before."""
    patch.setattr(amending, "lock", unlocked_spark)
    without_the_numbers_of_steps(patch)
    read_together(patch, amending, "open_amendment", 2)
    agreed, settle = threading.Event(), amending._settle

    def agree() -> object:
        try:
            return at_once[0]()
        finally:
            agreed.set()

    def settle_last(amendment: Amendment, outcome: str, by: User) -> None:
        if outcome == Amendment.Outcome.REFUSED:
            agreed.wait(timeout=10)
        settle(amendment, outcome, by)

    patch.setattr(amending, "_settle", settle_last)
    return [agree, at_once[-1]]


def no_lock_while_proposing(patch: pytest.MonkeyPatch, at_once: list) -> list:
    """Two propose the same correction, and both wait."""
    patch.setattr(amending, "lock", unlocked_spark)
    without_the_numbers_of_steps(patch)
    read_together(patch, amending, "open_amendment", 2)
    return at_once[:2]


UNGUARDED = (
    (reopen_or_appeal, no_lock_while_appealing),
    (refuse_or_pay, no_lock_while_refusing),
    (words_or_approve, no_lock_while_making_words),
    (agree_to_a_correction, no_lock_while_correcting),
    (propose_corrections, no_lock_while_proposing),
    (reopen_or_approve_of_one_group, no_lock_while_reopening),
    (accept_for_one_payee, no_lock_while_accepting),
    (take_up_once, no_lock_while_taking_up),
    (another_holder_or_approve, no_lock_while_choosing),
    (undo_or_confirm, no_lock_while_undoing),
)


@pytest.mark.parametrize(("scene", "remove"), UNGUARDED)
def test_without_the_guard_it_would_break(race, team, people, monkeypatch, scene, remove):
    broken = 0
    for _round in range(ROUNDS):
        at_once, holds = scene(team, *people)
        with monkeypatch.context() as patch:
            results = race(*remove(patch, at_once))
        # An error that is not said in words is an error page.
        is_error = any(isinstance(each, Exception) and not isinstance(each, ValidationError) for each in results)
        broken += is_error or not holds()
    print(f"\n{scene.__name__}: broken in {broken} of {ROUNDS} rounds without {remove.__name__.removeprefix('no_')}")
    assert broken > 0
