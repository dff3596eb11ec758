"""Creating and changing funds and rounds. `by` is None for a command; only the audit says who created a row."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import changed_names, locked, save_checked
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.rules import require
from communities.verbs import Verb
from sparks import rules
from sparks.actions.steps import fresh
from sparks.models import Fund, Round

FUND_FIELDS = ("name", "kind", "purpose", "funder")
ROUND_FIELDS = ("fund", "name", "budget_gbp", "max_award_gbp", "opens_at", "closes_at")


def _check_team(team_id: int, **rows: Any) -> None:
    for field, row in rows.items():
        if row is not None and row.team_id != team_id:
            raise ValidationError({field: _("Choose one that belongs to your team.")})


def _write(row: Fund | Round, fields: tuple[str, ...], values: dict[str, object]) -> None:
    given = [name for name in fields if name in values]
    for name in given:
        setattr(row, name, values[name])
    save_checked(row, **({} if row._state.adding else {"update_fields": given}))


def _add(row: Fund | Round, fields: tuple[str, ...], values: dict[str, object], *, by: User | None) -> None:
    _write(row, fields, values)
    audit.record(by=by, verb=Verb.CREATE, obj=row, fields=values)


def _change(row: Fund | Round, fields: tuple[str, ...], values: dict[str, object], *, by: User | None) -> None:
    changed = changed_names(row, values)
    _write(row, fields, values)
    if changed:
        audit.record(by=by, verb=Verb.UPDATE, obj=row, fields=changed)


@idempotent(Fund)
@transaction.atomic
def create_fund(*, team: Team, by: User | None, uuid: UUID | None = None, **values: object) -> Fund:
    """Create a fund; `values` are `FUND_FIELDS`. The same UUID sent twice creates one fund.

    Raises: PermissionDenied; ValidationError for another team's funder or a name that is taken.
    """
    require(rules.can_manage_money, by and fresh(by), team)
    _check_team(team.pk, funder=values.get("funder"))
    fund = Fund(team=team, uuid=uuid or uuid4())
    _add(fund, FUND_FIELDS, values, by=by)
    return fund


@transaction.atomic
def update_fund(*, fund: Fund, by: User | None, **values: object) -> Fund:
    """Change a fund; `values` are some of `FUND_FIELDS`.

    Raises: PermissionDenied; ValidationError as for a new fund, and if the fund was deleted in the meantime.
    """
    require(rules.can_manage_money, by and fresh(by), fund.team_id)
    _check_team(fund.team_id, funder=values.get("funder"))
    fund = locked(Fund.objects.all(), fund.pk)
    _change(fund, FUND_FIELDS, values, by=by)
    return fund


@idempotent(Round)
@transaction.atomic
def create_round(*, team: Team, by: User | None, uuid: UUID | None = None, **values: object) -> Round:
    """Create a round of a fund; `values` are `ROUND_FIELDS`. The same UUID sent twice creates one round.

    Raises: PermissionDenied; ValidationError for another team's fund, a name that is taken within the fund, or amounts
    and times that contradict each other.
    """
    require(rules.can_manage_money, by and fresh(by), team)
    _check_team(team.pk, fund=values.get("fund"))
    grant_round = Round(team=team, uuid=uuid or uuid4())
    _add(grant_round, ROUND_FIELDS, values, by=by)
    return grant_round


@transaction.atomic
def update_round(*, grant_round: Round, by: User | None, **values: object) -> Round:
    """Change a round. Its budget never falls below the promised amount, even while somebody approves a spark.

    Raises: PermissionDenied; ValidationError keyed by field.
    """
    require(rules.can_manage_money, by and fresh(by), grant_round.team_id)
    _check_team(grant_round.team_id, fund=values.get("fund"))
    grant_round = locked(Round.objects.all(), grant_round.pk)
    budget = Decimal(str(values.get("budget_gbp", grant_round.budget_gbp)))
    if budget < grant_round.committed_gbp:
        raise ValidationError(
            {
                "budget_gbp": _("£%(promised)s is already promised from this round. The budget cannot be less.")
                % {"promised": grant_round.committed_gbp}
            }
        )
    _change(grant_round, ROUND_FIELDS, values, by=by)
    return grant_round
