"""Suggestions of the capture page: a team's own themes, gifts and questions, never a resident's name."""

from dataclasses import dataclass

from django.db.models import Count, Min
from django.db.models.functions import Lower

from communities.models import Team, User
from connectors.models import Gift, Person, PromptSet, Theme

#: The newest themes that a phone looks for, and the latest residents whose gifts are counted.
MOST_THEMES, MOST_PEOPLE, MOST_GIFTS = 300, 1_000, 200
#: A gift that only one resident has could reveal who it is.
SHARED_BY = 2


def themes_to_suggest(*, user: User, team: Team) -> list[tuple[int, str]]:
    """Return (primary key, name) of the team's themes, the newest 300 first; one query."""
    rows = Theme.objects.visible_to(user).filter(team=team).order_by("-pk")
    return list(rows.values_list("pk", "name")[:MOST_THEMES])


def gifts_to_suggest(*, user: User, team: Team) -> list[tuple[str, str]]:
    """Return (name, kind) of gifts that at least two of the 1,000 latest residents share; one query.

    The most shared first, 200 at most; where spellings or kinds differ, the first by alphabet.
    """
    lately = Person.objects.visible_to(user).filter(team=team).order_by("-pk").values("pk")[:MOST_PEOPLE]
    rows = (
        Gift.objects.visible_to(user)
        .filter(person__in=lately)
        .order_by()
        .values(said=Lower("name"))
        .annotate(people=Count("person"), spelt=Min("name"), sort=Min("kind"))
        .filter(people__gte=SHARED_BY)
        .order_by("-people", "said")
    )
    return list(rows.values_list("spelt", "sort")[:MOST_GIFTS])


@dataclass(frozen=True)
class Questions:
    """A set of questions in use: its name, source, questions, and neighbourhoods; () is everywhere."""

    name: str
    source: str
    prompts: tuple[str, ...]
    places: tuple[tuple[int, str], ...]

    @property
    def place_ids(self) -> str:
        """Return the primary keys of its neighbourhoods separated by spaces, as the page's script reads them."""
        return " ".join(str(pk) for pk, _ in self.places)


def questions_in_use(*, user: User, team: Team) -> list[Questions]:
    """Return the team's sets in use, by name, with their neighbourhoods; one query."""
    rows = (
        PromptSet.objects.visible_to(user)
        .filter(team=team, is_on=True)
        .order_by("name", "pk", "neighbourhoods__name")
        .values_list("pk", "name", "source", "prompts", "neighbourhoods", "neighbourhoods__name")
    )
    found: dict[int, Questions] = {}
    for pk, name, source, prompts, place, place_name in rows:
        before = found[pk].places if pk in found else ()
        places = (*before, (place, place_name)) if place else before
        found[pk] = Questions(name=name, source=source, prompts=lines(prompts), places=places)
    return [each for each in found.values() if each.prompts]


def lines(prompts: str) -> tuple[str, ...]:
    """Return the questions of a set, one for each line, without surrounding spaces and empty lines."""
    return tuple(line.strip() for line in prompts.splitlines() if line.strip())
