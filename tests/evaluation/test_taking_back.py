"""A resident's no to stories or photos takes effect at once, however it is given, and nothing reverses it."""

import ast
import json
from datetime import timedelta
from functools import partial
from html import unescape
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from communities.models import AuditEntry
from connectors.actions.consent import record_consents
from connectors.actions.conversations import change_conversation, log_conversation
from connectors.actions.merges import merge_people, undo_merge
from connectors.actions.unsorted_names import resolve_name
from connectors.models import Conversation, ItemState, SealedItem
from evaluation import actions
from evaluation.models import Story, StoryStatus
from evaluation.rules import StoryValues
from sparks.actions import report_back
from sparks.models import Report, Status
from tests.factories.connectors import ConversationFactory, PersonFactory
from tests.factories.connectors_capture import Phone, SealedItemFactory, SealingKeyFactory
from tests.factories.connectors_consent import ConsentFactory, ReadBackLinkFactory
from tests.factories.evaluation import StoryFactory
from tests.factories.sparks import SparkFactory
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db


def a_photo() -> ContentFile:
    """Return a photo to attach."""
    return ContentFile(photo_bytes(), name="her.jpg")


@pytest.fixture
def phone(builder, team):
    """Return the builder's phone, with a sealing key."""
    SealingKeyFactory()
    return Phone(builder, team)


@pytest.fixture
def rose(team):
    """Return a resident of the team."""
    return PersonFactory(team=team, known_as="Rose")


@pytest.fixture
def told(team, builder, manager, rose):
    """Return a published story that Rose is in, with her own words and a photo of her."""
    return StoryFactory(
        team=team, created_by=builder, published=True, published_by=manager, people=[rose], title="The supper",
        quote="I only came to look.", quote_by="Rose", photo=a_photo(), photo_alt="Rose at the stove",
    )  # fmt: skip


@pytest.fixture
def shown(team, builder, rose, told):
    """Return every photo of Rose: in a story, in a conversation and with a spark that she is behind."""
    talk = ConversationFactory(team=team, builder=builder, people=[rose], photo=a_photo(), photo_alt="Rose")
    spark = SparkFactory(round__team=team, created_by=builder, status=Status.REPORTED)
    spark.applicants.add(rose)
    report = Report.objects.create(
        spark=spark, what_happened="We cooked.", photo=a_photo(), photo_alt="Rose", created_by=builder
    )
    return told, talk, report


def by_action(client_for, builder, person, purpose):
    """Say no to a builder."""
    record_consents(person=person, by=builder, answers={purpose: False})
    return ""


def by_page(client_for, builder, person, purpose):
    """Say no on the builder's page."""
    address = reverse("connectors:person-consents", kwargs={"uuid": person.uuid})
    answer = client_for(builder).post(address, {purpose: "no", "how": "told"}, follow=True)
    return unescape(answer.content.decode())


def by_sheet(client_for, builder, person, purpose):
    """Say no on her own sheet, opened with a link."""
    ReadBackLinkFactory(person=person, secret="hers", made_by=builder)
    client = client_for(builder)
    client.logout()
    client.post(reverse("connectors:sheet-open", kwargs={"secret": "hers"}))
    answer = client.post(reverse("connectors:sheet-consents"), {purpose: "no"}, follow=True)
    return unescape(answer.content.decode())


def by_merging(client_for, builder, person, purpose):
    """Say no on another record, which is then merged into the one in the story."""
    twin = PersonFactory(team=person.team, known_as="Rosie")
    ConsentFactory(person=twin, purpose=purpose, is_given=False)
    merge_people(kept=person, absorbed=twin, by=builder)
    return ""


def by_being_merged(client_for, builder, person, purpose):
    """Say no when the record in the story had been merged into another before."""
    kept = PersonFactory(team=person.team, known_as="Rosie")
    merge_people(kept=kept, absorbed=person, by=builder)
    record_consents(person=person, by=builder, answers={purpose: False})
    return ""


