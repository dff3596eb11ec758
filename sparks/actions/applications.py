"""Writing a spark down, handing it in, asking and answering, and reporting back."""

import uuid as uuids
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.models import Team, User
from communities.once import refuse_other_words, refuse_taken
from sparks.actions.steps import lock, move
from sparks.models import ZERO, Application, HeldBy, Report, Status

ANSWERS = (
    "round", "neighbourhood", "title", "group_name", "group", "what", "who_with", "costs", "amount_gbp", "held_by", "host",
    "conversation",
)  # fmt: skip
LISTS = ("applicants", "members")
#: The answers that people write themselves.
WORDS = ("title", "group_name", "what", "who_with", "costs", "round")
REPORT_FIELDS = ("what_happened", "what_changed", "what_next", "people_count", "spent_gbp", "photo_alt")


@transaction.atomic
def create_application(*, team: Team, by: User, uuid: uuids.UUID | None = None, **values) -> Application:
    """Start a draft; `values` are `ANSWERS` and `LISTS`. The same uuid sent twice gives the same draft.

    Raises: ValidationError keyed by field, also for another team's round, place, host or people; with the code of
    `communities.once` when the uuid belongs to a spark that says something else.
    """
    uuid = uuid or uuids.uuid4()
    already = Application.objects.filter(uuid=uuid, team=team).first()
    if already:
        said = WORDS if values.get("held_by") == HeldBy.NO_MONEY else (*WORDS, "amount_gbp")
        refuse_other_words(already, {name: values[name] for name in said if name in values})
        return already
    application = Application(team=team, created_by=by, uuid=uuid)
    try:
        with transaction.atomic():
            _write_answers(application, values)
    except IntegrityError:
        already = Application.objects.filter(uuid=uuid, team=team).first()
        if already is None:
            refuse_taken(Application, uuid)
            raise
        return already
    audit.record(by=by, verb="create", obj=application, fields=values)
    return application


@transaction.atomic
def update_application(*, application: Application, by: User, **values) -> Application:
    """Change the answers while the spark is being written or a question is open.

    Nobody takes themselves out of the group, because its members never decide on it.
    Raises: ValidationError keyed by field, or when it was handed in meanwhile.
    """
    application = lock(application)
    if application.status not in (Status.DRAFT, Status.NEEDS_INFO):
        raise ValidationError(_("This spark was handed in meanwhile, so its answers stay as they were."))
    if "members" in values and by not in values["members"] and application.members.filter(pk=by.pk).exists():
        raise ValidationError(
            {"members": _("You belong to this group, as somebody wrote down. Ask a colleague to take you out.")}
        )
    _write_answers(application, values)
    audit.record(by=by, verb="update", obj=application, fields=values)
    return application


def _write_answers(application: Application, values: dict) -> None:
    """Set and save the answers; everything named belongs to the team, and no money means £0."""
    for name in ("round", "neighbourhood", "group", "host", "conversation"):
        row = values.get(name)
        if row is not None and row.team_id != application.team_id:
            raise ValidationError({name: _("Choose one of your own team's.")})
    if any(person.team_id != application.team_id for person in values.get("applicants", ())):
        raise ValidationError({"applicants": _("Choose residents your own team knows.")})
    if any(
        not member.has_role(application.team_id, "builder", "manager", "evaluator")
        for member in values.get("members", ())
    ):
        raise ValidationError({"members": _("Choose members of your own team.")})
    for name in ANSWERS:
        if name in values:
            setattr(application, name, values[name])
    if application.held_by == HeldBy.NO_MONEY:
        application.amount_gbp = ZERO
    if application.held_by != HeldBy.HOST:
        application.host = None
    application.full_clean(exclude=("uuid",))
    application.save()
    for name in LISTS:
        if name in values:
            getattr(application, name).set(values[name])


