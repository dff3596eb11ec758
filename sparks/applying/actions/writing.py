"""What somebody without an account does with their application. Their six words are the permission.

What is still being written is not audited, like a draft: it is nobody's record. Sending and withdrawing are.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_row, locked
from communities.folding import readable
from communities.outbox.actions import delete_messages_about
from communities.verbs import Verb
from connectors.rules.people import phone_key
from sparks.applying import queries, rules, words
from sparks.applying.actions.enclosing import delete_enclosures
from sparks.applying.actions.telling import tell_sent
from sparks.models import ZERO, Applicant, Application, ApplyPage, Enclosure, HeldBy, Stage

#: What the screens store of an application itself; two of them also store people.
ANSWERS = tuple(name for names in rules.ANSWERS_ON.values() for name in names)


@transaction.atomic
def begin_application(*, page: ApplyPage, secret: str) -> Application:
    """Begin an application that six words open; the same words again return the one that is there.

    Raises: ValidationError if the page is switched off or the round is not open.
    """
    digest = words.digest_of(secret)
    if found := Application.objects.filter(digest=digest, page=page).first():
        return found
    refuse_closed(page)
    try:
        with transaction.atomic():
            return Application.objects.create(team_id=page.round.team_id, page=page, digest=digest)
    except IntegrityError:
        return Application.objects.get(digest=digest, page=page)


def refuse_closed(page: ApplyPage) -> None:
    """Check that somebody can apply now. Raises: ValidationError, code "closed", that says what was kept."""
    if page.is_on and page.round.is_open:
        return
    if timezone.now() >= page.round.closes_at:
        closed = timezone.localtime(page.round.closes_at)
        raise ValidationError(
            _(
                "This round closed on %(day)s at %(time)s. What you wrote is saved, and your six words still open it. "
                "Ask the team about the next round."
            )
            % {"day": date_format(closed, "j F Y"), "time": date_format(closed, "H:i")},
            code="closed",
        )
    raise ValidationError(
        _("This page is not taking ideas at the moment. What you wrote is saved, and your six words still open it."),
        code="closed",
    )


@transaction.atomic
def save_answers(
    *,
    application: Application,
    screen: str = "",
    mark: str = "",
    key: str = "",
    people: Mapping[int, Mapping[str, str]] | None = None,
    **values: Any,
) -> Application:
    """Save what was typed on a screen; `values` are some of `ANSWERS`, `people` those of `queries.PERSON` by place.

    mark: `queries.mark_of` the screen when its page was made; key: a random key of that page. If another page has changed
    the same answers since, nothing is saved, and the error says what is there now: neither text is lost. People of whom
    nothing is said are removed. After closing it is still saved.
    Raises: ValidationError, code "other" for that, code "sent" once it was sent, by field for a host of another team.
    """
    application = _locked(application)
    if application.stage != Stage.WRITING:
        raise ValidationError(_("This was already sent, so it cannot be changed here."), code="sent")
    host = values.get("host")
    if host is not None and host.team_id != application.team_id:
        raise ValidationError({"host": _("Choose one of the organisations in the list.")})
    changed = [name for name in ANSWERS if name in values and getattr(application, name) != values[name]]
    others = _people_changed(application, people) if people is not None else False
    if not changed and not others:
        return application
    is_own = bool(key) and key == application.saved_from
    if mark and not is_own and mark != queries.mark_of(application, screen):
        raise ValidationError(
            _(
                "This was changed somewhere else while your page was open. What you typed is below and not saved yet. "
                "What is saved now is shown under it. Save again to replace that."
            ),
            code="other",
        )
    for name in changed:
        setattr(application, name, values[name])
    if application.held_by == HeldBy.NO_MONEY:
        application.amount_gbp = ZERO
    if application.held_by not in (HeldBy.HOST, HeldBy.GOODS):
        application.host = None
    application.version += 1
    application.saved_from = key[:32]
    check_row(application, exclude=("uuid", "digest", "spark"))
    application.save()
    if others and people is not None:
        _save_people(application, people)
    return application


def _locked(application: Application) -> Application:
    rows = Application.objects.select_related("page__round__fund", "team", "host", "spark")
    return locked(rows, application.pk)


def _people_changed(application: Application, people: Mapping[int, Mapping[str, str]]) -> bool:
    rows = application.people.filter(place__in=people)
    known = {place: said for place, *said in rows.values_list("place", *queries.PERSON)}
    return known != {place: said for place, each in people.items() if any(said := _said(each))}


def _said(person: Mapping[str, str]) -> list[str]:
    return [person.get(name, "") for name in queries.PERSON]


def _save_people(application: Application, people: Mapping[int, Mapping[str, str]]) -> None:
    known = {each.place: each for each in application.people.filter(place__in=people)}
    for place, each in people.items():
        row = known.get(place)
        if not any(_said(each)):
            if row:
                row.delete()
            continue
        row = row or Applicant(application=application, place=place)
        for name, value in zip(queries.PERSON, _said(each), strict=True):
            setattr(row, name, value)
        row.phone_key = phone_key(row.phone)
        check_row(row, exclude=("application",))
        row.save()


@transaction.atomic
def send_application(*, application: Application) -> Application:
    """Send an application while its round is open; one that was sent already stays as it is.

    Raises: ValidationError, code "closed" after the round closed, or by screen for everything that is missing at once.
    """
    application = _locked(application)
    if application.stage != Stage.WRITING:
        return application
    refuse_closed(application.page)
    if application.helper_id and application.consent_at is None:
        raise ValidationError(_("Read it to them, and record their yes first."), code="aloud")
    if missing := queries.missing_of(application):
        raise ValidationError(missing)
    application.stage, application.sent_at = Stage.SENT, timezone.now()
    application.version += 1
    application.save(update_fields=["stage", "sent_at", "version", "updated_at"])
    audit.record(by=None, verb=Verb.SEND_APPLICATION, obj=application, fields=["sent_at"])
    tell_sent(application)
    return application


@transaction.atomic
def withdraw_application(*, application: Application) -> Application:
    """Withdraw an application that nobody has taken up yet; its words open it still, to see that it is withdrawn.

    Raises: ValidationError, code "step", once the team has taken it up or answered it.
    """
    application = _locked(application)
    if application.stage == Stage.WITHDRAWN:
        return application
    if application.stage not in (Stage.WRITING, Stage.SENT):
        raise ValidationError(
            _("The team has answered this already, so it cannot be withdrawn here. Nothing was changed."), code="step"
        )
    application.stage, application.settled_at = Stage.WITHDRAWN, timezone.now()
    application.version += 1
    application.save(update_fields=["stage", "settled_at", "version", "updated_at"])
    audit.record(by=None, verb=Verb.WITHDRAW_APPLICATION, obj=application, fields=["stage"])
    return application


@transaction.atomic
def ask_for_help(*, application: Application, words: str) -> Application:
    """Ask the team for help, at any time; the latest words stand. Raises: ValidationError without words."""
    application = _locked(application)
    if not readable(words):
        raise ValidationError({"words": _("Say in a few words what you would like help with.")})
    if application.help_asked_at and application.help_words == readable(words):
        return application
    application.help_words, application.help_asked_at = readable(words), timezone.now()
    application.save(update_fields=["help_words", "help_asked_at", "updated_at"])
    audit.record(by=None, verb=Verb.UPDATE, obj=application, fields=["help_asked_at"])
    return application


@transaction.atomic
def stop_link(*, application: Application) -> Application:
    """Make the six words open nothing any more, because somebody else may have them. What was sent stays sent."""
    application = _locked(application)
    application.digest = None
    application.save(update_fields=["digest", "updated_at"])
    audit.record(by=None, verb=Verb.UPDATE, obj=application, fields=["digest"])
    return application


def delete_old_applications() -> int:
    """Delete what was never sent or never became a spark, after the days that the public page names; return how many."""
    now = timezone.now()
    unsent, empty, settled = (
        now - timedelta(days=days) for days in (rules.KEEP_UNSENT_DAYS, rules.KEEP_EMPTY_DAYS, rules.KEEP_SETTLED_DAYS)
    )
    nothing = Q(
        title="", what="", who_with="", costs="", amount_gbp=Decimal(0), people__isnull=True, enclosures__isnull=True
    )
    old = (
        Q(stage=Stage.WRITING, updated_at__lt=unsent)
        | (Q(stage=Stage.WRITING, updated_at__lt=empty) & nothing)
        | Q(stage__in=(Stage.CLOSED, Stage.WITHDRAWN), updated_at__lt=settled)
    )
    keys = list(Application.objects.filter(old).values_list("pk", flat=True).distinct())
    with transaction.atomic():
        delete_enclosures(Enclosure.objects.filter(application__in=keys))
        Application.objects.filter(pk__in=keys).delete()
        delete_messages_about(model=Application, ids=keys)
    return len(keys)
