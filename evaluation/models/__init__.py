"""Outcomes, indicators, measurements, stories and releases."""

from evaluation.models.records import (
    Anyway,
    ConsentScope,
    Form,
    Indicator,
    IndicatorKind,
    Measurement,
    Outcome,
    Rollup,
    Story,
    StoryQuerySet,
    StoryStatus,
    Withdrawn,
)
from evaluation.models.releases import Release, ReleaseCount, ReleaseQuerySet

__all__ = [
    "Anyway",
    "ConsentScope",
    "Form",
    "Indicator",
    "IndicatorKind",
    "Measurement",
    "Outcome",
    "Release",
    "ReleaseCount",
    "ReleaseQuerySet",
    "Rollup",
    "Story",
    "StoryQuerySet",
    "StoryStatus",
    "Withdrawn",
]
