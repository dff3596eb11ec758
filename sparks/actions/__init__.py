"""Every write in sparks, by subject. The lock order is application, then round: nothing takes them the other way."""

from sparks.actions.applications import (
    ask_question,
    create_application,
    declare_conflict,
    report_back,
    submit_application,
    update_application,
)
from sparks.actions.decisions import approve_application, decline_application, mark_ineligible
from sparks.actions.funds import create_fund, create_round, update_fund, update_round
from sparks.actions.money import (
    cancel_application,
    close_application,
    mark_ready,
    pay_award,
    recover_award,
    withdraw_application,
)

__all__ = [
    "approve_application",
    "ask_question",
    "cancel_application",
    "close_application",
    "create_application",
    "create_fund",
    "create_round",
    "declare_conflict",
    "decline_application",
    "mark_ineligible",
    "mark_ready",
    "pay_award",
    "recover_award",
    "report_back",
    "submit_application",
    "update_application",
    "update_fund",
    "update_round",
    "withdraw_application",
]
