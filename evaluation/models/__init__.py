"""Outcomes, indicators and what they are compared with, measurements, stories, releases and their addresses."""

from evaluation.models.addresses import Program, ReleaseAddress
from evaluation.models.expectations import Expectation, Span
from evaluation.models.framework import OWN, Form, FrameworkQuerySet, Indicator, IndicatorKind, Outcome
from evaluation.models.records import (
    Anyway,
    ConsentScope,
    Measurement,
    Rollup,
    Story,
    StoryQuerySet,
    StoryStatus,
    Withdrawn,
)
from evaluation.models.releases import Release, ReleaseCount, ReleaseQuerySet
from evaluation.models.yardsticks import Yardstick, YardstickKind

__all__ = [
    "OWN",
    "Anyway",
    "ConsentScope",
    "Expectation",
    "Form",
    "FrameworkQuerySet",
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
    "Span",
    "Story",
    "StoryQuerySet",
    "StoryStatus",
    "Withdrawn",
    "Yardstick",
    "YardstickKind",
]
