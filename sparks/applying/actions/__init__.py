"""What residents do with their application, and what the team does with it."""

from sparks.applying.actions.team import close_application, make_new_words, save_page, take_up
from sparks.applying.actions.writing import (
    begin_application,
    delete_old_applications,
    save_answers,
    send_application,
    stop_link,
    withdraw_application,
)

__all__ = [
    "begin_application",
    "close_application",
    "delete_old_applications",
    "make_new_words",
    "save_answers",
    "save_page",
    "send_application",
    "stop_link",
    "take_up",
    "withdraw_application",
]
