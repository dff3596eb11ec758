"""An application as whoever wrote it sees it: its screens, its page, and the steps they may take."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.forms.errors import put_errors
from communities.pounds import pounds
from communities.row_keys import uuid_of
from communities.views import require_safe_or_post
from sparks import workflow
from sparks.applying import actions, queries, rules
from sparks.applying.forms import HOLDERS, SCREEN_FORMS, TRAP, OwnPayeeForm, ScreenForm, SendForm, WordsForm
from sparks.applying.links import is_token
from sparks.applying.views.doors import minutes_for_files, with_application
from sparks.models import Applicant, Application, Spark, Stage
from sparks.payees import default_payee

#: The header with which the script saves while somebody types.
WHILE_TYPING = "X-While-Typing"


@dataclass(frozen=True)
class Answer:
    """A line of the last screen: what was asked, what was answered, and what is missing."""

    screen: str
    asked: str | Promise
    said: tuple[str, ...]
    missing: str | Promise = ""


@require_safe
@with_application
def mine(request: HttpRequest, application: Application, words: str) -> HttpResponse:
    """Show where an application is, whose turn it is and what comes next."""
    return _mine(request, application, words, is_new="sent" in request.GET)


def _mine(
    request: HttpRequest, application: Application, words: str, status: int = 200, **more: object
) -> HttpResponse:
    spark = application.spark
    own = rules.steps_of_group(spark.status) if spark else []
    answers = answers_of(application)
    context = _context(application, words) | {
        "answers": answers,
        "continue_at": next((each.screen for each in reversed(answers) if each.said), rules.SCREENS[0]),
        "can_withdraw": "withdraw" in own if spark else application.stage in (Stage.WRITING, Stage.SENT),
        "can_accept": "ready" in own,
        **(_payee(spark) if spark and "ready" in own else {}),
        "can_answer": "hand-in" in own,
        "turn": rules.TURNS[workflow.STATES[spark.status].turn] if spark else "",
        "next": rules.NEXT[spark.status] if spark else "",
        "is_promised": bool(spark and spark.award_gbp) and spark.status not in rules.TAKEN_BACK,
        "lent": list(spark.cost_lines.filter(is_in_kind=True)) if spark and spark.award_gbp else [],
        "moments": queries.moments_of(spark) if spark else [],
        "answer_form": WordsForm(prefix="answer"),
        "help_form": WordsForm(prefix="help"),
    }
    return render(request, "sparks/applying/mine.html", {**context, **more}, status=status)


def _payee(spark: Spark) -> dict[str, object]:
    """Return who is paid, and a form if the people behind it may enter somebody else."""
    if not spark.award_gbp:
        return {}
    payee = spark.payee or default_payee(spark)
    form = OwnPayeeForm(initial={"payee": payee}) if queries.may_enter_payee(spark) else None
    return {"payee": payee, "payee_form": form}


@require_safe_or_post
@with_application
def screen(request: HttpRequest, application: Application, words: str, screen: str) -> HttpResponse:
    """Show one screen of an application and save what is typed on it; the last one sends it."""
    if screen not in rules.SCREENS:
        raise Http404
    if not application.is_written:
        return _already_sent(request, application, words)
    if screen == rules.SCREENS[-1]:
        return _check(request, application, words)
    form = SCREEN_FORMS[screen](request.POST or None, request.FILES or None, application=application)
    if request.method == "POST":
        is_saved = _save(form, application)
        if WHILE_TYPING in request.headers:
            return _told(form)
        is_saved = _enclose(request, form, application) and is_saved
        if is_saved:
            return redirect(_address(words, rules.screen_after(screen)))
    context = _context(application, words) | {
        "form": form,
        "screen": screen,
        "asks": rules.ASKS[screen],
        "number": rules.SCREENS.index(screen) + 1,
        "of": len(rules.QUESTIONS),
        "back": _address(words, rules.screen_before(screen)) if rules.screen_before(screen) else "",
    }
    response = render(request, "sparks/applying/screen.html", context)
    if screen == "what":
        # The only page that may ask for the microphone, for a voice note.
        response["Permissions-Policy"] = settings.PERMISSIONS_POLICY.replace("microphone=()", "microphone=(self)")
    return response


def _save(form: ScreenForm, application: Application) -> bool:
    """Save what is valid on a screen, and return whether everything was."""
    is_valid = form.is_valid()
    try:
        actions.save_answers(
            application=application,
            screen=form.screen,
            mark=form.cleaned_data.get("mark", ""),
            key=form.cleaned_data.get("key", ""),
            people=form.people(),
            **form.answers(),
        )
    except ValidationError as error:
        put_errors(form, error)
        if getattr(error, "code", "") == "other":
            application.refresh_from_db()
            form.set_mark()
            form.there_now = [answer for answer in answers_of(application) if answer.screen == form.screen]
        return False
    application.refresh_from_db()
    form.set_mark()
    return is_valid


def _enclose(request: HttpRequest, form: ScreenForm, application: Application) -> bool:
    """Store the files of a screen, and return whether that was possible. Each network has a limit for files."""
    removed = application.enclosures.filter(uuid__in=[uuid_of(each) for each in request.POST.getlist("remove")])
    for enclosure in removed:
        actions.remove_enclosure(application=application, enclosure=enclosure)
    files = {name: form.cleaned_data[name] for name in ("photo", "voice") if form.cleaned_data.get(name)}
    if files and minutes_for_files(request):
        form.add_error(
            None,
            _(
                "Too many files came from your internet connection. Your words are saved. Send the file again in an hour."
            ),
        )
        return False
    try:
        actions.add_enclosure(application=application, **files)
    except ValidationError as error:
        put_errors(form, error)
        return False
    return True


def _told(form: ScreenForm) -> JsonResponse:
    """Tell the script what is saved now, or why it was not."""
    if hasattr(form, "there_now"):
        words = _("This was changed somewhere else, so your words are not saved yet. Press the button to see both.")
        return _json(is_saved=False, said=words)
    said = " ".join(message for errors in form.errors.values() for message in errors)
    return _json(is_saved=not said, said=said, mark=form.data["mark"])


def _json(*, is_saved: bool, said: str = "", mark: str = "", is_over: bool = False) -> JsonResponse:
    told = {"is_saved": is_saved, "said": said, "mark": mark, "is_over": is_over}
    return JsonResponse(told, status=200 if is_saved else 409)


def _check(request: HttpRequest, application: Application, words: str) -> HttpResponse:
    form, missing, refused = SendForm(request.POST or None), queries.missing_of(application), ""
    if request.method == "POST" and not form.is_trapped:
        try:
            actions.send_application(application=application)
        except ValidationError as error:
            refused = "" if hasattr(error, "error_dict") else " ".join(error.messages)
        else:
            return redirect(f"{reverse('applying:mine', args=[words])}?sent")
    context = _context(application, words) | {
        "answers": answers_of(application, missing),
        "missing": missing,
        "refused": refused,
        "form": form,
        "trap": TRAP,
        "is_trapped": request.method == "POST" and form.is_trapped,
        "back": _address(words, rules.screen_before(rules.SCREENS[-1])),
        "is_aloud": application.helper_id is not None,
    }
    return render(request, "sparks/applying/check.html", context)


def answers_of(application: Application, missing: dict | None = None) -> list[Answer]:
    """Return what was asked and answered, in order."""
    people = {each.place: _person(each) for each in application.people.all()}
    amount = _("Asked for: %s") % pounds(application.amount_gbp) if application.amount_gbp else ""
    host = application.host.name if application.host else ""
    said = {
        "what": (application.title, application.what),
        "who": (application.who_with, *(said for place, said in people.items() if place)),
        "cost": (application.costs, amount),
        "money": (dict(HOLDERS).get(application.held_by, ""), host),
        "you": (people.get(0, ""),),
    }
    return [
        Answer(each, rules.ASKS[each], tuple(filter(None, said[each])), (missing or {}).get(each, ""))
        for each in rules.QUESTIONS
    ]


def _person(person: Applicant) -> str:
    said = ", ".join(filter(None, (person.name, person.phone, person.email)))
    return f"{said}: {person.say}" if person.say else said


@require_POST
@with_application
def withdraw(request: HttpRequest, application: Application, words: str) -> HttpResponse:
    """Withdraw an application, or the spark that was made of it while no money is promised."""
    act = actions.withdraw_own_spark if application.spark else actions.withdraw_application
    return _step(request, application, words, act)


@require_POST
@with_application
def accept(request: HttpRequest, application: Application, words: str) -> HttpResponse:
    """Say yes to an award."""
    form = OwnPayeeForm(request.POST)
    if not form.is_valid():
        return _mine(request, application, words, 409, payee_form=form)
    accept_award = partial(
        actions.accept_award,
        shown_gbp=request.POST.get("as_shown", ""),
        shown_payee=request.POST.get("payee_shown", ""),
        **form.cleaned_data,
    )
    return _step(request, application, words, accept_award)


@require_POST
@with_application
def answer(request: HttpRequest, application: Application, words: str) -> HttpResponse:
    """Answer the team's question."""
    return _said(request, application, words, actions.answer_question, "answer")


