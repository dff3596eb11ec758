"""Every write in sparks, by subject. Rows are always locked in the order spark, team, round, funds."""

from sparks.actions.amending import (
    agree_change,
    propose_award,
    propose_correction,
    propose_payee,
    propose_return,
    refuse_change,
)
from sparks.actions.beside import add_attachment, add_note, delete_attachment, delete_note
from sparks.actions.costs import pay_instead, use_instead
from sparks.actions.decisions import approve_spark, decline_spark, mark_ineligible, revoke_approval
from sparks.actions.endings import appeal_spark, move_date
from sparks.actions.funds import create_fund, create_round, update_fund, update_round
from sparks.actions.lineage import set_roots_of_group
from sparks.actions.money import (
    cancel_spark,
    close_spark,
    mark_ready,
    pay_award,
    withdraw_spark,
)
from sparks.actions.proposing import agree_proposal, propose_money, refuse_proposal, withdraw_proposal
from sparks.actions.removing import delete_spark
from sparks.actions.reopening import reopen_spark
from sparks.actions.several import approve_sparks
from sparks.actions.sparks import (
    ask_question,
    create_spark,
    declare_conflict,
    report_back,
    submit_spark,
    update_spark,
)

__all__ = [
    "add_attachment",
    "add_note",
    "agree_change",
    "agree_proposal",
    "appeal_spark",
    "approve_spark",
    "approve_sparks",
    "ask_question",
    "cancel_spark",
    "close_spark",
    "create_spark",
    "create_fund",
    "create_round",
    "declare_conflict",
    "decline_spark",
    "delete_attachment",
    "delete_note",
    "delete_spark",
    "mark_ineligible",
    "mark_ready",
    "move_date",
    "pay_award",
    "pay_instead",
    "propose_award",
    "propose_money",
    "propose_payee",
    "propose_correction",
    "propose_return",
    "refuse_change",
    "refuse_proposal",
    "reopen_spark",
    "report_back",
    "set_roots_of_group",
    "withdraw_proposal",
    "submit_spark",
    "revoke_approval",
    "update_spark",
    "update_fund",
    "update_round",
    "use_instead",
    "withdraw_spark",
]
