"""What the demonstration's builders have promised to come back to."""

from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.models import NextStep

if TYPE_CHECKING:
    from config.demo.people import World

WORDS = (
    "Bring the hall's number", "Introduce them to a neighbour", "Ask how it went", "Bring the spark form",
    "Ask about the first evening", "Bring the seed catalogue",
)  # fmt: skip


def add_next_steps(world: "World") -> None:
    """Give a quarter of the conversations something to come back to; old ones are done, some have no day, a few two."""
    rows = []
    for talk in world.conversations:
        if world.chance.random() >= 0.25:
            continue
        recent = (world.today - talk.held_on).days < 20
        for words in world.chance.sample(WORDS, 2 if recent and world.chance.random() < 0.2 else 1):
            day = talk.held_on + timedelta(days=7)
            if recent:
                day = world.today + timedelta(days=world.chance.randint(-2, 9))
            closed = {} if recent else {"closed_at": world.moment(day), "closed_by": talk.builder}
            no_day = recent and world.chance.random() < 0.15
            rows.append(
                NextStep(
                    team=world.team, conversation=talk, words=words, due_on=None if no_day else day, owner=talk.builder,
                    created_by=talk.builder, created_at=talk.recorded_at, **closed,
                )
            )  # fmt: skip
    NextStep.objects.bulk_create(rows)
