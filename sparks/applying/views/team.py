"""Pages of the team: the public page of a round, and the applications that arrived."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communities.forms.keys import PressForm
from communities.paging import keyset_page
from communities.views import require_safe_or_post, require_team, save, tell_with_undo
from communities.views.once import keep_for_next_page, press_once, take_kept
from connectors.models import Person
from sparks.applying import actions, queries, rules, words
from sparks.applying.forms import AloudForm, CloseForm, PageForm, TakeUpForm
from sparks.applying.views.mine import answers_of
from sparks.models import Application, ApplyPage, Round, Stage


@require_safe_or_post
def page_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch the public page of a round on or off, and word its two questions."""
    grant_round = get_object_or_404(Round.objects.visible_to(request.user).select_related("fund", "team"), pk=pk)
    if not rules.can_set_page(request.user, grant_round.team_id):
        raise PermissionDenied
    page = ApplyPage.objects.visible_to(request.user).filter(round=grant_round).first()
    form = PageForm(request.POST or None, instance=page, grant_round=grant_round)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if save(request, form, actions.save_page, grant_round=grant_round, by=request.user, **values):
            messages.success(request, _("The public page is saved."))
            return redirect("sparks:apply-page", pk=grant_round.pk)
    context = {"form": form, "round": grant_round, "page": page}
    if page:
        context["address"] = request.build_absolute_uri(reverse("applying:apply", args=[page.code]))
    return render(request, "sparks/applying/page_form.html", context)


@require_safe
@require_team
def application_list(request: HttpRequest) -> HttpResponse:
    """List what residents sent from public pages: first what nobody has looked at."""
    if not rules.can_look_after(request.user, request.team):
        raise PermissionDenied
    rows = Application.objects.visible_to(request.user).filter(team=request.team).exclude(stage=Stage.WRITING)
    helping = list(queries.asking_for_help(request.team)[: queries.MOST_WAITING])
    waiting = list(queries.waiting_applications(request.team)[: queries.MOST_WAITING])
    settled = rows.exclude(stage=Stage.SENT).select_related("page__round__fund").order_by("-created_at", "-pk")
    context = {
        "waiting": waiting,
        "helping": helping,
        "open_pages": [(each, words.sealed_words()) for each in queries.open_pages(request.team)],
        "page": keyset_page(request, settled),
        "most": queries.MOST_WAITING,
    }
    return render(request, "sparks/applying/application_list.html", context)


@require_safe_or_post
def application_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show an application, and make a spark of it: who the people are, and who holds the money."""
    application = _visible(request, uuid)
    named = queries.people_named(application)
    form = TakeUpForm(request.POST or None, application=application, named=named, user=request.user)
    if request.method == "POST" and form.is_valid():
        values = {
            name: form.cleaned_data[name] for name in ("title", "what", "held_by", "host") if name in form.cleaned_data
        }
        people = form.people(Person.objects.visible_to(request.user).filter(team=application.team_id))
        spark = save(request, form, actions.take_up, application=application, by=request.user, people=people, **values)
        if spark:
            messages.success(request, _("Taken up. It waits for a decision by somebody else."))
            return redirect("sparks:spark-detail", uuid=spark.uuid)
    return _shown(request, application, form=form, named=named)


def _visible(request: HttpRequest, uuid: UUID) -> Application:
    """Return an application that the user may look after: sent, with a request for help, or written down for somebody.

    Raises: Http404; PermissionDenied.
    """
    its_own_business = Q(stage=Stage.WRITING, helper__isnull=True, help_asked_at__isnull=True)
    rows = Application.objects.visible_to(request.user).exclude(its_own_business)
    rows = rows.select_related("page__round__fund", "team", "host", "spark", "settled_by")
    application = get_object_or_404(rows, uuid=uuid)
    if not rules.can_look_after(request.user, application.team_id):
        raise PermissionDenied
    return application


def _shown(request: HttpRequest, application: Application, **more: object) -> HttpResponse:
    named = more.get("named") or queries.people_named(application)
    context = {
        "application": application,
        "answers": answers_of(application),
        "named": named,
        "form": TakeUpForm(application=application, named=named, user=request.user),
        "close_form": CloseForm(prefix="close"),
        "press": PressForm(),
        "is_waiting": application.stage == Stage.SENT,
        **more,
    }
    return render(request, "sparks/applying/application_detail.html", context)


@require_safe
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a poster for printing, with the address of the public page and its QR code."""
    page = _page(request, pk)
    address = request.build_absolute_uri(reverse("applying:apply", args=[page.code]))
    context = {
        "page": page,
        "round": page.round,
        "address": address,
        "left": queries.left_of(page),
        "can_set_page": rules.can_set_page(request.user, page.team_id),
    }
    return render(request, "sparks/applying/poster.html", context)


