"""What the team does with public pages and applications: switch on, take up, close, give new words."""

from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import changed_names, locked, save_checked
from communities.folding import readable
from communities.idempotency import idempotent
from communities.lists import listed
from communities.models import Message, Partner, User
from communities.rules import require
from communities.undo import Undo
from communities.verbs import Verb
from connectors.actions.people import welcome_person
from connectors.models import Person
from connectors.rules.same_person import NewPerson
from sparks.actions import create_spark, submit_spark
from sparks.actions.bars import freeze_bars
from sparks.actions.steps import lock
from sparks.applying import rules, words
from sparks.applying.actions.telling import tell_closed
from sparks.applying.actions.writing import begin_application, send_application
from sparks.models import Application, ApplyPage, Round, Spark, Stage

PAGE_FIELDS = ("code", "is_on", "shows_money", "shows_clock", "is_indexed", "first_check", "second_check")


@transaction.atomic
def save_page(*, grant_round: Round, by: User, **values: object) -> ApplyPage:
    """Create or change the public page of a round; `values` are some of `PAGE_FIELDS`.

    Raises: PermissionDenied; ValidationError by field, such as for an address that another page has.
    """
    require(rules.can_set_page, by, grant_round.team_id)
    grant_round = locked(Round.objects.select_related("fund"), grant_round.pk)
    page = ApplyPage.objects.filter(round=grant_round).first() or ApplyPage(round=grant_round)
    is_new = page.pk is None
    changed = list(values) if is_new else changed_names(page, values)
    for name in changed:
        setattr(page, name, values[name])
    if changed:
        save_checked(page)
        audit.record(by=by, verb=Verb.CREATE if is_new else Verb.UPDATE, obj=page, fields=changed)
    return page


@transaction.atomic
def take_up(
    *,
    application: Application,
    by: User,
    title: str,
    held_by: str,
    host: Partner | None = None,
    what: str = "",
    people: Mapping[int, Person | NewPerson] | None = None,
) -> Spark:
    """Make a submitted spark of an application that was sent, in the words of whoever wrote it.

    people: the residents whom the user said that named people are, by the primary key of the `Applicant`; a `NewPerson` is
    added with the phone and email of the application. Others stay names in the text. what: what they want to do, if they
    sent a voice note or a photo instead of words. Whoever takes it up counts as a writer, so somebody else decides: nobody lets their own idea in by
    the public page and approves it. It counts as submitted when it was sent, even if the round has closed since.
    Raises: PermissionDenied; ValidationError, code "step", if it was answered already, or by field.
    """
    require(rules.can_look_after, by, application.team_id)
    application = _locked(application)
    if application.stage == Stage.TAKEN_UP and application.spark:
        return application.spark
    _refuse_answered(application)
    known = _matched(application, people or {}, by=by)
    spark = create_spark(
        team=application.team, by=by, round=application.page.round, title=title, what=application.what or what,
        who_with=application.who_with or listed(application.people.exclude(name="").values_list("name", flat=True)),
        costs=application.costs, amount_gbp=application.amount_gbp, held_by=held_by, host=host,
        applicants=list(dict.fromkeys(known.values())),
    )  # fmt: skip
    if application.helper_id:
        spark.writers.add(application.helper_id)
    # Before it is submitted: whoever is named in the application is told then.
    application.spark = spark
    _settle(application, Stage.TAKEN_UP, by=by)
    submit_spark(spark=spark, by=by, sent_at=application.sent_at)
    spark.refresh_from_db()
    audit.record(by=by, verb=Verb.TAKE_UP, obj=application, fields=["spark"])
    return spark


@transaction.atomic
def begin_aloud(*, page: ApplyPage, by: User, secret: str) -> Application:
    """Begin an application that a user writes down for somebody; the same six words return the one that is there.

    Raises: PermissionDenied; ValidationError if the page is switched off or the round is not open.
    """
    require(rules.can_look_after, by, page.team_id)
    application = begin_application(page=page, secret=secret)
    if application.helper_id is None:
        application.helper = by
        application.save(update_fields=["helper", "updated_at"])
        audit.record(by=by, verb=Verb.CREATE, obj=application, fields=["helper"])
    return application


