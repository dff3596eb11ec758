"""Deleting what was created by mistake: a fund, the draft of a spark."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import locked
from communities.lists import listed
from communities.models import User
from communities.queries.scope import kinds_belonging_to
from communities.rules import require
from communities.undo import Undo, delete_undoably
from communities.verbs import Verb
from connectors.queries.next_steps import steps_about
from sparks.models import Fund, Growth, Spark, Status
from sparks.rules import can_delete_spark, can_manage_money


@transaction.atomic
def delete_fund(*, fund: Fund, by: User | None) -> None:
    """Delete a fund without rounds. Raises: PermissionDenied; ValidationError naming what still belongs to it."""
    require(can_manage_money, by, fund.team_id)
    fund = locked(Fund.objects.select_related("team"), fund.pk)
    if held := kinds_belonging_to(fund):
        message = _("%(name)s cannot be deleted. These belong to it: %(held)s.")
        raise ValidationError(message % {"name": fund.name, "held": listed(held)}, code="protected")
    audit.record(by=by, verb=Verb.DELETE, obj=fund)
    delete_undoably(fund, by=by, managers_only=True)


@transaction.atomic
def delete_spark(*, spark: Spark, by: User) -> None:
    """Delete the draft of a spark, with its next steps, its cost lines and its place in a lineage.

    Raises: PermissionDenied; ValidationError for a spark that was submitted, that something else rests on, or that was
    deleted meanwhile.
    """
    require(can_delete_spark, by, spark)
    spark = locked(Spark.objects.select_related("team", "round"), spark.pk)
    if spark.status != Status.DRAFT:
        raise ValidationError(_("This spark was submitted meanwhile, so it was not deleted. You can withdraw it."))
    undo = Undo(spark, by=by)
    undo.delete(spark.cost_lines.all())
    undo.delete(Growth.objects.filter(Q(spark=spark) | Q(from_spark=spark)))
    if held := kinds_belonging_to(spark):
        message = _("%(name)s cannot be deleted. These belong to it: %(held)s.")
        raise ValidationError(message % {"name": spark.title, "held": listed(held)}, code="protected")
    audit.record(by=by, verb=Verb.DELETE, obj=spark)
    undo.delete(steps_about(spark))
    undo.delete([spark])
    undo.keep()
