"""Conversation starters: builders read them, managers write them and switch them on and off."""

from dataclasses import asdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.paging import keyset_page
from communities.views import require_safe_or_post, run_action, save, tell_with_undo
from connectors.actions.prompts import change_prompt_set, create_prompt_set, delete_prompt_set
from connectors.catalogue import first_prompts
from connectors.forms.prompts import PromptSetForm
from connectors.models import PromptSet
from connectors.rules.prompts import can_change_prompts
from connectors.views import for_builders


def _mine(request: HttpRequest, pk: int) -> PromptSet:
    """Return a set that the user is allowed to change; strangers get 404, colleagues 403."""
    found = get_object_or_404(PromptSet.objects.visible_to(request.user).select_related("team"), pk=pk)
    if not can_change_prompts(request.user, found.team):
        raise PermissionDenied
    return found


@require_safe
@for_builders
def prompt_list(request: HttpRequest) -> HttpResponse:
    """Show the team's sets of questions, and ready-made ones to add."""
    sets = PromptSet.objects.visible_to(request.user).filter(team=request.team).prefetch_related("neighbourhoods")
    page = keyset_page(request, sets.order_by("name", "pk"), size=30)
    known = {each.name.lower() for each in page}
    context = {
        "page": page,
        "ready": [(key, each) for key, each in first_prompts.READY.items() if str(each.name).lower() not in known],
        "may_change": can_change_prompts(request.user, request.team),
    }
    return render(request, "connectors/prompt_list.html", context)


@require_safe_or_post
@for_builders
def prompt_create(request: HttpRequest) -> HttpResponse:
    """Create a set; `?ready=` fills in one of those that ship with Kith."""
    if not can_change_prompts(request.user, request.team):
        raise PermissionDenied
    ready = first_prompts.READY.get(request.GET.get("ready", ""))
    begins = {name: str(words) for name, words in asdict(ready).items()} if ready else {}
    form = PromptSetForm(request.POST or None, initial=begins, user=request.user, team=request.team)
    if form.is_valid():
        kept = save(request, form, create_prompt_set, team=request.team, by=request.user, **form.cleaned_data)
        if kept:
            messages.success(request, _("%(name)s has been saved.") % {"name": kept.name})
            return redirect("connectors:prompt-list")
    return render(request, "connectors/prompt_form.html", {"form": form, "prompt_set": None})


@require_safe_or_post
def prompt_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Update a set of questions and where it is asked."""
    kept = _mine(request, pk)
    form = PromptSetForm(request.POST or None, instance=kept, user=request.user, team=kept.team)
    if form.is_valid() and (
        saved := save(request, form, change_prompt_set, prompt_set=kept, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("%(name)s has been changed.") % {"name": saved.name})
        return redirect("connectors:prompt-list")
    return render(request, "connectors/prompt_form.html", {"form": form, "prompt_set": kept})


@require_POST
def prompt_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch a set on with `use`, or off without."""
    kept = change_prompt_set(prompt_set=_mine(request, pk), by=request.user, is_on="use" in request.POST)
    words = _("%(name)s is active.") if kept.is_on else _("%(name)s is archived.")
    messages.success(request, words % {"name": kept.name})
    return redirect("connectors:prompt-list")


@require_safe_or_post
def prompt_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a set of questions, after a confirmation."""
    kept = _mine(request, pk)
    if request.method == "POST":
        if run_action(request, delete_prompt_set, prompt_set=kept, by=request.user):
            tell_with_undo(request, _("%(name)s has been deleted.") % {"name": kept.name}, kept)
        return redirect("connectors:prompt-list")
    return render(request, "connectors/prompt_confirm_delete.html", {"prompt_set": kept})
