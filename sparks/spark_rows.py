"""The rows that the page of one spark shows, each by a query that is compiled once."""

from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from communities.compiled import compiled_once
from communities.models import Message, Team, User
from connectors.models import NextStep, Person
from sparks.models import (
    Application,
    Attachment,
    CostLine,
    Decision,
    Growth,
    HostLink,
    LedgerEntry,
    Note,
    Report,
    Spark,
    StepTaken,
)

#: What a page lists of a spark, and of many sparks there is none.
PARTS: dict[str, type[Model]] = {
    "decisions": Decision,
    "host_links": HostLink,
    "steps": StepTaken,
    "ledger": LedgerEntry,
    "report": Report,
    "cost_lines": CostLine,
    "notes": Note,
    "attachments": Attachment,
}


def with_page(sparks: QuerySet[Spark]) -> QuerySet[Spark]:
    """Return sparks with the rows that their page shows, and with `has_…` for each of `PARTS`, for the lineage, and for what
    other apps keep about them: messages and next steps.

    Those come with the spark, so that the page asks only for what there is.
    """
    here = OuterRef("pk")
    has = {f"has_{name}": Exists(model._default_manager.filter(spark=here)) for name, model in PARTS.items()}
    has["has_lineage"] = Exists(Growth.objects.filter(Q(spark=here) | Q(from_spark=here)))
    label = Spark._meta.label_lower
    has["has_messages"] = Exists(Message.objects.filter(about_model=label, about_id=here))
    has["has_next_steps"] = Exists(NextStep.objects.filter(linked_model=label, linked_id=here))
    # No page of a spark draws where its neighbourhood ends.
    return (
        sparks.select_related(
            "round__fund", "team", "host", "neighbourhood", "group", "created_by", "conversation__place", "application"
        )
        .defer("neighbourhood__boundary", "neighbourhood__boundary_story")
        .annotate(**has)
    )


@compiled_once
def sparks_shown(*, user: User, team: Team, uuid: UUID) -> QuerySet[Spark]:
    """Return the spark of a team with this UUID, with the rows that its page shows, if the user may read it."""
    return with_page(Spark.objects.visible_to(user).filter(team=team, uuid=uuid))


@compiled_once
def decisions_on(*, spark: Spark) -> QuerySet[Decision]:
    """Return the decisions on a spark, oldest first, each with who made it and `is_replaced`."""
    return Decision.objects.with_replaced().filter(spark=spark).select_related("by")


@compiled_once
def steps_taken(*, spark: Spark) -> QuerySet[StepTaken]:
    """Return the steps of a spark, oldest first."""
    return StepTaken.objects.filter(spark=spark).select_related("by").order_by("number")


@compiled_once
def ledger_lines(*, spark: Spark) -> QuerySet[LedgerEntry]:
    """Return what was promised and paid for a spark, oldest first."""
    return LedgerEntry.objects.filter(spark=spark).select_related("by")


@compiled_once
def cost_lines(*, spark: Spark) -> QuerySet[CostLine]:
    """Return the cost lines of a spark, each with who lends or gives it."""
    return CostLine.objects.filter(spark=spark).select_related("asset", "gift__person")


@compiled_once
def people_behind(*, user: User, team: Team, spark: Spark) -> QuerySet[Person]:
    """Return the residents behind a spark whom a user may read."""
    return Person.objects.visible_to(user).filter(sparks=spark)


@compiled_once
def reports_on(*, user: User, team: Team, spark: Spark) -> QuerySet[Report]:
    """Return the report on a spark, if there is one and the user may read it."""
    return Report.objects.visible_to(user).filter(spark=spark)


@compiled_once
def host_answers(*, spark: Spark) -> QuerySet[HostLink]:
    """Return what the organisations of a spark were asked and said, latest first."""
    return HostLink.objects.filter(spark=spark).select_related("host", "by", "answer_shown_to")


@compiled_once
def applications_with_files(*, user: User, team: Team, spark: Spark) -> QuerySet[Application]:
    """Return the application that a spark came from, if files or recordings were sent with it."""
    return Application.objects.visible_to(user).filter(spark=spark, enclosures__isnull=False)[:1]


@compiled_once
def notes_beside(*, spark: Spark) -> QuerySet[Note]:
    """Return the notes of colleagues, oldest first."""
    return Note.objects.filter(spark=spark).select_related("by")


@compiled_once
def files_beside(*, spark: Spark) -> QuerySet[Attachment]:
    """Return the files beside a spark, oldest first."""
    return Attachment.objects.filter(spark=spark).select_related("by")
