"""The framework of outcomes and indicators that ships with Kith: every indicator is declared once, in `indicators`.

To add an indicator, add a constant there. docs/indicators.md goes through it step by step. A team's own are rows of the database, and are
declared in `own` by the same types: `own.catalogue_of(team)` returns both.
"""

from evaluation.framework.catalogue import Catalogue
from evaluation.framework.declaring import Counting, IndicatorSpec, OutcomeSpec, Phase, RowWording, Source
from evaluation.framework.indicators import BY_KEY, COUNTINGS, INDICATORS
from evaluation.framework.outcomes import OUTCOME_BY_KEY, OUTCOMES
from evaluation.framework.sources import listed

#: What ships with Kith.
SHIPPED = Catalogue(OUTCOMES, INDICATORS)

__all__ = [
    "BY_KEY",
    "COUNTINGS",
    "INDICATORS",
    "OUTCOMES",
    "OUTCOME_BY_KEY",
    "SHIPPED",
    "Catalogue",
    "Counting",
    "IndicatorSpec",
    "OutcomeSpec",
    "Phase",
    "RowWording",
    "Source",
    "listed",
]
