"""Who may do what with indicators and stories, and what a story consists of."""

from evaluation.rules.own_values import OwnValues, why_not_defined
from evaluation.rules.permissions import (
    NOTING,
    can_approve_story,
    can_change_observation,
    can_change_story,
    can_decide_story,
    can_define_indicators,
    can_delete_story,
    can_export_indicators,
    can_note,
    can_read_people_in_stories,
    can_review_story,
    can_set_yardsticks,
    can_submit_story,
    can_withdraw_consent,
    can_write_expectation,
    can_write_measurement,
    can_write_story,
    lacks_consent,
)
from evaluation.rules.story_values import StoryValues
from evaluation.rules.yardsticks import why_not_set

__all__ = [
    "OwnValues",
    "NOTING",
    "StoryValues",
    "can_approve_story",
    "can_change_observation",
    "can_change_story",
    "can_decide_story",
    "can_define_indicators",
    "can_delete_story",
    "can_export_indicators",
    "can_note",
    "can_review_story",
    "can_set_yardsticks",
    "can_read_people_in_stories",
    "can_submit_story",
    "can_withdraw_consent",
    "can_write_expectation",
    "can_write_measurement",
    "can_write_story",
    "lacks_consent",
    "why_not_defined",
    "why_not_set",
]
