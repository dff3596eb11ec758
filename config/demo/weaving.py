"""A year of introductions that led to contact, so that the demonstration's web has something to show."""

from datetime import timedelta

from communities import audit
from communities.models import User
from communities.verbs import Verb
from config.demo.people import World
from connectors.models import Introduction, IntroductionOutcome, IntroductionSource, Person

#: How introductions came about, mostly by builders at first and increasingly by neighbours: (at least so many days ago,
#: routes).
ROUTES = (
    (240, (IntroductionSource.BUILDER, IntroductionSource.BUILDER, IntroductionSource.CONNECTOR)),
    (120, (IntroductionSource.BUILDER, IntroductionSource.CONNECTOR, IntroductionSource.RESIDENT)),
    (0, (IntroductionSource.RESIDENT, IntroductionSource.CONNECTOR, IntroductionSource.SELF)),
)


def add_neighbour_introductions(world: World, number: int, *, by: User) -> None:
    """Introduce neighbours to each other: most nearby or by theme, some across, and some who bring many together."""
    hubs = world.chance.sample(world.people, max(2, len(world.people) // 10))
    seen: set[frozenset[int]] = set()
    rows = []
    while len(rows) < number:
        one = world.chance.choice(hubs if world.chance.random() < 0.4 else world.people)
        other = world.chance.choice(_near(world, one) or world.people)
        pair = frozenset((one.pk, other.pk))
        if len(pair) < 2 or pair in seen:
            continue
        seen.add(pair)
        rows.append(_introduction(world, one, other, by))
    Introduction.objects.bulk_create(rows)
    ids = [row.pk for row in rows]
    audit.record_many(
        by=by, verb=Verb.CREATE, team=world.team, model=Introduction, ids=ids, fields=["from", "to", "outcome"]
    )


def _near(world: World, person: Person) -> list[Person]:
    """Return those a neighbour is likely to meet: of the same neighbourhood, or with the same theme."""
    draw = world.chance.random()
    if draw < 0.45:
        return [each for each in world.people if each.neighbourhood_id == person.neighbourhood_id]
    if draw < 0.85:
        return [each for each in world.people if world.passion_of[each.pk] is world.passion_of[person.pk]]
    return list(world.people)


def _introduction(world: World, one: Person, other: Person, by: User) -> Introduction:
    met = max(one.first_met_on, other.first_met_on)
    day = min(world.today, max(met, world.day(330, 2)))
    age = (world.today - day).days
    routes = next(routes for until, routes in ROUTES if age >= until)
    source = world.chance.choice(routes)
    outcome = world.chance.choice((IntroductionOutcome.MET, IntroductionOutcome.MET, IntroductionOutcome.TOGETHER))
    return Introduction(
        team=world.team,
        neighbourhood=one.neighbourhood or other.neighbourhood,
        from_person=one,
        to_person=other,
        introduced_by=by,
        source=source,
        introduced_on=day,
        reason="Neighbours who would enjoy each other's company",
        outcome=outcome,
        outcome_on=min(world.today, day + timedelta(days=world.chance.randint(2, 20))),
    )
