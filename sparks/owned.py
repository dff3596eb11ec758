"""What somebody looks after in sparks, and how it is handed on."""

from collections.abc import Sequence

from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from communities.handover import OwnedKind, without_unconfirmed
from communities.models import Team, User
from connectors.owned import give_as_step, not_handed_on
from connectors.queries.owned_facts import day, in_one_line, opening
from sparks import workflow
from sparks.models import Spark

#: Statuses after which nobody has to do anything any more.
OVER = workflow.statuses("is_end")


def _sparks(team: Team, user: User) -> QuerySet[Spark]:
    rows = Spark.objects.filter(team=team, created_by=user).exclude(status__in=OVER)
    return not_handed_on(rows, user).select_related("team").order_by("created_at", "pk")


def _facts(sparks: Sequence[Spark], reader: User) -> list[str]:
    """Return where each spark is, what has to be done, since when, and the first words."""
    prefetch_related_objects(sparks, "neighbourhood")
    return [
        in_one_line(each.neighbourhood, each.get_status_display(), day(each.created_at), opening(each.what))
        for each in sparks
    ]


KINDS = (
    OwnedKind(
        key="sparks",
        counted=ngettext_lazy("%(count)s spark", "%(count)s sparks", "count"),
        fields=("sparks.spark.created_by",),
        rows=_sparks,
        # Who wrote a spark stays: it decides who may not approve it.
        give=give_as_step(lambda spark: _("Look after this spark")),
        takers=without_unconfirmed,
        only=gettext_lazy("A manager who is not confirmed yet cannot take on sparks."),
        title=lambda spark, reader: spark.title,
        facts=_facts,
        page=lambda spark: reverse("sparks:spark-detail", args=[spark.uuid]),
    ),
)
