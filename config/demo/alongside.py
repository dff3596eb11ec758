"""Light touches and some journeys, with welcome and negative changes, for one team of the demonstration."""

from collections.abc import Sequence
from datetime import timedelta

from communities.models import Partner, User
from config.demo.people import World
from connectors.actions import journeys as actions
from connectors.models import Ending, Gave, IntroductionSource, JourneyOutcome, JudgedBy

VISIONS = (
    (
        "A garden, and somebody to share the tomatoes with.",
        JourneyOutcome.COMPANY,
        "Sunday tea with three neighbours now",
    ),
    ("To sing again, and not only at home.", JourneyOutcome.BELONGING, "“They kept a chair for me”"),
    ("To walk to the shop by myself.", JourneyOutcome.INDEPENDENCE, "Went twice this week"),
    ("A home where I can have people round.", JourneyOutcome.HOME, "The front room is a room again"),
)


def add_journeys(world: World, partners: Sequence[Partner], *, by: User) -> None:
    """Add light touches, some of them of information only, and a journey for each vision; one resident has a second."""
    for _each in range(60):
        gave = world.chance.choice(Gave.values)
        actions.log_light_touch(
            team=world.team,
            by=world.chance.choice(world.builders),
            gave=gave,
            neighbourhood=world.chance.choice(world.places),
            belongs_more=world.chance.choice((True, True, False, None)),
            held_on=world.day(300),
        )
    walkers = world.chance.sample(world.people, len(VISIONS))
    for number, (vision, outcome, words) in enumerate(VISIONS):
        began = world.today - timedelta(days=200 - 40 * number)
        journey = actions.begin_journey(
            person=walkers[number],
            by=by,
            vision=vision,
            began_on=began,
            source=IntroductionSource.HEALTH if number % 2 else IntroductionSource.RESIDENT,
            introduced_by=partners[3] if number % 2 else None,
            partners=partners[4:5] if number else (),
        )
        noticed = {"judged_by": JudgedBy.RESIDENT, "noticed_on": began + timedelta(days=30), "words": words}
        actions.record_change(journey=journey, by=by, outcome=outcome, **noticed)
        if number == 2:
            leaning = {"judged_by": JudgedBy.TOGETHER, "noticed_on": began + timedelta(days=50)}
            actions.record_change(
                journey=journey, by=by, outcome=JourneyOutcome.LEANING, words="Rings before every walk", **leaning
            )
        if number == 0:
            actions.end_journey(
                journey=journey,
                by=by,
                ending=Ending.OWN_FEET,
                ended_on=began + timedelta(days=60),
                ending_words="The Sunday table is theirs now",
            )
            actions.begin_journey(
                person=walkers[0], by=by, vision="A bigger table.", began_on=began + timedelta(days=150)
            )
