"""The public page of a round: two questions, what is left, what is stored, and the way back with six words."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.views import require_safe_or_post
from sparks.applying import actions, queries, rules, words
from sparks.applying.forms import CheckForm, SixWordsForm
from sparks.applying.views.doors import ALL, NONE, find, for_everybody, minutes_to_wait
from sparks.clocks import median_of_team
from sparks.models import ApplyPage


@require_safe_or_post
@for_everybody
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Show the public page of a round, and begin an application once both questions were answered with yes.

    No is answered with whom to talk to, before anybody writes for nothing; nothing is stored then.
    """
    page = _page(code)
    form = CheckForm(request.POST or None, page=page, initial={"words": words.sealed_words()})
    context = {"page": page, "round": page.round, "team": page.round.team, "left": queries.left_of(page), "form": form}
    context["median_days"] = median_of_team(page.round.team) if page.shows_clock else None
    context["robots"] = ALL if page.is_indexed else NONE
    status = 200
    if request.method == "POST" and form.is_valid() and not form.is_trapped:
        secret = words.opened_words(form.cleaned_data["words"])
        if form.are_yes and secret and (done := _begun(request, page, secret, context)):
            return done
        context["says_no"] = not form.are_yes
        context["is_stale"] = form.are_yes and not secret
        status = 429 if "minutes" in context else 200
    response = render(request, "sparks/applying/apply.html", context, status=status)
    response["X-Robots-Tag"] = context["robots"]
    return response


def _page(code: str) -> ApplyPage:
    if page := queries.public_page(code):
        return page
    raise Http404


def _begun(request: HttpRequest, page: ApplyPage, secret: str, context: dict[str, object]) -> HttpResponse | None:
    """Begin an application and go to its first screen; otherwise put why not into the context and return None."""
    if queries.application_of(secret) is None and (minutes := minutes_to_wait(request, page.code)):
        context["minutes"] = minutes
        return None
    try:
        actions.begin_application(page=page, secret=secret)
    except ValidationError as error:
        context["refused"] = " ".join(error.messages)
        return None
    return redirect("applying:screen", words=secret, screen=rules.SCREENS[0])


@require_safe
@for_everybody
def privacy(request: HttpRequest, code: str) -> HttpResponse:
    """Say what is stored of an application, who sees it, for how long, and how it is erased."""
    page = _page(code)
    days = {"unsent": rules.KEEP_UNSENT_DAYS, "settled": rules.KEEP_SETTLED_DAYS}
    return render(request, "sparks/applying/privacy.html", {"page": page, "team": page.round.team, "days": days})


@require_safe_or_post
@for_everybody
def way_back(request: HttpRequest) -> HttpResponse:
    """Open an application with six words typed from paper."""
    form = SixWordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = words.as_typed(form.cleaned_data["words"])
        if find(request, typed):
            return redirect("applying:mine", words=typed)
        form.add_error("words", _not_found())
    return render(request, "sparks/applying/way_back.html", {"form": form, "team": ""})


def _not_found() -> ValidationError:
    return ValidationError(
        _(
            "These words do not work. Check each word and their order. If wrong words were tried too often from here, wait "
            "an hour and try again. The team can give you new words."
        )
    )
