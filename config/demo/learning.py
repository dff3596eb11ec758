"""What the team learned: observations of six kinds of source, half of them about what went wrong, over eight months."""

from datetime import timedelta

from communities.models import User
from config.demo.people import World
from evaluation.learning.actions import create_observation
from evaluation.models import LearnedFrom, Went

#: How many days ago, the kind of source, how it went, the theme, and what was learned.
NOTICED = (
    (150, LearnedFrom.GATHERING, Went.WELL, "Cooking together",
     "Nobody introduced anybody. We put one long table out instead of six, and strangers passed each other the bread."),
    (128, LearnedFrom.VISIT, Went.WRONG, None,
     "We took a councillor along to the first visit. People were polite and told us nothing. We go alone the first time now."),
    (97, LearnedFrom.PODCAST, Went.BOTH, "Mending and making",
     "A repair café elsewhere kept going because residents held the key. Ours closed for August, because we held it."),
    (66, LearnedFrom.TESTIMONY, Went.WELL, None,
     "A neighbour told the residents’ meeting that the bench did more for the street than three leaflets."),
    (41, LearnedFrom.BLOG, Went.WRONG, "Growing food",
     "We read that growing groups need a winter job, and saw it too late: ours did not meet between November and February."),
    (17, LearnedFrom.CONVERSATION, Went.WRONG, None,
     "We asked for a form before the money for the street party. Two people gave up. The next one was done over a cup of tea."),
    # Of every closed quarter there is something to show.
    (180, LearnedFrom.CONVERSATION, Went.WRONG, None,
     "We met at ten in the morning, because it suited us. Whoever works came when we moved it to the evening."),
    (212, LearnedFrom.GATHERING, Went.WELL, "Growing food",
     "Whoever had too many seedlings put them on the wall outside. By noon they were gone, and names were known."),
    (243, LearnedFrom.TESTIMONY, Went.WRONG, None,
     "A neighbour told us that our leaflet read like a bill. We ring the bell now, and leave no paper."),
)  # fmt: skip


def add_learning(world: World, *, by: User, other: User) -> None:
    """Write down what the team learned, in turn by two of its members."""
    for number, (ago, source, went, theme, text) in enumerate(NOTICED):
        create_observation(
            by=(by, other)[number % 2],
            team=world.team,
            observed_on=world.today - timedelta(days=ago),
            source=source,
            went=went,
            text=text,
            theme=world.themes.get(theme) if theme else None,
            neighbourhood=world.places[number % len(world.places)] if number % 3 else None,
        )
