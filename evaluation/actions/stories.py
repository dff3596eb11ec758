"""Tell, change, hand in, publish and take back stories. Every change of a story takes its row's lock first."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.models import Neighbourhood, Team, User
from connectors.models import Conversation, Person
from evaluation import rules
from evaluation.models import Anyway, ConsentScope, Indicator, Story, StoryStatus
from sparks.models import Application


@dataclass(frozen=True)
class StoryWords:
    """What is told, and what it hangs together with. `photo` None keeps the photo as it is."""

    title: str
    happened_on: date
    neighbourhood: Neighbourhood | None = None
    self_text: str = ""
    us_text: str = ""
    now_text: str = ""
    quote: str = ""
    quote_by: str = ""
    residents_did: str = ""
    others_did: str = ""
    we_did: str = ""
    anyway: str = Anyway.UNKNOWN
    consent_scope: str = ConsentScope.NONE
    consent_on: date | None = None
    application: Application | None = None
    photo: File | None = None
    remove_photo: bool = False
    photo_alt: str = ""
    people: Iterable[Person] = field(default=())
    conversations: Iterable[Conversation] = field(default=())
    indicators: Iterable[Indicator] = field(default=())


_RELATED = ("people", "conversations", "indicators")
_NOT_COLUMNS = (*_RELATED, "photo", "remove_photo")
_COLUMNS = tuple(each.name for each in fields(StoryWords) if each.name not in _NOT_COLUMNS)


@transaction.atomic
def create_story(*, by: User, team: Team, words: StoryWords) -> Story:
    """Begin a story, as a draft of the person's own.

    Raises: ValidationError, by field, for another team's people or places, days to come, a photo that nobody can hear,
    and agreement without a day.
    """
    story = Story(team=team, created_by=by)
    changed = _write(story, words)
    audit.record(by=by, verb="created", obj=story, fields=changed)
    return story


@transaction.atomic
def update_story(*, by: User, story: Story, words: StoryWords) -> Story:
    """Change a story. One that was published waits to be approved again, because other words were approved.

    Raises: ValidationError as for a new one, and when the story was taken away meanwhile.
    """
    story = _locked(story)
    if story.status == StoryStatus.PUBLISHED:
        _unpublish(story, StoryStatus.SUBMITTED)
    if words.consent_scope:
        story.consent_withdrawn_at = None
    changed = _write(story, words)
    audit.record(by=by, verb="changed", obj=story, fields=changed)
    return story


@transaction.atomic
def submit_story(*, by: User, story: Story) -> Story:
    """Hand a draft in to be approved.

    Raises: ValidationError for a story without words, with somebody's words but not their agreement, or not a draft.
    """
    story = _locked(story)
    if story.status != StoryStatus.DRAFT:
        raise ValidationError(_("This story was handed in already."), code="not_draft")
    if not (story.self_text or story.us_text or story.now_text):
        raise ValidationError(_("Write a few words of the story first."), code="no_words")
    if story.quote and rules.lacks_consent(story):
        raise ValidationError(
            _("Somebody is quoted. Ask them how far their words may go, and write down the day they agreed."),
            code="no_consent",
        )
    story.status = StoryStatus.SUBMITTED
    story.save(update_fields=["status", "updated_at"])
    audit.record(by=by, verb="submitted", obj=story, fields=["status"])
    return story


@transaction.atomic
def approve_story(*, by: User, story: Story) -> Story:
    """Publish a story that was handed in.

    Raises: ValidationError when it does not wait for approval, when it is the person's own, and without the agreement of
    the people in it.
    """
    story = _locked(story)
    if story.status != StoryStatus.SUBMITTED:
        raise ValidationError(_("This story is not waiting to be approved."), code="not_submitted")
    if story.created_by_id == by.pk:
        raise ValidationError(_("You wrote this story, so another manager approves it."), code="own")
    if rules.lacks_consent(story):
        raise ValidationError(
            _("Nobody has written down how far the people in it agreed, and on which day. Ask them first."),
            code="no_consent",
        )
    story.status, story.published_at, story.published_by = StoryStatus.PUBLISHED, timezone.now(), by
    story.save(update_fields=["status", "published_at", "published_by", "updated_at"])
    audit.record(by=by, verb="published", obj=story, fields=["status", "published_at", "published_by"])
    return story


@transaction.atomic
def return_story(*, by: User, story: Story) -> Story:
    """Give a story that was handed in back to its writer. Raises: ValidationError when it does not wait."""
    story = _locked(story)
    if story.status != StoryStatus.SUBMITTED:
        raise ValidationError(_("This story is not waiting to be approved."), code="not_submitted")
    story.status = StoryStatus.DRAFT
    story.save(update_fields=["status", "updated_at"])
    audit.record(by=by, verb="returned", obj=story, fields=["status"])
    return story


@transaction.atomic
def withdraw_consent(*, by: User, story: Story) -> Story:
    """Record that the people in a story no longer agree, and unpublish it at once. Safe to repeat."""
    story = _locked(story)
    if story.consent_scope == ConsentScope.NONE:
        return story
    _unpublish(story, StoryStatus.DRAFT)
    story.consent_scope, story.consent_on, story.consent_withdrawn_at = ConsentScope.NONE, None, timezone.now()
    changed = ["status", "consent_scope", "consent_on", "consent_withdrawn_at", "published_at", "published_by"]
    story.save(update_fields=[*changed, "updated_at"])
    audit.record(by=by, verb="consent withdrawn", obj=story, fields=changed)
    return story


def _locked(story: Story) -> Story:
    return Story.objects.select_for_update().get(pk=story.pk)


def _unpublish(story: Story, to: StoryStatus) -> None:
    story.status, story.published_at, story.published_by = to, None, None


def _write(story: Story, words: StoryWords) -> list[str]:
    """Put the words into the story, check and keep it; return the names of the fields that changed."""
    changed = [name for name in _COLUMNS if getattr(story, name) != getattr(words, name)]
    for name in changed:
        setattr(story, name, getattr(words, name))
    old_photo = story.photo.name if story.photo else ""
    if words.photo or words.remove_photo:
        story.photo = words.photo or ""
        changed.append("photo")
    _check(story, words)
    story.save()
    for name in _RELATED:
        before = set(getattr(story, name).values_list("pk", flat=True))
        after = {row.pk for row in getattr(words, name)}
        if before != after:
            getattr(story, name).set(after)
            changed.append(name)
    if old_photo and "photo" in changed:
        storage = story.photo.storage
        transaction.on_commit(lambda: storage.delete(old_photo))
    return changed


def _check(story: Story, words: StoryWords) -> None:
    today, refused = timezone.localdate(), {}
    others = _("This belongs to another team.")
    if story.neighbourhood and story.neighbourhood.team_id != story.team_id:
        refused["neighbourhood"] = others
    if story.application and story.application.team_id != story.team_id:
        refused["application"] = others
    for name in ("people", "conversations"):
        if any(row.team_id != story.team_id for row in getattr(words, name)):
            refused[name] = others
    if story.happened_on > today:
        refused["happened_on"] = _("A story has happened already: choose today or a day before.")
    if story.consent_on and story.consent_on > today:
        refused["consent_on"] = _("They agreed today or before.")
    if story.consent_scope and not story.consent_on:
        refused["consent_on"] = _("On which day did they agree?")
    if story.consent_on and not story.consent_scope:
        refused["consent_scope"] = _("How far did they agree?")
    if story.photo and not story.photo_alt.strip():
        refused["photo_alt"] = _("Say what the photo shows, for people who cannot see it.")
    if refused:
        raise ValidationError(refused)
    story.full_clean(exclude=["photo"])
