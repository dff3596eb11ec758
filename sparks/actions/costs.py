"""Cost lines: written with a spark's answers, and turned into something that is lent or given."""

from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assets.models import Asset
from communities import audit
from communities.actions.saving import locked, save_checked
from communities.folding import folded
from communities.models import User
from communities.rules import require
from communities.undo import Undo
from communities.verbs import Verb
from connectors.models import Gift
from sparks import rules
from sparks.actions.steps import lock
from sparks.lending import MOST_LINES, Cost, lendable_assets, lendable_gifts
from sparks.models import OPEN, ZERO, CostLine, HeldBy, Spark

_COLUMNS = ("what", "quantity", "cash_gbp", "is_in_kind", "in_kind_gbp", "asset", "gift", "lender")


def write_lines(spark: Spark, costs: Sequence[Cost], *, by: User) -> bool:
    """Store the cost lines of a locked spark as they were written, in this order; return whether anything changed.

    A line stays the same row while it says the same, or where only one was changed. Lines that are gone can be undone.
    Raises: ValidationError for too many lines, and for a lender of another team.
    """
    if len(costs) > MOST_LINES:
        raise ValidationError(_("A spark has at most %(most)s cost lines.") % {"most": MOST_LINES})
    for cost in costs:
        _refuse_other_team(spark, cost.asset, cost.gift)
    before = list(spark.cost_lines.select_related("asset", "gift"))
    left = list(before)
    rows = [_taken(left, cost) for cost in costs]
    rows = [row or (left.pop(0) if left else CostLine(spark=spark)) for row in rows]
    changed = bool(left)
    if left:
        undo = Undo(left[0], by=by)
        undo.delete(left)
        undo.keep()
    for position, (row, cost) in enumerate(zip(rows, costs, strict=True)):
        if row.pk is None or row.position != position or Cost.of(row) != cost:
            _fill(row, cost).position = position
            save_checked(row)
            changed = True
    return changed


def _taken(left: list[CostLine], cost: Cost) -> CostLine | None:
    """Take out and return the line with the same words, or None."""
    row = next((each for each in left if folded(each.what) == folded(cost.what)), None)
    if row is not None:
        left.remove(row)
    return row


def _fill(row: CostLine, cost: Cost) -> CostLine:
    row.what, row.quantity, row.is_in_kind = cost.what, cost.quantity, cost.is_in_kind
    row.cash_gbp = ZERO if cost.is_in_kind else cost.amount_gbp or ZERO
    row.in_kind_gbp = cost.amount_gbp if cost.is_in_kind else None
    row.asset, row.gift, row.lender = (cost.asset, cost.gift, cost.lender) if cost.is_in_kind else (None, None, "")
    return row


def _refuse_other_team(spark: Spark, asset: Asset | None, gift: Gift | None) -> None:
    """Check that who lends something belongs to the team. Raises: ValidationError."""
    if any(row is not None and row.team_id != spark.team_id for row in (asset, gift)):
        raise ValidationError(_("Choose something that your team knows."))


@transaction.atomic
def use_instead(*, line: CostLine, by: User, asset: Asset | None = None, gift: Gift | None = None) -> CostLine:
    """Turn what is paid for into something lent or given: its cost becomes its estimated value.

    If the lines added up to the amount asked for, they still do. Whoever does this has written answers, and cannot decide.
    Raises: PermissionDenied; ValidationError once the spark was submitted, for another team's rows, and for an asset or
    a gift that is not offered any more.
    """
    require(rules.can_write_spark, by, line.spark.team_id)
    spark, line = _locked(line)
    if (asset is None) == (gift is None):
        raise ValidationError(_("Choose who lends or gives it."))
    _refuse_other_team(spark, asset, gift)
    if line.is_in_kind and (line.asset, line.gift) == (asset, gift):
        return line
    offered = lendable_assets(by, spark.team) if asset else lendable_gifts(by, spark.team)
    chosen = asset or gift
    if chosen is None or not offered.filter(pk=chosen.pk).exists():
        raise ValidationError(_("This is not offered any more, so nothing was changed."), code="gone")
    worth = line.amount_gbp
    cost = Cost(
        what=line.what, quantity=line.quantity, amount_gbp=worth or None, is_in_kind=True, asset=asset, gift=gift
    )
    return _turn(spark, line, cost, by=by)


@transaction.atomic
def pay_instead(*, line: CostLine, by: User) -> CostLine:
    """Turn what was lent or given into something that is paid for: its estimated value becomes its cost.

    Raises: PermissionDenied; ValidationError once the spark was submitted.
    """
    require(rules.can_write_spark, by, line.spark.team_id)
    spark, line = _locked(line)
    if not line.is_in_kind:
        return line
    return _turn(spark, line, Cost(what=line.what, quantity=line.quantity, amount_gbp=line.in_kind_gbp), by=by)


def _locked(line: CostLine) -> tuple[Spark, CostLine]:
    """Return the spark, locked, and its line. Raises: ValidationError for one that was submitted, or a line that is gone."""
    spark = lock(line.spark)
    line = locked(CostLine.objects.filter(spark=spark), line.pk)
    if spark.status not in OPEN:
        raise ValidationError(_("This spark has been submitted, so its answers cannot be changed."), code="step")
    return spark, line


def _turn(spark: Spark, line: CostLine, cost: Cost, *, by: User) -> CostLine:
    """Store what a line is now, and keep the amount asked for in step with the lines if it was."""
    undo = Undo(line, by=by, verb=Verb.UPDATE)
    before = {name: getattr(line, name) for name in _COLUMNS}
    asked = spark.amount_gbp
    was_in_step = cash_of(spark) == asked
    save_checked(_fill(line, cost))
    undo.changed(line, before)
    if was_in_step and spark.held_by != HeldBy.NO_MONEY:
        spark.amount_gbp = cash_of(spark)
        save_checked(spark)
        undo.changed(spark, {"amount_gbp": asked})
    fields = ["cost_lines"]
    if not spark.writers.filter(pk=by.pk).exists():
        spark.writers.add(by)
        fields.append("writers")
    if spark.amount_gbp != asked:
        fields.append("amount_gbp")
    audit.record(by=by, verb=Verb.UPDATE, obj=spark, fields=fields)
    undo.keep()
    return line


def cash_of(spark: Spark) -> Decimal:
    """Return what the lines of a spark that are paid for add up to, in pounds."""
    return sum(spark.cost_lines.filter(is_in_kind=False).values_list("cash_gbp", flat=True), ZERO)
