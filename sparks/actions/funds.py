"""Creating and changing funds and rounds. `by` is None for a command; only the audit says who created a row."""

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
from sparks import proposals, rules
from sparks.actions.fund_money import Behind, check_free, lock_funds, move_fund_money
from sparks.actions.proposing import propose_rules
from sparks.actions.steps import check_confirmed, fresh
from sparks.models import Fund, FundEntryKind, Round

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
    """Create a round of a fund; `values` are `ROUND_FIELDS`. Its budget is set aside from what the fund has left.

    The same UUID sent twice creates one round.
    Raises: PermissionDenied; ValidationError for a new manager, for another team's fund, a name that is taken within the fund, amounts
    and times that contradict each other, or a budget above what is free in the fund.
    """
    require(rules.can_manage_money, by and fresh(by), team)
    if by:
        check_confirmed(by, team)
    _check_team(team.pk, fund=values.get("fund"))
    grant_round = Round(team=team, uuid=uuid or uuid4())
    fund = values.get("fund")
    if isinstance(fund, Fund):
        # Locked before the new row refers to it, so that two new rounds wait for each other and never deadlock.
        values["fund"] = lock_funds([fund.pk]).get(fund.pk, fund)
    _add(grant_round, ROUND_FIELDS, values, by=by)
    check_free(grant_round.fund, grant_round.budget_gbp, field="budget_gbp")
    move_fund_money(
        grant_round.fund, FundEntryKind.SET_ASIDE, grant_round.budget_gbp, Behind(by), grant_round=grant_round
    )
    return grant_round


@transaction.atomic
def update_round(*, grant_round: Round, by: User, reason: str = "", **values: object) -> Round:
    """Change a round: its name at once, its rules by a proposal that waits for a second person.

    The rules change at once, with a reason, while the round has not opened and nobody has begun a spark for it. The round
    that is returned is as it is now; `sparks.proposals.proposal_for` says what waits.
    Raises: PermissionDenied; ValidationError keyed by field, and as `propose_rules`.
    """
    require(rules.can_manage_money, fresh(by), grant_round.team_id)
    _check_team(grant_round.team_id, fund=values.get("fund"))
    grant_round = locked(Round.objects.select_related("fund", "team"), grant_round.pk)
    given = {name: value for name, value in values.items() if name in proposals.RULES}
    if "name" in values:
        _change(grant_round, ("name",), {"name": values["name"]}, by=by)
    if changed := changed_names(grant_round, given):
        propose_rules(grant_round=grant_round, by=by, values={name: given[name] for name in changed}, reason=reason)
    return grant_round