DOORS = (by_action, by_page, by_sheet, by_merging, by_being_merged)


@pytest.mark.parametrize("door", DOORS)
def test_a_no_to_the_story_unpublishes_it_at_once(door, client_for, builder, evaluator, rose, told) -> None:
    page = door(client_for, builder, rose, "story")
    told.refresh_from_db()
    assert (told.status, told.consent_scope, told.consent_on, told.published_at) == ("draft", "", None, None)
    assert told.consent_withdrawn_at
    assert told.review_since
    assert (told.withdrawn_why, told.withdrawn_person.shown_as) in (("story", "Rose"), ("story", "Rosie"))
    assert told.withdrawn_by == (None if door is by_sheet else builder)
    assert not page or "1 story was unpublished." in page
    for name in ("story-detail", "story-photo"):
        assert client_for(evaluator).get(reverse(f"evaluation:{name}", kwargs={"uuid": told.uuid})).status_code == 404
    entry = AuditEntry.objects.get(model="evaluation.story", verb="withdraw_consent")
    assert "consent_withdrawn_at" in entry.field_names
    assert "Rose" not in json.dumps(entry.field_names)


@pytest.mark.parametrize("door", DOORS)
def test_a_no_to_photos_deletes_them_all(
    door, client_for, builder, manager, rose, shown, media, django_capture_on_commit_callbacks
) -> None:
    files = [row.photo.path for row in shown]
    assert all(Path(file).exists() for file in files)
    with django_capture_on_commit_callbacks(execute=True):
        page = door(client_for, builder, rose, "photo")
    for row in shown:
        row.refresh_from_db()
        assert (row.photo.name, row.photo_alt) == ("", "")
    assert [path for path in media.rglob("*") if path.is_file()] == []
    story, talk, report = shown
    assert (story.status, story.withdrawn_why) == ("published", "photo")
    assert story.review_since
    for words in ("1 photo of a story", "1 photo of a conversation", "1 photo of a spark") if page else ():
        assert f"{words} was deleted." in page
    client = client_for(manager)
    for name, uuid in (
        ("evaluation:story-photo", story.uuid),
        ("connectors:conversation-photo", talk.uuid),
        ("sparks:report-photo", report.spark.uuid),
    ):
        assert client.get(reverse(name, kwargs={"uuid": uuid})).status_code == 404
    changed = {entry.model for entry in AuditEntry.objects.all() if "photo_alt" in entry.field_names}
    assert changed == {"evaluation.story", "connectors.conversation", "sparks.spark"}


def test_other_residents_stories_and_photos_are_unchanged(team, builder, manager, rose, shown) -> None:
    other = PersonFactory(team=team, known_as="Idris")
    record_consents(person=other, by=builder, answers={"story": False, "photo": False})
    for row in shown:
        row.refresh_from_db()
        assert row.photo
    assert shown[0].status == "published"


def test_a_story_waiting_for_approval_is_returned_too(team, builder, rose) -> None:
    story = StoryFactory(team=team, created_by=builder, submitted=True, people=[rose])
    record_consents(person=rose, by=builder, answers={"story": False})
    story.refresh_from_db()
    assert (story.status, story.consent_scope) == ("draft", "")


def test_photos_waiting_for_a_conversation_are_deleted_too(phone, team, builder, rose) -> None:
    talk = ConversationFactory(team=team, builder=builder, people=[rose], photo=a_photo(), photo_alt="Rose")
    phone.send(phone.photograph(talk.uuid, photo_bytes()))
    item = SealedItem.objects.get()
    assert (item.state, item.reason) == (ItemState.PARKED, "second-photo")
    record_consents(person=rose, by=builder, answers={"photo": False})
    item.refresh_from_db()
    assert (item.state, item.sealed) == (ItemState.DROPPED, None)


