"""The framework of outcomes and indicators that ships with Kith: every indicator is declared once, in `indicators`.

To add an indicator, add a constant there. docs/indicators.md goes through it step by step.
"""

from difflib import get_close_matches

from evaluation.framework.declaring import Counting, IndicatorSpec, OutcomeSpec, Phase, RowWording, Source
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
    "Phase",
    "RowWording",
    "Source",
    "listed",
    "near",
    "under",
]


def near(key: str) -> list[IndicatorSpec]:
    """Return the indicators whose keys a misspelt key is near to, the nearest first; at most three."""
    return [BY_KEY[found] for found in get_close_matches(key, BY_KEY)]


def under(outcome: str) -> list[IndicatorSpec]:
    """Return the indicators of an outcome, in order."""
    return [spec for spec in INDICATORS if outcome in spec.outcomes]
