"""Erasing a resident from stories and packs: their names and quotations are removed, and what names them is unpublished."""

from collections.abc import Collection

from django.utils import timezone

from communities import audit
from communities.free_text import Found, text_fields
from communities.holdings import Erasing, remove_name
from communities.verbs import Verb
from evaluation.actions.emptying import empty_in_packs, empty_parts
from evaluation.models import Emptied, Pack, PackLink, PackPart, Story, StoryStatus, Withdrawn


def remove_names_from_stories(erasing: Erasing) -> list[Found]:
    """Remove somebody's names and quotations from the stories they are in; return all of these, to be reviewed.

    A quotation is removed where "said by" names them, or where they are the only person in the story.
    """
    theirs = Story.people.through.objects.filter(person__in=erasing.records).values("story_id")
    found = []
    for story in Story.objects.select_for_update(of=("self",)).filter(pk__in=theirs).order_by("pk"):
        changed = _unquote(story, erasing) + remove_name(story, erasing.mentions, erasing.name)
        if changed:
            story.save(update_fields=[*changed, "updated_at"])
            audit.record(by=erasing.by, verb=Verb.ERASE_NAME, obj=story, fields=changed)
        words = tuple(field.name for field in text_fields(Story) if getattr(story, field.name))
        found.append(Found("evaluation.story", story.pk, words, is_likely=True))
    return found


def unpublish_stories_naming(erasing: Erasing, *, pks: Collection[int]) -> None:
    """Return published and submitted stories that name an erased person to draft, for their writers to review; empty them in packs.

    The consents of the people in them are kept, so that each can be submitted again.
    """
    empty_in_packs(pks, Emptied.ERASED)
    told = Story.objects.select_for_update(of=("self",)).filter(pk__in=list(pks)).exclude(status=StoryStatus.DRAFT)
    for story in told.order_by("pk"):
        story.status, story.published_at, story.published_by = StoryStatus.DRAFT, None, None
        story.withdrawn_why, story.withdrawn_person, story.withdrawn_by = Withdrawn.ERASED, erasing.person, erasing.by
        story.review_since = timezone.now()
        changed = [
            "status", "published_at", "published_by", "withdrawn_why", "withdrawn_person", "withdrawn_by",
            "review_since",
        ]  # fmt: skip
        story.save(update_fields=[*changed, "updated_at"])
        audit.record(by=erasing.by, verb=Verb.UPDATE, obj=story, fields=changed)


def remove_names_from_packs(erasing: Erasing, found: Collection[Found]) -> None:
    """Empty texts of published packs that name an erased person, and remove their name from what packs and links are called.

    found: the rows that very likely name them. Published packs and links have no page on which somebody could change a name.
    """
    parts = [each.pk for each in found if each.model == "evaluation.packpart"]
    empty_parts(PackPart.objects.filter(pk__in=parts), Emptied.ERASED)
    for model in (Pack, PackLink):
        label = model._meta.label_lower
        pks = [each.pk for each in found if each.model == label]
        for row in model._base_manager.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"):
            changed = remove_name(row, erasing.mentions, erasing.name)
            if isinstance(row, Pack) and row.not_names:
                row.not_names = []
                changed.append("not_names")
            row.save(update_fields=changed)
            audit.record(by=erasing.by, verb=Verb.ERASE_NAME, obj=row, fields=changed)


def _unquote(story: Story, erasing: Erasing) -> list[str]:
    is_alone = not story.people.exclude(pk__in=erasing.records).exists()
    if not story.quote or not (is_alone or erasing.mentions.names_them(story.quote_by)):
        return []
    story.quote, story.quote_by = "", ""
    return ["quote", "quote_by"]
