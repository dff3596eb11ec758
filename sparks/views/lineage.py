"""What a spark or a group grew from and what grew from it: as a part of their pages, and for a group a form."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assets.models import Asset
from communities.models import User
from communities.views import require_safe_or_post, require_team, save
from sparks import actions, rules
from sparks.drawing import Drawn, draw_lineage
from sparks.forms.lineage import GroupRootsForm
from sparks.lineage import Lineage, lineage_of
from sparks.models import Spark

#: How many sparks of a group its page lists.
SPARKS_SHOWN = 10


def lineage_part(row: Spark | Asset, user: User) -> dict[str, object]:
    """Return what `sparks/lineage.html` shows of a spark with its page, or of a group."""
    is_known_alone = isinstance(row, Spark) and not (row.has_lineage or row.conversation_id)
    found = Lineage([], [], []) if is_known_alone else lineage_of(row, user)
    drawn = [Drawn(each.key, each.key[0], each.title, each.is_here) for each in found.order]
    return {"lineage": found, "lineage_drawing": None if found.is_alone else draw_lineage(drawn, found.links)}


def _group(request: HttpRequest, pk: int) -> Asset:
    return get_object_or_404(Asset.objects.visible_to(request.user).filter(team=request.team), pk=pk)


@require_safe
@require_team
def group_lineage(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the lineage and the sparks of a group; its own page, of an app to the left, fetches them."""
    group = _group(request, pk)
    sparks = Spark.objects.visible_to(request.user).filter(group=group).order_by("-created_at", "-pk")
    context = {
        "group": group,
        "sparks": list(sparks[:SPARKS_SHOWN]),
        "can_write": rules.can_write_spark(request.user, group.team_id),
        **lineage_part(group, request.user),
    }
    return render(request, f"sparks/group_lineage.html{'#part' if request.htmx else ''}", context)


@require_safe_or_post
@require_team
def group_roots(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which sparks and groups a group grew from."""
    group = _group(request, pk)
    if not rules.can_write_spark(request.user, group.team_id):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = GroupRootsForm(data, team=group.team, user=request.user, group=group)
    if form.is_valid() and save(
        request, form, actions.set_roots_of_group, group=group, by=request.user, grew_from=form.roots
    ):
        messages.success(request, _("Saved."))
        return redirect("assets:asset-detail", pk=group.pk)
    return render(request, "sparks/group_roots.html", {"form": form, "group": group})
