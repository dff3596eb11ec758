"""Ask an organisation by a link whether it holds the money of a spark, and take its answer. It needs no account."""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import locked, save_checked
from communities.folding import readable
from communities.idempotency import idempotent
from communities.models import Partner, User
from communities.outbox.actions import withdraw_outdated
from communities.outbox.recipients import Recipient
from communities.rules import require
from communities.verbs import Verb
from sparks.actions.bars import freeze_bars
from sparks.actions.steps import check_step, fresh, lock, take
from sparks.actions.telling import tell
from sparks.applying import rules, words
from sparks.messages import HOST_ASKED, PRIVATE_LINK
from sparks.models import HeldBy, HostAnswer, HostLink, Spark


@transaction.atomic
def ask_host(*, spark: Spark, by: User) -> HostLink:
    """Ask the organisation of a spark by a new link, through the outbox; an open question is not asked twice.

    Raises: PermissionDenied; ValidationError if no organisation is to hold it, or if it was paid or is over.
    """
    require(rules.can_look_after, by, spark.team_id)
    spark = lock(spark)
    if spark.host is None or not rules.can_ask_host(spark):
        raise ValidationError(_("No organisation has to be asked about this spark now. Nothing was sent."), code="step")
    now, host = timezone.now(), spark.host
    rows = HostLink.objects.select_for_update().filter(spark=spark, digest__isnull=False)
    for link in rows:
        if link.is_open(now) and link.host_id == host.pk:
            return link
        _stop(link, by)
    link = HostLink(
        spark=spark,
        host=host,
        by=by,
        # Nobody reads these words: the email has a link of its own, and a letter gets words when somebody prints it.
        digest=words.digest_of(words.new_words()),
        ends_at=now + timedelta(days=rules.HOST_LINK_DAYS),
    )
    save_checked(link)
    audit.record(by=by, verb=Verb.CREATE, obj=link, fields=["host"])
    to = [Recipient(name=host.name, email=host.email)]
    # The user who asks reads it too if they tell the organisation in person, so `by` is nobody here.
    tell(spark, HOST_ASKED, by=None, to=to, occasion=f"link {link.pk}", address=PRIVATE_LINK, ends_at=link.ends_at)
    return link


@idempotent(HostLink)
@transaction.atomic
def make_host_words(*, link: HostLink, by: User, uuid: UUID | None = None) -> HostLink:
    """Return a question to an organisation with six new words as its `secret`, for a printed letter; earlier ones open nothing.

    The same UUID sent twice makes them once, and the second time there is no secret.

    Writes down who read them: their answers are not counted as those of somebody else.
    Raises: PermissionDenied; ValidationError, code "closed", for a link that ended.
    """
    require(rules.can_look_after, by, link.team_id)
    link = _locked(link)
    if not link.is_open(timezone.now()):
        raise ValidationError(
            _("This link was stopped, so its letter cannot be printed. Ask again to get a new one."), code="closed"
        )
    secret = words.new_words()
    link.digest, link.shown_to = words.digest_of(secret), by
    save_checked(link, update_fields=["digest", "shown_to"])
    audit.record(by=by, verb=Verb.UPDATE, obj=link, fields=["digest", "shown_to"])
    link.secret = secret
    return link


@transaction.atomic
def stop_host_link(*, link: HostLink, by: User) -> HostLink:
    """Make a link open nothing any more, and withdraw its message if that was not sent yet. An answer stays.

    Raises: PermissionDenied.
    """
    require(rules.can_look_after, by, link.team_id)
    link = _locked(link)
    if link.digest is not None:
        _stop(link, by)
    return link


