"""The list of sparks, and the form with the four questions."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assets.models import Asset
from communities import facets
from communities.forms.errors import put_errors
from communities.idempotency import USED
from communities.paging import keyset_page
from communities.row_keys import pks_of, uuid_of
from communities.views import notice_words, require_safe_or_post, require_team, run_action, save, tell_with_undo
from connectors.models import Conversation
from sparks import actions, queries, rules
from sparks.filters import SparkFilter
from sparks.forms.sparks import SparkForm
from sparks.models import Spark, Status
from sparks.views.life import spark_page, visible_spark

#: How many rounds and waiting sparks are shown above the list; of the rounds, so many as cards that are not folded.
ROUNDS_SHOWN, WAITING_SHOWN, OPEN_SHOWN = 4, 3, 2

#: Sparks on a page of the list, which has the money and what waits above it.
ROWS = 12

#: Columns that the list shows of a spark.
LISTED = ("uuid", "title", "group_name", "status", "amount_gbp", "award_gbp", "created_at")
LISTED += ("round__name", "round__fund__name", "neighbourhood__name")


@require_safe
@require_team
def spark_list(request: HttpRequest) -> HttpResponse:
    """List sparks, below the money of the latest rounds and the sparks that wait for the user."""
    sparks = (
        Spark.objects.visible_to(request.user)
        .filter(team=request.team)
        .select_related("round__fund", "neighbourhood")
        .only(*LISTED)
    )
    found = SparkFilter(request.GET or None, queryset=sparks, request=request)
    context = {
        "filter": found,
        "folded": facets.folded(request, found, "q"),
        "page": keyset_page(request, found.qs.order_by("-created_at", "-pk"), size=ROWS),
        "can_write": rules.can_write_spark(request.user, request.team),
        "can_manage": rules.can_manage_money(request.user, request.team),
    }
    if part := facets.part_of(request, "list"):
        return render(request, f"sparks/spark_list.html{part}", context)
    rounds = queries.latest_rounds(team=request.team, limit=ROUNDS_SHOWN)
    context["open_rounds"] = [each for each in rounds if each.is_open][:OPEN_SHOWN]
    context["other_rounds"] = [each for each in rounds if each not in context["open_rounds"]]
    context["waiting"] = queries.waiting_for(request.user, request.team, limit=WAITING_SHOWN)
    return render(request, "sparks/spark_list.html", context)


@require_safe_or_post
@require_team
def spark_create(request: HttpRequest) -> HttpResponse:
    """Create a spark as a draft, from a conversation if the query string names one."""
    if not rules.can_write_spark(request.user, request.team):
        raise PermissionDenied
    form = SparkForm(request.POST or None, team=request.team, user=request.user, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            spark = actions.create_spark(team=request.team, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            draft = _draft_of_page(request, form) if getattr(error, "code", "") == USED else None
            if draft:
                return _into_draft(request, draft)
            put_errors(form, error)
        else:
            notice_words(request, form)
            return _submit_or_save(request, spark)
    return render(request, "sparks/spark_form.html", {"form": form, "spark": None})


def _draft_of_page(request: HttpRequest, form: SparkForm) -> Spark | None:
    """Return the draft with the same title that was already saved from this page, or None.

    The same title means a correction of that draft; another title means another idea.
    """
    rows = Spark.objects.visible_to(request.user).filter(team=request.team, created_by=request.user)
    draft = rows.select_related("round", "team").filter(uuid=form.cleaned_data["uuid"], status=Status.DRAFT).first()
    return draft if draft and draft.title.casefold() == form.cleaned_data["title"].casefold() else None


def _into_draft(request: HttpRequest, draft: Spark) -> HttpResponse:
    """Show what was typed on the form of the existing draft, where saving replaces the draft."""
    form = _form_of(draft, request)
    form.data = form.data.copy()
    form.data["as_shown"] = form.digest()
    form.add_error(
        None,
        _(
            "A draft of this spark was already saved from this page. What you typed now is below and not saved yet. "
            "Save it to replace that draft."
        ),
    )
    return render(request, "sparks/spark_form.html", {"form": form, "spark": draft})


def _initial(request: HttpRequest) -> dict:
    """Return initial values from the conversation or round that the query string names."""
    key = request.GET.get("conversation")
    if not key:
        return {**({"round": request.GET["round"]} if "round" in request.GET else {}), **_grown_from(request)}
    talk = get_object_or_404(Conversation.objects.visible_to(request.user), uuid=uuid_of(key), team=request.team)
    return {
        "conversation": talk.uuid,
        "what": talk.idea or talk.summary,
        "neighbourhood": talk.neighbourhood_id,
        "applicants": list(talk.people.all()),
        **_grown_from(request),
    }


def _grown_from(request: HttpRequest) -> dict:
    """Return initial values from the earlier spark or the group on the map that the query string names."""
    found = {}
    if key := request.GET.get("from_spark"):
        sparks = Spark.objects.visible_to(request.user).filter(team=request.team)
        found["from_sparks"] = [get_object_or_404(sparks, uuid=uuid_of(key))]
    if key := request.GET.get("from_group"):
        groups = Asset.objects.visible_to(request.user).filter(team=request.team)
        found["from_groups"] = [get_object_or_404(groups, pk=next(iter(pks_of([key])), None))]
    return found


@require_safe_or_post
def spark_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change the answers of a draft or of a spark with an open question; `?missing` shows what is still to be answered."""
    spark = visible_spark(request, uuid)
    if not rules.can_write_spark(request.user, spark.team_id):
        raise PermissionDenied
    form = _form_of(spark, request)
    if not rules.can_change_spark(request.user, spark):
        return _cannot_change(request, spark, form)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "conversation"}
        changed = save(request, form, actions.update_spark, spark=spark, by=request.user, **values)
        if changed:
            return _submit_or_save(request, changed)
    elif request.method != "POST" and MISSING in request.GET:
        form.show_missing(queries.missing_answers(spark))
    return render(request, "sparks/spark_form.html", {"form": form, "spark": spark})


