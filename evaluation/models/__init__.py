"""Outcomes, indicators and what they are compared with, measurements, stories, learning, priorities, profiles, releases, packs and value maps."""

from evaluation.models.addresses import Program, ReleaseAddress
from evaluation.models.expectations import Expectation, Span
from evaluation.models.framework import OWN, Form, FrameworkQuerySet, Indicator, IndicatorKind, Outcome
from evaluation.models.learning import LearnedFrom, Observation, Went
from evaluation.models.packs import Emptied, Pack, PackLink, PackOpening, PackPart, PartKind, PublishedPack
from evaluation.models.priorities import Priority
from evaluation.models.profiles import AgeBand, Profile, ProfileCategory
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
from evaluation.models.releases import Release, ReleaseCount, ReleaseQuerySet, ValueStatus
from evaluation.models.value import (
    AssumptionKind,
    Measure,
    Starts,
    ValueAssumption,
    ValueInput,
    ValueLine,
    ValueMap,
)
from evaluation.models.yardsticks import Yardstick, YardstickKind

__all__ = [
    "OWN",
    "AgeBand",
    "Anyway",
    "AssumptionKind",
    "ConsentScope",
    "Expectation",
    "Emptied",
    "Form",
    "FrameworkQuerySet",
    "Indicator",
    "IndicatorKind",
    "LearnedFrom",
    "Measure",
    "Measurement",
    "Observation",
    "Outcome",
    "Pack",
    "PackLink",
    "PackOpening",
    "PackPart",
    "PartKind",
    "Priority",
    "Profile",
    "ProfileCategory",
    "Program",
    "PublishedPack",
    "Release",
    "ReleaseAddress",
    "ReleaseCount",
    "ReleaseQuerySet",
    "Rollup",
    "Span",
    "Starts",
    "Story",
    "StoryQuerySet",
    "StoryStatus",
    "ValueAssumption",
    "ValueInput",
    "ValueLine",
    "ValueMap",
    "ValueStatus",
    "Went",
    "Withdrawn",
    "Yardstick",
    "YardstickKind",
]
