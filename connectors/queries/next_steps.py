"""Next steps: those that Today shows, the list of all, and those of one record."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from communities.models import Team, User
from connectors.models import NextStep, NextStepQuerySet
from connectors.rules.next_steps import OWNERS

#: What a list reads of a step, its record and its owner.
SHOWN = (
    "uuid", "words", "due_on", "owner__name", "owner__email", "team_id", "closed_at", "closed_reason", "updated_at",
    "conversation__uuid", "conversation__held_on", "conversation__place_name", "conversation__place__name",
    "person__uuid", "person__known_as", "person__told_on", "person__erased_on", "person__merged_into",
    "asset__name",
)  # fmt: skip


def linked_records() -> list[str]:
    """Return the lookups from a step to the records that apps to the right have linked to it, such as a spark."""
    return [f"{link.name}__{link.related_model.SUBJECT}" for link in NextStep._meta.related_objects if link.one_to_one]


def listed_steps(rows: NextStepQuerySet) -> NextStepQuerySet:
    """Return steps with what a card shows: the record, its place and people, and whose the step is; two queries."""
    links = linked_records()
    rows = rows.select_related("conversation__place", "person", "asset", "owner", *links)
    shown = [f"{link}__{name}" for link in links for name in ("uuid", "title")]
    return rows.only(*SHOWN, *shown).prefetch_related("conversation__people")


def open_steps(*, user: User, team: Team) -> NextStepQuerySet:
    """Return every open step of a team."""
    return NextStep.objects.visible_to(user).filter(team=team).open()


def steps_due(*, user: User, team: Team, on: date, owners: Iterable[int] | QuerySet) -> NextStepQuerySet:
    """Return the open steps of some users that are due on or before a date, longest overdue first."""
    rows = open_steps(user=user, team=team).filter(owner__in=owners, due_on__lte=on)
    return listed_steps(rows).order_by("due_on", "pk")


def in_order(steps: Iterable[NextStep]) -> list[NextStep]:
    """Return the steps of one record: open ones by day, those without a day after them, then the done, latest first."""
    rows = list(steps)
    waiting = [step for step in rows if step.is_open]
    done = [step for step in rows if not step.is_open]
    waiting.sort(key=lambda step: (step.due_on is None, step.due_on or date.max, step.pk))
    return [*waiting, *sorted(done, key=lambda step: (step.closed_at, step.pk), reverse=True)]


def owners_in(team: Team) -> QuerySet[User]:
    """Return those who can have next steps in a team: its builders and managers with an open account, by name."""
    rows = User.objects.filter(is_active=True, memberships__team=team, memberships__role__in=OWNERS)
    return rows.distinct().order_by("name", "pk")