@require_POST
def spark_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a draft."""
    spark = visible_spark(request, uuid)
    if not rules.can_write_spark(request.user, spark.team_id):
        raise PermissionDenied
    if not run_action(request, actions.delete_spark, spark=spark, by=request.user):
        return redirect("sparks:spark-detail", uuid=spark.uuid)
    tell_with_undo(request, _("The draft has been deleted."), spark)
    return redirect("sparks:spark-list")


#: Query parameter of the form: show what is missing.
MISSING = "missing"


def url_of_missing(spark: Spark) -> str:
    """Return the URL of the spark's form with an error beside each missing answer."""
    return f"{reverse('sparks:spark-update', args=[spark.uuid])}?{MISSING}"


def _form_of(spark: Spark, request: HttpRequest) -> SparkForm:
    return SparkForm(
        request.POST or None,
        team=spark.team,
        user=request.user,
        spark=spark,
        initial=SparkForm.initial_of(spark),
    )


def _cannot_change(request: HttpRequest, spark: Spark, form: SparkForm) -> HttpResponse:
    """Explain that the answers cannot be changed, and show what was typed for copying."""
    messages.warning(request, _("This spark has been submitted, so its answers cannot be changed."))
    if request.method == "POST":
        return spark_page(request, spark, spark_form=form)
    return redirect("sparks:spark-detail", uuid=spark.uuid)


def _submit_or_save(request: HttpRequest, spark: Spark) -> HttpResponse:
    """Hand in the spark if that button was pressed, or redirect to its form to ask for what is missing.

    That form updates the draft, so sending it again never creates a second spark.
    """
    if "hand_in" not in request.POST:
        messages.success(request, _("Draft saved. Submit it when you are ready."))
        return redirect("sparks:spark-detail", uuid=spark.uuid)
    try:
        actions.submit_spark(spark=spark, by=request.user)
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            return redirect(url_of_missing(spark))
        spark.refresh_from_db()
        if spark.status != Status.SUBMITTED:
            messages.error(request, " ".join(error.messages))
            return redirect("sparks:spark-detail", uuid=spark.uuid)
    messages.success(request, _("Submitted. A manager will decide. You can follow its progress here."))
    return redirect("sparks:spark-detail", uuid=spark.uuid)
