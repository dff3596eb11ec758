"""Tell the people around a spark what happened, in the transaction in which it happens.

The residents behind it are told as they like to be reached; whoever started it, the managers who approved it and the
organisation that holds the money are told by email. The user who started it tells residents in person.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from communities.models import User
from communities.outbox.actions import withdraw_outdated, write_message
from communities.outbox.recipients import Recipient
from sparks import rules
from sparks.models import Decision, Spark, Status


def tell(
    spark: Spark,
    kind: str,
    *,
    by: User | None,
    to: Iterable[Recipient],
    occasion: str = "",
    **values: object,
) -> None:
    """Write a message of a kind about a spark to each recipient; the user who did it needs none."""
    context = {"spark": spark, "title": spark.title, "helper": spark.created_by, **values}
    for recipient in to:
        if by is None or recipient.user != by:
            write_message(
                kind=kind,
                team=spark.team,
                about=spark,
                to=recipient,
                by=by,
                teller=spark.created_by,
                occasion=occasion,
                context={**context, "is_resident": recipient.resident_id is not None},
            )


def residents(spark: Spark) -> Iterator[Recipient]:
    """Yield the residents behind a spark."""
    behind = Spark.applicants.through.objects.filter(spark=spark.pk).order_by("person")
    for pk in behind.values_list("person_id", flat=True):
        yield Recipient(resident_id=pk)


def group(spark: Spark) -> Iterator[Recipient]:
    """Yield the residents behind a spark and the user who started it."""
    yield from residents(spark)
    yield Recipient(user=spark.created_by)


def group_and_host(spark: Spark) -> Iterator[Recipient]:
    """Yield the same and the organisation that holds the money: its email address, or else those who sign for it."""
    yield from group(spark)
    host = spark.host
    if host is None:
        return
    signing = [] if host.email else list(host.signatories.filter(is_active=True).order_by("pk"))
    yield from (Recipient(user=user) for user in signing if user.pk != spark.created_by_id)
    if not signing:
        yield Recipient(name=host.name, email=host.email)


def approvers(spark: Spark) -> Iterator[Recipient]:
    """Yield the managers who approved a spark."""
    for decision in spark.decisions.filter(verdict=Decision.Verdict.APPROVE).select_related("by"):
        yield Recipient(user=decision.by)


#: The groups of people that `sparks.workflow` names.
GROUPS: dict[str, Callable[[Spark], Iterator[Recipient]]] = {
    "residents": residents,
    "group": group,
    "group_and_host": group_and_host,
    "approvers": approvers,
}


def tell_reports_due() -> int:
    """Ask how each spark went that was paid `rules.REPORT_DAYS` ago and has no report; return how many sparks.

    Nobody is asked twice, so it is safe to run every hour.
    """
    before = timezone.now() - timedelta(days=rules.REPORT_DAYS)
    # Asked already: `Message.key` would refuse a second message, but would have to be looked up for each spark every hour.
    paid = Spark.objects.filter(status=Status.PAID, paid_at__lte=before, report_asked_at__isnull=True)
    count = 0
    for pk in list(paid.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            rows = Spark.objects.select_related("team", "host", "created_by").select_for_update(of=("self",))
            spark = rows.filter(pk=pk, status=Status.PAID, report_asked_at__isnull=True).first()
            if spark is None:
                continue
            tell(spark, "spark_report_due", by=None, to=group(spark))
            spark.report_asked_at = timezone.now()
            spark.save(update_fields=["report_asked_at"])
            count += 1
    return count


def stop_asking_for_report(spark: Spark) -> None:
    """Withdraw the question how a spark went, if it was not sent or asked yet: the report is there."""
    withdraw_outdated(about=spark, kinds=["spark_report_due"])
