"""Who is allowed to do what with a spark, by the table in `sparks.workflow`. Pure: no Django, no database, no clock."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any, Protocol

from sparks import workflow

ZERO = Decimal("0.00")
BUILDER, MANAGER, DEPUTY = "builder", "manager", "deputy"

#: How many days after a report was due it is asked for a second and last time.
LATE_DAYS = 28


class Member(Protocol):
    """Anyone who signs in."""

    @property
    def pk(self) -> int:
        """The primary key."""
        ...

    def has_role(self, team: Any, *roles: str) -> bool:
        """Return whether the person has any of the roles in the team."""
        ...

    def is_confirmed_manager(self, team: Any) -> bool:
        """Return whether the person manages the team, and a second one has confirmed it."""
        ...


class Granted(Protocol):
    """What the rules read of a spark."""

    @property
    def status(self) -> str:
        """A key of `workflow.STATES`."""
        ...

    @property
    def team_id(self) -> int:
        """The primary key of its team."""
        ...

    @property
    def award_gbp(self) -> Decimal | None:
        """The approved pounds; None before a decision."""
        ...


class Written(Granted, Protocol):
    """A spark, and who wrote it down."""

    @property
    def created_by_id(self) -> int:
        """The primary key of whoever wrote it down."""
        ...


class Beside(Protocol):
    """A note or a file beside a spark."""

    @property
    def by_id(self) -> int:
        """The primary key of whoever put it there."""
        ...

    @property
    def spark(self) -> Granted:
        """The spark."""
        ...


class Proposed(Protocol):
    """A proposal about a fund or a round."""

    @property
    def team_id(self) -> int:
        """The primary key of its team."""
        ...

    @property
    def proposed_by_id(self) -> int:
        """The primary key of whoever proposed it."""
        ...


def has_role_for(user: Member, team: object, step: str) -> bool:
    """Return whether this person's role is allowed to take a step of the team's sparks, in whatever status they are."""
    return user.has_role(team, *workflow.ROLES[workflow.STEPS[step].who])


def can_take(user: Member, spark: Granted, step: str) -> bool:
    """Return whether to offer this person a step now: the status and their role allow it.

    Who is too close to decide or to pay is a question of its own; see `reasons_not_to_decide` and `reasons_not_to_pay`.
    """
    if step == "pay" and not spark.award_gbp:
        return False
    if step == "report" and not has_happened(spark):
        return False
    return workflow.is_possible(step, spark.status) and has_role_for(user, spark.team_id, step)


def can_write_spark(user: Member, team: object) -> bool:
    """Return whether this person is allowed to write, hand in and report on the team's sparks."""
    return user.has_role(team, BUILDER, MANAGER)


def can_change_spark(user: Member, spark: Granted) -> bool:
    """Return whether this person is allowed to change the four answers now."""
    return workflow.STATES[spark.status].is_editable and can_write_spark(user, spark.team_id)


def can_delete_spark(user: Member, spark: Written) -> bool:
    """Return whether this person is allowed to delete the spark now: a draft, by whoever wrote it and by managers."""
    is_theirs = spark.created_by_id == getattr(user, "pk", None) and can_write_spark(user, spark.team_id)
    return spark.status == "draft" and (is_theirs or can_manage_money(user, spark.team_id))


def can_manage_money(user: Member, team: object) -> bool:
    """Return whether this person is allowed to manage funds and rounds, decide, pay and recover."""
    return user.has_role(team, MANAGER)


def can_propose_money(user: Member, team: object) -> bool:
    """Return whether to offer this person the forms that open rounds and propose money or other rules: confirmed managers."""
    return user.is_confirmed_manager(team)


def can_settle_proposal(user: Member, team: object) -> bool:
    """Return whether this person is allowed to agree to what others propose about funds and rounds, or to refuse it."""
    return user.has_role(team, MANAGER, DEPUTY)


def can_withdraw_proposal(user: Member, proposal: Proposed) -> bool:
    """Return whether this person is allowed to withdraw what is proposed about a fund: whoever proposed it."""
    return user.pk == proposal.proposed_by_id and can_manage_money(user, proposal.team_id)


def reasons_not_to_settle(
    person_id: int,
    *,
    proposer_ids: Collection[int],
    mailbox_ids: Collection[int] = (),
    unconfirmed_ids: Collection[int] = (),
) -> list[str]:
    """Return why this person cannot agree to a proposal about a fund or refuse it, as keys in a fixed order; empty if they can.

    Keys: `unconfirmed` (a new manager or deputy whom no second one has confirmed), `proposed` (proposed it), `same_mailbox`
    (has the mailbox of whoever did).
    """
    grounds: Iterable[tuple[str, bool]] = (
        ("unconfirmed", person_id in unconfirmed_ids),
        ("proposed", person_id in proposer_ids),
        ("same_mailbox", person_id in mailbox_ids and person_id not in proposer_ids),
    )
    return [key for key, applies in grounds if applies]


#: Steps that builders take too, or that undo what was decided: a new manager or deputy takes them once confirmed. Those of the
#: second list only if money is promised.
ONLY_CONFIRMED = ("ask", "cancel", "recover", "correct")
ONLY_CONFIRMED_WITH_MONEY = ("withdraw", "reopen")


def needs_confirmed(step: str, award_gbp: Decimal | None) -> bool:
    """Return whether a manager or deputy whom nobody has confirmed cannot take a step of a spark with this award."""
    return step in ONLY_CONFIRMED or (step in ONLY_CONFIRMED_WITH_MONEY and bool(award_gbp))


