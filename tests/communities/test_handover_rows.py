"""Where work is handed over one by one, each row says what tells it from its neighbours."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities import handover
from communities.models import Team, User
from connectors.models import SealedItem
from connectors.queries.owned_facts import step_facts
from tests.factories.communities import MessageFactory, NeighbourhoodFactory
from tests.factories.connectors import ConversationFactory, IntroductionFactory, NextStepFactory, PersonFactory
from tests.factories.connectors_asks import AskFactory
from tests.factories.connectors_capture import park
from tests.factories.connectors_journeys import JourneyFactory
from tests.factories.evaluation import StoryFactory
from tests.factories.sparks import SparkFactory

pytestmark = pytest.mark.django_db

#: What tells the two rows of each kind apart. The days and times of the other kinds depend on the day of the test.
APART = {
    "messages": ["Brook Hall", "Cedar Hall"],
    "steps": ["Amina", "Bo"],
    "introductions": ["Amina bakes", "Bo bakes"],
    "to_tell": ["Brook Street", "Hill Street"],
    "residents": ["Brook Street", "Hill Street"],
    "asks": ["Amina", "Bo"],
    "names": ["Amina?", "Bo?"],
    "sparks": ["Brook Street", "Hill Street"],
}


def add_twins(team: Team, builder: User, more: str = "") -> None:
    """Give a builder two rows of every kind with the same title; more: after the names of neighbourhoods, which are used once."""
    today, ago = timezone.localdate(), timedelta(days=1)
    here, there = (NeighbourhoodFactory(team=team, name=name + more) for name in ("Brook Street", "Hill Street"))
    amina, bo = (PersonFactory(team=team, known_as=name, neighbourhood=here) for name in ("Amina", "Bo"))
    for person in (amina, bo):
        name = person.known_as
        NextStepFactory(team=team, owner=builder, words="Ring", person=person)
        AskFactory(team=team, created_by=builder, words="A ladder", person=person)
        ConversationFactory(team=team, builder=builder, place_name="Hall", unsorted_names=[f"{name}?"], people=[person])
        IntroductionFactory(
            team=team, introduced_by=builder, from_person=amina, to_person=bo, reason=f"{name} bakes",
            introduced_on=today - timedelta(days=40),
        )  # fmt: skip
    for hood in (here, there):
        SparkFactory(round__team=team, created_by=builder, title="Supper", neighbourhood=hood)
        for told_on in (None, today):
            PersonFactory(team=team, known_as="Nell", neighbourhood=hood, told_on=told_on, created_by=builder)
    for number, name in enumerate(("Brook Hall", "Cedar Hall")):
        StoryFactory(team=team, created_by=builder, title="The bench", happened_on=today - number * ago)
        sol = PersonFactory(team=team, known_as="Sol", neighbourhood=here)
        JourneyFactory(person=sol, builder=builder, began_on=today - number * ago)
        MessageFactory(team=team, teller=builder, in_person=True, name=name, subject="Your spark")
        item = park(builder, team)
        SealedItem.objects.filter(pk=item.pk).update(recorded_at=timezone.now() - number * ago)


def test_rows_with_one_title_are_told_apart(client_for, team, builder, manager) -> None:
    add_twins(team, builder)
    page = client_for(manager).get(f"/team/members/{builder.pk}/remove/")
    parts = {part["held"].kind.key: part["rows"] for part in page.context["form"].parts}
    # Two addresses in use cannot have one title: a program has one of each release.
    assert parts.keys() == {kind.key for kind in handover.all_kinds()} - {"addresses"}
    for key, rows in parts.items():
        titles, facts = [str(row["title"]) for row in rows], [row["facts"] for row in rows]
        assert (len(rows), len(set(titles)), len(set(facts))) == (2, 1, 2), (key, titles, facts)
        assert all(row["facts"] in str(row["to"].label) for row in rows), "read out with the choice, too"
        assert all(any(words in each for each in facts) for words in APART.get(key, [])), (key, facts)
    assert "Amina bakes" in page.text


def test_a_colleague_reads_initials_of_who_was_not_told(team, builder, stranger) -> None:
    step = NextStepFactory(team=team, owner=builder, person=PersonFactory(team=team, known_as="Nell Ash", told_on=None))
    assert "Nell" not in step_facts([step], stranger)[0]


def test_many_rows_take_as_many_queries_as_few(team, builder, manager) -> None:
    def queries() -> dict[str, int]:
        counted = {}
        for held in handover.held_by(builder, team):
            reader = User.objects.get(pk=manager.pk)
            with CaptureQueriesContext(connection) as seen:
                held.kind.facts(held.rows, reader)
            counted[held.kind.key] = len(seen)
        return counted

    add_twins(team, builder)
    few = queries()
    add_twins(team, builder, " 2")
    assert queries() == few
