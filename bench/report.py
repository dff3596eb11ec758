"""The lines of the report: one for each measurement, with its aim."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measurement, in milliseconds, beside its yardstick; `aim` is the highest acceptable ratio, or None."""

    name: str
    median: float
    p95: float
    beside: float
    aim: float | None
    note: str = ""

    @property
    def ratio(self) -> float:
        """Return the ratio of the median to the yardstick's."""
        return self.median / self.beside

    @property
    def verdict(self) -> str:
        """Return ok, OVER, or a dash without an aim."""
        if self.aim is None:
            return "–"
        return "ok" if self.ratio <= self.aim else "OVER"


@dataclass(frozen=True)
class Memory:
    """The peak memory of an export of so many rows, in MB: all of it, and the private part."""

    name: str
    rows: int
    resident: float
    private: float


#: Two peaks count as equal if they differ by less: Python allocates memory in pieces.
FLAT_MB = 12


def heading(title: str, yardstick: str) -> list[str]:
    """Return a table's first lines."""
    columns = f"{'':38} {'median':>9} {'p95':>9} {'beside':>9} {'ratio':>7} {'aim':>5}"
    return ["", title, f"beside: {yardstick}", columns]


def say(line: Line) -> str:
    """Return a line of a table; times in milliseconds."""
    aim = "" if line.aim is None else f"≤{line.aim:g}"
    return (
        f"{line.name:38} {line.median:9.1f} {line.p95:9.1f} {line.beside:9.1f} {line.ratio:6.1f}× {aim:>5} "
        f"{line.verdict:5} {line.note}"
    ).rstrip()


def say_peer(line: Line) -> str:
    """Return a line about something that a stock tool does too, with the ratio of their times."""
    return f"{line.name:38} {line.ratio:6.2f}× {line.note}"


def say_memory(found: Iterable[Memory]) -> list[str]:
    """Return the peaks of exports, each for two numbers of rows, and whether they are flat."""
    lines = [
        "",
        "Peak memory of exports, each in a process of its own, in MB",
        f"{'':38} {'rows':>9} {'private':>9} {'all':>9}",
    ]
    earlier: dict[str, Memory] = {}
    for each in found:
        verdict = ""
        if before := earlier.get(each.name):
            verdict = "flat" if each.private - before.private < FLAT_MB else "GROWS"
        earlier[each.name] = each
        lines.append(f"{each.name:38} {each.rows:9,} {each.private:9.0f} {each.resident:9.0f} {verdict}".rstrip())
    return lines