@transaction.atomic
def answer_for_host(*, link: HostLink, answer: str, who: str, said: str = "") -> HostLink:
    """Take the answer of an organisation: its link is the permission. The same answer again changes nothing.

    A no can become a yes and a yes a no until the spark is paid. Whoever asked is told, or whoever has the spark if they left.
    Whoever could have answered in its place neither decides nor pays from now on.
    Raises: ValidationError by field, or code "closed" if the link ended or the spark is not theirs to hold any more.
    """
    # The spark first, as everywhere.
    spark = lock(link.spark)
    link = _locked(link)
    if not link.is_open(timezone.now()) or link.spark.host_id != link.host_id or not rules.can_ask_host(link.spark):
        raise ValidationError(
            _("This question is closed now, so nothing was changed. Ask the team if something is not right."),
            code="closed",
        )
    if answer not in HostAnswer.values:
        raise ValidationError({"answer": _("Choose yes or no.")})
    if not readable(who):
        raise ValidationError({"who": _("Tell us your name, so that the team knows who to talk to.")})
    if (link.answer, link.who, link.words) == (answer, readable(who), readable(said)):
        return link
    link.answer, link.who, link.words, link.answered_at = answer, readable(who), readable(said), timezone.now()
    link.answer_shown_to = link.shown_to
    save_checked(link)
    audit.record(by=None, verb=Verb.UPDATE, obj=link, fields=["answer"])
    freeze_bars(spark)
    tell(
        link.spark, "spark_host_answered", by=None, to=[Recipient(user=_reader(link))],
        occasion=f"link {link.pk} {link.answered_at.isoformat()}", answered=link, is_yes=answer == HostAnswer.YES,
    )  # fmt: skip
    return link


@transaction.atomic
def choose_other_holder(*, spark: Spark, by: User, held_by: str, host: Partner | None = None) -> Spark:
    """Choose who holds the money instead, after the organisation said no and before the award is approved.

    It is decided on other terms then: approvals before it do not count, and whoever chose it wrote a part of it and does not
    decide. People who sign for the new organisation can no longer decide or pay. Once it is approved, two people change who
    is paid instead.
    Raises: PermissionDenied; ValidationError by field, or code "step" if nobody said no or it is too late.
    """
    require(rules.can_look_after, fresh(by), spark.team_id)
    spark = lock(spark)
    if (spark.held_by, spark.host_id) == (held_by, host.pk if host else None):
        return spark
    check_step(spark, "holder")
    last = HostLink.objects.filter(spark=spark).exclude(answer="").order_by("-answered_at").first()
    if last is None or last.answer != HostAnswer.NO or last.host_id != spark.host_id:
        raise ValidationError(_("Nobody said no to holding this money, so nothing was changed."), code="step")
    if host is not None and host.team_id != spark.team_id:
        raise ValidationError({"host": _("Choose one that belongs to your team.")})
    if held_by == HeldBy.HOST and host is None:
        raise ValidationError({"host": _("Choose which organisation holds the money.")})
    if held_by not in dict(rules.OTHER_HOLDERS):
        raise ValidationError({"held_by": _("Choose who holds the money.")})
    for link in HostLink.objects.select_for_update().filter(spark=spark, digest__isnull=False):
        _stop(link, by)
    spark.held_by = held_by
    spark.host = host if held_by in (HeldBy.HOST, HeldBy.GOODS) else None
    spark.version += 1
    save_checked(spark, update_fields=["held_by", "host", "version", "updated_at"])
    spark.writers.add(by)
    freeze_bars(spark)
    take(spark, "holder", by=by, fields=["held_by", "host"], words=str(spark.host or spark.get_held_by_display()))
    return spark


def _stop(link: HostLink, by: User) -> None:
    link.digest = None
    link.save(update_fields=["digest"])
    withdraw_outdated(about=link.spark, kinds=[HOST_ASKED])
    audit.record(by=by, verb=Verb.UPDATE, obj=link, fields=["digest"])


def _reader(link: HostLink) -> User:
    asked = link.by
    return asked if rules.can_look_after(asked, link.team_id) else link.spark.created_by


def _locked(link: HostLink) -> HostLink:
    return locked(
        HostLink.objects.select_related("spark__team", "spark__host", "spark__created_by", "host", "by"), link.pk
    )
