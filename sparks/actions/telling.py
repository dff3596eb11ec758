"""Tell the people around a spark what happened, in the transaction in which it happens.

The residents behind it are told as they like to be reached, and whoever applied on the public page at the address they gave
there; whoever started it, the managers who approved it and the organisation that holds the money are told by email. The user
who started it tells residents in person.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from communities.models import Role, User
from communities.outbox.actions import withdraw_outdated, write_message
from communities.outbox.recipients import Recipient
from sparks import queries, rules, workflow
from sparks.messages import PRIVATE_LINK
from sparks.models import Applicant, Decision, Spark, Status, StepTaken

#: The reminders of a day by which something is due.
REMINDERS = ("spark_lapses_soon", "spark_report_due", "spark_report_overdue")


@dataclass(frozen=True)
class ToApplicant(Recipient):
    """Somebody named in an application from the public page. Only whoever sent it gets the private link."""

    has_link: bool = False


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
    context = {
        "spark": spark, "title": spark.title, "helper": spark.created_by, "team": spark.team, "by": by, **values,
    }  # fmt: skip
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
                context={**context, **ways_back(recipient)},
            )


def ways_back(recipient: Recipient) -> dict[str, object]:
    """Return what the foot of a message says about how its recipient goes on."""
    applied = isinstance(recipient, ToApplicant)
    sent = isinstance(recipient, ToApplicant) and recipient.has_link
    return {
        "is_resident": recipient.resident_id is not None or applied,
        "link": PRIVATE_LINK if sent and recipient.email else "",
        "way_back": f"{settings.SITE_URL}{reverse('applying:way-back')}" if sent and not recipient.email else "",
    }


def residents(spark: Spark) -> Iterator[Recipient]:
    """Yield the residents behind a spark, and whoever is named in its application with an email address.

    Whoever sent the application is told in person if they gave no address. Nobody is told twice: whoever gave an address there
    is told at that, not at the one that the team knows.
    """
    named = list(Applicant.objects.filter(application__spark=spark.pk).exclude(name="").order_by("place"))
    reached = {each.person_id for each in named if each.email and each.person_id}
    behind = Spark.applicants.through.objects.filter(spark=spark.pk).exclude(person__in=reached).order_by("person")
    for pk in behind.values_list("person_id", flat=True):
        yield Recipient(resident_id=pk)
    yield from applicants(each for each in named if each.email or not each.person_id)


def applicants(named: Iterable[Applicant]) -> Iterator[Recipient]:
    """Yield whoever is named in an application and can be reached: by email, or in person whoever sent it."""
    for each in named:
        is_sender = each.place == 0
        if each.email or is_sender:
            yield ToApplicant(name=each.name, email=each.email, has_link=is_sender)


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


def asker(spark: Spark) -> Iterator[Recipient]:
    """Yield whoever asked the last question about a spark."""
    asked = StepTaken.objects.filter(spark=spark.pk, step="ask", by__isnull=False).select_related("by")
    if last := asked.order_by("-number").first():
        yield Recipient(user=last.by)


def decliners(spark: Spark) -> Iterator[Recipient]:
    """Yield whoever declined a spark."""
    for decision in spark.decisions.standing().filter(verdict=Decision.Verdict.DECLINE).select_related("by"):
        yield Recipient(user=decision.by)


def ender(spark: Spark) -> Iterator[Recipient]:
    """Yield whoever ended a spark last; nobody if Kith or the people behind it did."""
    ends = StepTaken.objects.filter(spark=spark.pk, after__in=workflow.statuses("is_end")).select_related("by")
    if (last := ends.order_by("-number").first()) and last.by:
        yield Recipient(user=last.by)


def proposer(spark: Spark) -> Iterator[Recipient]:
    """Yield whoever proposed a change of a spark last."""
    if amendment := spark.amendments.select_related("proposed_by").order_by("-pk").first():
        yield Recipient(user=amendment.proposed_by)


def managers(spark: Spark) -> Iterator[Recipient]:
    """Yield all managers of the team, who should know where money goes; nobody if none is to be paid."""
    if spark.award_gbp:
        yield from all_managers(spark)


def all_managers(spark: Spark) -> Iterator[Recipient]:
    """Yield all managers of the team."""
    rows = User.objects.filter(memberships__team=spark.team_id, memberships__role=Role.MANAGER, is_active=True)
    yield from (Recipient(user=user) for user in rows.distinct().order_by("pk"))


def payers(spark: Spark) -> Iterator[Recipient]:
    """Yield who can pay a spark: those who only pay, or else the managers and deputies; nobody if it needs no money."""
    if not spark.award_gbp:
        return
    for roles in ((Role.PAYER,), (Role.MANAGER, Role.DEPUTY)):
        members = User.objects.filter(
            memberships__team=spark.team_id, memberships__role__in=roles, is_active=True
        ).distinct()
        able = [user for user in members.order_by("pk") if not queries.reasons_not_to_pay(spark, user)]
        if able:
            yield from (Recipient(user=user) for user in able)
            return


def _together(*parts: Callable[[Spark], Iterator[Recipient]]) -> Callable[[Spark], Iterator[Recipient]]:
    """Return a group of several, in which nobody stands twice."""

    def everybody(spark: Spark) -> Iterator[Recipient]:
        seen = set()
        for part in parts:
            for each in part(spark):
                if each.key not in seen:
                    seen.add(each.key)
                    yield each

    return everybody


#: The groups of people that `sparks.workflow` names.
GROUPS: dict[str, Callable[[Spark], Iterator[Recipient]]] = {
    "residents": residents,
    "group": group,
    "group_and_host": group_and_host,
    "approvers": approvers,
    "group_and_asker": _together(group, asker),
    "group_and_decliners": _together(group, decliners),
    "group_and_approvers": _together(group, approvers),
    "residents_and_approvers": _together(residents, approvers),
    "everybody": _together(group_and_host, approvers),
    "group_and_ender": _together(group, ender),
    "group_ender_and_managers": _together(group, ender, all_managers),
    "everybody_and_ender": _together(group_and_host, approvers, ender),
    "payers": payers,
    "proposer": proposer,
    "managers": managers,
}


def tell_reports_due() -> int:
    """Ask how each spark went whose report is due, and once more `rules.LATE_DAYS` later; return how many sparks.

    Nobody is asked twice for one date, so it is safe to run every hour. The date can be moved: then they are asked on the new one.
    """
    today = timezone.localdate()
    return _ask_for_reports("spark_report_due", "report_asked_at", before=today) + _ask_for_reports(
        "spark_report_overdue", "late_asked_at", before=today - timedelta(days=rules.LATE_DAYS)
    )


def _ask_for_reports(kind: str, field: str, *, before: date) -> int:
    """Ask for the reports that were due by a day; `field` says that it was done, so that not every spark is read every hour."""
    waiting = Spark.objects.filter(**{field: None}, status=Status.PAID, due_on__lte=before)
    count = 0
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            rows = Spark.objects.select_related("team", "host", "created_by").select_for_update(of=("self",))
            spark = rows.filter(pk=pk, **{field: None}, status=Status.PAID, due_on__lte=before).first()
            if spark is None:
                continue
            tell(spark, kind, by=None, to=group(spark), occasion=f"{spark.due_on}")
            setattr(spark, field, timezone.now())
            spark.save(update_fields=[field])
            count += 1
    return count


def stop_reminding(spark: Spark) -> None:
    """Withdraw the reminders that were not sent or told yet: their date has moved, or what they ask for is there."""
    withdraw_outdated(about=spark, kinds=REMINDERS)
