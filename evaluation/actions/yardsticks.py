"""What numbers are compared with: adding and deleting a baseline, a target or a comparator."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import locked, save_checked
from communities.idempotency import idempotent
from communities.models import Neighbourhood, Team, User
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from evaluation import rules
from evaluation.framework.own import catalogue_of
from evaluation.models import Indicator, Yardstick


@idempotent(Yardstick)
@transaction.atomic
def add_yardstick(
    *,
    by: User,
    team: Team,
    indicator: Indicator,
    kind: str,
    grain: str,
    value: Decimal,
    on: date,
    source: str,
    neighbourhood: Neighbourhood | None = None,
    uuid: UUID | None = None,
) -> Yardstick:
    """Say what an indicator is compared with, for a quarter or a year; without a neighbourhood it is for the whole team.

    The same UUID sent twice creates one. To change one, delete it and add another, so that it is clear which stood when.
    Raises: PermissionDenied; ValidationError for another team's neighbourhood, a value that its indicator cannot have, a missing source,
    a second one for the same day, and a baseline that says of people what the gate hides.
    """
    require(rules.can_set_yardsticks, by, team)
    yardstick = Yardstick(
        uuid=uuid or uuid4(),
        team=team,
        indicator=indicator,
        neighbourhood=neighbourhood,
        kind=kind,
        grain=grain,
        value=value,
        on=on,
        source=source,
        created_by=by,
    )
    if indicator.team_id not in (None, team.pk):
        raise ValidationError({"indicator": _("This indicator belongs to another team.")})
    if refused := rules.why_not_set(catalogue_of(team).by_key[indicator.key], yardstick):
        raise ValidationError(refused)
    save_checked(yardstick)
    audit.record(by=by, verb=Verb.CREATE, obj=yardstick, fields=["value", "on", "source"])
    return yardstick


@transaction.atomic
def delete_yardstick(*, yardstick: Yardstick, by: User) -> None:
    """Delete a yardstick. Raises: PermissionDenied; ValidationError when it was deleted meanwhile."""
    require(rules.can_set_yardsticks, by, yardstick.team_id)
    yardstick = locked(Yardstick.objects.select_related("team"), yardstick.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=yardstick)
    delete_undoably(yardstick, by=by)
