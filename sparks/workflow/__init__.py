"""The workflow of a spark as one table: in which status who may take which step, what they read afterwards, who is told
what, which money moves, and which status follows. Pure: no Django, no database, no clock.

Rules, buttons, URLs, messages, the page that explains the workflow and the tests all read this table. An action takes a
step with `sparks.actions.steps.take`, which refuses what is not in it. Texts are marked here and translated where shown.
"""

from sparks.workflow.states import LAPSE_DAYS, REPORT_DAYS, STATES, TURNS, State, statuses
from sparks.workflow.steps import MONEY, ROLES, STEPS, TOLD, TOLD_NOBODY, WHO, Step
from sparks.workflow.ways import WAYS, Way, is_possible, steps_at, way, ways

__all__ = [
    "LAPSE_DAYS",
    "MONEY",
    "REPORT_DAYS",
    "ROLES",
    "STATES",
    "STEPS",
    "TOLD",
    "TOLD_NOBODY",
    "TURNS",
    "WAYS",
    "WHO",
    "State",
    "Step",
    "Way",
    "is_possible",
    "statuses",
    "steps_at",
    "way",
    "ways",
]
