"""Organisations say by a link that they hold the money of a spark, and see what they hold; the team asks and stops asking."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.actions.attempts import record_attempt, time_to_wait
from communities.forms.errors import put_errors
from communities.views import require_safe_or_post, run_action, save
from sparks.applying import actions, queries, rules
from sparks.applying.forms import HolderForm, HostForm
from sparks.applying.views.doors import WORDS, closed, for_everybody, source_of
from sparks.models import HostLink, Spark


@require_safe_or_post
@for_everybody
def host(request: HttpRequest, words: str) -> HttpResponse:
    """Ask an organisation whether it holds the money of a spark, and show what it holds."""
    place = source_of(request)
    link = None if time_to_wait(limits=WORDS, account=place, source=place) else queries.host_link_of(words)
    if link is None:
        record_attempt(limits=WORDS, account=place, source=place)
        return closed(request)
    form, status = HostForm(request.POST or None, link=link), 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_for_host(link=link, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            status = 409
        else:
            return redirect(f"{request.path}?done")
    context = {
        "link": link,
        "spark": link.spark,
        "team": link.spark.team,
        "form": form,
        "held": queries.held_by_host(link),
    }
    context["is_done"] = "done" in request.GET and bool(link.answer)
    return render(request, "sparks/applying/host.html", context, status=status)


def _spark(request: HttpRequest, uuid: UUID) -> Spark:
    spark = get_object_or_404(Spark.objects.visible_to(request.user), uuid=uuid)
    if not rules.can_look_after(request.user, spark.team_id):
        raise PermissionDenied
    return spark


@require_POST
def host_ask(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask the organisation of a spark by a link."""
    spark = _spark(request, uuid)
    if run_action(request, actions.ask_host, spark=spark, by=request.user):
        messages.success(
            request, _("Asked. The message is below, under “Who was told”. Only the organisation reads its link.")
        )
    return redirect("sparks:spark-detail", uuid=spark.uuid)


@require_POST
def host_stop(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make the link of an organisation open nothing any more."""
    spark = _spark(request, uuid)
    for link in HostLink.objects.visible_to(request.user).filter(spark=spark, digest__isnull=False):
        actions.stop_host_link(link=link, by=request.user)
    messages.success(request, _("The link no longer works."))
    return redirect("sparks:spark-detail", uuid=spark.uuid)


@require_safe_or_post
def holder_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose who holds the money instead, after an organisation said no."""
    spark = _spark(request, uuid)
    form = HolderForm(request.POST or None, spark=spark)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, actions.choose_other_holder, spark=spark, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Saved. Ask the new organisation if there is one."))
        return redirect("sparks:spark-detail", uuid=spark.uuid)
    return render(request, "sparks/applying/holder_form.html", {"spark": spark, "form": form})
