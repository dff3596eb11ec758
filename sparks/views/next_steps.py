"""What to come back to with a spark: `connectors` has next steps, and this adds one about a spark."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.views import require_safe_or_post, save
from connectors.actions.next_steps import add_next_step
from connectors.forms.next_steps import StepForm
from connectors.rules.next_steps import can_add_step
from connectors.views.next_steps import form_page
from sparks.views.life import visible_spark


@require_safe_or_post
def spark_next_step(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a next step about a spark."""
    spark = visible_spark(request, uuid)
    if not can_add_step(request.user, spark.team_id):
        raise PermissionDenied
    form = StepForm(request.POST or None, user=request.user, team=spark.team)
    about = {"team": spark.team, "by": request.user, "linked": spark}
    if form.is_valid() and save(request, form, add_next_step, uuid=form.cleaned_data["uuid"], **about, **form.values):
        messages.success(request, _("Saved. It will be on Today on that day."))
        return redirect("sparks:spark-detail", uuid=spark.uuid)
    cancel = reverse("sparks:spark-detail", args=[spark.uuid])
    return form_page(request, form, record=spark, cancel=cancel)
