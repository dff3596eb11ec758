"""Next steps: the list, adding and changing one, and what one press does: done, moved, given to a colleague, undone."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from assets.models import Asset
from communities.handover import owners_in
from communities.models import Team
from communities.paging import keyset_page
from communities.row_keys import pk_of, uuid_of
from communities.views import require_safe_or_post, run_action, save, tell_with_undo
from connectors.actions import next_steps as actions
from connectors.forms.next_steps import CloseForm, MoveForm, StepForm
from connectors.models import Conversation, NextStep, Person
from connectors.queries import next_steps as queries
from connectors.rules import next_steps as rules
from connectors.views import for_builders

#: How long "Undo" is shown, and how long it is accepted from a page that stayed open, in seconds.
SHOWN_SECONDS, ACCEPTED_SECONDS = 30, 600
#: Next steps on a page of their list.
LISTED = 15
#: The query strings of the tabs of the list.
TABS = {
    "": gettext_lazy("Mine"),
    "?some_time=1": gettext_lazy("Mine, no day yet"),
    "?whose=all": gettext_lazy("Everyone’s"),
}
_SALT = "connectors.steps.undo"


def _step(request: HttpRequest, uuid: UUID) -> NextStep:
    """Return a step that the user is allowed to change, or raise 404."""
    rows = NextStep.objects.visible_to(request.user).select_related("team", "owner", "conversation", "person", "asset")
    step = get_object_or_404(rows, uuid=uuid)
    queries.attach_linked([step], user=request.user, team=step.team)
    if not rules.can_change_step(request.user, step):
        raise PermissionDenied
    return step


def _back(request: HttpRequest, otherwise: str, undo: str = "") -> HttpResponse:
    """Redirect to the page that the button was on, which offers to undo."""
    page = request.POST.get("back", "")
    if not (page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)):
        page = otherwise
    mark = "&" if "?" in page else "?"
    return redirect(f"{page}{mark}{urlencode({'undo': undo})}#steps" if undo else page)


def _undo_of(before: NextStep, now: NextStep) -> str:
    """Return what undoes a change: signed, so that a page can carry it."""
    day = before.due_on.isoformat() if before.due_on else ""
    state = [str(now.uuid), now.updated_at.isoformat(), before.is_open, day, before.owner_id]
    return signing.dumps(state, salt=_SALT)


def undoable(request: HttpRequest) -> dict[str, object] | None:
    """Return what the page that was redirected to offers to undo: the step, and the text to send; None for nothing."""
    text = request.GET.get("undo", "")
    try:
        state = signing.loads(text, salt=_SALT, max_age=SHOWN_SECONDS) if text else None
    except signing.BadSignature:
        return None
    step = state and queries.listed_steps(NextStep.objects.visible_to(request.user)).filter(uuid=state[0]).first()
    return {"step": step, "text": text} if step else None


def steps_part(request: HttpRequest, steps: Iterable[NextStep], team: Team, **about: object) -> dict[str, object]:
    """Return what `connectors/steps.html` shows on the page of a record; about: names the record for a new step."""
    may_add = rules.can_add_step(request.user, team)
    return {
        "next_steps": queries.in_order(steps),
        "back": request.path,
        "may_add_step": may_add,
        "add_step_url": f"{reverse('connectors:step-create')}?{urlencode(about)}",
        "undo": undoable(request),
        **days_to_move_to(),
    }


@require_safe
@for_builders
def step_list(request: HttpRequest) -> HttpResponse:
    """List the open steps of the user, or with `whose=all` of the team, by day; those without a day come last."""
    everybodys = request.GET.get("whose") == "all"
    rows = queries.open_steps(user=request.user, team=request.team)
    if not everybodys:
        rows = rows.filter(owner=request.user)
    some_time = "some_time" in request.GET
    chosen = next((query for query in TABS if query and query[1:].split("=")[0] in request.GET), "")
    rows = queries.without_people(rows.filter(due_on__isnull=some_time))
    page = keyset_page(request, rows.order_by("pk") if some_time else rows.order_by("due_on", "pk"), size=LISTED)
    queries.with_people(page.rows, user=request.user, team=request.team)
    queries.attach_linked(page.rows, user=request.user, team=request.team)
    context = {
        "page": page,
        "tabs": [
            {"label": label, "url": f"{reverse('connectors:step-list')}{query}", "current": query == chosen}
            for query, label in TABS.items()
        ],
        "here": request.path + chosen,
        "undo": undoable(request),
        **days_to_move_to(),
    }
    return render(request, "connectors/step_list.html", context)


def days_to_move_to() -> dict[str, date]:
    """Return the days that a step moves to in one press."""
    today = timezone.localdate()
    return {"day": today, "tomorrow": today + timedelta(days=1), "next_week": today + timedelta(days=7)}


@require_safe_or_post
@for_builders
def step_create(request: HttpRequest) -> HttpResponse:
    """Add a step about the record in the query string: `conversation`, `person` (UUIDs) or `asset` (a primary key)."""
    about = _about(request)
    form = StepForm(request.POST or None, user=request.user, team=request.team)
    if form.is_valid() and (
        step := save(
            request, form, actions.add_next_step, team=request.team, by=request.user, uuid=form.cleaned_data["uuid"],
            **form.values, **about,
        )
    ):  # fmt: skip
        messages.success(request, _("Saved. It will be on Today on that day."))
        return redirect(step.about_url)
    new = NextStep(**about)
    return form_page(request, form, record=new.about, cancel=new.about_url)


def form_page(request: HttpRequest, form: StepForm, **context: object) -> HttpResponse:
    """Render the form of a step; context: step, or the record that a new one is about, and where Cancel leads."""
    return render(
        request, "connectors/step_form.html", {"form": form, "step": None, "close_form": CloseForm(), **context}
    )


def _about(request: HttpRequest) -> dict[str, Model]:
    """Return the record that a new step is about, by the name of its field; empty for none. Raises 404 for a stranger's."""
    if "conversation" in request.GET:
        rows = Conversation.objects.visible_to(request.user).filter(team=request.team)
        return {"conversation": get_object_or_404(rows, uuid=uuid_of(request.GET["conversation"]))}
    if "person" in request.GET:
        rows = Person.objects.visible_to(request.user).filter(team=request.team).remembered()
        return {"person": get_object_or_404(rows, uuid=uuid_of(request.GET["person"]))}
    if "asset" in request.GET:
        rows = Asset.objects.visible_to(request.user).filter(team=request.team)
        return {"asset": get_object_or_404(rows, pk=pk_of(request.GET["asset"]))}
    return {}


