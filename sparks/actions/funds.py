"""Opening and changing funds and rounds."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.models import Team, User
from sparks.models import Fund, Round

FUND_FIELDS = ("name", "kind", "purpose", "funder")
ROUND_FIELDS = ("fund", "name", "budget_gbp", "max_award_gbp", "opens_at", "closes_at")


def _check_team(team_id: int, **rows: object) -> None:
    for field, row in rows.items():
        if row is not None and row.team_id != team_id:
            raise ValidationError({field: _("Choose one of your own team's.")})


@transaction.atomic
def create_fund(*, team: Team, by: User, **values) -> Fund:
    """Open a fund; `values` are `FUND_FIELDS`.

    Raises: ValidationError for another team's funder or a name already taken.
    """
    _check_team(team.pk, funder=values.get("funder"))
    fund = Fund(team=team, **{name: values[name] for name in FUND_FIELDS if name in values})
    fund.full_clean()
    fund.save()
    audit.record(by=by, verb="create", obj=fund, fields=values)
    return fund


@transaction.atomic
def update_fund(*, fund: Fund, by: User, **values) -> Fund:
    """Change a fund; `values` are some of `FUND_FIELDS`."""
    _check_team(fund.team_id, funder=values.get("funder"))
    for name in FUND_FIELDS:
        if name in values:
            setattr(fund, name, values[name])
    fund.full_clean()
    fund.save()
    audit.record(by=by, verb="update", obj=fund, fields=values)
    return fund


@transaction.atomic
def create_round(*, team: Team, by: User, **values) -> Round:
    """Open a round of a fund; `values` are `ROUND_FIELDS`.

    Raises: ValidationError for another team's fund or numbers and times that do not fit together.
    """
    _check_team(team.pk, fund=values.get("fund"))
    grant_round = Round(team=team, **{name: values[name] for name in ROUND_FIELDS if name in values})
    grant_round.full_clean()
    grant_round.save()
    audit.record(by=by, verb="create", obj=grant_round, fields=values)
    return grant_round


@transaction.atomic
def update_round(*, grant_round: Round, by: User, **values) -> Round:
    """Change a round; its budget is never cut below what is promised, even while somebody approves.

    Raises: ValidationError keyed by field.
    """
    _check_team(grant_round.team_id, fund=values.get("fund"))
    locked = Round.objects.select_for_update().get(pk=grant_round.pk)
    budget = values.get("budget_gbp", locked.budget_gbp)
    if Decimal(budget) < locked.committed_gbp:
        raise ValidationError(
            {
                "budget_gbp": _("£%(promised)s is already promised from this round, so its budget cannot be less.")
                % {"promised": locked.committed_gbp}
            }
        )
    for name in ROUND_FIELDS:
        if name in values:
            setattr(locked, name, values[name])
    locked.full_clean()
    locked.save(update_fields=[name for name in ROUND_FIELDS if name in values])
    audit.record(by=by, verb="update", obj=locked, fields=values)
    return locked
