"""Next steps: those that Today shows, the list of all, and those of one record."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import F, Model, Prefetch, QuerySet

from communities.audit_log.subjects import Reader, subjects
from communities.compiled import compiled_once, padded
from communities.models import Team, User
from connectors.models import NextStep, NextStepQuerySet, Person
from connectors.queries.people import NAMED

#: What a list reads of a step, its record and its owner.
SHOWN = (
    "uuid", "words", "due_on", "owner__name", "owner__email", "team_id", "closed_at", "closed_reason", "updated_at",
    "conversation__uuid", "conversation__held_on", "conversation__place_name", "conversation__place__name",
    "person__uuid", "person__known_as", "person__told_on", "person__erased_on", "person__merged_into", "person__created_by", "person__keeper",
    "person__team",
    "asset__name", "linked_model", "linked_id",
)  # fmt: skip


def listed_steps(rows: NextStepQuerySet) -> NextStepQuerySet:
    """Return steps with what a card shows: the record, its place and people, and whose the step is; two queries."""
    return without_people(rows).prefetch_related(_there())


@compiled_once
def steps_of(*, person: Person) -> NextStepQuerySet:
    """Return the steps about a resident with what a card shows; one query."""
    return without_people(NextStep.objects.filter(person=person))


def without_people(rows: NextStepQuerySet) -> NextStepQuerySet:
    """Return the same without people, for `with_people`."""
    return rows.select_related("conversation__place", "person", "asset", "owner").only(*SHOWN)


def _there() -> Prefetch:
    return Prefetch("conversation__people", Person.objects.only("uuid", *NAMED), to_attr="there")


def attach_linked(steps: Iterable[NextStep], *, user: User, team: Team) -> list[NextStep]:
    """Attach to steps the records of apps to the right that they point at; one query for each kind of record.

    Their names and pages come from the subjects of the audit, which every app declares. A record that is gone, or that the
    user may not read, is not attached.
    """
    steps, reader = list(steps), Reader(user, team)
    for label in {step.linked_model for step in steps if step.linked_model}:
        subject = subjects()[label]
        theirs = [step for step in steps if step.linked_model == label]
        rows = subject.seen_by(reader).in_bulk([step.linked_id for step in theirs])
        for step in theirs:
            if row := rows.get(step.linked_id):
                step.linked, step.linked_url = row, subject.address(row, reader)
    return steps


def steps_about(record: Model) -> NextStepQuerySet:
    """Return the steps that point at a record of an app to the right."""
    return NextStep.objects.filter(linked_model=record._meta.label_lower, linked_id=record.pk)


@compiled_once
def listed_steps_about(*, user: User, team: Team, record: Model) -> NextStepQuerySet:
    """Return the steps that point at a record, with what a card shows, as a user may read them; one query."""
    return without_people(steps_about(record).visible_to(user).filter(team=team))


def open_steps(*, user: User, team: Team) -> NextStepQuerySet:
    """Return every open step of a team."""
    return NextStep.objects.visible_to(user).filter(team=team).open()


def steps_due(*, user: User, team: Team, on: date, owners: Iterable[int] | QuerySet) -> NextStepQuerySet:
    """Return the open steps of some users that are due on or before a date, longest overdue first."""
    return without_people(_due(user=user, team=team, on=on, owners=owners)).prefetch_related(_there())


def first_due(*, user: User, team: Team, on: date, owners: Collection[int], limit: int) -> list[NextStep]:
    """Return the first of `steps_due`, for Today; two queries, each compiled once."""
    return with_people(_first_due(user=user, team=team, on=on, owners=owners, limit=limit), user=user, team=team)


def with_people(steps: list[Any], *, user: User, team: Team) -> list[Any]:
    """Return steps of `without_people` with who was there, which a card shows; one query, compiled once."""
    talks = {step.conversation_id: step.conversation for step in steps if step.conversation_id}
    for talk in talks.values():
        talk.there = []
    for person in _people_of(user=user, team=team, talks=padded(sorted(talks))) if talks else ():
        talks[person.talk].there.append(person)
    # One object for each conversation, as two steps may be about the same.
    for step in steps:
        step.conversation = talks.get(step.conversation_id)
    return steps


@compiled_once
def _first_due(*, user: User, team: Team, on: date, owners: Collection[int], limit: int) -> NextStepQuerySet:
    return without_people(_due(user=user, team=team, on=on, owners=owners))[:limit]


@compiled_once
def _people_of(*, user: User, team: Team, talks: Collection[int]) -> QuerySet[Person]:
    rows = Person.objects.visible_to(user).filter(team=team, conversations__in=talks).only("uuid", *NAMED)
    return rows.annotate(talk=F("conversations")).order_by("known_as", "pk")


def _due(*, user: User, team: Team, on: date, owners: Iterable[int] | QuerySet) -> NextStepQuerySet:
    rows = open_steps(user=user, team=team).filter(owner__in=owners, due_on__lte=on)
    return rows.order_by("due_on", "pk")


def in_order(steps: Iterable[NextStep]) -> list[NextStep]:
    """Return the steps of one record: open ones by day, those without a day after them, then the done, latest first."""
    rows = list(steps)
    waiting = [step for step in rows if step.is_open]
    done = [step for step in rows if not step.is_open]
    waiting.sort(key=lambda step: (step.due_on is None, step.due_on or date.max, step.pk))
    return [*waiting, *sorted(done, key=lambda step: (step.closed_at, step.pk), reverse=True)]
