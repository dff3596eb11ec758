"""The only code that changes a fund's totals, in one transaction with a line of its ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import User
from communities.pounds import pounds
from sparks.actions.chaining import append_line
from sparks.models import FUND_EFFECTS, Fund, FundEntry, FundEntryKind, Round

#: The most that the columns of money hold, by `sparks.models.funds.money`.
MOST_GBP = Decimal("9999999999.99")


def lock_funds(keys: Iterable[int | None]) -> dict[int, Fund]:
    """Return funds by primary key as the database has them now, locked in one order until the transaction ends.

    Whoever also locks a round locks it first. A fund that a new row refers to need not wait for this lock.
    """
    wanted = sorted({key for key in keys if key is not None})
    rows = Fund.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted).order_by("pk")
    return {fund.pk: fund for fund in rows}


def check_free(fund: Fund, amount_gbp: Decimal, *, field: str = "") -> None:
    """Check that a fund has an amount that no round has yet. Raises: ValidationError, code "fund", beside a field if it is given."""
    if amount_gbp <= fund.free_gbp:
        return
    error = ValidationError(
        _("Only %(free)s of %(fund)s is free, and this needs %(amount)s. Add money to the fund first, or enter less.")
        % {"free": pounds(fund.free_gbp), "fund": fund.name, "amount": pounds(amount_gbp)},
        code="fund",
    )
    raise ValidationError({field: error}) if field else error


def check_holds(given_gbp: Decimal, *, field: str = "") -> None:
    """Check that a fund's total fits into its column. Raises: ValidationError, code "fund", beside a field if it is given."""
    if given_gbp <= MOST_GBP:
        return
    words = _("A fund holds at most %(most)s. Check the amount: it may have a digit too many.")
    error = ValidationError(words % {"most": pounds(MOST_GBP)}, code="fund")
    raise ValidationError({field: error}) if field else error


@dataclass(frozen=True)
class Behind:
    """Who moves money, who agreed, and what a line says about it. by: None for a command; day: today if it is None."""

    by: User | None = None
    confirmed_by: User | None = None
    reason: str = ""
    reference: str = ""
    day: date | None = None


def move_fund_money(
    fund: Fund,
    kind: str,
    amount_gbp: Decimal,
    behind: Behind,
    *,
    grant_round: Round | None = None,
    other_fund: Fund | None = None,
) -> FundEntry:
    """Write one line of a fund's ledger and update its totals, in the caller's transaction.

    Locks the fund, adds in Python because SQLite would add as floats, and writes only if the totals are as they were read.
    CHECK constraints are the last line of defence.
    Raises: ValidationError, code "fund", if less is free than leaves the fund or goes to a round, or it would hold too much.
    """
    now = lock_funds([fund.pk])[fund.pk]
    given_sign, aside_sign = FUND_EFFECTS[kind]
    given, aside = now.given_gbp + given_sign * amount_gbp, now.allocated_gbp + aside_sign * amount_gbp
    if aside > given:
        check_free(now, amount_gbp)
    check_holds(given)
    unchanged = Fund.objects.filter(pk=now.pk, given_gbp=now.given_gbp, allocated_gbp=now.allocated_gbp)
    if not unchanged.update(given_gbp=given, allocated_gbp=aside):
        raise ValidationError(
            _("Somebody else moved money of this fund at the same time. Please try again."), code="fund"
        )
    return append_line(
        FundEntry(
            fund=now,
            kind=kind,
            amount_gbp=amount_gbp,
            round=grant_round,
            other_fund=other_fund,
            by=behind.by,
            confirmed_by=behind.confirmed_by,
            day=behind.day or timezone.localdate(),
            reference=behind.reference,
            reason=behind.reason,
        )
    )


def move_budget(grant_round: Round, behind: Behind, *, fund_id: int, budget_gbp: Decimal) -> None:
    """Write what a change of a round's fund and budget moves; both are given as they were. The caller has saved the round.

    Raises: as `move_fund_money`.
    """
    funds = lock_funds([fund_id, grant_round.fund_id])
    before, after = funds[fund_id], funds[grant_round.fund_id]
    if before != after:
        move_fund_money(before, FundEntryKind.GIVEN_BACK, budget_gbp, behind, grant_round=grant_round)
        move_fund_money(after, FundEntryKind.SET_ASIDE, grant_round.budget_gbp, behind, grant_round=grant_round)
    elif difference := grant_round.budget_gbp - budget_gbp:
        kind = FundEntryKind.SET_ASIDE if difference > 0 else FundEntryKind.GIVEN_BACK
        move_fund_money(before, kind, abs(difference), behind, grant_round=grant_round)