def _page(request: HttpRequest, pk: int) -> ApplyPage:
    """Return the public page of a round. Raises: Http404 if it is off; PermissionDenied."""
    rows = ApplyPage.objects.visible_to(request.user).select_related("round__fund", "round__team")
    page = get_object_or_404(rows, round=pk, is_on=True)
    if not rules.can_look_after(request.user, page.team_id):
        raise PermissionDenied
    return page


@require_POST
def aloud_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an application that the user writes down for somebody beside them, and go to its first screen."""
    page, secret = _page(request, pk), words.opened_words(request.POST.get("words", ""))
    if not secret:
        raise ValidationError(_("This page was open for a long time. Open it again and press the button once more."))
    actions.begin_aloud(page=page, by=request.user, secret=secret)
    return redirect("applying:screen", words=secret, screen=rules.SCREENS[0])


@require_safe_or_post
def application_aloud(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show an application in large print to read it back, record their yes, and send it."""
    application = _visible(request, uuid)
    form = AloudForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        how = form.cleaned_data["how"]
        if save(request, form, actions.send_aloud, application=application, by=request.user, how=how):
            messages.success(request, _("Sent, with their yes. A colleague can take it up."))
            return redirect("sparks:application-detail", uuid=application.uuid)
    context = {"application": application, "answers": answers_of(application), "form": form}
    context["missing"] = queries.missing_of(application).values()
    return render(request, "sparks/applying/aloud.html", context)


@require_POST
def application_helped(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a request for help off the list."""
    application = _visible(request, uuid)
    actions.mark_helped(application=application, by=request.user)
    messages.success(request, _("Taken off the list."))
    return redirect("sparks:application-list")


@require_POST
def application_close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Close an application with a reason."""
    application = _visible(request, uuid)
    form = CloseForm(request.POST, prefix="close")
    if form.is_valid() and save(
        request, form, actions.close_application, application=application, by=request.user, **form.cleaned_data
    ):
        tell_with_undo(request, _("Closed. The person who sent it reads your reason on their page."), application)
        return redirect("sparks:application-list")
    return _shown(request, application, close_form=form)


@require_safe_or_post
@never_cache
def application_words(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make new words for somebody who lost theirs, which the next page shows this once."""
    application = _visible(request, uuid)
    kept = f"words {application.uuid}"
    if request.method == "POST":
        made = press_once(request, actions.make_new_words, application=application, by=request.user)
        if made and made.secret:
            keep_for_next_page(request, kept, made.secret)
        return redirect("sparks:application-words" if made else "sparks:application-detail", uuid=application.uuid)
    secret = take_kept(request, kept)
    if not secret:
        messages.info(request, _("Words are shown only once. If nobody wrote them down, make new ones."))
        return redirect("sparks:application-detail", uuid=application.uuid)
    context = {"application": application, "six": secret.replace("-", " ")}
    context["address"] = request.build_absolute_uri(reverse("applying:mine", args=[secret]))
    return render(request, "sparks/applying/new_words.html", context)
