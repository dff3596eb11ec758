"""How many rows of each kind a database of a size has, and how they are distributed over teams."""

from dataclasses import dataclass
from math import gcd

#: Teams besides the one that is measured.
OTHER_TEAMS = 9
#: The measured team's share of conversations and people, and its maximum: page 5,000 of 20 rows must exist.
MAIN_PERCENT = 40
MAIN_MOST = 130_000
#: The number of assets that one map view is measured with.
MAP_VIEW = 20_000
#: How many conversations there are for each resident (and asset), introduction, spark and story.
TO_ONE_PERSON = 5
TO_ONE_INTRODUCTION = 20
TO_ONE_SPARK = 50
TO_ONE_STORY = 200
SMALLEST = 200
BUILDERS = {True: 20, False: 4}
PLACES = {True: 15, False: 10}
THEMES = 24
PARTNERS = 6
ROUNDS = 8
YEARS = 4


@dataclass(frozen=True)
class TeamPlan:
    """One team's share. Primary keys start at `first_*`; those of `talks` are scattered, see `Plan.step`."""

    number: int
    talks: int
    people: int
    first_person: int
    assets: int
    first_asset: int
    places: int
    first_place: int
    builders: int
    first_user: int

    @property
    def manager(self) -> int:
        """Return the primary key of the team's manager, who comes after its builders."""
        return self.first_user + self.builders

    @property
    def evaluator(self) -> int:
        """Return the primary key of the team's evaluator."""
        return self.manager + 1


@dataclass(frozen=True)
class Plan:
    """A whole database. The n-th conversation belongs to the team that has the ordinal `n * step % size`."""

    size: int
    teams: tuple[TeamPlan, ...]
    step: int

    @property
    def main(self) -> TeamPlan:
        """Return the team that is measured."""
        return self.teams[0]

    @property
    def people(self) -> int:
        """Return the number of residents."""
        return self.size // TO_ONE_PERSON

    @property
    def assets(self) -> int:
        """Return the number of assets."""
        return self.size // TO_ONE_PERSON

    @property
    def introductions(self) -> int:
        """Return the number of introductions."""
        return max(self.size // TO_ONE_INTRODUCTION, len(self.teams))

    @property
    def sparks(self) -> int:
        """Return the number of sparks."""
        return max(self.size // TO_ONE_SPARK, len(self.teams))

    @property
    def stories(self) -> int:
        """Return the number of stories."""
        return max(self.size // TO_ONE_STORY, len(self.teams))

    @property
    def back(self) -> int:
        """Return the factor that turns an ordinal into the primary key of its conversation: the inverse of `step`."""
        return pow(self.step, -1, self.size)


def plan(size: int) -> Plan:
    """Return the plan of a database with so many conversations. Raises: ValueError below SMALLEST."""
    if size < SMALLEST:
        raise ValueError(f"A database for the bench has at least {SMALLEST} conversations.")
    main = min(size * MAIN_PERCENT // 100, MAIN_MOST)
    talks = [main, *_shared(size - main, OTHER_TEAMS)]
    people = size // TO_ONE_PERSON
    mine = people * main // size
    residents = [mine, *_shared(people - mine, OTHER_TEAMS)]
    on_map = min(people, MAP_VIEW)
    assets = [on_map, *_shared(people - on_map, OTHER_TEAMS)]
    teams, person, asset, place, user = [], 1, 1, 1, 1
    for index in range(OTHER_TEAMS + 1):
        places, builders = PLACES[index == 0], BUILDERS[index == 0]
        teams.append(
            TeamPlan(
                number=index + 1,
                talks=talks[index],
                people=residents[index],
                first_person=person,
                assets=assets[index],
                first_asset=asset,
                places=places,
                first_place=place,
                builders=builders,
                first_user=user,
            )
        )
        person, asset = person + residents[index], asset + assets[index]
        place, user = place + places, user + builders + 2
    step = next(prime for prime in (7919, 104_729, 15_485_863) if gcd(prime, size) == 1)
    return Plan(size=size, teams=tuple(teams), step=step)


def _shared(number: int, among: int) -> list[int]:
    """Return a number split as evenly as possible, the larger parts first."""
    return [number // among + (index < number % among) for index in range(among)]
