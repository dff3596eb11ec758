"""The demonstration's street champions, one pair of merged records, and one possible duplicate."""

from config.demo.people import World
from connectors.actions.champions import import_champions
from connectors.actions.conversations import log_conversation
from connectors.actions.merges import merge_people
from connectors.actions.people import create_person
from connectors.models import Person
from connectors.rules.champions import ChampionRow
from connectors.rules.names import GiftHeard

#: How many residents look out for their street.
CHAMPIONS = 14


def add_champions_and_duplicates(world: World) -> None:
    """Import a list of street champions, merge one that two builders added, and leave a possible duplicate."""
    by = world.builders[0]
    lived = [person for person in world.people if person.street]
    rows = [
        ChampionRow(number, person.known_as, person.street, since=max(person.first_met_on, world.day(200, 30)))
        for number, person in enumerate(lived[:CHAMPIONS], start=2)
    ]
    import_champions(team=world.team, by=by, rows=rows)
    kept = lived[CHAMPIONS]
    twin = create_person(
        team=world.team, by=world.builders[-1], known_as=kept.known_as, street=kept.street, neighbourhood=kept.neighbourhood
    )  # fmt: skip
    merge_people(kept=kept, absorbed=twin, by=by)
    _write_down_again(world, next(person for person in lived[CHAMPIONS + 1 :] if person not in world.quiet))


def _write_down_again(world: World, known: Person) -> None:
    """Let the other builder add a resident with the same name on the same street; a manager has yet to decide."""
    by, passion = world.builders[-1], world.passion_of[known.pk]
    twin = create_person(
        team=world.team, by=by, known_as=known.known_as, street=known.street, neighbourhood=known.neighbourhood
    )
    log_conversation(
        team=world.team, by=by, people=[twin], themes=[world.themes[passion.name]], neighbourhood=known.neighbourhood,
        held_on=world.today, summary=passion.heard[-1].format(a=twin.shown_as),
        gifts=[GiftHeard(twin, *reversed(passion.gifts[0]))], told=True,
    )  # fmt: skip
