"""Asks of the demonstration's residents, who met them, and a dismissed suggestion."""

from datetime import timedelta

from communities.models import Partner
from config.demo.people import World
from connectors.actions.asks import close_ask, create_ask, meet_ask
from connectors.actions.dismissals import dismiss_suggestion
from connectors.models import Introduction, IntroductionOutcome

#: The text of each ask, its theme (many have none), and who met it: a neighbour, a group, a service, nobody yet
#: (empty), or it was closed (-).
ASKS = (
    ("somebody to walk the dog with", "Walking and wildlife", "neighbour"),
    ("a lift to choir on Thursdays", "Music and singing", "neighbour"),
    ("my sewing machine mended", "Mending and making", "neighbour"),
    ("a hand with the hedge", "", "neighbour"),
    ("where the chess is played", "", "group"),
    ("a warm room for the band", "Music and singing", "group"),
    ("a form about the bins filled in", "", "service"),
    ("somebody to speak Welsh with", "Languages and stories", "neighbour"),
    ("seeds for the window box", "Growing food", ""),
    ("a bicycle pump, now and then", "", ""),
    ("a story for the school fete", "", ""),
    ("a stall at the market", "", "-"),
)


def add_asks(world: World, partners: list[Partner]) -> None:
    """Add a dozen asks, most of them met, dismiss a suggestion, and make some introductions due to be asked about."""
    by, people = world.builders[0], world.people[: len(ASKS) + 1]
    for number, (words, passion, met_by) in enumerate(ASKS):
        person, day = people[number], world.today - timedelta(days=20 + 23 * number)
        theme = world.themes.get(passion)
        ask = create_ask(team=world.team, by=by, words=words, person=person, theme=theme, asked_on=day)
        whom = {"neighbour": people[number + 1], "group": world.assets[number], "service": partners[0]}.get(met_by)
        if whom:
            meet_ask(ask=ask, by=by, by_end=whom, met_on=day + timedelta(days=9))
        elif met_by:
            close_ask(ask=ask, by=by)
    dismiss_suggestion(person=people[0], other=people[1], by=by)
    waiting = Introduction.objects.filter(team=world.team, outcome=IntroductionOutcome.WAITING)
    for each in waiting:
        each.ask_again_on = each.introduced_on + timedelta(days=28)
    Introduction.objects.bulk_update(waiting, ["ask_again_on"])
