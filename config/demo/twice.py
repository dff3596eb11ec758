"""The demonstration's street champions, and somebody noted down twice and put together."""

from config.demo.people import World
from connectors.actions.champions import become_champion
from connectors.actions.merges import merge_people
from connectors.actions.people import create_person

#: How many residents look out for their street.
CHAMPIONS = 14


def add_champions_and_doubles(world: World) -> None:
    """Let a few residents look out for their street, and put together one whom two builders met and wrote down."""
    by = world.builders[0]
    lived = [person for person in world.people if person.street]
    for person in lived[:CHAMPIONS]:
        become_champion(person=person, by=by, since=max(person.first_met_on, world.day(200, 30)))
    kept = lived[CHAMPIONS]
    twin = create_person(
        team=world.team, by=world.builders[-1], known_as=kept.known_as, street=kept.street, neighbourhood=kept.neighbourhood
    )  # fmt: skip
    merge_people(kept=kept, absorbed=twin, by=by)
