"""Whether the ledgers are as they were written: each chain line by line, and each round's totals."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sparks import chain
from sparks.models import ZERO, ChainedModel, LedgerEntry, LedgerKind, Round

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
    rows = LedgerEntry.objects.using(using).select_related("round__fund", "spark").order_by("round", "number")
    for line in _checked(rows.iterator(chunk_size=CHUNK), found, earlier or {}):
        kinds = sums.setdefault(line.round_id, dict.fromkeys(LedgerKind.values, ZERO))
        kinds[line.kind] = kinds.get(line.kind, ZERO) + line.amount_gbp
    found.breaks += _wrong_totals(Round.objects.using(using).select_related("fund"), sums)
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
        promised = kinds[LedgerKind.RESERVE] - kinds[LedgerKind.RELEASE] - kinds[LedgerKind.RECOVER]
        paid = kinds[LedgerKind.PAY] - kinds[LedgerKind.RECOVER]
        if (promised, paid) != (each.committed_gbp, each.paid_gbp):
            words = f"the lines add up to £{promised} promised and £{paid} paid, the round says £{each.committed_gbp} and £{each.paid_gbp}."
            yield Break(str(each), None, words)


def _missing(earlier: Mapping[str, Mapping[int, str]], heads: Mapping[str, tuple[int, str]]) -> Iterator[Break]:
    """Yield the ledgers that end before a line that was written down earlier."""
    for key, lines in earlier.items():
        ends = heads.get(key, (0, ""))[0]
        if max(lines, default=0) > ends:
            yield Break(key, max(lines), f"the line is missing: the ledger ends at line {ends}.")
