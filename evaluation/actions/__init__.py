"""Every write in evaluation, by subject."""

from evaluation.actions.consent import mark_story_as_reviewed, withdraw_consent
from evaluation.actions.expectations import write_expectation
from evaluation.actions.framework import install_framework
from evaluation.actions.measurements import record_measurement, update_measurement
from evaluation.actions.own import change_indicator, create_indicator, create_outcome, end_indicator
from evaluation.actions.removing import delete_story
from evaluation.actions.stories import (
    approve_story,
    create_story,
    return_story,
    submit_story,
    update_story,
)
from evaluation.actions.yardsticks import add_yardstick, delete_yardstick

__all__ = [
    "add_yardstick",
    "approve_story",
    "change_indicator",
    "create_indicator",
    "create_outcome",
    "create_story",
    "delete_story",
    "delete_yardstick",
    "end_indicator",
    "install_framework",
    "mark_story_as_reviewed",
    "record_measurement",
    "return_story",
    "submit_story",
    "update_measurement",
    "update_story",
    "withdraw_consent",
    "write_expectation",
]
