"""The page that decides on several sparks at once."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.drafts import DraftData
from communities.forms.errors import put_errors
from communities.lists import listed
from communities.paging import numbered_page
from communities.row_keys import uuid_of
from communities.views import closing_draft, notice_words, require_safe_or_post, require_team
from sparks import queries, rules
from sparks.actions.several import Approval, SomeRefusedError, approve_sparks, waiting_for_another
from sparks.declarations import CURRENT, WORDINGS
from sparks.forms.steps import ApproveOneForm
from sparks.models import Spark

#: Sparks on a page: as many as somebody can weigh against each other, and as many as are read of a form that was sent.
ROWS = 10
MOST_SENT = 50
#: The most sparks that are listed; the others follow once these are decided.
MOST_LISTED = 500
#: Columns that the page shows of a spark.
SHOWN = (
    "uuid",
    "title",
    "group_name",
    "what",
    "amount_gbp",
    "held_by",
    "status",
    "submitted_at",
    "neighbourhood__name",
)
SHOWN += ("round__name", "round__budget_gbp", "round__committed_gbp", "round__fund__name")

type Row = tuple[Spark, ApproveOneForm]


@require_safe_or_post
@require_team
def decide_several(request: HttpRequest) -> HttpResponse:
    """List the sparks that wait for the user, oldest first, and approve those that are ticked, all or none."""
    if not rules.has_role_for(request.user, request.team, "approve"):
        raise PermissionDenied
    if request.method == "POST":
        return _approve(request)
    keys = queries.keys_to_decide(request.user, request.team, limit=MOST_LISTED + 1)
    page = numbered_page(request, keys, size=ROWS, cap=MOST_LISTED)
    sparks = _sparks(request).filter(pk__in=page.rows).only(*SHOWN).in_bulk()
    proposed = queries.proposed_amounts(sparks.values())
    shown = [sparks[key] for key in page if key in sparks]
    rows = [(spark, _form(spark, proposed.get(spark.pk, spark.amount_gbp))) for spark in shown]
    return _page(request, rows, page=page)


def _sparks(request: HttpRequest) -> QuerySet[Spark]:
    rows = Spark.objects.visible_to(request.user).filter(team=request.team)
    return rows.select_related("round__fund", "neighbourhood")


def _form(spark: Spark, amount: object) -> ApproveOneForm:
    return ApproveOneForm(prefix=spark.uuid.hex, initial={"amount_gbp": amount})


def _approve(request: HttpRequest) -> HttpResponse:
    rows = _sent_rows(request)
    ticked = [(spark, form) for spark, form in rows if form.is_chosen]
    if isinstance(request.POST, DraftData):
        return _page(request, rows)
    # Each is validated, so that every error is shown at once.
    valid = [form.is_valid() for _spark, form in ticked]
    if not all(valid):
        return _page(request, rows, errors=[_("Nothing was approved. Some amounts need another look.")])
    approvals = [
        Approval(spark, form.cleaned_data["amount_gbp"], form.cleaned_data["reason"]) for spark, form in ticked
    ]
    try:
        done = closing_draft(request, approve_sparks)(team=request.team, by=request.user, approvals=approvals)
    except SomeRefusedError as error:
        for spark, form in ticked:
            if why := error.refused.get(spark.uuid):
                put_errors(form, why)
        return _page(request, rows, errors=error.messages)
    except ValidationError as error:
        return _page(request, rows, errors=error.messages)
    for _each, form in ticked:
        notice_words(request, form)
    _tell(request, done)
    return redirect("sparks:decide-several")


def _sent_rows(request: HttpRequest) -> list[Row]:
    """Return the sparks of the page that was sent, in its order, whatever happened to them since."""
    keys = [key for text in request.POST.getlist("spark")[:MOST_SENT] if (key := uuid_of(text))]
    found = {spark.uuid: spark for spark in _sparks(request).filter(uuid__in=keys).select_related("team")}
    return [(found[key], ApproveOneForm(request.POST, prefix=key.hex)) for key in dict.fromkeys(keys) if key in found]


def _tell(request: HttpRequest, done: Sequence[Spark]) -> None:
    """Say how many were approved, and which wait for a second person."""
    waiting = waiting_for_another(done)
    if number := len(done) - len(waiting):
        words = ngettext("%(n)d spark approved.", "%(n)d sparks approved.", number)
        messages.success(request, words % {"n": number})
    if waiting:
        words = _("These wait for a second person: %(titles)s.")
        messages.info(request, words % {"titles": listed(spark.title for spark in waiting)})


def _page(
    request: HttpRequest, rows: Sequence[Row], *, page: object = None, errors: Sequence[str] = ()
) -> HttpResponse:
    refused = [(spark, form) for spark, form in rows if form.is_bound and form.is_chosen and form.errors]
    context = {
        "rows": rows,
        "page": page,
        "errors": errors,
        "refused": refused,
        "declaration": WORDINGS[CURRENT],
        "limit": request.team.approval_limit_gbp,
    }
    return render(request, "sparks/decide_several.html", context)
