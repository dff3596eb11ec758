"""The profile of residents: most of those who were asked agree, some prefer not to say, and many were not asked. All invented."""

from collections.abc import Iterator

from communities.models import User
from config.demo.people import World
from connectors.models import IntroductionSource
from evaluation.models import AgeBand
from evaluation.profiles.actions import add_category, note_profile

#: What the team asks about, none of it about health: what people hope for says enough.
CATEGORIES = ("Company", "Something to do together", "Getting about", "A home that works", "Learning and work")
#: How often each answer is given, of a hundred; in the order of the bands, the categories and some routes. None was not said.
AGES = (0, 5, 11, 13, 15, 19, 21, 12, 4)
ROUTES = (
    (IntroductionSource.BUILDER, 34),
    (IntroductionSource.RESIDENT, 26),
    (IntroductionSource.SELF, 17),
    (IntroductionSource.CONNECTOR, 12),
    (IntroductionSource.HEALTH, 11),
)


def add_profiles(world: World, *, by: User, manager: User) -> None:
    """Choose categories, and ask two residents of three: one in nine prefers not to say."""
    categories = [add_category(by=manager, team=world.team, name=name) for name in CATEGORIES]
    ages = _dealt(tuple(zip(AgeBand.values, AGES, strict=True)))
    routes, chosen = _dealt(ROUTES), _dealt(tuple(zip(categories, (31, 27, 18, 14, 10), strict=True)))
    told = [person for person in world.people if person.told_on]
    for place, person in enumerate(told):
        if place % 3 == 2:
            continue
        if place % 9 == 4:
            note_profile(by=by, person=person, is_agreed=False)
            continue
        note_profile(
            by=by,
            person=person,
            is_agreed=True,
            age_band=next(ages),
            category=next(chosen) if place % 5 else None,
            route=next(routes),
        )


def _dealt[Answer](wanted: tuple[tuple[Answer, int], ...]) -> Iterator[Answer]:
    """Yield answers for ever, each as often as it says, evenly spread: always the one that is furthest behind."""
    given = [0] * len(wanted)
    while True:
        place = min(
            (n for n, (_answer, weight) in enumerate(wanted) if weight), key=lambda n: (given[n] + 1) / wanted[n][1]
        )
        given[place] += 1
        yield wanted[place][0]