@require_safe
@for_builders
def asset_steps(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the next steps about an asset; its own page, of an app to the left, fetches them."""
    asset = get_object_or_404(Asset.objects.visible_to(request.user).filter(team=request.team), pk=pk)
    part = steps_part(request, queries.listed_steps(asset.steps.all()), asset.team, asset=asset.pk)
    context = {**part, "asset": asset, "back": reverse("assets:asset-detail", args=[asset.pk])}
    return render(request, f"connectors/asset_steps.html{'#part' if request.htmx else ''}", context)


@require_safe_or_post
def step_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change the words, the day and whose a step is; say who did it when it is done."""
    step = _step(request, uuid)
    form = StepForm(request.POST or None, user=request.user, team=step.team, step=step)
    if form.is_valid() and save(request, form, actions.change_next_step, step=step, by=request.user, **form.values):
        messages.success(request, _("Saved."))
        return redirect(step.about_url)
    return form_page(request, form, step=step, record=step.about, cancel=step.about_url)


@require_POST
def step_done(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Mark a step as done, where it is; with `log`, open the page that logs what happened with the same people."""
    step = _step(request, uuid)
    if not run_action(request, actions.finish_next_step, step=step, by=request.user):
        return _back(request, step.about_url)
    if request.POST.get("log"):
        messages.success(request, _("Done: %(step)s.") % {"step": step.words})
        return redirect(f"{reverse('connectors:conversation-create')}?{urlencode({'step': step.uuid})}")
    return _offer_undo(request, step)


def _offer_undo(request: HttpRequest, before: NextStep) -> HttpResponse:
    now = NextStep.objects.visible_to(request.user).get(pk=before.pk)
    return _back(request, before.about_url, undo=_undo_of(before, now))


@require_POST
def step_move(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Move a step to a day (`due_on`), or give it to a colleague (`owner`)."""
    step = _step(request, uuid)
    form = MoveForm(request.POST, team=step.team)
    if not form.is_valid() or not form.values:
        messages.error(request, _("Choose a day, or a colleague. Nothing was changed."))
        return _back(request, step.about_url)
    if not save(request, form, actions.change_next_step, step=step, by=request.user, **form.values):
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return _back(request, step.about_url)
    return _offer_undo(request, step)


@require_safe
def step_moves(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the colleagues and days that a step can move to, for its menu; the form of the step without htmx."""
    step = _step(request, uuid)
    if not request.htmx:
        return redirect("connectors:step-update", uuid=step.uuid)
    context = {"step": step, "colleagues": owners_in(step.team), "back": request.GET.get("back", "")}
    return render(request, "connectors/step_moves.html", context)


@require_POST
def step_undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Undo what was just done to a step, unless somebody has changed it since."""
    step = _step(request, uuid)
    try:
        state = signing.loads(request.POST.get("undo", ""), salt=_SALT, max_age=ACCEPTED_SECONDS)
    except signing.BadSignature:
        state = None
    if state is None or state[:2] != [str(step.uuid), step.updated_at.isoformat()]:
        messages.error(request, _("It has been changed since, so it was not undone. You can change it here."))
        return redirect("connectors:step-update", uuid=step.uuid)
    _uuid, _moment, was_open, day, owner = state
    if was_open and not step.is_open:
        undone = run_action(request, actions.reopen_next_step, step=step, by=request.user)
    else:
        before: dict[str, object] = {"due_on": date.fromisoformat(day) if day else None}
        if owner != step.owner_id:
            before["owner"] = owners_in(step.team).filter(pk=owner).first() or step.owner
        undone = run_action(request, actions.change_next_step, step=step, by=request.user, **before)
    if undone:
        messages.success(request, _("Undone."))
    return _back(request, step.about_url)


@require_POST
def step_reopen(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Reopen a step that is done or closed."""
    step = _step(request, uuid)
    if run_action(request, actions.reopen_next_step, step=step, by=request.user):
        messages.success(request, _("Marked as not done."))
    return _back(request, step.about_url)


@require_POST
def step_close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Close a step that nobody will do, with the reason that was typed."""
    step = _step(request, uuid)
    form = CloseForm(request.POST)
    if form.is_valid() and save(
        request, form, actions.close_next_step, step=step, by=request.user, **form.cleaned_data
    ):
        tell_with_undo(request, _("Closed."), step)
        return redirect(step.about_url)
    about = {"step": step, "record": step.about, "cancel": step.about_url}
    return form_page(request, StepForm(user=request.user, team=step.team, step=step), **about, close_form=form)


@require_safe_or_post
def step_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a step that was added by mistake, after a page that asks."""
    step = _step(request, uuid)
    page = step.about_url
    if request.method == "POST":
        if run_action(request, actions.delete_next_step, step=step, by=request.user):
            tell_with_undo(request, _("The next step has been deleted."), step)
        return redirect(page)
    return render(request, "connectors/step_confirm_delete.html", {"step": step, "cancel": page})
