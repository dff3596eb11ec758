"""The page that explains the workflow of sparks, drawn from the table itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.outbox.kinds import label_of
from communities.views import require_team
from sparks import workflow
from sparks.flow import Exit, Flow, Place, draw_flow
from sparks.models import Status


@require_safe
@require_team
def how_it_works(request: HttpRequest) -> HttpResponse:
    """Show the workflow as a drawing and, for each status, the steps that can be taken in it: who, what follows, who is told, and
    which money moves.
    """
    context = {"states": [_state(name) for name in workflow.STATES], "flow": _drawing()}
    return render(request, "sparks/how_it_works.html", context)


def _drawing() -> Flow:
    places = [
        Place(name, str(Status(name).label), state.is_end, [_exit(step, name) for step in workflow.steps_at(name)])
        for name, state in workflow.STATES.items()
    ]
    return draw_flow(places)


def _exit(step: str, name: str) -> Exit:
    return Exit(_(workflow.STEPS[step].button), list(dict.fromkeys(way.to for way in workflow.ways(step, name))))


def _state(name: str) -> dict[str, object]:
    state = workflow.STATES[name]
    return {
        "name": name,
        "label": Status(name).label,
        "turn": _(workflow.TURNS[state.turn]) if state.turn else "",
        "is_end": state.is_end,
        "steps": [
            {
                "label": _(workflow.STEPS[step].button),
                "who": _(workflow.WHO[workflow.STEPS[step].who]),
                "ways": [_way(way) for way in workflow.ways(step, name)],
            }
            for step in workflow.steps_at(name)
        ],
    }


def _way(way: workflow.Way) -> dict[str, object]:
    return {
        "to": way.to,
        "label": Status(way.to).label if way.to != way.at else "",
        "when": _(way.when) if way.when else "",
        "money": _(workflow.MONEY[way.money]) if way.money else "",
        "why_nobody": "" if way.tells else _(workflow.TOLD_NOBODY[way.step]),
        "tells": [(label_of(kind), _(workflow.TOLD[group])) for kind, group in way.tells],
    }
