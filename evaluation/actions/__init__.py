"""Every write in evaluation, by subject."""

from evaluation.actions.consent import mark_story_as_reviewed, withdraw_consent
from evaluation.actions.framework import install_framework
from evaluation.actions.measurements import record_measurement, update_measurement
from evaluation.actions.removing import delete_story
from evaluation.actions.stories import (
    approve_story,
    create_story,
    return_story,
    submit_story,
    update_story,
)

__all__ = [
    "approve_story",
    "create_story",
    "delete_story",
    "install_framework",
    "mark_story_as_reviewed",
    "record_measurement",
    "return_story",
    "submit_story",
    "update_measurement",
    "update_story",
    "withdraw_consent",
]
