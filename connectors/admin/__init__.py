"""Admin of connectors, by subject."""

from connectors.admin import (
    asks,
    capture,
    consent,
    conversations,
    journeys,
    merges,
    next_steps,
    people,
    prompts,
    reviews,
    web,
    words,
)

__all__ = [
    "asks",
    "consent",
    "capture",
    "conversations",
    "journeys",
    "merges",
    "next_steps",
    "people",
    "prompts",
    "reviews",
    "web",
    "words",
]
