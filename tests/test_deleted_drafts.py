"""Drafts of stories and sparks are deleted, come back, and go no other way."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from connectors.actions.next_steps import add_next_step
from connectors.models import Introduction, NextStep
from evaluation.actions import delete_story
from evaluation.models import Story
from sparks.actions import delete_spark
from sparks.models import Spark
from tests.factories.communities import UserFactory
from tests.factories.connectors import PersonFactory
from tests.factories.evaluation import StoryFactory
from tests.factories.sparks import RoundFactory, SparkFactory
from tests.form_reader import form_with, forms_of

pytestmark = pytest.mark.django_db


def undo(client, page):
    """Press Undo on a page that says what was done; return the page after it."""
    [form] = [form for form in forms_of(page) if "/deleted/" in form.action]
    return client.post(form.action, form.data, follow=True)


def test_the_draft_of_a_story_is_deleted_and_comes_back(client_for, builder, team) -> None:
    story = StoryFactory(team=team, created_by=builder, title="The kite")
    client, address = client_for(builder), reverse("evaluation:story-delete", args=[story.uuid])
    assert address in client.get(reverse("evaluation:story-detail", args=[story.uuid])).text
    page = client.post(address, follow=True)
    assert "The draft has been deleted." in page.text
    assert not Story.objects.exists()
    page = undo(client, page)
    assert "Undone: The kite." in page.text
    assert Story.objects.get() == story


def test_the_draft_of_a_spark_is_deleted_with_its_steps_and_comes_back(client_for, builder, team) -> None:
    spark = SparkFactory(round=RoundFactory(team=team), created_by=builder, title="Kite day")
    add_next_step(team=team, by=builder, words="Ask about the field", linked=spark)
    client, address = client_for(builder), reverse("sparks:spark-delete", args=[spark.uuid])
    assert address in client.get(reverse("sparks:spark-detail", args=[spark.uuid])).text
    page = client.post(address, follow=True)
    assert "The draft has been deleted." in page.text
    assert not Spark.objects.exists()
    assert not NextStep.objects.exists(), "nothing is left to do about it"
    undo(client, page)
    assert Spark.objects.get() == spark
    assert NextStep.objects.get().linked_id == spark.pk


def test_only_drafts_are_deleted(client_for, builder, manager, team) -> None:
    story, spark = StoryFactory(team=team, submitted=True), SparkFactory(round=RoundFactory(team=team), handed_in=True)
    client = client_for(manager)
    for name, row in (("evaluation:story", story), ("sparks:spark", spark)):
        address = reverse(f"{name}-delete", args=[row.uuid])
        assert address not in client.get(reverse(f"{name}-detail", args=[row.uuid])).text
        client.post(address)
    assert Story.objects.exists()
    assert Spark.objects.exists()
    with pytest.raises(ValidationError, match="submitted or published since"):
        delete_story(story=story, by=manager)


def test_a_draft_submitted_meanwhile_stays(manager, team) -> None:
    spark = SparkFactory(round=RoundFactory(team=team), created_by=manager)
    Spark.objects.filter(pk=spark.pk).update(status="submitted", submitted_at=spark.created_at)
    with pytest.raises(ValidationError, match="submitted meanwhile"):
        delete_spark(spark=spark, by=manager)


def test_builders_delete_only_the_sparks_they_wrote(builder, manager, team) -> None:
    other = UserFactory(roles={team: ["builder"]})
    spark = SparkFactory(round=RoundFactory(team=team), created_by=other)
    with pytest.raises(PermissionDenied):
        delete_spark(spark=spark, by=builder)
    delete_spark(spark=spark, by=manager)
    assert not Spark.objects.exists()


def test_an_introduction_can_be_undone_as_soon_as_it_was_made(client_for, builder, team) -> None:
    rose, tom = (PersonFactory(team=team, known_as=name) for name in ("Rose", "Tom"))
    client, new = client_for(builder), reverse("connectors:introduction-create")
    form = form_with(client.get(new, {"from": f"person:{rose.uuid}", "to": f"person:{tom.uuid}"}), "introduced_on")
    page = client.post(form.action, form.data, follow=True)
    assert "Introduced. We will ask what came of it." in page.text
    [made] = Introduction.objects.all()
    [button] = [each for each in forms_of(page) if each.action.endswith("/delete/")][:1]
    assert str(made.uuid) in button.action
    page = client.post(button.action, button.data, follow=True)
    assert "The introduction has been deleted." in page.text
    assert not Introduction.objects.exists()
    [back] = [each for each in forms_of(page) if "/deleted/" in each.action]
    client.post(back.action, back.data)
    assert Introduction.objects.get() == made
