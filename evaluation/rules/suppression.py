"""Hide small numbers of people so that nobody can be picked out, nor a hidden number worked out again.

Pure: no Django, no database. A row is the numbers of a team's neighbourhoods for one indicator and one time, beside the
team's total. Numbers from 1 to just below the threshold are hidden and 0 is shown; then more are hidden until the hidden
ones cannot be had by taking the shown ones from the total: [3, 12, 20 | 35] becomes [*, *, 20 | 35].

Source: the small-number rule of NHS Digital's and the ONS's published tables (primary and secondary suppression); the
second step looks at what a reader who knows these rules could work out, not at single differences only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

type Number = int | Decimal


@dataclass(frozen=True)
class Hidden:
    """Which numbers of a row are hidden: one flag for each part, and one for the total."""

    parts: tuple[bool, ...]
    total: bool


def is_small(value: Number | None, threshold: int) -> bool:
    """Return whether a count of people is too small to show: above 0 and below the threshold."""
    return value is not None and 0 < value < threshold


def hide_row(
    values: Sequence[Number | None],
    total: Number | None,
    threshold: int,
    *,
    forced: Sequence[bool] = (),
    forced_total: bool = False,
) -> Hidden:
    """Return what to hide in a row of counts of people beside its total.

    None is "nothing known" and is never hidden. `forced` names parts to hide for a reason outside this row. The total may
    be smaller than the sum when one person counts in two places; it is then treated as if it were the sum, which
    hides no less.
    """
    forced = list(forced) or [False] * len(values)
    hidden = [
        is_small(value, threshold) or (force and bool(value)) for value, force in zip(values, forced, strict=True)
    ]
    if total is None:
        return Hidden(tuple(hidden), total=False)
    if forced_total or is_small(total, threshold):
        if not any(hidden):
            _hide_smallest(values, hidden)
        return Hidden(tuple(hidden), total=True)
    while _reveals(values, hidden, total, threshold):
        if not _hide_smallest(values, hidden):
            return Hidden(tuple(hidden), total=True)
    return Hidden(tuple(hidden), total=False)


def hide_shares(denominators: Sequence[Number | None], threshold: int) -> tuple[bool, ...]:
    """Return which percentages to hide: those of fewer than the threshold."""
    return tuple(is_small(denominator, threshold) for denominator in denominators)


def reveals_a_part(values: Sequence[Number | None], hidden: Sequence[bool], total: Number, threshold: int) -> bool:
    """Return whether showing a total would give away a hidden part: a year's total, beside its quarters."""
    return _reveals(values, hidden, total, threshold)


def _hide_smallest(values: Sequence[Number | None], hidden: list[bool]) -> bool:
    """Hide the smallest part that is shown and not 0; return whether there was one."""
    shown = [index for index, value in enumerate(values) if value and not hidden[index]]
    if not shown:
        return False
    hidden[min(shown, key=lambda index: (values[index], index))] = True
    return True


def _reveals(values: Sequence[Number | None], hidden: Sequence[bool], total: Number, threshold: int) -> bool:
    """Return whether a reader who has the total and the shown parts knows every hidden part.

    A hidden part is at least 1. One hidden part is the difference itself. Of several, all are 1 when the difference is
    their number, and all are just below the threshold when it is as large as so many small numbers can be.
    """
    count = sum(hidden)
    if not count:
        return False
    left = total - sum(value for value, hide in zip(values, hidden, strict=True) if value is not None and not hide)
    return count == 1 or left <= count or left == count * (threshold - 1)
