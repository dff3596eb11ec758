"""The outcomes and indicators of a team, in the order in which they are shown: those that ship with Kith, and its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from evaluation.framework.declaring import Counting, IndicatorSpec, OutcomeSpec


@dataclass(frozen=True)
class Catalogue:
    """Outcomes and indicators. Those that a later definition has replaced, or that ended, are in it: their figures stay."""

    outcomes: tuple[OutcomeSpec, ...]
    indicators: tuple[IndicatorSpec, ...]

    @cached_property
    def by_key(self) -> dict[str, IndicatorSpec]:
        """Return the indicators by key."""
        return {spec.key: spec for spec in self.indicators}

    @cached_property
    def outcome_by_key(self) -> dict[str, OutcomeSpec]:
        """Return the outcomes by key."""
        return {spec.key: spec for spec in self.outcomes}

    @cached_property
    def countings(self) -> dict[str, Counting]:
        """Return how the computed indicators are counted, by key."""
        return {spec.key: spec.counting for spec in self.indicators if spec.counting is not None}

    @cached_property
    def divisions(self) -> Mapping[str, tuple[str, ...]]:
        """Return what divides the rows of a count of people, by its key: only counts of which a team counts a part itself.

        First the indicators that ship with Kith and count a part of the same rows, then the team's own, oldest first.
        """
        totals = {spec.part_of for spec in self.indicators if spec.part_of}
        return {total: (*self._shipped_parts(total), *self._own_parts(total)) for total in totals}

    def _shipped_parts(self, total: str) -> list[str]:
        whole = self.countings[total]
        return [
            key
            for key, counting in self.countings.items()
            if (counting.source, counting.whom) == (whole.source, whole.whom)
            and (counting.condition or counting.of is not None)
            and not (counting.amount or counting.on or counting.during or self.by_key[key].part_of)
        ]

    def _own_parts(self, total: str) -> list[str]:
        return [spec.key for spec in self.indicators if spec.part_of == total]

    def under(self, outcome: str) -> list[IndicatorSpec]:
        """Return the indicators of an outcome that are still in use, in order."""
        return [spec for spec in self.indicators if outcome in spec.outcomes and spec.ended_on is None]

    def near(self, key: str) -> list[IndicatorSpec]:
        """Return the indicators whose keys a misspelt key is near to, the nearest first; at most three."""
        return [self.by_key[found] for found in get_close_matches(key, self.by_key)]