@require_POST
@with_application
def ask_help(request: HttpRequest, application: Application, words: str) -> HttpResponse:
    """Ask the team for help."""
    return _said(request, application, words, actions.ask_for_help, "help")


def _said(
    request: HttpRequest, application: Application, words: str, act: Callable[..., object], name: str
) -> HttpResponse:
    """Do something with words; on a refusal they stay in their box, on the page as it is now."""
    form = WordsForm(request.POST, prefix=name)
    if form.is_valid():
        try:
            act(application=application, words=form.cleaned_data["words"])
        except ValidationError as error:
            put_errors(form, error)
        else:
            return redirect(f"{reverse('applying:mine', args=[words])}?done")
    application = queries.application_of(words) or application
    typed = [form.data.get(f"{name}-words", "")] if name == "answer" else []
    return _mine(request, application, words, 409, **{f"{name}_form": form, "typed_answer": typed})


@require_POST
@with_application
def stop(request: HttpRequest, application: Application, words: str) -> HttpResponse:
    """Make the six words open nothing any more."""
    actions.stop_link(application=application)
    return render(request, "sparks/applying/stopped.html", {"team": application.team})


def _step(request: HttpRequest, application: Application, words: str, act: Callable[..., object]) -> HttpResponse:
    try:
        act(application=application)
    except ValidationError as error:
        application = queries.application_of(words) or application
        return _mine(request, application, words, 409, refused=" ".join(error.messages))
    return redirect("applying:mine", words)


def _already_sent(request: HttpRequest, application: Application, words: str) -> HttpResponse:
    """Lead to the page of an application that was sent; what was typed meanwhile is shown, because it was not saved."""
    if request.method != "POST":
        return redirect("applying:mine", words)
    if WHILE_TYPING in request.headers:
        return _json(is_saved=False, said=_("It was sent already, so this is not saved."), is_over=True)
    hidden = {"mark", "key", TRAP}
    texts = [value for name, value in request.POST.items() if name not in hidden and value.strip()]
    return _mine(request, application, words, 409, typed=texts)


def _address(words: str, screen: str) -> str:
    return reverse("applying:screen", args=[words, screen])


def _context(application: Application, words: str) -> dict[str, object]:
    """Return what every page of an application shows. The words come from the address: nothing else knows them."""
    return {
        "application": application,
        "round": application.page.round,
        "team": application.team,
        "page": application.page,
        "words": words,
        "six": "" if is_token(words) else words.replace("-", " "),
    }
