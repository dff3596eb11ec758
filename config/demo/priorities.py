"""Priorities of a council plan and a health strategy, and the work that was tagged with them afterwards."""

from communities.models import User
from config.demo.people import World
from evaluation.models import Observation, Priority, Story
from evaluation.priorities.actions import create_priority, tag_record
from sparks.models import Spark

COUNCIL, HEALTH = "Council plan 2024 to 2028", "Health and wellbeing strategy"
PRIORITIES = (
    (COUNCIL, "1.2", "Neighbours know and look out for each other"),
    (COUNCIL, "3.1", "Residents shape the places they live in"),
    (HEALTH, "A", "Fewer people feel lonely"),
    (HEALTH, "C", "More people move every day"),
)


def add_priorities(world: World, *, by: User) -> None:
    """Write down four priorities, and tag every other story and spark, and most of what was learned."""
    rows = [
        create_priority(by=by, team=world.team, plan=plan, reference=reference, title=title)
        for plan, reference, title in PRIORITIES
    ]
    tagged: tuple[tuple[str, list], ...] = (
        ("story", list(Story.objects.filter(team=world.team).order_by("pk")[::2])),
        ("spark", list(Spark.objects.filter(team=world.team).order_by("pk")[::2])),
        ("learning", list(Observation.objects.filter(team=world.team).order_by("pk")[:4])),
    )
    for kind, records in tagged:
        for number, record in enumerate(records):
            tag_record(by=by, kind=kind, record=record, priorities=_of(rows, number))


def _of(rows: list[Priority], number: int) -> list[Priority]:
    return [rows[number % len(rows)], *([rows[2]] if number % 3 == 0 and number % len(rows) != 2 else [])]
