"""Create, update, submit, publish and return stories. Each checks its rule first, and then locks the row."""

from dataclasses import fields, replace
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities import audit
from communities.actions.saving import check_row, locked
from communities.folding import readable
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.photos import delete_after_commit
from communities.rules import require
from communities.verbs import Verb
from connectors.actions.current_record import current_people
from connectors.models import Purpose
from connectors.queries.consent import named, refusals_of_photo, unwilling
from connectors.rules.consent import NOT_TOLD
from evaluation import rules
from evaluation.actions.emptying import empty_in_packs
from evaluation.models import ConsentScope, Emptied, Story, StoryStatus, Withdrawn
from evaluation.rules.story_values import StoryValues
from sparks.actions.telling import group, tell

_RELATED = ("people", "conversations", "indicators")
_NOT_COLUMNS = (*_RELATED, "photo", "remove_photo")
_COLUMNS = tuple(each.name for each in fields(StoryValues) if each.name not in _NOT_COLUMNS)


@idempotent(Story)
@transaction.atomic
def create_story(*, by: User, team: Team, values: StoryValues, uuid: UUID | None = None) -> Story:
    """Create a story as a draft. The same UUID sent twice creates one story.

    Raises: PermissionDenied; ValidationError, by field, for another team's people or places, dates in the future, a photo without
    a description, a photo while somebody in the story refuses photos, and consent without a date.
    """
    require(rules.can_write_story, by, team)
    values = _with_current_people(values)
    story = Story(team=team, created_by=by, uuid=uuid or uuid4())
    changed = _write(story, values)
    audit.record(by=by, verb=Verb.CREATE, obj=story, fields=changed)
    return story


@transaction.atomic
def update_story(*, by: User, story: Story, values: StoryValues) -> Story:
    """Update a story. A published one returns to the queue for approval, because a different text was approved.

    Raises: PermissionDenied; ValidationError as for a new one, when the story was deleted meanwhile, and when it is not a
    draft and somebody in it refuses to have it told.
    """
    require(rules.can_change_story, by, story)
    values = _with_current_people(values)
    story = _locked(story)
    _check_consent_date(story, values)
    was_waiting = story.review_since is not None or story.status == StoryStatus.PUBLISHED
    if story.status == StoryStatus.PUBLISHED:
        _unpublish(story, StoryStatus.SUBMITTED)
    if values.consent_scope:
        story.consent_withdrawn_at, story.withdrawn_why = None, Withdrawn.NOT_SAID
        story.withdrawn_person = story.withdrawn_by = None
    story.review_since = None
    changed = _write(story, values)
    if story.consent_scope not in (ConsentScope.REPORTS, ConsentScope.PUBLIC):
        empty_in_packs([story.pk], Emptied.CONSENT)
    if changed or was_waiting:
        audit.record(by=by, verb=Verb.UPDATE, obj=story, fields=changed)
    return story


@transaction.atomic
def submit_story(*, by: User, story: Story) -> Story:
    """Submit a draft for approval.

    Raises: PermissionDenied; ValidationError for an empty story, a quotation without consent, somebody in it who refuses to
    have it told, and a story that is not a draft.
    """
    require(rules.can_change_story, by, story)
    story = _locked(story)
    if story.status != StoryStatus.DRAFT:
        raise ValidationError(_("This story has already been submitted."), code="not_draft")
    _refuse_without_consent(story)
    if not (story.self_text or story.us_text or story.now_text):
        raise ValidationError(_("Write a few sentences of the story first."), code="no_words")
    if story.quote and rules.lacks_consent(story):
        raise ValidationError(
            _(
                "The story quotes someone. Ask them how widely their words can be shared, and record the day they agreed."
            ),
            code="no_consent",
        )
    story.status = StoryStatus.SUBMITTED
    story.save(update_fields=["status", "updated_at"])
    audit.record(by=by, verb=Verb.SUBMIT, obj=story, fields=["status"])
    return story


@transaction.atomic
def approve_story(*, by: User, story: Story) -> Story:
    """Publish a story that was submitted.

    Raises: PermissionDenied; ValidationError when it is not waiting for approval, when this person wrote it, without the
    consent of the people in it, and when one of them refuses to have it told or to be shown in photos.
    """
    require(rules.can_decide_story, by, story)
    story = _locked(story)
    if story.status != StoryStatus.SUBMITTED:
        raise ValidationError(_("This story is not waiting to be approved."), code="not_submitted")
    if story.created_by_id == by.pk:
        raise ValidationError(_("You wrote this story, so another manager approves it."), code="own")
    if rules.lacks_consent(story):
        raise ValidationError(
            _("Record how widely the people in it agreed to share this, and on which day. Ask them first."),
            code="no_consent",
        )
    _refuse_without_consent(story)
    story.status, story.published_at, story.published_by = StoryStatus.PUBLISHED, timezone.now(), by
    story.save(update_fields=["status", "published_at", "published_by", "updated_at"])
    audit.record(by=by, verb=Verb.PUBLISH, obj=story, fields=["status", "published_at", "published_by"])
    if spark := story.spark:
        with override(spark.team.language):
            scope = str(story.get_consent_scope_display())
        tell(spark, "spark_story", by=by, to=group(spark), scope=scope, occasion=f"story {story.pk}")
    return story


