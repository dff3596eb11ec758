"""What somebody looks after in evaluation, and how it is handed on."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from communities.handover import OwnedKind
from communities.models import Team, User
from connectors.owned import give_as_step, not_handed_on
from connectors.queries.owned_facts import day, in_one_line, opening
from evaluation.models import Story, StoryStatus


def _stories(team: Team, user: User) -> QuerySet[Story]:
    unfinished = Q(status=StoryStatus.DRAFT) | Q(review_since__isnull=False)
    rows = Story.objects.filter(unfinished, team=team, created_by=user)
    return not_handed_on(rows, user).select_related("team").order_by("happened_on", "pk")


def _facts(stories: Sequence[Story], reader: User) -> list[str]:
    """Return when each story happened, and its first words."""
    return [
        in_one_line(day(each.happened_on), opening(each.self_text or each.us_text or each.now_text)) for each in stories
    ]


KINDS = (
    OwnedKind(
        key="stories",
        counted=ngettext_lazy(
            "%(count)s story to finish or check again", "%(count)s stories to finish or check again", "count"
        ),
        fields=("evaluation.story.created_by",),
        rows=_stories,
        give=give_as_step(lambda story: _("Finish this story, or check it again")),
        title=lambda story, reader: story.title,
        facts=_facts,
        page=lambda story: reverse("evaluation:story-detail", args=[story.uuid]),
    ),
)
