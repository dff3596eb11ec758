"""Actions of evaluation, and everything they refuse."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from communities.models import AuditEntry, Role, Team, User
from evaluation import actions
from evaluation.models import ConsentScope, Indicator, Measurement, Story, StoryStatus
from evaluation.rules import StoryValues
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory, PersonFactory
from tests.factories.evaluation import MeasurementFactory, StoryFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 1)


def values(**more: object) -> StoryValues:
    """Return the texts of a story."""
    return StoryValues(**{"title": "The supper", "happened_on": DAY, "us_text": "We cooked.", **more})


def record(team: Team, by: User, key: str = "changes-by-residents", **more: object) -> Measurement:
    """Record a value for a quarter."""
    given = {"period_start": date(2026, 4, 1), "period_end": date(2026, 6, 30), "value": Decimal(3), "note": "Asked."}
    return actions.record_measurement(by=by, team=team, indicator=Indicator.objects.get(key=key), **{**given, **more})


def last_entry(row: object) -> AuditEntry:
    """Return the latest audit entry of a row."""
    return AuditEntry.objects.filter(model=row._meta.label_lower, object_id=str(row.pk)).first()


# Measurements


def test_a_measurement_is_recorded(team: Team, evaluator: User) -> None:
    place = NeighbourhoodFactory(team=team)
    made = record(team, evaluator, neighbourhood=place)
    kept = Measurement.objects.get()
    assert (kept.value, kept.neighbourhood, kept.note, kept.created_by) == (Decimal("3.00"), place, "Asked.", evaluator)
    entry = last_entry(made)
    assert (entry.verb, entry.actor, entry.team) == ("create", evaluator, team)
    assert entry.field_names == ["note", "period_end", "period_start", "value"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"key": "conversations-held"}, "indicator"),
        ({"period_end": date(2026, 6, 29)}, "period_end"),
        ({"value": Decimal(-1)}, "value"),
        ({"value": Decimal("1e20")}, "value"),
        ({"value": Decimal("NaN")}, "value"),
        ({"key": "connector-knowledge", "value": Decimal("1.5")}, "value"),
        ({"note": "  "}, "note"),
    ],
)
def test_a_measurement_is_refused(given: dict, field: str, team: Team, evaluator: User) -> None:
    with pytest.raises(ValidationError) as raised:
        record(team, evaluator, **given)
    assert field in raised.value.error_dict
    assert not Measurement.objects.exists()


def test_a_measurement_of_another_teams_place_is_refused(team: Team, other_team: Team, evaluator: User) -> None:
    with pytest.raises(ValidationError) as raised:
        record(team, evaluator, neighbourhood=NeighbourhoodFactory(team=other_team))
    assert "neighbourhood" in raised.value.error_dict


@pytest.mark.parametrize("with_place", [True, False])
def test_a_period_and_place_has_one_measurement(with_place: bool, team: Team, evaluator: User) -> None:
    place = NeighbourhoodFactory(team=team) if with_place else None
    record(team, evaluator, neighbourhood=place)
    with pytest.raises(ValidationError, match="already a number"):
        record(team, evaluator, neighbourhood=place)


def test_a_measurement_is_changed(team: Team, evaluator: User) -> None:
    made = MeasurementFactory(team=team)
    given = {"period_start": made.period_start, "period_end": made.period_end, "note": made.note}
    actions.update_measurement(by=evaluator, measurement=made, value=Decimal(9), **given)
    assert Measurement.objects.get().value == 9
    assert last_entry(made).field_names == ["value"]
    entries = AuditEntry.objects.count()
    actions.update_measurement(by=evaluator, measurement=made, value=Decimal(9), **given)
    assert AuditEntry.objects.count() == entries


# Stories


def test_a_story_is_created(team: Team, builder: User) -> None:
    person, talk = PersonFactory(team=team), ConversationFactory(team=team)
    spark = SparkFactory(round=RoundFactory(team=team))
    number = Indicator.objects.get(key="groups-formed")
    story = actions.create_story(
        by=builder,
        team=team,
        values=values(people=[person], conversations=[talk], indicators=[number], spark=spark),
    )
    kept = Story.objects.get()
    assert (kept.title, kept.status, kept.created_by, kept.spark) == ("The supper", "draft", builder, spark)
    assert list(kept.people.all()) == [person]
    assert list(kept.conversations.all()) == [talk]
    assert list(kept.indicators.all()) == [number]
    entry = last_entry(story)
    assert entry.verb == "create"
    assert set(entry.field_names) >= {"title", "people", "conversations", "indicators", "spark"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"happened_on": timezone.localdate() + timedelta(days=2)}, "happened_on"),
        ({"consent_scope": ConsentScope.PUBLIC}, "consent_on"),
        ({"consent_on": DAY}, "consent_scope"),
        ({"consent_scope": "public", "consent_on": timezone.localdate() + timedelta(days=2)}, "consent_on"),
        ({"title": ""}, "title"),
        ({"anyway": "perhaps"}, "anyway"),
        ({"photo": ContentFile(b"x", name="a.jpg")}, "photo_alt"),
    ],
)
def test_a_story_is_refused(given: dict, field: str, team: Team, builder: User) -> None:
    with pytest.raises(ValidationError) as raised:
        actions.create_story(by=builder, team=team, values=values(**given))
    assert field in raised.value.error_dict
    assert not Story.objects.exists()


def test_a_story_of_another_teams_rows_is_refused(team: Team, other_team: Team, builder: User) -> None:
    theirs = {
        "neighbourhood": NeighbourhoodFactory(team=other_team),
        "people": [PersonFactory(team=other_team)],
        "conversations": [ConversationFactory(team=other_team)],
        "spark": SparkFactory(round=RoundFactory(team=other_team)),
    }
    with pytest.raises(ValidationError) as raised:
        actions.create_story(by=builder, team=team, values=values(**theirs))
    assert set(raised.value.error_dict) == set(theirs)


def test_a_story_goes_from_draft_to_published(team: Team, builder: User, manager: User) -> None:
    story = StoryFactory(team=team, created_by=builder, agreed=True)
    assert actions.submit_story(by=builder, story=story).status == StoryStatus.SUBMITTED
    told = actions.approve_story(by=manager, story=story)
    assert (told.status, told.published_by) == (StoryStatus.PUBLISHED, manager)
    assert told.published_at is not None
    verbs = AuditEntry.objects.filter(model="evaluation.story").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["submit", "publish"]


@pytest.mark.parametrize(
    ("made", "code"),
    [
        ({"submitted": True}, "not_draft"),
        ({"us_text": "", "now_text": ""}, "no_words"),
        ({"quote": "I know everyone now."}, "no_consent"),
    ],
)
def test_submitting_is_refused(made: dict, code: str, team: Team, builder: User) -> None:
    story = StoryFactory(team=team, created_by=builder, **made)
    with pytest.raises(ValidationError) as raised:
        actions.submit_story(by=builder, story=story)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("made", "code"),
    [
        ({}, "not_submitted"),
        ({"published": True}, "not_submitted"),
        ({"status": StoryStatus.SUBMITTED}, "no_consent"),
    ],
)
def test_approval_is_refused(made: dict, code: str, team: Team, builder: User, manager: User) -> None:
    story = StoryFactory(team=team, created_by=builder, **made)
    with pytest.raises(ValidationError) as raised:
        actions.approve_story(by=manager, story=story)
    assert raised.value.code == code


def test_nobody_can_approve_their_own_story(team: Team, manager: User) -> None:
    with pytest.raises(ValidationError) as raised:
        actions.approve_story(by=manager, story=StoryFactory(team=team, created_by=manager, submitted=True))
    assert raised.value.code == "own"


def test_a_story_is_returned(team: Team, builder: User, manager: User) -> None:
    story = StoryFactory(team=team, created_by=builder, submitted=True)
    assert actions.return_story(by=manager, story=story).status == StoryStatus.DRAFT
    with pytest.raises(ValidationError):
        actions.return_story(by=manager, story=story)


def test_a_published_story_waits_for_approval_after_a_change(team: Team, builder: User) -> None:
    story = StoryFactory(team=team, created_by=builder, published=True)
    actions.update_story(
        by=builder, story=story, values=values(consent_scope=story.consent_scope, consent_on=story.consent_on)
    )
    story.refresh_from_db()
    assert (story.status, story.published_at, story.published_by) == (StoryStatus.SUBMITTED, None, None)


def test_withdrawn_consent_unpublishes_at_once(team: Team, builder: User) -> None:
    story = StoryFactory(team=team, created_by=builder, published=True)
    actions.withdraw_consent(by=builder, story=story)
    story.refresh_from_db()
    assert (story.status, story.consent_scope, story.consent_on) == (StoryStatus.DRAFT, "", None)
    assert story.consent_withdrawn_at is not None
    assert not Story.objects.published().exists()
    entries = AuditEntry.objects.count()
    actions.withdraw_consent(by=builder, story=story)
    assert AuditEntry.objects.count() == entries


def test_a_new_consent_ends_a_withdrawal(team: Team, builder: User) -> None:
    story = actions.withdraw_consent(by=builder, story=StoryFactory(team=team, created_by=builder, published=True))
    again = actions.update_story(
        by=builder, story=story, values=values(consent_scope="team", consent_on=timezone.localdate())
    )
    assert (again.consent_withdrawn_at, again.withdrawn_why, again.review_since) == (None, "", None)


def test_a_consent_dated_before_its_withdrawal_is_refused(team: Team, builder: User) -> None:
    story = actions.withdraw_consent(by=builder, story=StoryFactory(team=team, created_by=builder, published=True))
    with pytest.raises(ValidationError) as refused:
        actions.update_story(by=builder, story=story, values=values(consent_scope="team", consent_on=DAY))
    assert "Enter a later day" in refused.value.message_dict["consent_on"][0]
    story.refresh_from_db()
    assert story.consent_withdrawn_at is not None


def test_a_photo_is_replaced_and_removed(team: Team, builder: User, django_capture_on_commit_callbacks) -> None:
    picture = {"photo": ContentFile(b"one", name="one.jpg"), "photo_alt": "A table"}
    story = actions.create_story(by=builder, team=team, values=values(**picture))
    first = story.photo.name
    storage = story.photo.storage
    with django_capture_on_commit_callbacks(execute=True):
        story = actions.update_story(
            by=builder, story=story, values=values(photo=ContentFile(b"two", name="two.jpg"), photo_alt="Two")
        )
    assert not storage.exists(first)
    assert storage.exists(story.photo.name)
    kept = actions.update_story(by=builder, story=story, values=values(photo_alt="Two"))
    assert kept.photo.name == story.photo.name
    with django_capture_on_commit_callbacks(execute=True):
        bare = actions.update_story(by=builder, story=story, values=values(remove_photo=True))
    assert not bare.photo
    assert not storage.exists(story.photo.name)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_approval_and_withdrawal_at_once_never_publish_without_consent(race) -> None:
    for _ in range(10):
        team = TeamFactory()
        writer, manager = UserFactory(roles={team: [Role.BUILDER]}), UserFactory(roles={team: [Role.MANAGER]})
        story = StoryFactory(team=team, created_by=writer, submitted=True)
        approved, withdrawn = race(
            lambda story=story, by=manager: actions.approve_story(by=by, story=story),
            lambda story=story, by=writer: actions.withdraw_consent(by=by, story=story),
        )
        assert isinstance(withdrawn, Story), withdrawn
        assert isinstance(approved, Story | ValidationError), approved
        story.refresh_from_db()
        assert (story.status, story.consent_scope) == (StoryStatus.DRAFT, "")
