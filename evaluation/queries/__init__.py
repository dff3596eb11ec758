"""Reads: counting every indicator, the rows behind a figure, and measurements and stories beside it."""

from evaluation.queries.counted_rows import CountedRows, cells_of, counted_rows, year_of_rows
from evaluation.queries.counting import NOWHERE, TEAM, Cell, Cells, by_source, count_sources, place_of
from evaluation.queries.evidence import (
    Freshness,
    LinkedStories,
    at_place,
    evaluation_freshness,
    keys_told,
    latest_yardsticks,
    measurements_behind,
    recorded_values,
    stories_behind,
    stories_to_review,
    story_counts,
    yardsticks_of,
)
from evaluation.queries.rows import rows_behind

__all__ = [
    "NOWHERE",
    "TEAM",
    "Cell",
    "Cells",
    "CountedRows",
    "Freshness",
    "LinkedStories",
    "at_place",
    "by_source",
    "cells_of",
    "count_sources",
    "counted_rows",
    "evaluation_freshness",
    "keys_told",
    "latest_yardsticks",
    "measurements_behind",
    "place_of",
    "recorded_values",
    "rows_behind",
    "stories_behind",
    "stories_to_review",
    "story_counts",
    "yardsticks_of",
    "year_of_rows",
]
