"""Outcomes, indicators, measurements, stories, learning, releases and their addresses, packs and priorities."""

from evaluation.models.addresses import Program, ReleaseAddress
from evaluation.models.learning import LearnedFrom, Observation, Went
from evaluation.models.packs import Emptied, Pack, PackLink, PackOpening, PackPart, PartKind, PublishedPack
from evaluation.models.priorities import Priority
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
    "Emptied",
    "Form",
    "Indicator",
    "IndicatorKind",
    "LearnedFrom",
    "Measurement",
    "Observation",
    "Outcome",
    "Pack",
    "PackLink",
    "PackOpening",
    "PackPart",
    "PartKind",
    "Priority",
    "Program",
    "PublishedPack",
    "Release",
    "ReleaseAddress",
    "ReleaseCount",
    "ReleaseQuerySet",
    "Rollup",
    "Story",
    "StoryQuerySet",
    "StoryStatus",
    "ValueStatus",
    "Went",
    "Withdrawn",
]
