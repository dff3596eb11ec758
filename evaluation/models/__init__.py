"""Outcomes, indicators, measurements, stories, releases and their addresses."""

from evaluation.models.addresses import Program, ReleaseAddress
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
from evaluation.models.releases import Release, ReleaseCount, ReleaseQuerySet, ValueStatus

__all__ = [
    "Anyway",
    "ConsentScope",
    "Form",
    "Indicator",
    "IndicatorKind",
    "Measurement",
    "Outcome",
    "Program",
    "Release",
    "ReleaseAddress",
    "ReleaseCount",
    "ReleaseQuerySet",
    "Rollup",
    "Story",
    "StoryQuerySet",
    "StoryStatus",
    "ValueStatus",
    "Withdrawn",
]
