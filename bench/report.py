"""What the bench says: one line a measurement, with its aim beside it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One thing measured, in milliseconds, beside its yardstick; `aim` is the most the ratio should be, None without."""

    name: str
    median: float
    p95: float
    beside: float
    aim: float | None
    note: str = ""

    @property
    def ratio(self) -> float:
        """Return how many times the yardstick's median this took."""
        return self.median / self.beside

    @property
    def verdict(self) -> str:
        """Return ok, over, or a dash where nothing is aimed at."""
        if self.aim is None:
            return "–"
        return "ok" if self.ratio <= self.aim else "OVER"


@dataclass(frozen=True)
class Memory:
    """The most memory that an export of a number of rows took, in MB: all of it, and what no file could give back."""

    name: str
    rows: int
    resident: float
    private: float


#: Two peaks are one when they differ by less than this: Python takes memory in pieces.
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


def say_memory(found: Iterable[Memory]) -> list[str]:
    """Return the peaks of exports, each at two numbers of rows, and whether they are flat."""
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
