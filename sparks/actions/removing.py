"""Deleting a fund that was created by mistake."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import locked
from communities.models import User
from communities.queries.scope import kinds_belonging_to
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from sparks.models import Fund
from sparks.rules import can_manage_money


@transaction.atomic
def delete_fund(*, fund: Fund, by: User | None) -> None:
    """Delete a fund without rounds. Raises: PermissionDenied; ValidationError naming what still belongs to it."""
    require(can_manage_money, by, fund.team_id)
    fund = locked(Fund.objects.select_related("team"), fund.pk)
    if held := kinds_belonging_to(fund):
        message = _("%(name)s cannot be deleted. These belong to it: %(held)s.")
        raise ValidationError(message % {"name": fund.name, "held": ", ".join(held)}, code="protected")
    audit.record(by=by, verb=Verb.DELETE, obj=fund)
    delete_undoably(fund, by=by, managers_only=True)