def test_today_asks_the_author_and_managers_to_review_the_story(
    client_for, team, builder, manager, evaluator, rose, told
) -> None:
    client_for(builder)
    record_consents(person=rose, by=manager, answers={"story": False})
    for user in (builder, manager):
        page = " ".join(unescape(client_for(user).get("/").content.decode()).split())
        assert "Stories to check again" in page
        assert "The supper" in page
        assert "Rose: They said no to sharing their story" in page
    assert "Stories to check again" not in client_for(evaluator).get("/").content.decode()
    page = client_for(builder).get(reverse("evaluation:story-detail", kwargs={"uuid": told.uuid}))
    assert f"Recorded by {manager}." in " ".join(page.content.decode().split())
    client_for(builder).post(reverse("evaluation:story-look", kwargs={"uuid": told.uuid}))
    assert "Stories to check again" not in client_for(manager).get("/").content.decode()
    told.refresh_from_db()
    assert (told.withdrawn_why, told.review_since) == ("story", None)


def test_another_builder_is_not_asked_to_review(client_for, team, builder, rose) -> None:
    StoryFactory(team=team, published=True, people=[rose])
    record_consents(person=rose, by=builder, answers={"story": False})
    assert "Stories to check again" not in client_for(builder).get("/").content.decode()


def test_a_later_yes_publishes_nothing_by_itself(builder, manager, rose, told) -> None:
    record_consents(person=rose, by=builder, answers={"story": False, "photo": False})
    record_consents(person=rose, by=builder, answers={"story": True, "photo": True})
    told.refresh_from_db()
    assert (told.status, told.photo.name) == ("draft", "")
    agreed = StoryValues(
        title=told.title, happened_on=told.happened_on, us_text="Together.", people=[rose], consent_scope="team",
        consent_on=timezone.localdate(), photo=a_photo(), photo_alt="Rose",
    )  # fmt: skip
    actions.update_story(by=builder, story=told, values=agreed)
    actions.submit_story(by=builder, story=told)
    assert actions.approve_story(by=manager, story=told).is_published


@pytest.mark.parametrize("step", ["submit", "approve", "approve with a photo"])
def test_a_story_cannot_be_published_after_a_no(team, builder, manager, rose, step) -> None:
    story = StoryFactory(
        team=team, created_by=builder, people=[rose], agreed=True,
        status="draft" if step == "submit" else "submitted",
        **({"photo": a_photo(), "photo_alt": "Rose"} if "photo" in step else {}),
    )  # fmt: skip
    ConsentFactory(person=rose, purpose="photo" if "photo" in step else "story", is_given=False)
    act = actions.submit_story if step == "submit" else actions.approve_story
    with pytest.raises(ValidationError) as refused:
        act(by=builder if step == "submit" else manager, story=story)
    assert "Rose said no to" in refused.value.messages[0]
    story.people.clear()
    assert act(by=builder if step == "submit" else manager, story=story).status != "draft"


def test_the_page_says_why_it_cannot_be_published(client_for, team, builder, manager, rose) -> None:
    story = StoryFactory(team=team, created_by=builder, people=[rose], submitted=True)
    ConsentFactory(person=rose, purpose="story", is_given=False)
    address = reverse("evaluation:story-detail", kwargs={"uuid": story.uuid})
    page = unescape(client_for(manager).get(address).content.decode())
    assert "Rose said no to sharing their story" in " ".join(page.split())
    assert "Approve and publish" not in page
    answer = client_for(manager).post(reverse("evaluation:story-approve", kwargs={"uuid": story.uuid}), follow=True)
    assert "Rose said no to sharing their story. Take them out" in unescape(answer.content.decode())
    assert Story.objects.get().status == StoryStatus.SUBMITTED


