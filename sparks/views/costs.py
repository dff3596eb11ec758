"""The buttons of a cost line: use what is here already, or pay for it after all."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.row_keys import pk_of
from communities.views import run_action, tell_with_undo
from sparks import actions, rules
from sparks.lending import lendable_assets, lendable_gifts
from sparks.models import CostLine


def _line(request: HttpRequest, uuid: UUID) -> CostLine:
    """Return a line that the user can see. Raises: Http404; PermissionDenied for those who do not write sparks."""
    rows = CostLine.objects.visible_to(request.user).select_related("spark__team")
    line = get_object_or_404(rows, uuid=uuid)
    if not rules.can_write_spark(request.user, line.spark.team_id):
        raise PermissionDenied
    return line


@require_POST
def cost_use(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Use something that is here already, `offer`, instead of paying for a line."""
    line = _line(request, uuid)
    kind, _colon, number = request.POST.get("offer", "").partition(":")
    rows = lendable_gifts if kind == "gift" else lendable_assets
    chosen = get_object_or_404(rows(request.user, line.spark.team), pk=pk_of(number))
    given = {"gift" if kind == "gift" else "asset": chosen}
    if run_action(request, actions.use_instead, line=line, by=request.user, **given):
        words = _("“%(what)s” is lent or given now. Its cost became its estimated value.") % {"what": line.what}
        tell_with_undo(request, words, line)
    return redirect("sparks:spark-detail", uuid=line.spark.uuid)


@require_POST
def cost_pay(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Pay for what was lent or given."""
    line = _line(request, uuid)
    if run_action(request, actions.pay_instead, line=line, by=request.user):
        words = _("“%(what)s” is paid for now. Its estimated value became its cost.") % {"what": line.what}
        tell_with_undo(request, words, line)
    return redirect("sparks:spark-detail", uuid=line.spark.uuid)
