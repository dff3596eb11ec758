"""The framework of outcomes and indicators that ships with Kith: every indicator is declared once, in `indicators`.

To add an indicator, add a constant there. docs/indicators.md goes through it step by step.
"""

from evaluation.framework.declaring import Counting, IndicatorSpec, OutcomeSpec, RowWording, Source
from evaluation.framework.indicators import BY_KEY, COUNTINGS, INDICATORS
from evaluation.framework.outcomes import OUTCOME_BY_KEY, OUTCOMES
from evaluation.framework.sources import listed

__all__ = [
    "BY_KEY",
    "COUNTINGS",
    "INDICATORS",
    "OUTCOMES",
    "OUTCOME_BY_KEY",
    "Counting",
    "IndicatorSpec",
    "OutcomeSpec",
    "RowWording",
    "Source",
    "listed",
    "under",
]


def under(outcome: str) -> list[IndicatorSpec]:
    """Return the indicators of an outcome, in order."""
    return [spec for spec in INDICATORS if outcome in spec.outcomes]
