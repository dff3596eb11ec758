"""Several sparks approved at once: all of them, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Team, User
from communities.rules import require
from sparks import rules
from sparks.actions.decisions import approve_spark
from sparks.actions.steps import fresh
from sparks.models import Round, Spark, Status


@dataclass(frozen=True)
class Approval:
    """One of several approvals: the amount in pounds and the words for the people behind the spark."""

    spark: Spark
    amount_gbp: Decimal
    reason: str = ""


class SomeRefusedError(ValidationError):
    """Nothing was approved, because of these sparks: the reason of each, by the UUID of the spark."""

    def __init__(self, refused: dict[UUID, ValidationError]) -> None:
        super().__init__(_("Nothing was approved. See which spark was refused, and why."), code="refused")
        self.refused = refused


def approve_sparks(*, team: Team, by: User, approvals: Sequence[Approval]) -> list[Spark]:
    """Approve several sparks of a team as `approve_spark` approves each, all or nothing; return them.

    Each is checked against what the ones before it took from the round and gave to their group. Every spark is locked before
    the team and the rounds, in the order of their keys, so that two of these never wait for each other.
    Raises: PermissionDenied; ValidationError without any; SomeRefusedError with the reason for each that was refused.
    """
    require(rules.has_role_for, fresh(by), team, "approve")
    if not approvals:
        raise ValidationError(_("Tick the sparks that you approve."), code="none")
    refused: dict[UUID, ValidationError] = {}
    done = []
    with transaction.atomic():
        _lock(team, approvals)
        for each in sorted(approvals, key=lambda each: each.spark.pk):
            try:
                with transaction.atomic():
                    done.append(approve_spark(spark=each.spark, by=by, amount_gbp=each.amount_gbp, reason=each.reason))
            except ValidationError as error:
                refused[each.spark.uuid] = error
        if refused:
            raise SomeRefusedError(refused)
    return done


def _lock(team: Team, approvals: Sequence[Approval]) -> None:
    keys, rounds = [each.spark.pk for each in approvals], {each.spark.round_id for each in approvals}
    rows = Spark.objects.select_for_update(of=("self",)).filter(pk__in=keys, team=team).order_by("pk")
    if len(rows) != len(set(keys)):
        raise ValidationError(_("One of these sparks is no longer here. Nothing was approved."), code="gone")
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    list(Round.objects.select_for_update().filter(pk__in=rounds).order_by("pk"))


def waiting_for_another(sparks: Sequence[Spark]) -> list[Spark]:
    """Return those of them that wait for a second person."""
    return [spark for spark in sparks if spark.status == Status.RECOMMENDED]
