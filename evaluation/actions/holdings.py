"""What evaluation holds about residents: the stories they are in, their profile, and measurements, learning and packs that may name them."""

from collections.abc import Collection
from typing import ClassVar

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.free_text import Found
from communities.holdings import Erasing, Fate, Held, Holdings, Page, Told, sentences
from communities.mentions import Mentions
from communities.models import User
from connectors.models import Person, Purpose
from evaluation.actions.consent import remove_photos, unpublish_stories
from evaluation.actions.erasing import (
    remove_names_from_packs,
    remove_names_from_stories,
    unpublish_stories_naming,
)
from evaluation.models import Profile, Story, Withdrawn
from evaluation.profiles.actions import remove_profiles
from evaluation.queries.profiles import told_of_profiles


class EvaluationHoldings(Holdings):
    """Stories, profiles, measurements, learning and packs."""

    apart_from = (
        "evaluation.rollup",
        "evaluation.profile",
        "evaluation.release",
        "evaluation.releasecount",
        "evaluation.pack.numbers",
        "evaluation.pack.place",
        "evaluation.publishedpack",
        "evaluation.packlink.digest",
    )
    own: ClassVar = {"evaluation.story": ("people",)}
    emptied = ("evaluation.pack", "evaluation.packlink", "evaluation.packpart")
    on_sheet = ("evaluation.story", "evaluation.profile")
    pages: ClassVar = {
        "evaluation.story": Page("evaluation:story-detail", "evaluation:story-update"),
        "evaluation.pack": Page("evaluation:pack-detail", "evaluation:pack-update"),
        "evaluation.packlink": Page("evaluation:pack-detail", via="published__pack"),
        "evaluation.packpart": Page("evaluation:pack-detail", via="published__pack"),
        "evaluation.priority": Page("evaluation:priority-update", "evaluation:priority-update"),
        "evaluation.profilecategory": Page("evaluation:profile-categories", key=""),
        "evaluation.observation": Page("evaluation:observation-update", "evaluation:observation-update"),
        "evaluation.measurement": Page("evaluation:measurement-update", "evaluation:measurement-update", key="pk"),
        "evaluation.outcome": Page("evaluation:own-list", key=""),
        "evaluation.indicator": Page("evaluation:own-update", "evaluation:own-update", key="key"),
        "evaluation.expectation": Page("evaluation:patience", key=""),
        "evaluation.valuemap": Page("evaluation:value-detail", "evaluation:value-update"),
        "evaluation.valueline": Page("evaluation:value-line-detail", "evaluation:value-line-update"),
        "evaluation.valueassumption": Page("evaluation:value-line-detail", "evaluation:value-line-detail", via="line"),
        "evaluation.valueinput": Page("evaluation:value-detail", "evaluation:value-input-update"),
        "evaluation.yardstick": Page(
            "evaluation:yardstick-list", "evaluation:yardstick-list", key="key", via="indicator"
        ),
    }

    def apply_refusal(self, *, person: Person, records: Collection[int], purpose: str, by: User | None) -> list[str]:
        """Unpublish the stories they are in, delete their photos there, or delete their profile: whatever they say no to."""
        if purpose == Purpose.STORY:
            count = len(unpublish_stories(person=person, records=records, by=by, why=Withdrawn.STORY))
            words = ngettext("%(n)s story was unpublished.", "%(n)s stories were unpublished.", count)
        elif purpose == Purpose.PHOTO:
            count = len(remove_photos(person=person, records=records, by=by, why=Withdrawn.PHOTO))
            words = ngettext("%(n)s photo of a story was deleted.", "%(n)s photos of stories were deleted.", count)
        elif purpose == Purpose.PROFILE:
            count = remove_profiles(records=records, team_id=person.team_id, by=by)
            words = ngettext("Their profile was deleted.", "Their profiles were deleted.", count)
        else:
            return []
        return [words % {"n": count}] if count else []

    def held(self, *, records: Collection[int], team_id: int, mentions: Mentions) -> list[Held]:
        """Return the stories they are in, and their photos."""
        theirs = Story.people.through.objects.filter(person__in=list(records)).values("story_id")
        stories = Story.objects.filter(pk__in=theirs)
        unpublished = _("They are unpublished, and what this person said in them is deleted. Read the rest again.")
        photos = stories.exclude(photo="").count()
        return [
            Held(_("Stories they are in"), stories.count(), Fate.UNNAMED, unpublished),
            Held(_("Photos of those stories"), photos, Fate.DELETED),
            Held(
                _("Their profile: age group, category and route"),
                Profile.objects.filter(person__in=list(records)).count(),
                Fate.DELETED,
                _("Figures that were released stay as they are."),
            ),
        ]

    def tell(self, *, records: Collection[int]) -> list[Told]:
        """Return the stories they are in, or were (title, day, status and what is quoted, drafts too), and their profile."""
        theirs = Story.people.through.objects.filter(person__in=list(records)).values("story_id")
        stories = Story.objects.filter(Q(pk__in=theirs) | Q(withdrawn_person__in=list(records)))
        rows = [
            sentences(
                f"{story.title}, {date_format(story.happened_on, 'j F Y')}: {story.get_status_display()}",
                f"“{story.quote}”" if story.quote else "",
                story.self_text,
            )
            for story in stories.order_by("-happened_on", "-pk")
        ]
        sections = (
            (_("Stories you are in"), rows),
            (_("What you told us about yourself, for figures"), told_of_profiles(records)),
        )
        return [Told(what, tuple(found)) for what, found in sections if found]

    def erase(self, erasing: Erasing) -> list[Found]:
        """Unpublish the stories they are in, take out their photos, what they said and their names, and delete their profile."""
        person, records, by = erasing.person, erasing.records, erasing.by
        unpublish_stories(person=person, records=records, by=by, why=Withdrawn.ERASED)
        remove_photos(person=person, records=records, by=by, why=Withdrawn.ERASED)
        remove_profiles(records=records, team_id=erasing.team_id, by=by)
        return remove_names_from_stories(erasing)

    def hide(self, erasing: Erasing, found: Collection[Found]) -> None:
        """Unpublish other stories that name them, and empty texts of packs that do."""
        unpublish_stories_naming(erasing, pks=[each.pk for each in found if each.model == "evaluation.story"])
        remove_names_from_packs(erasing, found)
