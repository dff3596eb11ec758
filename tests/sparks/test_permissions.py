"""Every action of sparks checks the role of the user, whatever calls it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.utils import timezone

from communities.models import AuditEntry, Role, Team, User
from sparks import actions
from sparks.actions.several import Approval
from sparks.models import CostLine, Fund, FundProposal, Round, Spark, Status
from tests.factories.assets import AssetFactory
from tests.factories.communities import UserFactory
from tests.factories.sparks import (
    AttachmentFactory,
    FundFactory,
    FundProposalFactory,
    NoteFactory,
    RoundFactory,
    SparkFactory,
)

pytestmark = pytest.mark.django_db


def at(status: Status, team: Team, **values: object) -> Spark:
    """Return a spark of the team with this status, and with an award if the status needs one."""
    if status in (Status.APPROVED, Status.READY, Status.PAID, Status.REPORTED):
        values |= {"award_gbp": Decimal(200)}
    return SparkFactory(round=RoundFactory(team=team), status=status, **values)


def new_round(team: Team, by: User) -> Round:
    days = {"opens_at": timezone.now(), "closes_at": timezone.now() + timedelta(days=9)}
    sums = {"budget_gbp": Decimal(1000), "max_award_gbp": Decimal(100)}
    return actions.create_round(team=team, by=by, fund=FundFactory(team=team), name="Spring", **days, **sums)


def pdf() -> ContentFile:
    """Return the smallest file that counts as a PDF."""
    return ContentFile(b"%PDF-1.7 a quote", name="quote.pdf")


BUILDERS: dict[str, Callable[[Team, User], object]] = {
    "create_spark": lambda team, by: actions.create_spark(
        team=team, by=by, round=RoundFactory(team=team), title="Suppers"
    ),
    "update_spark": lambda team, by: actions.update_spark(spark=at(Status.DRAFT, team), by=by, title="Suppers"),
    "submit_spark": lambda team, by: actions.submit_spark(spark=at(Status.DRAFT, team), by=by),
    "delete_spark": lambda team, by: actions.delete_spark(spark=at(Status.DRAFT, team, created_by=by), by=by),
    "declare_conflict": lambda team, by: actions.declare_conflict(spark=at(Status.SUBMITTED, team), by=by),
    "mark_ready": lambda team, by: actions.mark_ready(spark=at(Status.APPROVED, team), by=by),
    "withdraw_spark": lambda team, by: actions.withdraw_spark(
        spark=at(Status.SUBMITTED, team, created_by=by), by=by, reason="They moved."
    ),
    "reopen_spark": lambda team, by: actions.reopen_spark(
        spark=actions.withdraw_spark(spark=at(Status.SUBMITTED, team, created_by=by), by=by, reason="They moved."),
        by=by,
    ),
    "appeal_spark": lambda team, by: actions.appeal_spark(
        spark=at(Status.DECLINED, team), by=by, reason="It is for everybody."
    ),
    "add_note": lambda team, by: actions.add_note(spark=at(Status.SUBMITTED, team), by=by, words="Ask the hall."),
    "delete_note": lambda team, by: actions.delete_note(
        note=NoteFactory(spark=at(Status.SUBMITTED, team), by=by), by=by
    ),
    "add_attachment": lambda team, by: actions.add_attachment(
        spark=at(Status.SUBMITTED, team), by=by, title="A quote", file=pdf()
    ),
    "delete_attachment": lambda team, by: actions.delete_attachment(
        attachment=AttachmentFactory(spark=at(Status.SUBMITTED, team), by=by), by=by
    ),
    "use_instead": lambda team, by: actions.use_instead(
        line=CostLine.objects.create(spark=at(Status.DRAFT, team), what="Tea"), by=by, asset=AssetFactory(team=team)
    ),
    "pay_instead": lambda team, by: actions.pay_instead(
        line=CostLine.objects.create(spark=at(Status.DRAFT, team), what="Tea", is_in_kind=True), by=by
    ),
    "set_roots_of_group": lambda team, by: actions.set_roots_of_group(
        group=AssetFactory(team=team), by=by, grew_from=(at(Status.PAID, team),)
    ),
    "move_date": lambda team, by: actions.move_date(
        spark=at(Status.PAID, team), by=by, day=timezone.localdate() + timedelta(days=30)
    ),
    "report_back": lambda team, by: actions.report_back(
        spark=at(Status.PAID, team), by=by, what_happened="Forty came."
    ),
}
MANAGERS: dict[str, Callable[[Team, User], object]] = {
    "revoke_approval": lambda team, by: actions.revoke_approval(spark=half_approved(team, by), by=by),
    "propose_award": lambda team, by: propose(promised(team), by),
    "agree_change": lambda team, by: actions.agree_change(spark=propose(promised(team)), by=by),
    "refuse_change": lambda team, by: actions.refuse_change(spark=propose(promised(team)), by=by),
    "ask_question": lambda team, by: actions.ask_question(
        spark=at(Status.SUBMITTED, team), by=by, question="Is there a tap?"
    ),
    "approve_spark": lambda team, by: actions.approve_spark(spark=at(Status.SUBMITTED, team), by=by),
    "approve_sparks": lambda team, by: actions.approve_sparks(
        team=team, by=by, approvals=[Approval(at(Status.SUBMITTED, team), Decimal(200))]
    ),
    "decline_spark": lambda team, by: actions.decline_spark(
        spark=at(Status.SUBMITTED, team), by=by, reason="Not this year."
    ),
    "mark_ineligible": lambda team, by: actions.mark_ineligible(
        spark=at(Status.SUBMITTED, team), by=by, reason="For a business."
    ),
    "pay_award": lambda team, by: actions.pay_award(spark=promised(team), by=by, uuid=uuid.uuid4()),
    "propose_payee": lambda team, by: actions.propose_payee(
        spark=promised(team), by=by, payee="Brook Hall", reason="The account was closed."
    ),
    "propose_return": lambda team, by: actions.propose_return(
        spark=paid(team), by=by, amount_gbp=Decimal(5), reference="BACS 12", reason="Left over"
    ),
    "propose_correction": lambda team, by: actions.propose_correction(
        spark=given_back(team), by=by, reason="It did not come back."
    ),
    "cancel_spark": lambda team, by: actions.cancel_spark(spark=promised(team), by=by, reason="The hall is closed."),
    "close_spark": lambda team, by: actions.close_spark(spark=at(Status.REPORTED, team), by=by),
    "create_fund": lambda team, by: actions.create_fund(team=team, by=by, name="Sparks"),
    "update_fund": lambda team, by: actions.update_fund(fund=FundFactory(team=team), by=by, name="Sparks"),
    "create_round": new_round,
    "propose_money": lambda team, by: actions.propose_money(
        fund=FundFactory(team=team), by=by, kind="received", amount_gbp=Decimal(5), reason="A letter."
    ),
    "agree_proposal": lambda team, by: actions.agree_proposal(proposal=asked(team), by=by),
    "refuse_proposal": lambda team, by: actions.refuse_proposal(proposal=asked(team), by=by),
    "withdraw_proposal": lambda team, by: actions.withdraw_proposal(proposal=asked(team, by), by=by),
    "update_round": lambda team, by: actions.update_round(grant_round=RoundFactory(team=team), by=by, name="Spring"),
}


def asked(team: Team, by: User | None = None) -> FundProposal:
    """Return money that a manager, or the one who is named, proposed for a fund."""
    by = by or UserFactory(roles={team: ["manager"]})
    return FundProposalFactory(fund=FundFactory(team=team), proposed_by=by)


def half_approved(team: Team, by: User) -> Spark:
    """Return a spark above the limit that this person approved, if their role allows it."""
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, amount_gbp=Decimal(400))
    return actions.approve_spark(spark=spark, by=by)


def propose(spark: Spark, by: User | None = None) -> Spark:
    """Return the spark with another award that a manager proposed."""
    by = by or UserFactory(roles={spark.team: [Role.MANAGER]})
    return actions.propose_award(spark=spark, by=by, amount_gbp=Decimal(100), reason="The hall is free.")


def promised(team: Team) -> Spark:
    """Return a spark whose money is promised."""

    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True)
    return actions.mark_ready(
        spark=actions.approve_spark(spark=spark, by=UserFactory(roles={team: [Role.MANAGER]})),
        by=UserFactory(roles={team: [Role.BUILDER]}),
    )


def paid(team: Team) -> Spark:
    """Return a spark whose money was paid."""

    spark = promised(team)
    actions.pay_award(spark=spark, by=UserFactory(roles={team: [Role.MANAGER]}), uuid=uuid.uuid4())
    return spark


def given_back(team: Team) -> Spark:
    """Return a spark whose whole payment is recorded as returned, by two managers."""
    spark = paid(team)
    first, second = (UserFactory(roles={team: [Role.MANAGER]}) for _each in range(2))
    actions.propose_return(spark=spark, by=first, amount_gbp=spark.award_gbp, reference="BACS 12", reason="Left over")
    return actions.agree_change(spark=spark, by=second)


def test_every_action_is_in_the_tables() -> None:
    assert sorted([*BUILDERS, *MANAGERS]) == sorted(actions.__all__)


@pytest.mark.parametrize("name", [*BUILDERS, *MANAGERS])
@pytest.mark.parametrize("who", ["builder", "evaluator", "stranger", "manager", "administrator"])
def test_each_action_checks_the_role(name: str, who: str, team: Team, request) -> None:
    person = request.getfixturevalue(who)
    may = who in ("manager", "administrator") or (who == "builder" and name in BUILDERS)
    act = {**BUILDERS, **MANAGERS}[name]
    if may:
        act(team, person)
        assert AuditEntry.objects.filter(actor=person).exists()
        return
    with pytest.raises(PermissionDenied):
        act(team, person)
    assert not AuditEntry.objects.filter(actor=person).exists()


#: Actions of managers that move no money and promise none: the role that the request read is enough.
NO_MONEY = ("close_spark", "update_fund")


@pytest.mark.parametrize("name", [each for each in MANAGERS if each not in NO_MONEY])
def test_a_former_manager_cannot_move_money(name: str, team: Team, manager: User) -> None:
    """The role that they had when the page was read is no longer theirs: actions ask the database again."""
    assert manager.has_role(team, "manager")
    manager.memberships.all().delete()
    with pytest.raises(PermissionDenied):
        MANAGERS[name](team, manager)


@pytest.mark.parametrize("name", ["withdraw_spark", "reopen_spark", "mark_ready", "appeal_spark", "move_date"])
def test_a_former_builder_cannot_release_money(name: str, team: Team, builder: User) -> None:
    assert builder.has_role(team, "builder")
    builder.memberships.all().delete()
    with pytest.raises(PermissionDenied):
        BUILDERS[name](team, builder)


def test_a_command_can_create_funds_and_rounds(team: Team) -> None:
    assert actions.create_fund(team=team, by=None, name="Sparks") == Fund.objects.get()
    assert new_round(team, None) in Round.objects.all()