def test_a_resident_who_said_no_cannot_be_added_to_a_submitted_story(team, builder, rose) -> None:
    ConsentFactory(person=rose, purpose="story", is_given=False)
    words = StoryValues(title="The supper", happened_on=timezone.localdate(), people=[rose], us_text="Together.")
    for story in (
        StoryFactory(team=team, created_by=builder, submitted=True),
        StoryFactory(team=team, created_by=builder, published=True),
    ):
        before = story.status
        with pytest.raises(ValidationError) as refused:
            actions.update_story(by=builder, story=story, values=words)
        assert "Rose" in refused.value.message_dict["people"][0]
        story.refresh_from_db()
        assert story.status == before
    assert list(actions.create_story(by=builder, team=team, values=words).people.all()) == [rose]


def add_to_story(team, by, rose) -> None:
    """Start a story with a photo of her."""
    words = StoryValues(
        title="T", happened_on=timezone.localdate(), people=[rose], photo=a_photo(), photo_alt="Rose"
    )  # fmt: skip
    actions.create_story(by=by, team=team, values=words)


def add_to_told_story(team, by, rose) -> None:
    """Add her to a story that has a photo."""
    story = StoryFactory(team=team, created_by=by, photo=a_photo(), photo_alt="The table")
    words = StoryValues(title="T", happened_on=timezone.localdate(), people=[rose], photo_alt="The table")
    actions.update_story(by=by, story=story, values=words)


def add_to_new_conversation(team, by, rose) -> None:
    """Record a conversation with a photo."""
    log_conversation(team=team, by=by, people=[rose], photo=a_photo(), photo_alt="Rose", summary="We met.")


def add_to_conversation(team, by, rose) -> None:
    """Add a photo to a conversation."""
    talk = ConversationFactory(team=team, builder=by, people=[rose])
    change_conversation(conversation=talk, by=by, people=[rose], themes=[], photo=a_photo(), photo_alt="Rose")


def join_conversation_with_photo(team, by, rose) -> None:
    """Add her to a conversation that has a photo."""
    talk = ConversationFactory(team=team, builder=by, photo=a_photo(), photo_alt="The hall")
    change_conversation(conversation=talk, by=by, people=[rose], themes=[])


def report_with_photo(team, by, rose) -> None:
    """Report, with a photo, on a spark that she is behind."""
    spark = SparkFactory(round__team=team, created_by=by, status=Status.PAID)
    spark.applicants.add(rose)
    report_back(spark=spark, by=by, photo=a_photo(), photo_alt="Rose", what_happened="We cooked.")


ADDING = (
    add_to_story, add_to_told_story, add_to_new_conversation, add_to_conversation, join_conversation_with_photo,
    report_with_photo,
)  # fmt: skip


@pytest.mark.parametrize("add", ADDING)
def test_a_photo_cannot_be_added_after_a_no(add, team, builder, rose) -> None:
    add(team, builder, rose)
    ConsentFactory(person=rose, purpose="photo", is_given=False)
    with pytest.raises(ValidationError) as refused:
        add(team, builder, rose)
    assert "Rose said no to photos" in refused.value.message_dict["photo"][0]


def test_a_photo_from_a_phone_is_not_attached_after_a_no(client_for, phone, team, builder, rose) -> None:
    ConsentFactory(person=rose, purpose="photo", is_given=False)
    talk = ConversationFactory(team=team, builder=builder, people=[rose])
    phone.send(phone.photograph(talk.uuid, photo_bytes()))
    talk.refresh_from_db()
    assert not talk.photo
    item = SealedItem.objects.get()
    assert (item.state, item.reason) == (ItemState.PARKED, "said-no")
    page = client_for(builder).get(reverse("connectors:capture-check", kwargs={"uuid": item.uuid}))
    assert "Someone in the conversation said no to photos" in page.content.decode()


def test_an_unclear_name_cannot_become_a_resident_who_said_no_to_photos(client_for, team, builder, rose) -> None:
    talk = ConversationFactory(
        team=team, builder=builder, photo=a_photo(), photo_alt="The hall", unsorted_names=["Rose"]
    )
    ConsentFactory(person=rose, purpose="photo", is_given=False)
    address = reverse("connectors:conversation-resolve-name", kwargs={"uuid": talk.uuid})
    answer = client_for(builder).post(address, {"name": "Rose", "who": str(rose.uuid)}, follow=True)
    assert "Rose said no to photos, and this conversation has one." in answer.content.decode()
    talk.refresh_from_db()
    assert talk.unsorted_names == ["Rose"]
    with pytest.raises(ValidationError):
        resolve_name(conversation=talk, by=builder, name="Rose", person=rose)


