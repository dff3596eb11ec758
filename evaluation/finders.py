"""What the search on every page finds of stories, of what was learned, and of packs."""

from operator import attrgetter

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from communities.addresses import path_of
from communities.compiled import compiled_once, padded
from communities.finders import in_neighbourhood
from communities.full_text import FullText
from communities.models import Team, User
from communities.searching import Finder, Found, Hit, Search, fits, found_in
from connectors.queries.named import NAMESAKES, people_named, with_residents
from evaluation.models import Observation, Pack, Story
from evaluation.packs.rules import can_prepare_pack
from evaluation.rules import can_read_people_in_stories

# Without the quotation, which is shown only while its speaker agrees.
STORIES = FullText(
    "evaluation_story", ("title", "self_text", "us_text", "now_text", "residents_did", "others_did", "we_did")
)
#: What else words can name, for those who read who is in a story: the residents, and where it happened.
PARTS = (with_residents(Story.people.through, "story"), in_neighbourhood())


def find_stories(search: Search) -> Found:
    """Return the stories with the words, and those that residents with the name are in; three queries for one word.

    For readers who do not see who is in a story, the words of one that is not published must be in its title.
    """
    reads = can_read_people_in_stories(search.user, search.team)
    return found_in(
        STORIES,
        search,
        _stories,
        hit=_story,
        also={"pk": told_by_people_named(search)},
        parts=PARTS if reads else (),
        # Evaluators read some of the stories.
        is_compiled=reads,
        fitting=lambda story: reads or story.is_published or fits(story.title, search),
    )


def _stories(*, user: User, team: Team) -> QuerySet[Story]:
    return Story.objects.visible_to(user).filter(team=team).only("uuid", "title", "happened_on", "status")


def stories_of_people_named(search: Search) -> Q | None:
    """Return a filter for the stories that residents with the name are in; None without a match."""
    stories = told_by_people_named(search)
    return Q(pk__in=stories) if stories else None


def told_by_people_named(search: Search) -> list[int]:
    """Return the primary keys of the latest stories that residents with the name are in."""
    people = people_named(search)[:NAMESAKES]
    return _with_people(people=padded(people)) if people else []


@compiled_once
def _with_people(*, people: list[int]) -> QuerySet:
    within = Story.people.through.objects.filter(person__in=people).order_by("-story")
    return within.values_list("story", flat=True)[:NAMESAKES]


def _story(story: Story) -> Hit:
    about = [date_format(story.happened_on, "j F Y"), "" if story.is_published else str(story.get_status_display())]
    url = path_of("evaluation:story-detail", story.uuid)
    return Hit(story.title, url, " · ".join(filter(None, about)))


LEARNED = FullText("evaluation_observation", ("text",))
PACKS = FullText("evaluation_pack", ("title",))
PLACED = (in_neighbourhood(),)
#: How many words of what was learned a result shows.
WORDS = 16


def find_learned(search: Search) -> Found:
    """Return what the team learned with the words, or in a neighbourhood that they name; two queries for one word."""
    return found_in(LEARNED, search, _observations, hit=_learned, compared=attrgetter("text"), parts=PLACED)


def _observations(*, user: User, team: Team) -> QuerySet[Observation]:
    return Observation.objects.visible_to(user).filter(team=team).only("observed_on", "source", "text")


def _learned(each: Observation) -> Hit:
    # The list of that day, because what was learned has no page of its own.
    day = each.observed_on.isoformat()
    address = f"{reverse('evaluation:learning-list')}?since={day}&until={day}"
    about = f"{each.get_source_display()} · {date_format(each.observed_on, 'j F Y')}"
    return Hit(Truncator(each.text).words(WORDS), address, about)


def find_packs(search: Search) -> Found:
    """Return the packs whose title has the words, for those who prepare packs; two queries."""
    if not can_prepare_pack(search.user, search.team):
        return Found()
    return found_in(PACKS, search, _packs, hit=_pack)


def _packs(*, user: User, team: Team) -> QuerySet[Pack]:
    rows = Pack.objects.visible_to(user).filter(team=team).select_related("published")
    return rows.only("uuid", "title", "published__published_at")


def _pack(pack: Pack) -> Hit:
    published = getattr(pack, "published", None)
    about = (
        _("Published on %(day)s") % {"day": date_format(published.published_at, "j F Y")} if published else _("Draft")
    )
    return Hit(pack.title, path_of("evaluation:pack-detail", pack.uuid), str(about))


FINDERS = (
    Finder(
        kind="stories",
        label=_("Stories"),
        icon="story",
        order=60,
        find=find_stories,
        indexes=(STORIES,),
        parts=PARTS,
        address=lambda: reverse("evaluation:story-list"),
    ),
    Finder(
        kind="learning",
        label=_("Learning"),
        icon="bulb",
        order=62,
        find=find_learned,
        indexes=(LEARNED,),
        parts=PLACED,
        address=lambda: reverse("evaluation:learning-list"),
        is_narrowed=False,
    ),
    Finder(
        kind="packs",
        label=_("Packs"),
        icon="pack",
        order=64,
        find=find_packs,
        indexes=(PACKS,),
        address=lambda: reverse("evaluation:pack-list"),
        is_narrowed=False,
    ),
)