def can_reopen(user: Member, spark: Granted, ended_by: int | None) -> bool:
    """Return whether this person is allowed to reopen a spark that somebody ended: they themselves and managers are."""
    return user.has_role(spark.team_id, MANAGER) or (user.pk == ended_by and can_take(user, spark, "reopen"))


def reasons_not_to_reopen(reasons_not_to_decide: Collection[str], *, is_own: bool) -> list[str]:
    """Return why somebody cannot reopen what was declined, given why they cannot decide on it; empty if they can.

    is_own: they declined it themselves, so that they can put their own mistake right.
    """
    return [key for key in reasons_not_to_decide if not (is_own and key == "decided")]


def can_withdraw(user: Member, team: object, writer_ids: Collection[int]) -> bool:
    """Return whether this person is allowed to withdraw a spark: builders what they wrote, managers any."""
    return user.has_role(team, MANAGER) or (user.pk in writer_ids and user.has_role(team, BUILDER))


def can_report(user: Member, spark: Granted) -> bool:
    """Return whether to offer this person the report form now. A closed spark keeps the report it has."""
    return spark.status != "closed" and can_take(user, spark, "report")


def has_happened(spark: Granted) -> bool:
    """Return whether a spark can be reported on: its money was paid, or it is ready and needs none."""
    return workflow.is_possible("report", spark.status) and not (spark.status == "ready" and spark.award_gbp)


def can_read_texts(user: Member, team: object) -> bool:
    """Return whether this person is allowed to read the texts of a spark and see who was paid.

    Evaluators and payers see titles and amounts only, because the texts can name residents.
    """
    return user.has_role(team, BUILDER, MANAGER, DEPUTY)


def can_delete_note(user: Member, note: Beside) -> bool:
    """Return whether this person is allowed to delete a note: whoever wrote it, while they read the texts."""
    return user.pk == note.by_id and can_read_texts(user, note.spark.team_id)


def can_delete_attachment(user: Member, attachment: Beside) -> bool:
    """Return whether this person is allowed to delete a file: whoever attached it, and managers."""
    team = attachment.spark.team_id
    return can_manage_money(user, team) or (user.pk == attachment.by_id and can_read_texts(user, team))


def needs_second_person(amount_gbp: Decimal, *, limit_gbp: Decimal, already_awarded_gbp: Decimal = ZERO) -> bool:
    """Return whether two people must approve this amount.

    Earlier awards to the same group count too, so that one large grant cannot be split into small ones.
    """
    return amount_gbp > ZERO and amount_gbp + already_awarded_gbp > limit_gbp


def reasons_not_to_decide(
    person_id: int,
    *,
    writer_ids: Collection[int],
    member_ids: Collection[int] = (),
    signatory_ids: Collection[int] = (),
    conflict_ids: Collection[int] = (),
    applicant_ids: Collection[int] = (),
    decided_ids: Collection[int] = (),
    mailbox_ids: Collection[int] = (),
    link_ids: Collection[int] = (),
    unconfirmed_ids: Collection[int] = (),
) -> list[str]:
    """Return why this person cannot decide, as keys in a fixed order; empty if they can.

    Keys: `unconfirmed` (a new manager whom no second one has confirmed), `wrote` (wrote any of the answers), `applicant`
    (one of the residents behind it), `member` (belongs to the group), `signatory` (signs for the host's money), `conflict` (declared a conflict of interest), `decided` (has already
    declined it), `same_mailbox` (has the mailbox of somebody who approved it), `link` (could have answered as the people behind
    it or as the organisation).
    """
    grounds: Iterable[tuple[str, bool]] = (
        ("unconfirmed", person_id in unconfirmed_ids),
        ("wrote", person_id in writer_ids),
        ("applicant", person_id in applicant_ids),
        ("member", person_id in member_ids),
        ("signatory", person_id in signatory_ids),
        ("conflict", person_id in conflict_ids),
        ("decided", person_id in decided_ids),
        ("same_mailbox", person_id in mailbox_ids),
        ("link", person_id in link_ids),
    )
    return [key for key, applies in grounds if applies]


def reasons_not_to_pay(
    person_id: int,
    *,
    approver_ids: Collection[int],
    writer_ids: Collection[int],
    payee_ids: Collection[int] = (),
    member_ids: Collection[int] = (),
    conflict_ids: Collection[int] = (),
    applicant_ids: Collection[int] = (),
    unconfirmed_ids: Collection[int] = (),
) -> list[str]:
    """Return why this person cannot pay, as keys in a fixed order; empty if they can.

    `approved` (approved the award), `payee` (entered who is paid, other than the answers say), then the keys of
    `reasons_not_to_decide` except `decided` and `signatory`: those who sign for the organisation that holds the money may
    pay what others approved.
    """
    too_close = reasons_not_to_decide(
        person_id,
        writer_ids=writer_ids,
        member_ids=member_ids,
        conflict_ids=conflict_ids,
        applicant_ids=applicant_ids,
        unconfirmed_ids=unconfirmed_ids,
    )
    own = [key for key, ids in (("approved", approver_ids), ("payee", payee_ids)) if person_id in ids]
    return [*own, *too_close]


def recoverable_gbp(paid_gbp: Decimal, recovered_gbp: Decimal) -> Decimal:
    """Return how much of a payment can still be returned: never more than was paid."""
    return max(ZERO, paid_gbp - recovered_gbp)


def progress_steps(status: str) -> list[tuple[str, str]]:
    """Return the steps from idea to story as (key, "done" | "now" | "to come").

    A spark that ended early (declined, withdrawn and so on) stays at the step it had reached.
    """
    order = ("draft", "submitted", "approved", "paid", "reported")
    reached = workflow.STATES[status].reached
    return [
        (key, "done" if place < reached else "now" if place == reached else "to come")
        for place, key in enumerate(order)
    ]
