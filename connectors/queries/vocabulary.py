"""Suggestions of the capture page: a team's own themes, gifts and questions, never a resident's name."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.db.models.functions import Lower

from communities.compiled import compiled_once
from communities.models import Team, User
from connectors.models import Gift, Person, PromptSet, Theme

#: The newest themes that a phone looks for, and the latest residents whose gifts are counted.
MOST_THEMES, MOST_PEOPLE, MOST_GIFTS = 300, 1_000, 200
#: A gift that only one resident has could reveal who it is.
SHARED_BY = 2


def themes_to_suggest(*, user: User, team: Team) -> list[tuple[int, str]]:
    """Return (primary key, name) of the team's themes, the newest 300 first; one query."""
    return _themes(user=user, team=team, most=MOST_THEMES)


@compiled_once
def _themes(*, user: User, team: Team, most: int) -> QuerySet[Theme, Any]:
    return Theme.objects.visible_to(user).filter(team=team).order_by("-pk").values_list("pk", "name")[:most]


def gifts_to_suggest(*, user: User, team: Team) -> list[tuple[str, str]]:
    """Return (name, kind) of gifts that at least two of the 1,000 latest residents share; one query.

    The most shared first, 200 at most; where spellings or kinds differ, the first by alphabet.
    """
    return _shared_gifts(user=user, team=team, people=MOST_PEOPLE, most=MOST_GIFTS)


@compiled_once
def _shared_gifts(*, user: User, team: Team, people: int, most: int) -> QuerySet[Gift, Any]:
    # Who may read is asked of the residents only: with the team of each gift as well, PostgreSQL reads every resident of the team.
    lately = Person.objects.visible_to(user).filter(team=team).remembered().order_by("-pk").values("pk")[:people]
    rows = (
        Gift.objects.filter(person__in=lately)
        .order_by()
        .values(said=Lower("name"))
        .annotate(people=Count("person"), spelt=Min("name"), sort=Min("kind"))
        .filter(people__gte=SHARED_BY)
        .order_by("-people", "said")
    )
    return rows.values_list("spelt", "sort")[:most]


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
    """Return the team's prompt sets that are switched on, by name, with their neighbourhoods; one query."""
    found: dict[int, Questions] = {}
    for pk, name, source, prompts, place, place_name in _sets_in_use(user=user, team=team):
        before = found[pk].places if pk in found else ()
        places = (*before, (place, place_name)) if place else before
        found[pk] = Questions(name=name, source=source, prompts=lines(prompts), places=places)
    return [each for each in found.values() if each.prompts]


@compiled_once
def _sets_in_use(*, user: User, team: Team) -> QuerySet[PromptSet, Any]:
    rows = PromptSet.objects.visible_to(user).filter(team=team, is_on=True)
    rows = rows.order_by("name", "pk", "neighbourhoods__name")
    return rows.values_list("pk", "name", "source", "prompts", "neighbourhoods", "neighbourhoods__name")


def lines(prompts: str) -> tuple[str, ...]:
    """Return the questions of a set, one for each line, without surrounding spaces and empty lines."""
    return tuple(line.strip() for line in prompts.splitlines() if line.strip())
