"""Who was told what about the sparks: most of it sent or told, a little to tell in person, and one email that failed."""

from datetime import datetime, timedelta

from django.utils import timezone

from communities import audit
from communities.models import Message, MessageState, MessageTry
from config.demo.people import World
from connectors.models import ContactPreference, Person
from sparks.actions.telling import group, group_and_host, residents, tell
from sparks.models import Spark, Status

#: What was written longer ago than this has been told in person.
TOLD_AFTER = timedelta(days=21)
#: How long after a step its email was sent, and how long it takes a builder to pass by.
SENT_AFTER, PASSED_BY_AFTER = timedelta(seconds=20), timedelta(days=2)
REFUSED = "The mail server refused the address."


def add_messages(world: World) -> None:
    """Add the messages that the steps of the team's sparks would have written, each on its day."""
    sparks = Spark.objects.filter(team=world.team, submitted_at__isnull=False).select_related(
        "team", "host", "created_by"
    )
    _give_addresses(world)
    with audit.batch():
        for spark in sparks.order_by("pk"):
            for kind, at in _steps(spark):
                _date(spark, kind, at)
    latest = (
        Message.objects.filter(team=world.team, kind="spark_approved").exclude(name="").order_by("-created_at", "-pk")
    )
    if failed := latest.filter(state=MessageState.SENT).first():
        failed.state, failed.settled_at, failed.tries = MessageState.FAILED, None, 1
        failed.save(update_fields=["state", "settled_at", "tries"])
        MessageTry.objects.create(message=failed, at=failed.created_at + SENT_AFTER, error=REFUSED)


def _give_addresses(world: World) -> None:
    """Give a few of the residents behind sparks an email address that they like to be reached at."""
    behind = Spark.applicants.through.objects.filter(spark__team=world.team).order_by("pk")
    for number, pk in enumerate(dict.fromkeys(behind.values_list("person_id", flat=True)[::4])):
        Person.objects.filter(pk=pk, told_on__isnull=False).update(
            email=f"neighbour{number}@eastmere.example", contact_preference=ContactPreference.EMAIL
        )


def _steps(spark: Spark) -> list[tuple[str, datetime]]:
    """Write the messages of each step that a spark has taken; return the kinds and the times."""
    taken: list[tuple[str, datetime]] = [("spark_submitted", spark.submitted_at)]
    tell(spark, "spark_submitted", by=spark.created_by, to=residents(spark))
    decision = spark.decisions.order_by("pk").first()
    if decision is None or spark.decided_at is None:
        return taken
    if spark.status in (Status.DECLINED, Status.INELIGIBLE):
        tell(spark, "spark_declined", by=decision.by, to=group(spark), reason=decision.reason)
        return [*taken, ("spark_declined", spark.decided_at)]
    tell(spark, "spark_approved", by=decision.by, to=group_and_host(spark), reason=decision.reason)
    taken.append(("spark_approved", spark.decided_at))
    payment = spark.ledger.filter(kind="pay").first()
    if payment is not None:
        values = {"payee": payment.payee, "reference": payment.reference}
        tell(spark, "spark_paid", by=payment.by, to=group_and_host(spark), **values)
        taken.append(("spark_paid", payment.at))
    return taken


def _date(spark: Spark, kind: str, at: datetime) -> None:
    """Move the messages of a step to its time, and let what was long ago be sent or told."""
    for message in Message.objects.about(spark).filter(kind=kind).select_related("teller"):
        message.created_at = at
        if message.state == MessageState.WAITING:
            message.state, message.next_try_at, message.tries = MessageState.SENT, None, 1
            message.settled_at = at + SENT_AFTER
        elif at < timezone.now() - TOLD_AFTER:
            message.state, message.settled_by = MessageState.TOLD, message.teller
            message.settled_at = at + PASSED_BY_AFTER
        message.save()
