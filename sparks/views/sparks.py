"""The list of sparks with the money beside it, and the four questions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities import facets
from communities.forms.errors import put_errors
from communities.models import Role
from communities.paging import keyset_page
from communities.views import require_team
from connectors.models import Conversation
from sparks import actions, queries, rules
from sparks.filters import SparkFilter
from sparks.forms import SparkForm
from sparks.models import Application

#: How many rounds show their money above the list, and how many sparks wait there; the rest are a click away.
ROUNDS_SHOWN, WAITING_SHOWN = 4, 3


#: What the list shows of a spark.
LISTED = ("uuid", "title", "group_name", "status", "amount_gbp", "award_gbp", "created_at")
LISTED += ("round__name", "round__fund__name", "neighbourhood__name")


@require_safe
@require_team
def spark_list(request: HttpRequest) -> HttpResponse:
    """List sparks; the money of the latest rounds stands above them at every moment."""
    sparks = (
        Application.objects.visible_to(request.user)
        .filter(team=request.team)
        .select_related("round__fund", "neighbourhood")
        .only(*LISTED)
    )
    found = SparkFilter(request.GET or None, queryset=sparks, request=request)
    context = {
        "filter": found,
        "folded": facets.folded(request, found, "words"),
        "page": keyset_page(request, found.qs.order_by("-created_at", "-pk")),
        "can_write": rules.can_write_spark(request.user, request.team),
        "can_manage": rules.can_manage_money(request.user, request.team),
    }
    if part := facets.part_of(request, "list"):
        return render(request, f"sparks/spark_list.html{part}", context)
    context["rounds"] = list(queries.rounds_with_queue(request.team)[:ROUNDS_SHOWN])
    context["waiting"] = queries.waiting_for(request.user, request.team, limit=WAITING_SHOWN)
    return render(request, "sparks/spark_list.html", context)


@require_http_methods(["GET", "POST"])
@require_team
def spark_create(request: HttpRequest) -> HttpResponse:
    """Write a spark down; it starts as a draft, from a conversation when one is named."""
    if not rules.can_write_spark(request.user, request.team):
        raise PermissionDenied
    form = SparkForm(request.POST or None, team=request.team, user=request.user, initial=_first_words(request))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        key = values.pop("uuid")
        try:
            spark = actions.create_application(team=request.team, by=request.user, uuid=key, **values)
        except ValidationError as error:
            put_errors(form, error)
        else:
            return _hand_in_or_keep(request, spark)
    return render(request, "sparks/spark_form.html", {"form": form, "spark": None})


def _first_words(request: HttpRequest) -> dict:
    """Return what a conversation already says, so that nobody says it twice."""
    key = request.GET.get("conversation")
    if not key:
        return {"held_by": "host", **({"round": request.GET["round"]} if "round" in request.GET else {})}
    try:
        talk = get_object_or_404(Conversation.objects.visible_to(request.user), uuid=key, team=request.team)
    except ValidationError:
        raise Http404 from None
    return {
        "conversation": talk.uuid,
        "what": talk.idea or talk.summary,
        "neighbourhood": talk.neighbourhood_id,
        "applicants": list(talk.people.all()),
        "held_by": "host",
    }


@require_http_methods(["GET", "POST"])
def spark_update(request: HttpRequest, uuid: str) -> HttpResponse:
    """Change the answers while it is being written or a question is open."""
    spark = get_object_or_404(Application.objects.visible_to(request.user).select_related("round", "team"), uuid=uuid)
    if not request.user.has_role(spark.team_id, Role.BUILDER, Role.MANAGER):
        raise PermissionDenied
    if not rules.can_change_spark(request.user, spark):
        messages.warning(request, _("This spark was handed in, so its answers stay as they are."))
        return redirect("sparks:spark-detail", uuid=spark.uuid)
    form = SparkForm(
        request.POST or None, team=spark.team, user=request.user, application=spark, initial=SparkForm.initial_of(spark)
    )
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name not in ("uuid", "conversation")}
        try:
            spark = actions.update_application(application=spark, by=request.user, **values)
        except ValidationError as error:
            put_errors(form, error)
        else:
            return _hand_in_or_keep(request, spark)
    return render(request, "sparks/spark_form.html", {"form": form, "spark": spark})


def _hand_in_or_keep(request: HttpRequest, spark: Application) -> HttpResponse:
    """Hand the spark in when that button was pressed; what is missing is said on a form that keeps everything."""
    if "hand_in" not in request.POST:
        messages.success(request, _("Your draft is kept. Hand it in when you are ready."))
        return redirect("sparks:spark-detail", uuid=spark.uuid)
    try:
        actions.submit_application(application=spark, by=request.user)
    except ValidationError as error:
        spark.refresh_from_db()
        form = SparkForm(
            request.POST, team=spark.team, user=request.user, application=spark, initial=SparkForm.initial_of(spark)
        )
        form.is_valid()
        put_errors(form, error)
        return render(request, "sparks/spark_form.html", {"form": form, "spark": spark})
    messages.success(request, _("Handed in. A manager will decide; you can follow it here."))
    return redirect("sparks:spark-detail", uuid=spark.uuid)
