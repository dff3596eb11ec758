"""Who may do what with a spark, and which steps follow which. Pure: no Django, no database, no clock."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Protocol

ZERO = Decimal("0.00")
BUILDER, MANAGER = "builder", "manager"

#: Every step an application can take. Source: the workflow of small grants in this project's design; what is not here
#: cannot happen. Money moves at `approved` (reserve), `paid` (pay), `withdrawn` and `cancelled` (release), `recovered`.
TRANSITIONS: dict[str, frozenset[str]] = {
    "draft": frozenset({"submitted", "withdrawn"}),
    "submitted": frozenset({"needs_info", "ineligible", "recommended", "approved", "declined", "withdrawn"}),
    "needs_info": frozenset({"submitted", "withdrawn"}),
    "recommended": frozenset({"approved", "declined", "withdrawn"}),
    "approved": frozenset({"ready", "withdrawn", "cancelled"}),
    "ready": frozenset({"paid", "reported", "withdrawn", "cancelled"}),
    "paid": frozenset({"reported", "recovered"}),
    "reported": frozenset({"closed", "recovered"}),
    "closed": frozenset({"recovered"}),
    "ineligible": frozenset(),
    "declined": frozenset(),
    "withdrawn": frozenset(),
    "cancelled": frozenset(),
    "recovered": frozenset(),
}

#: Steps in which the four answers may still be changed.
EDITABLE = frozenset({"draft", "needs_info"})
#: Steps in which somebody may still decide.
DECIDABLE = frozenset({"submitted", "recommended"})


class Member(Protocol):
    """Anyone who signs in."""

    pk: int

    def has_role(self, team: object, *roles: str) -> bool:
        """Return whether the person holds any of the roles in the team."""
        ...


class OfTeam(Protocol):
    """Anything that belongs to a team."""

    team_id: int


def can_follow(step: str, after: str) -> bool:
    """Return whether `step` may come straight after `after`."""
    return step in TRANSITIONS.get(after, frozenset())


def can_write_spark(user: Member, team: object) -> bool:
    """Return whether this person may help to write, hand in and report on sparks of the team."""
    return user.has_role(team, BUILDER, MANAGER)


def can_change_spark(user: Member, application: object) -> bool:
    """Return whether the four answers may be changed by this person now."""
    return application.status in EDITABLE and can_write_spark(user, application.team_id)


def can_manage_money(user: Member, team: object) -> bool:
    """Return whether this person may open funds and rounds, pay and recover."""
    return user.has_role(team, MANAGER)


def needs_second_person(amount_gbp: Decimal, *, limit_gbp: Decimal, already_awarded_gbp: Decimal = ZERO) -> bool:
    """Return whether two people must decide.

    What the same group already holds is counted with it, so that one large grant cannot be cut into small ones.
    """
    return amount_gbp > ZERO and amount_gbp + already_awarded_gbp > limit_gbp


def bars_to_deciding(
    person_id: int,
    *,
    writer_ids: Collection[int],
    member_ids: Collection[int] = (),
    signatory_ids: Collection[int] = (),
    conflict_ids: Collection[int] = (),
    applicant_ids: Collection[int] = (),
    decided_ids: Collection[int] = (),
) -> list[str]:
    """Return why this person may not decide, as keys in a fixed order; empty when nothing stands in the way.

    Keys: `wrote` (wrote any of its answers), `applicant` (one of the residents behind it), `member` (belongs to
    the group), `signatory` (signs for the host's money), `conflict` (declared too close), `decided` (has decided already).
    """
    grounds: Iterable[tuple[str, bool]] = (
        ("wrote", person_id in writer_ids),
        ("applicant", person_id in applicant_ids),
        ("member", person_id in member_ids),
        ("signatory", person_id in signatory_ids),
        ("conflict", person_id in conflict_ids),
        ("decided", person_id in decided_ids),
    )
    return [key for key, stands in grounds if stands]


def bars_to_paying(
    person_id: int,
    *,
    approver_ids: Collection[int],
    writer_ids: Collection[int],
    member_ids: Collection[int] = (),
    signatory_ids: Collection[int] = (),
    conflict_ids: Collection[int] = (),
    applicant_ids: Collection[int] = (),
) -> list[str]:
    """Return why this person may not pay, as keys in a fixed order; empty when nothing stands in the way.

    The payer is never the approver (`approved`), by person, nor anybody who may not decide: the keys of
    `bars_to_deciding` but the last.
    """
    too_close = bars_to_deciding(
        person_id,
        writer_ids=writer_ids,
        member_ids=member_ids,
        signatory_ids=signatory_ids,
        conflict_ids=conflict_ids,
        applicant_ids=applicant_ids,
    )
    return ["approved", *too_close] if person_id in approver_ids else too_close


def left_gbp(budget_gbp: Decimal, committed_gbp: Decimal) -> Decimal:
    """Return what can still be promised from a round."""
    return budget_gbp - committed_gbp


def recoverable_gbp(paid_gbp: Decimal, recovered_gbp: Decimal) -> Decimal:
    """Return how much of a payment may still come back: never more than was paid."""
    return max(ZERO, paid_gbp - recovered_gbp)


def steps_of_life(status: str) -> list[tuple[str, str]]:
    """Return the steps from idea to story as (key, "done" | "now" | "to come").

    Ends that stop a spark early (declined, withdrawn …) show the way up to the decision.
    """
    order = ("draft", "submitted", "approved", "paid", "reported")
    reached = {
        "draft": 0, "needs_info": 1, "submitted": 1, "recommended": 1, "ineligible": 1, "declined": 1, "withdrawn": 1,
        "approved": 2, "ready": 2, "cancelled": 2, "paid": 3, "recovered": 3, "reported": 4, "closed": 5,
    }[status]  # fmt: skip
    return [
        (key, "done" if place < reached else "now" if place == reached else "to come")
        for place, key in enumerate(order)
    ]
