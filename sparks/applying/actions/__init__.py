"""What residents do with their application, and what the team does with it."""

from sparks.applying.actions.spark import accept_award, answer_question, withdraw_own_spark
from sparks.applying.actions.team import (
    begin_aloud,
    close_application,
    make_new_words,
    mark_helped,
    save_page,
    send_aloud,
    take_up,
)
from sparks.applying.actions.writing import (
    ask_for_help,
    begin_application,
    delete_old_applications,
    save_answers,
    send_application,
    stop_link,
    withdraw_application,
)

__all__ = [
    "accept_award",
    "answer_question",
    "ask_for_help",
    "begin_aloud",
    "begin_application",
    "close_application",
    "delete_old_applications",
    "make_new_words",
    "mark_helped",
    "save_answers",
    "save_page",
    "send_aloud",
    "send_application",
    "stop_link",
    "take_up",
    "withdraw_application",
    "withdraw_own_spark",
]