@transaction.atomic
def return_story(*, by: User, story: Story) -> Story:
    """Return a submitted story to its writer.

    Raises: PermissionDenied; ValidationError when it is not waiting for approval.
    """
    require(rules.can_decide_story, by, story)
    story = _locked(story)
    if story.status != StoryStatus.SUBMITTED:
        raise ValidationError(_("This story is not waiting to be approved."), code="not_submitted")
    story.status = StoryStatus.DRAFT
    story.save(update_fields=["status", "updated_at"])
    audit.record(by=by, verb=Verb.SEND_BACK, obj=story, fields=["status"])
    return story


def _locked(story: Story) -> Story:
    return locked(Story.objects.all(), story.pk)


def _with_current_people(values: StoryValues) -> StoryValues:
    """Lock the people in a story and replace merged records by current ones.

    People are locked before the story, in the order in which withdrawing a consent locks them.
    Raises: ValidationError for somebody who was erased since the page was read.
    """
    return replace(values, people=list(dict.fromkeys(current_people(values.people).values())))


def _refuse_without_consent(story: Story) -> None:
    """Raise ValidationError if somebody in the story refuses to have it told, or refuses its photo."""
    people = list(story.people.through.objects.filter(story=story).values_list("person_id", flat=True))
    if said_no := unwilling(people, Purpose.STORY):
        raise ValidationError(NOT_TOLD % {"names": named(said_no)}, code="said_no")
    if story.photo and (refused := refusals_of_photo(people)):
        raise ValidationError(str(refused["photo"]), code="said_no")


def _check_consent_date(story: Story, values: StoryValues) -> None:
    """Raise ValidationError, under `consent_on`, for a consent dated before the last withdrawal."""
    taken_back = story.consent_withdrawn_at
    if taken_back and values.consent_on and values.consent_on < timezone.localdate(taken_back):
        raise ValidationError(
            {
                "consent_on": _("They withdrew their consent on %(day)s. Enter a later day on which they agreed again.")
                % {"day": date_format(timezone.localdate(taken_back), "j F Y")}
            }
        )


def _unpublish(story: Story, to: StoryStatus) -> None:
    story.status, story.published_at, story.published_by = to, None, None


def _write(story: Story, values: StoryValues) -> list[str]:
    """Set the values, check and save the story; return the names of the fields that changed."""
    changed = [name for name in _COLUMNS if getattr(story, name) != getattr(values, name)]
    for name in changed:
        setattr(story, name, getattr(values, name))
    if values.photo or values.remove_photo:
        delete_after_commit(story.photo)
        story.photo = values.photo or ""
        changed.append("photo")
    _check(story, values)
    story.save()
    for name in _RELATED:
        before = set(getattr(story, name).values_list("pk", flat=True))
        after = {row.pk for row in getattr(values, name)}
        if before != after:
            getattr(story, name).set(after)
            changed.append(name)
    return changed


def _check(story: Story, values: StoryValues) -> None:
    today = timezone.localdate()
    refused: dict[str, str | Promise] = {}
    others = _("This belongs to another team.")
    if story.neighbourhood and story.neighbourhood.team_id != story.team_id:
        refused["neighbourhood"] = others
    if story.spark and story.spark.team_id != story.team_id:
        refused["spark"] = others
    for name in ("people", "conversations"):
        if any(row.team_id != story.team_id for row in getattr(values, name)):
            refused[name] = others
    if story.happened_on > today:
        refused["happened_on"] = _("Choose today or an earlier day.")
    if story.consent_on and story.consent_on > today:
        refused["consent_on"] = _("The day they agreed cannot be in the future.")
    if story.consent_scope and not story.consent_on:
        refused["consent_on"] = _("On which day did they agree?")
    if story.consent_on and not story.consent_scope:
        refused["consent_scope"] = _("How widely did they agree to share it?")
    if story.photo and not readable(story.photo_alt):
        refused["photo_alt"] = _("Say what the photo shows, for people who cannot see it.")
    people = [person.pk for person in values.people]
    if story.photo:
        refused |= refusals_of_photo(people)
    if story.status != StoryStatus.DRAFT and (said_no := unwilling(people, Purpose.STORY)):
        refused["people"] = NOT_TOLD % {"names": named(said_no)}
    if refused:
        raise ValidationError(refused)
    check_row(story, exclude=["photo"])
