"""The conversation starters of the demonstration."""

from communities.models import User
from config.demo.people import World
from connectors.actions.prompts import create_prompt_set

LIKES = """
What do you like doing best on a free afternoon?
What did you love doing when you were ten?
What could you talk about for an hour?
What do people come to you for?
What do you make, mend, grow or cook?
What have you always wanted to try?
Who do you like doing it with?
Where round here do you like to be?
What would you gladly show a neighbour?
What would you do more of, if somebody came along?
"""


def add_questions(world: World, *, by: User) -> None:
    """Add ten questions about what people like doing, used everywhere."""
    create_prompt_set(
        team=world.team,
        by=by,
        name="What people like doing",
        prompts=LIKES,
        source="The team's own, tried on the market.",
    )
