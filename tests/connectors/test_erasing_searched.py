"""Erasing does not search every text again while others wait to write, unless something was written since."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communities.models import User
from connectors.actions.erasing import erase_person
from connectors.models import Conversation, Person, ReviewItem
from connectors.queries.reviews import Reach, reach_of
from tests.factories.assets import AssetFactory
from tests.factories.connectors import ConversationFactory, NextStepFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rose(team, builder) -> Person:
    """Return a resident to erase, whom texts of others name."""
    ConversationFactory(team=team, builder=builder, summary="Rose Quill lent the ladder.")
    NextStepFactory(team=team, owner=builder, words="Give the ladder back to Rose")
    return PersonFactory(team=team, known_as="Rose Quill", also_known_as="Rosie", phone="0117 496 0999")


def listed(person: Person) -> set[tuple[str, int]]:
    """Return what must be read after an erasure."""
    return set(ReviewItem.objects.filter(person=person).values_list("model", "object_id"))


def whole_searches(act: Callable[[], object]) -> list[str]:
    """Return the queries of an action that read the text of every conversation of the team."""
    with CaptureQueriesContext(connection) as seen:
        act()
    table = '"connectors_conversation"'
    searches = [
        each["sql"]
        for each in seen
        if f'{table}."summary"' in each["sql"] and f'WHERE {table}."team_id"' in each["sql"]
    ]
    return [sql for sql in searches if " IN (" not in sql and "unsorted_names" not in sql.partition("WHERE")[2]]


def erase(person: Person, by: User, reach: Reach | None) -> None:
    """Erase somebody, with or without what the page before has searched."""
    erase_person(person=person, by=by, also=["connectors.conversation:0"], searched=reach and reach.searched)


@pytest.mark.sqlite
def test_what_the_page_has_searched_is_not_searched_again_while_others_wait(builder, rose) -> None:
    assert len(whole_searches(lambda: erase(rose, builder, None))) == 2
    lily = PersonFactory(team=rose.team, known_as="Lily Quill")
    reach = reach_of(lily)
    assert whole_searches(lambda: erase(lily, builder, reach)) == []


def test_the_same_is_listed_with_and_without_the_earlier_search(team, builder, rose) -> None:
    twin = PersonFactory(team=team, known_as="Rose Quill", also_known_as="Rosie", phone="0117 496 0999")
    erase(twin, builder, reach_of(twin))
    erase(rose, builder, None)
    both = {("connectors.conversation", Conversation.objects.get().pk)}
    assert both < listed(twin) == listed(rose) | {("connectors.person", rose.pk)}


@pytest.mark.parametrize("written", ["conversation", "step", "asset", "renamed"])
def test_what_was_written_since_is_found(team, builder, rose, written) -> None:
    """Marked rows (a conversation, an asset), rows that nobody marks (a next step), and another name of the resident."""
    reach = reach_of(rose)
    match written:
        case "conversation":
            made = ConversationFactory(team=team, builder=builder, summary="Rose Quill again")
        case "step":
            made = NextStepFactory(team=team, owner=builder, words="Ring Rose Quill")
        case "asset":
            made = AssetFactory(team=team, name="Bench of Rose Quill")
        case "renamed":
            made = ConversationFactory(team=team, builder=builder, summary="Ophelia was here")
            reach = reach_of(rose)
            Person.objects.filter(pk=rose.pk).update(also_known_as="Ophelia")
    erase(rose, builder, reach)
    assert (made._meta.label_lower, made.pk) in listed(rose)


def test_a_name_that_was_taken_out_meanwhile_is_not_listed(team, builder, rose) -> None:
    reach = reach_of(rose)
    Conversation.objects.update(summary="A ladder was lent.")
    erase(rose, builder, reach)
    assert "connectors.conversation" not in {model for model, _pk in listed(rose)}