def test_the_admin_cannot_add_a_resident_who_said_no_to_a_conversation_with_a_photo(
    client_for, team, manager, rose
) -> None:
    talk = ConversationFactory(team=team, builder=manager, photo=a_photo(), photo_alt="The hall")
    ConsentFactory(person=rose, purpose="photo", is_given=False)
    sent = {"team": team.pk, "held_on": talk.held_on.isoformat(), "builder": manager.pk, "people": [rose.pk]}
    sent |= {"heard_themes-TOTAL_FORMS": "0", "heard_themes-INITIAL_FORMS": "0"}
    answer = client_for(manager).post(reverse("admin:connectors_conversation_change", args=[talk.pk]), sent)
    assert "Rose said no to photos" in answer.content.decode()
    assert not talk.people.exists()


def test_undoing_a_merge_shows_nothing_of_a_resident_who_said_no(team, builder, manager, rose) -> None:
    ConsentFactory(person=rose, purpose="photo", is_given=False, recorded_at=timezone.now() - timedelta(days=2))
    talk = ConversationFactory(team=team, builder=builder, people=[rose])
    twin = PersonFactory(team=team, known_as="Rosie")
    ConsentFactory(person=twin, purpose="photo")
    merge = merge_people(kept=twin, absorbed=rose, by=manager)
    change_conversation(conversation=talk, by=builder, people=[twin], themes=[], photo=a_photo(), photo_alt="Rosie")
    undo_merge(merge=merge, by=manager)
    talk.refresh_from_db()
    assert (list(talk.people.all()), talk.photo.name) == ([rose], "")


def test_consents_are_written_by_one_action() -> None:
    root, making = Path(__file__).resolve().parents[2], {"create", "bulk_create", "get_or_create", "update_or_create"}
    found = [
        path.relative_to(root).as_posix()
        for app in ("communities", "assets", "connectors", "sparks", "evaluation")
        for path in (root / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and "ConsentRecord" in (parts := ast.unparse(node.func).split("."))
        and (parts[-1] == "ConsentRecord" or parts[-1] in making)
    ]
    assert found == ["connectors/actions/consent.py"]


# At the same moment; PostgreSQL only, because SQLite allows one writer at a time.


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_a_no_at_the_same_time_prevents_an_approval(race, team, builder, manager, rose, _round) -> None:
    story = StoryFactory(team=team, created_by=builder, submitted=True, people=[rose])
    race(
        partial(actions.approve_story, by=manager, story=story),
        partial(record_consents, person=rose, by=builder, answers={"story": False}),
    )
    assert Story.objects.get().status == StoryStatus.DRAFT


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("add", [*ADDING, "phone"])
def test_a_no_at_the_same_time_prevents_a_photo(race, phone, team, builder, rose, add) -> None:
    if add == "phone":
        talk = ConversationFactory(team=team, builder=builder, people=[rose])
        item = phone.photograph(talk.uuid, photo_bytes())
        act = partial(phone.send, item)
    else:
        act = partial(add, team, builder, rose)
    results = race(act, partial(record_consents, person=rose, by=builder, answers={"photo": False}))
    assert not isinstance(results[1], Exception)
    for model, people in ((Story, "people"), (Conversation, "people"), (Report, "spark__applicants")):
        assert not model.objects.filter(**{people: rose}).exclude(photo="").exists()


def test_other_waiting_items_stay(team, builder, rose) -> None:
    item = SealedItemFactory(team=team, user=builder)
    record_consents(person=rose, by=builder, answers={"photo": False})
    item.refresh_from_db()
    assert item.state == ItemState.PARKED
