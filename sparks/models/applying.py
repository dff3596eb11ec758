"""What residents send from a round's public page, before anybody of the team has taken it up."""

import uuid
from datetime import datetime

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Mailbox, Partner, Team, TeamScopedQuerySet
from connectors.models import Person, SeveralNumbers
from sparks.models.funds import ZERO, Round, money
from sparks.models.sparks import HeldBy, Spark


class ThroughRoundQuerySet(TeamScopedQuerySet):
    """Rows that belong to a round, and through the round to a team."""

    team_path = "round__team_id"


class ApplyPage(models.Model):
    """The public page on which residents apply to a round without an account. Off until a manager switches it on."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="apply_page")
    code = models.SlugField(
        _("short address"),
        max_length=40,
        unique=True,
        validators=[MinLengthValidator(3)],
        help_text=_("The end of the address on the poster: small letters, numbers and hyphens."),
        error_messages={"unique": _("Another page has this address. Choose a different one.")},
    )
    is_on = models.BooleanField(_("residents can apply on a public page"), default=False)
    shows_money = models.BooleanField(_("show how much money is left"), default=False)
    shows_clock = models.BooleanField(
        _("show how long it takes from idea to money"),
        default=False,
        help_text=_("The median of what the team paid within a year, once there are three."),
    )
    is_indexed = models.BooleanField(_("search engines can list the page"), default=False)
    first_check = models.CharField(_("first question before they write"), max_length=200)
    second_check = models.CharField(_("second question before they write"), max_length=200)

    objects = ThroughRoundQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        verbose_name = _("public page of a round")
        verbose_name_plural = _("public pages of rounds")

    def __str__(self) -> str:
        return f"{self.round}"

    @property
    def team_id(self) -> int:
        """Return the team of the round."""
        return self.round.team_id


class Stage(models.TextChoices):
    """Where an application is, until a spark is made of it."""

    WRITING = "writing", _("Being written")
    SENT = "sent", _("Sent")
    TAKEN_UP = "taken_up", _("Taken up")
    CLOSED = "closed", _("Not taken up")
    WITHDRAWN = "withdrawn", _("Withdrawn by them")


class SaidHow(models.TextChoices):
    """How somebody said yes to what was read back to them."""

    IN_PERSON = "person", _("In person, after I read it to them")
    PHONE = "phone", _("On the phone, after I read it to them")
    SIGNED = "signed", _("In another way, such as signing or through an interpreter")


class Application(models.Model):
    """What somebody wrote on a round's public page. It is nobody's record and no spark until the team takes it up.

    `digest` is the digest of the six words that open it again, None once the link was withdrawn. `version` grows with
    every change. `saved_from` is the key of the page that saved last: a page never meets its own words as somebody else's.
    """

    #: Six words that were made just now: shown once, and in no column.
    secret = ""
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="applications")
    page = models.ForeignKey(ApplyPage, on_delete=models.PROTECT, related_name="applications")
    stage = models.CharField(_("where it is"), max_length=10, choices=Stage, default=Stage.WRITING)
    digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    saved_from = models.CharField(max_length=32, blank=True, editable=False)
    title = models.CharField(_("name of the idea"), max_length=120, blank=True)
    what = models.TextField(_("what they want to do"), max_length=5_000, blank=True)
    who_with = models.TextField(_("who they will do it with"), max_length=5_000, blank=True)
    costs = models.TextField(_("costs"), max_length=5_000, blank=True)
    amount_gbp = money(_("amount asked for (£)"), default=ZERO)
    held_by = models.CharField(_("money held by"), max_length=6, choices=HeldBy, blank=True)
    host = models.ForeignKey(
        Partner,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("host organisation"),
    )
    spark = models.OneToOneField(
        Spark, on_delete=models.PROTECT, null=True, blank=True, related_name="application", editable=False
    )
    reason = models.TextField(_("reason"), max_length=2_000, blank=True)
    help_words = models.TextField(_("what they would like help with"), max_length=2_000, blank=True)
    help_asked_at = models.DateTimeField(null=True, blank=True)
    helper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who wrote it down for them"),
    )
    consent_how = models.CharField(_("how they said yes"), max_length=8, choices=SaidHow, blank=True)
    consent_at = models.DateTimeField(_("when they said yes"), null=True, blank=True)
    created_at = models.DateTimeField(_("date"), default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("application from the public page")
        verbose_name_plural = _("applications from the public page")
        constraints = (
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="%(app_label)s_%(class)s_stage_known"),
            models.CheckConstraint(
                condition=Q(held_by__in=("", *HeldBy.values)), name="%(app_label)s_%(class)s_holder_known"
            ),
            models.CheckConstraint(
                condition=Q(amount_gbp__gte=0),
                name="%(app_label)s_%(class)s_amount_not_negative",
                violation_error_message=_("The amount cannot be less than £0."),
            ),
            models.CheckConstraint(
                condition=Q(stage="taken_up", spark__isnull=False) | (~Q(stage="taken_up") & Q(spark__isnull=True)),
                name="%(app_label)s_%(class)s_taken_up_has_spark",
            ),
            models.CheckConstraint(
                condition=~Q(stage="closed") | ~Q(reason=""),
                name="%(app_label)s_%(class)s_closed_has_reason",
                violation_error_message=_("Say why. The people who wrote it will read it."),
            ),
            models.CheckConstraint(
                condition=Q(stage="writing") | Q(sent_at__isnull=False) | Q(stage="withdrawn"),
                name="%(app_label)s_%(class)s_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(helper__isnull=True) | Q(stage__in=("writing", "withdrawn")) | Q(consent_at__isnull=False),
                name="%(app_label)s_%(class)s_said_aloud_has_yes",
                violation_error_message=_("Read it to them, and record their yes first."),
            ),
            models.CheckConstraint(
                condition=Q(consent_how="", consent_at__isnull=True)
                | (Q(consent_how__in=SaidHow.values) & Q(consent_at__isnull=False)),
                name="%(app_label)s_%(class)s_yes_is_whole",
            ),
        )
        indexes = (
            models.Index(fields=("team", "stage", "-sent_at", "-id"), name="sparks_application_list"),
            models.Index(fields=("stage", "updated_at"), name="sparks_application_old"),
        )

    def __str__(self) -> str:
        return self.title or self.what[:60]

    @property
    def is_written(self) -> bool:
        """Return whether it can still be changed and sent."""
        return self.stage == Stage.WRITING

    @property
    def last_moment(self) -> datetime:
        """Return the moment from which it can no longer be sent."""
        return self.page.round.closes_at


class ThroughApplicationQuerySet(TeamScopedQuerySet):
    """Rows that belong to an application, and through it to a team."""

    team_path = "application__team_id"


class Applicant(models.Model):
    """Somebody named in an application, in the words of whoever wrote it: no resident until a builder says who it is."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="people")
    place = models.PositiveSmallIntegerField(default=0, help_text=_("0 for whoever sends it."))
    name = models.CharField(_("name"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    #: What identifies a phone number, however it was typed: see `connectors.rules.people.phone_key`; the actions set it.
    phone_key = models.CharField(max_length=9, blank=True, default="", editable=False)
    email = models.EmailField(_("email"), blank=True)
    say = models.TextField(_("what they say themselves"), max_length=500, blank=True)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ThroughApplicationQuerySet.as_manager()

    class Meta:
        ordering = ("application", "place")
        verbose_name = _("person named in an application")
        verbose_name_plural = _("people named in applications")
        constraints = (
            models.UniqueConstraint(fields=("application", "place"), name="%(app_label)s_%(class)s_one_at_a_place"),
        )
        indexes = (
            models.Index(fields=("phone_key",), condition=~Q(phone_key=""), name="sparks_applicant_phone"),
            models.Index(fields=("application",), condition=Q(SeveralNumbers("phone")), name="sparks_applicant_phones"),
            models.Index(Mailbox("email"), name="sparks_applicant_mailbox"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def team_id(self) -> int:
        """Return the team of the application."""
        return self.application.team_id