@transaction.atomic
def submit_application(*, application: Application, by: User) -> Application:
    """Hand a draft in while its round is open, or answer the question that was asked, whenever that is.

    Raises: ValidationError keyed by field when an answer is missing, the round is closed or the amount is too high.
    """
    application = lock(application)
    if application.status == Status.DRAFT:
        _check_round(application)
    _check_whole(application)
    first = application.submitted_at is None
    if first:
        application.submitted_at = timezone.now()
    application.question = ""
    return move(application, Status.SUBMITTED, by=by, fields=["submitted_at", "question"])


def _check_round(application: Application) -> None:
    now = timezone.now()
    if now < application.round.opens_at:
        raise ValidationError(
            {
                "round": _("This round opens on %(day)s. Your draft is kept until then.")
                % {"day": _day(application.round.opens_at)}
            }
        )
    if now >= application.round.closes_at:
        raise ValidationError(
            {
                "round": _("This round closed on %(day)s. Your draft is kept; choose another round to hand it in.")
                % {"day": _day(application.round.closes_at)}
            }
        )


def _day(moment) -> str:
    local = timezone.localtime(moment)
    return _("%(date)s at %(time)s") % {"date": f"{local.day} {local:%B %Y}", "time": f"{local:%H:%M}"}


def _check_whole(application: Application) -> None:
    """Refuse a spark whose four questions are not answered."""
    missing: dict[str, str] = {}
    if not application.what.strip():
        missing["what"] = _("Say in a sentence or two what you want to do.")
    if not application.who_with.strip():
        missing["who_with"] = _("Who is in it? First names or the name of the group are plenty.")
    if application.held_by == HeldBy.HOST and application.host is None:
        missing["host"] = _("Choose who holds the money, or say that no money is needed.")
    if application.held_by != HeldBy.NO_MONEY and application.amount_gbp <= ZERO:
        missing["amount_gbp"] = _("Say how much would help, or say that no money is needed.")
    if application.amount_gbp > application.round.max_award_gbp:
        missing["amount_gbp"] = _("The most for one spark in this round is £%(most)s.") % {
            "most": application.round.max_award_gbp
        }
    if missing:
        raise ValidationError(missing)


@transaction.atomic
def ask_question(*, application: Application, by: User, question: str) -> Application:
    """Send a spark back with a question; the answers open again.

    Raises: ValidationError without a question.
    """
    if not question.strip():
        raise ValidationError({"question": _("What would you like to know?")})
    application = lock(application)
    application.question = question.strip()
    return move(application, Status.NEEDS_INFO, by=by, fields=["question"])


@transaction.atomic
def declare_conflict(*, application: Application, by: User, people: Iterable[User] | None = None) -> Application:
    """Note that somebody is too close to decide: the person themselves unless others are named. It stays."""
    application.conflicts.add(*(people if people is not None else [by]))
    audit.record(by=by, verb="declare_conflict", obj=application, fields=["conflicts"])
    return application


@transaction.atomic
def report_back(*, application: Application, by: User, photo: File | None = None, **values) -> Report:
    """Tell what came of a spark, once; a further telling changes the first.

    Raises: ValidationError without words, or before the spark was paid (or ready, when it needs no money).
    """
    application = lock(application)
    if application.status == Status.READY and application.award_gbp:
        raise ValidationError(_("The money has not been paid yet. Nothing you wrote is lost: come back when it has."))
    report = Report.objects.filter(application=application).first() or Report(application=application, created_by=by)
    for name in REPORT_FIELDS:
        if name in values:
            setattr(report, name, values[name])
    before = report.photo.name if photo and report.photo else ""
    if photo:
        report.photo = photo
    if not report.what_happened.strip():
        raise ValidationError({"what_happened": _("Tell in a sentence or two what happened.")})
    report.full_clean()
    report.save()
    audit.record(by=by, verb="report", obj=application, fields=[*values, *(["photo"] if photo else [])])
    if application.status in (Status.PAID, Status.READY):
        move(application, Status.REPORTED, by=by)
    elif application.status not in (Status.REPORTED, Status.CLOSED):
        raise ValidationError(_("A story comes back after the spark has happened."))
    if before:
        storage = report.photo.storage
        transaction.on_commit(lambda: storage.delete(before))
    return report
