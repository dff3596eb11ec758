"""Words a team would rather not use: the list, its own words, ignoring one, and how its language changes."""

import hashlib

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag, url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.paging import numbered_page
from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo
from connectors.models import TeamWord
from connectors.rules.conversations import can_log_conversation
from connectors.wording import ENGLISH_CODE, WELSH_CODE, actions, rules
from connectors.wording.forms import TeamWordForm, WordSearch, noticing
from connectors.wording.queries.lists import listed_words
from connectors.wording.queries.trend import FEWEST_BUILDERS, word_trend

#: Rows of a page: each has its forms, what to say instead and the reason.
LISTED = 15
SHOWS = ("own", ENGLISH_CODE, WELSH_CODE, "quiet")


def _back(request: HttpRequest) -> HttpResponse:
    """Redirect to the page that showed a noticed word, or to the part of the list that the user was reading."""
    page = request.POST.get("back", "")
    if page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        return redirect(page)
    show = request.POST.get("show", "")
    return redirect(reverse("connectors:word-list") + (f"?show={show}" if show in SHOWS else ""))


def _word(request: HttpRequest, pk: int) -> TeamWord:
    """Return a word of the team's own; raise PermissionDenied for users who are not allowed to change the list."""
    words = TeamWord.objects.visible_to(request.user).filter(is_silent=False).select_related("team")
    word = get_object_or_404(words, pk=pk)
    if not rules.can_manage_words(request.user, word.team_id):
        raise PermissionDenied
    return word


def _tabs(show: str, q: str) -> list[dict[str, object]]:
    """Return the tabs of the list, each with the current search."""
    labels = {"": _("All"), "own": _("Your team’s own"), ENGLISH_CODE: _("English"), WELSH_CODE: _("Welsh")}
    labels["quiet"] = _("Ignored")
    asked = {"q": q} if q else {}
    return [
        {"label": label, "url": f"?{urlencode({'show': part} | asked)}", "current": part == show}
        for part, label in labels.items()
    ]


@require_safe
@require_team
def word_list(request: HttpRequest) -> HttpResponse:
    """List the team's own and the shipped words, for everybody in the team."""
    form = WordSearch(request.GET)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    show = request.GET.get("show", "")
    show = show if show in SHOWS else ""
    rows = listed_words(user=request.user, team=request.team, q=q, show=show)
    context = {
        "form": form,
        "q": q,
        "show": show,
        "tabs": _tabs(show, q),
        "page": numbered_page(request, rows, size=LISTED),
        "may_manage": rules.can_manage_words(request.user, request.team),
        "may_ignore": rules.can_ignore_words(request.user, request.team),
    }
    return render(request, "connectors/word_list.html", context)


@require_safe
@require_team
def word_data(request: HttpRequest) -> HttpResponse:
    """Send static/js/wording.js the user's list; requested each time, sent only if it changed."""
    if not rules.can_see_words(request.user, request.team):
        raise PermissionDenied
    response = JsonResponse(noticing(request.user, request.team))
    response["ETag"] = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    response["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=response["ETag"], response=response)


@require_safe_or_post
@require_team
def word_create(request: HttpRequest) -> HttpResponse:
    """Add a word of the team's own to the list."""
    if not rules.can_manage_words(request.user, request.team):
        raise PermissionDenied
    form = TeamWordForm(request.POST or None, initial={"language": request.team.language})
    if form.is_valid() and save(
        request, form, actions.add_word, team=request.team, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("The word has been added to your team’s list."))
        return redirect("connectors:word-list")
    return render(request, "connectors/word_form.html", {"form": form, "word": None})


@require_safe_or_post
def word_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Update a word of the team's own."""
    word = _word(request, pk)
    form = TeamWordForm(request.POST or None, instance=word)
    if form.is_valid() and save(request, form, actions.change_word, word=word, by=request.user, **form.cleaned_data):
        messages.success(request, _("Saved."))
        return redirect("connectors:word-list")
    return render(request, "connectors/word_form.html", {"form": form, "word": word})


@require_POST
def word_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a word of the team's own from the list."""
    word = _word(request, pk)
    if run_action(request, actions.remove_word, word=word, by=request.user):
        words = _("“%(word)s” has been deleted from your team’s list.") % {"word": word.phrase}
        tell_with_undo(request, words, word)
    return _back(request)


@require_POST
@require_team
def word_switch_off(request: HttpRequest) -> HttpResponse:
    """Stop noticing a shipped word for the whole team, or with `undo` notice it again."""
    is_undone = "undo" in request.POST
    name = request.POST.get("undo" if is_undone else "name", "")
    act = actions.restore_word if is_undone else actions.switch_off_word
    if run_action(request, act, team=request.team, by=request.user, name=name):
        words = _("“%(word)s” is noticed again.") if is_undone else _("“%(word)s” is ignored for the whole team.")
        messages.success(request, words % {"word": name})
    return _back(request)


@require_POST
@require_team
def word_ignore(request: HttpRequest) -> HttpResponse:
    """Ignore a word for this user, or with `undo` notify them again; scripts get an answer without a page."""
    is_undone = "undo" in request.POST
    name = request.POST.get("undo" if is_undone else "name", "")
    act = actions.stop_ignoring_word if is_undone else actions.ignore_word
    from_script = request.headers.get("Accept") == "application/json"
    try:
        act(team=request.team, by=request.user, name=name)
    except ValidationError as error:
        if from_script:
            return HttpResponse(status=422)
        messages.error(request, error.messages[0])
    else:
        if from_script:
            return HttpResponse(status=204)
        words = (
            _("You are told about “%(word)s” again.")
            if is_undone
            else _("You will not be told about “%(word)s” again.")
        )
        messages.success(request, words % {"word": name})
    return _back(request)


@require_safe
@require_team
def word_trend_page(request: HttpRequest) -> HttpResponse:
    """Show how the team's words change from quarter to quarter, never by person."""
    if not rules.can_see_words(request.user, request.team):
        raise PermissionDenied
    trend = word_trend(user=request.user, team=request.team)
    only_over = not can_log_conversation(request.user, request.team)
    context = {"trend": trend, "fewest_builders": FEWEST_BUILDERS, "only_over": only_over}
    return render(request, "connectors/word_trend.html", context)
