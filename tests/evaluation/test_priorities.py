"""Work is tagged with priorities of plans afterwards, and every list filters by them."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from communities.actions.undo import undo
from communities.models import AuditEntry, Undoable
from evaluation.models import Priority
from evaluation.priorities.actions import create_priority, delete_priority, tag_record, update_priority
from evaluation.priorities.rules import TAGGED
from tests.factories.assets import AssetFactory
from tests.factories.connectors import IntroductionFactory
from tests.factories.evaluation import ObservationFactory, PriorityFactory, StoryFactory
from tests.factories.sparks import SparkFactory

pytestmark = pytest.mark.django_db
#: What makes a row of each kind in a team.
MAKE = {
    "spark": lambda team, by: SparkFactory(round__team=team, created_by=by),
    "story": lambda team, by: StoryFactory(team=team, created_by=by),
    "asset": lambda team, by: AssetFactory(team=team),
    "introduction": lambda team, by: IntroductionFactory(team=team, introduced_by=by),
    "learning": lambda team, by: ObservationFactory(team=team, created_by=by),
}


def listed(answer) -> set[int]:
    """Return the primary keys of the rows on a list."""
    return {getattr(row, "pk", None) or row[0].pk for row in answer.context["page"]}


def test_every_kind_is_tried() -> None:
    assert MAKE.keys() == TAGGED.keys()


@pytest.mark.parametrize("kind", TAGGED)
def test_a_row_is_tagged_on_its_page_and_its_list_filters_by_it(kind, team, builder, manager, client_for) -> None:
    record, other = MAKE[kind](team, builder), MAKE[kind](team, builder)
    council, health = PriorityFactory(team=team), PriorityFactory(team=team, plan="Health strategy")
    client = client_for(manager)
    page = client.get(reverse(TAGGED[kind].page, kwargs={TAGGED[kind].by: getattr(record, TAGGED[kind].by)}))
    address = reverse("evaluation:record-priorities", args=[kind, record.pk])
    assert address in page.content.decode()
    client.post(address, {"priorities": [council.pk, health.pk]})
    assert set(record.priorities.all()) == {council, health}
    shown = listed(client.get(reverse(TAGGED[kind].listed), {"facets": 1, "priority": council.pk}))
    assert shown == {record.pk}
    assert other.pk not in shown
    counted = client.get(reverse("evaluation:priority-list")).content.decode()
    assert f"{TAGGED[kind].label} 1" in " ".join(counted.split())
    client.post(address, {"priorities": [health.pk]})
    assert list(record.priorities.all()) == [health]


@pytest.mark.parametrize("kind", TAGGED)
def test_only_those_who_may_change_a_row_tag_it_and_with_their_own_priorities(
    kind, team, other_team, builder, evaluator, stranger
) -> None:
    record, theirs = MAKE[kind](team, builder), PriorityFactory(team=other_team)
    for person in (evaluator, stranger):
        with pytest.raises(PermissionDenied):
            tag_record(by=person, kind=kind, record=record, priorities=[])
    with pytest.raises(ValidationError):
        tag_record(by=builder, kind=kind, record=record, priorities=[theirs])
    assert not record.priorities.exists()


def test_a_list_refuses_a_priority_of_another_team(team, other_team, manager, client_for) -> None:
    theirs = PriorityFactory(team=other_team)
    for kind in TAGGED.values():
        answer = client_for(manager).get(reverse(kind.listed), {"facets": 1, "priority": theirs.pk})
        assert "priority" in answer.context["filter"].form.errors


def test_what_is_the_same_is_not_noted_again(team, manager) -> None:
    story, priority = StoryFactory(team=team), PriorityFactory(team=team)
    tag_record(by=manager, kind="story", record=story, priorities=[priority])
    before = AuditEntry.objects.count()
    tag_record(by=manager, kind="story", record=story, priorities=[priority])
    assert AuditEntry.objects.count() == before


def test_managers_keep_the_list(team, manager, builder, evaluator) -> None:
    for person in (builder, evaluator):
        with pytest.raises(PermissionDenied):
            create_priority(by=person, team=team, plan="Council plan", title="Warm homes")
    priority = create_priority(by=manager, team=team, plan="Council plan", title="Warm homes")
    with pytest.raises(ValidationError, match="already has this priority"):
        create_priority(by=manager, team=team, plan="council plan", title="warm homes")
    with pytest.raises(ValidationError, match="cannot end before it starts"):
        update_priority(
            by=manager, priority=priority, plan="Council plan", title="Warm homes", starts_on=date(2026, 4, 1),
            ends_on=date(2026, 3, 1),
        )  # fmt: skip


def test_a_deleted_priority_comes_back_with_its_tags(team, manager) -> None:
    story, priority = StoryFactory(team=team), PriorityFactory(team=team)
    tag_record(by=manager, kind="story", record=story, priorities=[priority])
    delete_priority(by=manager, priority=priority)
    assert not story.priorities.exists()
    undo(undoable=Undoable.objects.get(), by=manager)
    assert list(Priority.objects.get().stories.all()) == [story]


def test_a_file_of_learning_is_of_one_priority(team, evaluator, client_for) -> None:
    tagged, _other = ObservationFactory(team=team, text="Tagged."), ObservationFactory(team=team, text="Not.")
    priority = PriorityFactory(team=team, reference="2.1", title="Warm homes")
    priority.observations.add(tagged)
    answer = client_for(evaluator).get(reverse("evaluation:learning-export"), {"priority": priority.pk})
    text = b"".join(answer.streaming_content).decode()
    assert "Tagged." in text
    assert "Not." not in text
    assert "2.1 Warm homes" in text
