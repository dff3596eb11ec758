"""Words that a team of the demonstration would rather not use, and a manager who learned other ones."""

from communities import periods
from communities.models import User
from config.demo.people import World
from connectors.actions.conversations import log_conversation
from connectors.actions.noticed_words import recount_words
from connectors.wording.actions import add_word

#: The manager's summaries, oldest quarter first. The first two still contain words from the list.
SAID = (
    "Vulnerable people from the towers asked for a bench. Two of them are hard to reach by letter.",
    "A frequent flyer at the surgery turns out to know every bird by the brook.",
    "Neighbours from the towers would like a bench; three offered to build it.",
    "The bench stands. Somebody we know well from the surgery brought the binoculars.",
)


def add_team_words(world: World, *, by: User) -> None:
    """Add two words of the team's own, and a conversation in each of the last four quarters; then count them all."""
    add_word(
        team=world.team,
        by=by,
        phrase="frequent flyer",
        alternatives="somebody we know well",
        reason="People come often because something draws them there. Ask what it is.",
        language="en-gb",
    )
    add_word(
        team=world.team,
        by=by,
        phrase="hotspot",
        alternatives="street, place",
        reason="Nobody lives in a hotspot. Say where people live.",
        language="en-gb",
    )
    for quarter, summary in zip(periods.last(len(SAID), until=world.today), SAID, strict=True):
        log_conversation(team=world.team, by=by, summary=summary, held_on=min(quarter.end, world.today))
    recount_words(team=world.team, by=by)
