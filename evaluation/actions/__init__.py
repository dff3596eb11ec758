"""Every write in evaluation, by subject."""

from evaluation.actions.framework import install_framework
from evaluation.actions.measurements import record_measurement, update_measurement
from evaluation.actions.rollup import keep_counted
from evaluation.actions.stories import (
    StoryWords,
    approve_story,
    create_story,
    return_story,
    submit_story,
    update_story,
    withdraw_consent,
)

__all__ = [
    "StoryWords",
    "approve_story",
    "create_story",
    "install_framework",
    "keep_counted",
    "record_measurement",
    "return_story",
    "submit_story",
    "update_measurement",
    "update_story",
    "withdraw_consent",
]
