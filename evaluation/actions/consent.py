"""Withdrawal of consent to a story: it is unpublished and leaves published packs at once, and is never published again automatically."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from communities import audit
from communities.actions.saving import locked
from communities.models import User
from communities.photos import delete_after_commit
from communities.rules import require
from communities.undo import keep_change
from communities.verbs import Verb
from connectors.models import Person
from evaluation import rules
from evaluation.actions.emptying import empty_in_packs
from evaluation.models import ConsentScope, Emptied, Story, StoryStatus, Withdrawn

UNPUBLISHED = (
    "status", "consent_scope", "consent_on", "consent_withdrawn_at", "published_at", "published_by", "withdrawn_why",
    "withdrawn_person", "withdrawn_by", "review_since",
)  # fmt: skip


@transaction.atomic
def withdraw_consent(*, by: User, story: Story) -> Story:
    """Record that the people in a story no longer agree, and unpublish it at once. Safe to repeat.

    Raises: PermissionDenied; ValidationError when it was deleted meanwhile.
    """
    require(rules.can_write_story, by, story.team_id)
    story = locked(Story.objects.all(), story.pk)
    if story.consent_scope == ConsentScope.NONE:
        return story
    before = {name: getattr(story, name) for name in UNPUBLISHED}
    _unpublish(story, Withdrawn.TEAM, person=None, by=by)
    keep_change(story, by=by, verb=Verb.WITHDRAW_CONSENT, before=before)
    return story


def unpublish_stories(*, person: Person, records: Collection[int], by: User | None, why: Withdrawn) -> list[Story]:
    """Unpublish every story that a resident is in, in the caller's transaction; return those that were published, submitted or consented to.

    records: the primary keys of all their records. Each becomes a draft to be reviewed. Every row is locked first,
    whatever its status: a story that is being published at this moment is unpublished straight afterwards.
    """
    stories = [each for each in _locked_stories(records) if each.consent_scope or each.status != StoryStatus.DRAFT]
    for story in stories:
        _unpublish(story, why, person=person, by=by)
    return stories


def remove_photos(*, person: Person, records: Collection[int], by: User | None, why: Withdrawn) -> list[Story]:
    """Delete the photos of the stories that a resident is in, in the caller's transaction; return those stories.

    The stories are to be reviewed; they stay published, without the photo.
    """
    stories = [story for story in _locked_stories(records) if story.photo]
    for story in stories:
        delete_after_commit(story.photo)
        story.photo, story.photo_alt = "", ""
        changed = ["photo", "photo_alt"]
        if not story.withdrawn_why:
            _say_why(story, why, person=person, by=by)
            changed += ["withdrawn_why", "withdrawn_person", "withdrawn_by", "review_since"]
        story.save(update_fields=[*changed, "updated_at"])
        audit.record(by=by, verb=Verb.UPDATE, obj=story, fields=changed)
    return stories


@transaction.atomic
def mark_story_as_reviewed(*, by: User, story: Story) -> Story:
    """Record that a story was reviewed after somebody withdrew consent; the story is unchanged. Safe to repeat.

    Raises: PermissionDenied; ValidationError when it was deleted meanwhile.
    """
    require(rules.can_change_story, by, story)
    story = locked(Story.objects.all(), story.pk)
    if story.review_since is not None:
        story.review_since = None
        story.save(update_fields=["review_since", "updated_at"])
        audit.record(by=by, verb=Verb.UPDATE, obj=story, fields=["review_since"])
    return story


def _locked_stories(records: Collection[int]) -> list[Story]:
    theirs = Story.people.through.objects.filter(person__in=list(records)).values_list("story_id", flat=True)
    return list(Story.objects.select_for_update(of=("self",)).filter(pk__in=list(theirs)).order_by("pk"))


def _unpublish(story: Story, why: Withdrawn, *, person: Person | None, by: User | None) -> None:
    story.status, story.published_at, story.published_by = StoryStatus.DRAFT, None, None
    story.consent_scope, story.consent_on, story.consent_withdrawn_at = ConsentScope.NONE, None, timezone.now()
    _say_why(story, why, person=person, by=by)
    story.save(update_fields=[*UNPUBLISHED, "updated_at"])
    empty_in_packs([story.pk], Emptied.ERASED if why == Withdrawn.ERASED else Emptied.CONSENT)
    audit.record(by=by, verb=Verb.WITHDRAW_CONSENT, obj=story, fields=UNPUBLISHED)


def _say_why(story: Story, why: Withdrawn, *, person: Person | None, by: User | None) -> None:
    story.withdrawn_why, story.withdrawn_person, story.withdrawn_by = why, person, by
    story.review_since = timezone.now()
