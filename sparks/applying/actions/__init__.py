"""What residents do with their application, and what the team does with it."""

from sparks.applying.actions.enclosing import add_enclosure, delete_enclosures, remove_enclosure
from sparks.applying.actions.hosting import (
    answer_for_host,
    ask_host,
    choose_other_holder,
    make_host_words,
    stop_host_link,
)
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
    "answer_for_host",
    "answer_question",
    "ask_for_help",
    "ask_host",
    "begin_aloud",
    "begin_application",
    "choose_other_holder",
    "close_application",
    "delete_enclosures",
    "delete_old_applications",
    "add_enclosure",
    "make_host_words",
    "make_new_words",
    "mark_helped",
    "remove_enclosure",
    "save_answers",
    "save_page",
    "send_aloud",
    "send_application",
    "stop_host_link",
    "stop_link",
    "take_up",
    "withdraw_application",
    "withdraw_own_spark",
]
