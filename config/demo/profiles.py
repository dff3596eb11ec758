"""The profile of residents: most of those who were asked agree, some prefer not to say, and many were not asked. All invented."""

from collections.abc import Iterator

from communities.models import User
from config.demo.people import World
from connectors.models import IntroductionSource
from evaluation.models import AgeBand
from evaluation.profiles.actions import add_category, note_profile

#: What the team asks about, none of it about health: what people hope for says enough.
CATEGORIES = ("Company", "Something to do together", "Getting about", "Learning and work")
#: How often each answer is given, of a hundred; in the order of the bands, the categories and some routes. None was not said.
AGES = (0, 0, 0, 0, 30, 38, 32, 0, 0)
ROUTES = (
    (IntroductionSource.BUILDER, 38),
    (IntroductionSource.RESIDENT, 30),
    (IntroductionSource.SELF, 18),
    (IntroductionSource.HEALTH, 14),
)


def add_profiles(world: World, *, by: User, manager: User) -> None:
    """Choose categories, and ask six residents of seven who were told about their record: one in nine prefers not to say."""
    categories = [add_category(by=manager, team=world.team, name=name) for name in CATEGORIES]
    ages = _dealt(tuple(zip(AgeBand.values, AGES, strict=True)))
    routes, chosen = _dealt(ROUTES), _dealt(tuple(zip(categories, (36, 30, 20, 14), strict=True)))
    told = [person for person in world.people if person.told_on]
    for place, person in enumerate(told):
        if place % 7 == 2:
            continue
        if place % 9 == 4:
            note_profile(by=by, person=person, is_agreed=False)
            continue
        answers = {"age_band": next(ages), "category": next(chosen), "route": next(routes)}
        note_profile(by=by, person=person, is_agreed=True, **answers)


def _dealt[Answer](wanted: tuple[tuple[Answer, int], ...]) -> Iterator[Answer]:
    """Yield answers for ever, each as often as it says, evenly spread: always the one that is furthest behind."""
    given = [0] * len(wanted)
    while True:
        place = min(
            (n for n, (_answer, weight) in enumerate(wanted) if weight), key=lambda n: (given[n] + 1) / wanted[n][1]
        )
        given[place] += 1
        yield wanted[place][0]