@transaction.atomic
def send_aloud(*, application: Application, by: User, how: str) -> Application:
    """Record that somebody heard their application read back and said yes, and send it for them.

    Raises: PermissionDenied; ValidationError as `send_application`, or for one that nobody writes down for them.
    """
    require(rules.can_look_after, by, application.team_id)
    application = _locked(application)
    if application.stage != Stage.WRITING and application.consent_at:
        return application
    if application.helper_id is None:
        raise ValidationError(_("Whoever writes this themselves sends it themselves."), code="step")
    application.consent_how, application.consent_at = how, timezone.now()
    application.save(update_fields=["consent_how", "consent_at", "updated_at"])
    application = send_application(application=application)
    audit.record(by=by, verb=Verb.UPDATE, obj=application, fields=["consent_at"])
    return application


@transaction.atomic
def mark_helped(*, application: Application, by: User) -> Application:
    """Take a request for help off the list, because somebody helped. The words stay. Raises: PermissionDenied."""
    require(rules.can_look_after, by, application.team_id)
    application = _locked(application)
    if application.help_asked_at:
        application.help_asked_at = None
        application.save(update_fields=["help_asked_at", "updated_at"])
        audit.record(by=by, verb=Verb.UPDATE, obj=application, fields=["help_asked_at"])
    return application


@transaction.atomic
def close_application(*, application: Application, by: User, reason: str) -> Application:
    """Close an application without a spark, with a reason that whoever wrote it reads on their page.

    Undoing it also takes back what nobody was told yet.
    Raises: PermissionDenied; ValidationError without a reason, or, code "step", if it was answered already.
    """
    require(rules.can_look_after, by, application.team_id)
    application = _locked(application)
    if application.stage == Stage.CLOSED and application.reason == readable(reason):
        return application
    _refuse_answered(application)
    if not readable(reason):
        raise ValidationError({"reason": _("Say why. The people who wrote it will read it.")})
    names = ("stage", "reason", "settled_at", "settled_by", "version")
    before = {name: getattr(application, name) for name in names}
    application.reason = readable(reason)
    _settle(application, Stage.CLOSED, by=by)
    audit.record(by=by, verb=Verb.NOT_TAKEN_UP, obj=application, fields=["reason"])
    undo = Undo(application, by=by, verb=Verb.NOT_TAKEN_UP)
    undo.changed(application, before)
    undo.added(Message, [message.pk for message in tell_closed(application, by=by)])
    undo.keep()
    return application


@idempotent(Application)
@transaction.atomic
def make_new_words(*, application: Application, by: User, uuid: UUID | None = None) -> Application:
    """Return an application with six new words as its `secret`, shown once; the words before open nothing any more.

    The same UUID sent twice makes them once, and the second time there is no secret.

    Whoever makes them could answer as the people behind it, so they neither decide on it nor pay it from now on.
    Raises: PermissionDenied.
    """
    require(rules.can_look_after, by, application.team_id)
    # The spark first, as everywhere.
    spark = lock(application.spark) if application.spark else None
    application = _locked(application)
    secret = words.new_words()
    application.digest = words.digest_of(secret)
    application.save(update_fields=["digest", "updated_at"])
    audit.record(by=by, verb=Verb.UPDATE, obj=application, fields=["digest"])
    if application.spark:
        freeze_bars(spark or lock(application.spark))
    application.secret = secret
    return application


def _matched(application: Application, people: Mapping[int, Person | NewPerson], *, by: User) -> dict[int, Person]:
    """Write down which residents the named people are, adding those who are new; return them."""
    known: dict[int, Person] = {}
    for row in application.people.filter(pk__in=people):
        person = people[row.pk]
        if isinstance(person, NewPerson):
            person = welcome_person(
                team=application.team,
                by=by,
                uuid=person.uuid,
                known_as=person.name,
                others=person.others,
                phone=row.phone,
                email=row.email,
            )
        if person.team_id != application.team_id:
            raise ValidationError(_("Choose residents that your team knows."))
        row.person = known[row.pk] = person
        row.save(update_fields=["person"])
    return known


def _locked(application: Application) -> Application:
    return locked(Application.objects.select_related("page__round", "team", "spark"), application.pk)


def _refuse_answered(application: Application) -> None:
    if application.stage != Stage.SENT:
        raise ValidationError(
            _("This is now “%(now)s”, so that step was not taken. Nothing was changed.")
            % {"now": application.get_stage_display()},
            code="step",
        )


def _settle(application: Application, stage: Stage, *, by: User) -> None:
    application.stage, application.settled_at, application.settled_by = stage, timezone.now(), by
    application.version += 1
    application.save()
