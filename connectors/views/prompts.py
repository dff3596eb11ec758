"""The questions that conversations begin with: builders read them, managers write and switch them."""

from dataclasses import asdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.paging import keyset_page
from connectors import prompts
from connectors.actions.prompts import change_prompt_set, create_prompt_set, delete_prompt_set
from connectors.forms.prompts import PromptSetForm
from connectors.models import PromptSet
from connectors.rules.prompts import can_change_prompts
from connectors.views import for_builders


def _mine(request: HttpRequest, pk: int) -> PromptSet:
    """Return a set the person keeps; strangers learn nothing, colleagues that it is not theirs to change."""
    found = get_object_or_404(PromptSet.objects.visible_to(request.user).select_related("team"), pk=pk)
    if not can_change_prompts(request.user, found.team):
        raise PermissionDenied
    return found


@require_safe
@for_builders
def prompt_list(request: HttpRequest) -> HttpResponse:
    """Show the team's sets of questions, and those that are ready to add."""
    sets = PromptSet.objects.visible_to(request.user).filter(team=request.team).prefetch_related("neighbourhoods")
    page = keyset_page(request, sets.order_by("name", "pk"), size=30)
    known = {each.name.lower() for each in page}
    context = {
        "page": page,
        "ready": [(key, each) for key, each in prompts.READY.items() if str(each.name).lower() not in known],
        "may_change": can_change_prompts(request.user, request.team),
    }
    return render(request, "connectors/prompt_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_builders
def prompt_create(request: HttpRequest) -> HttpResponse:
    """Write a new set; `?ready=` begins with one of those that come with Kith."""
    if not can_change_prompts(request.user, request.team):
        raise PermissionDenied
    ready = prompts.READY.get(request.GET.get("ready", ""))
    begins = {name: str(words) for name, words in asdict(ready).items()} if ready else {}
    form = PromptSetForm(request.POST or None, initial=begins, user=request.user, team=request.team)
    if form.is_valid():
        try:
            kept = create_prompt_set(team=request.team, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s is kept.") % {"name": kept.name})
            return redirect("connectors:prompt-list")
    return render(request, "connectors/prompt_form.html", {"form": form, "prompt_set": None})


@require_http_methods(["GET", "HEAD", "POST"])
def prompt_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a set of questions and where it is asked."""
    kept = _mine(request, pk)
    form = PromptSetForm(request.POST or None, instance=kept, user=request.user, team=kept.team)
    if form.is_valid():
        try:
            kept = change_prompt_set(prompt_set=kept, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s is changed.") % {"name": kept.name})
            return redirect("connectors:prompt-list")
    return render(request, "connectors/prompt_form.html", {"form": form, "prompt_set": kept})


@require_POST
def prompt_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a set to use with `use`, or put it away without."""
    kept = change_prompt_set(prompt_set=_mine(request, pk), by=request.user, is_on="use" in request.POST)
    words = _("%(name)s is in use.") if kept.is_on else _("%(name)s is put away.")
    messages.success(request, words % {"name": kept.name})
    return redirect("connectors:prompt-list")


@require_http_methods(["GET", "HEAD", "POST"])
def prompt_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then remove a set of questions for good."""
    kept = _mine(request, pk)
    if request.method == "POST":
        delete_prompt_set(prompt_set=kept, by=request.user)
        messages.success(request, _("%(name)s is removed.") % {"name": kept.name})
        return redirect("connectors:prompt-list")
    return render(request, "connectors/prompt_confirm_delete.html", {"prompt_set": kept})
