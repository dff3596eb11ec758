"""Whether the ledgers are as they were written: each chain line by line, and the totals of each round and fund."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet

from communities.pounds import pounds
from sparks import chain
from sparks.models import (
    FUND_EFFECTS,
    ZERO,
    ChainedModel,
    Fund,
    FundEntry,
    FundEntryKind,
    LedgerEntry,
    LedgerKind,
    Round,
)

#: Lines read at a time.
CHUNK = 2000


@dataclass(frozen=True)
class Break:
    """What is wrong with a ledger. `line`: the number of the line; None if it is about the whole ledger."""

    ledger: str
    line: int | None
    words: str

    def __str__(self) -> str:
        """Return it as a sentence for whoever runs the command."""
        where = self.ledger if self.line is None else f"{self.ledger}, line {self.line}"
        return f"{where}: {self.words}"


@dataclass
class Verified:
    """What was read. heads: the number and hash of each ledger's last line, by its key; breaks: what is wrong."""

    lines: int = 0
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    breaks: list[Break] = field(default_factory=list)


def verify_ledgers(*, using: str = "default", earlier: Mapping[str, Mapping[int, str]] | None = None) -> Verified:
    """Read every ledger of a database and return what is wrong with them.

    earlier: hashes by number by ledger, written down before: lines that are gone or were written again with new hashes.
    """
    found = Verified()
    sums: dict[int, dict[str, Decimal]] = {}
    rows = (
        LedgerEntry.objects.using(using).select_related("round__fund", "spark", "repeats").order_by("round", "number")
    )
    for line in _checked(rows.iterator(chunk_size=CHUNK), found, earlier or {}):
        kinds = sums.setdefault(line.round_id, dict.fromkeys(LedgerKind.values, ZERO))
        kinds[line.kind] = kinds.get(line.kind, ZERO) + line.amount_gbp
    found.breaks += _wrong_totals(Round.objects.using(using).select_related("fund"), sums)
    _verify_funds(using, found, earlier or {})
    found.breaks += _missing(earlier or {}, found.heads)
    return found


def _checked[Line: ChainedModel](
    lines: Iterable[Line], found: Verified, earlier: Mapping[str, Mapping[int, str]]
) -> Iterator[Line]:
    """Yield the lines of chains one after another, and note where one breaks."""
    at, number, last = "", 0, chain.START
    for line in lines:
        owner = getattr(line, line.chain_of)
        if (key := f"{line.chain_of} {owner.uuid}") != at:
            at, number, last = key, 0, chain.START
        number += 1
        if line.number != number:
            found.breaks.append(Break(str(owner), number, "the line is missing."))
            number = line.number
        elif line.previous_hash != last:
            found.breaks.append(Break(str(owner), number, "it does not continue the line before."))
        if line.hash != line.digest():
            found.breaks.append(Break(str(owner), line.number, f"its fields were changed ({line})."))
        elif earlier.get(key, {}).get(line.number, line.hash) != line.hash:
            found.breaks.append(Break(str(owner), line.number, "it is not the line that was written down earlier."))
        last = line.hash
        found.lines += 1
        found.heads[key] = (line.number, line.hash)
        yield line


def _wrong_totals(rounds: Iterable[Round], sums: Mapping[int, Mapping[str, Decimal]]) -> Iterator[Break]:
    nothing = dict.fromkeys(LedgerKind.values, ZERO)
    for each in rounds:
        kinds = sums.get(each.pk, nothing)
        returned = kinds[LedgerKind.RECOVER] - kinds[LedgerKind.CORRECT]
        promised = kinds[LedgerKind.RESERVE] - kinds[LedgerKind.RELEASE] - returned
        paid = kinds[LedgerKind.PAY] - returned
        if (promised, paid) != (each.committed_gbp, each.paid_gbp):
            lines = f"{pounds(promised)} promised and {pounds(paid)} paid"
            stored = f"{pounds(each.committed_gbp)} and {pounds(each.paid_gbp)}"
            words = f"the lines add up to {lines}, the round says {stored}."
            yield Break(str(each), None, words)


def _verify_funds(using: str, found: Verified, earlier: Mapping[str, Mapping[int, str]]) -> None:
    """Read the ledgers of funds, and note what is wrong with them, with their totals and with the budgets of their rounds."""
    given: dict[int, Decimal] = {}
    aside: dict[int, Decimal] = {}
    by_round: dict[tuple[int, int], Decimal] = {}
    rows = FundEntry.objects.using(using).select_related("fund", "round", "other_fund").order_by("fund", "number")
    for line in _checked(rows.iterator(chunk_size=CHUNK), found, earlier):
        given_sign, aside_sign = FUND_EFFECTS.get(FundEntryKind(line.kind), (0, 0))
        given[line.fund_id] = given.get(line.fund_id, ZERO) + given_sign * line.amount_gbp
        aside[line.fund_id] = aside.get(line.fund_id, ZERO) + aside_sign * line.amount_gbp
        if line.round_id:
            key = (line.fund_id, line.round_id)
            by_round[key] = by_round.get(key, ZERO) + aside_sign * line.amount_gbp
    for fund in Fund.objects.using(using).order_by("pk"):
        counted = (given.get(fund.pk, ZERO), aside.get(fund.pk, ZERO))
        if counted != (fund.given_gbp, fund.allocated_gbp):
            lines = f"{pounds(counted[0])} given and {pounds(counted[1])} set aside"
            stored = f"{pounds(fund.given_gbp)} and {pounds(fund.allocated_gbp)}"
            words = f"the lines add up to {lines}, the fund says {stored}."
            found.breaks.append(Break(str(fund), None, words))
    found.breaks += _wrong_budgets(Round.objects.using(using).select_related("fund").order_by("pk"), by_round)


def _wrong_budgets(rounds: QuerySet[Round], by_round: Mapping[tuple[int, int], Decimal]) -> Iterator[Break]:
    left = dict(by_round)
    for each in rounds:
        counted = left.pop((each.fund_id, each.pk), ZERO)
        if counted != each.budget_gbp:
            words = f"the fund set {pounds(counted)} aside for it, its budget says {pounds(each.budget_gbp)}."
            yield Break(str(each), None, words)
    for (fund, grant_round), counted in left.items():
        if counted:
            yield Break(
                f"fund {fund}",
                None,
                f"it has {pounds(counted)} set aside for round {grant_round}, which is not its own.",
            )


def _missing(earlier: Mapping[str, Mapping[int, str]], heads: Mapping[str, tuple[int, str]]) -> Iterator[Break]:
    """Yield the ledgers that end before a line that was written down earlier."""
    for key, lines in earlier.items():
        ends = heads.get(key, (0, ""))[0]
        if max(lines, default=0) > ends:
            yield Break(key, max(lines), f"the line is missing: the ledger ends at line {ends}.")
