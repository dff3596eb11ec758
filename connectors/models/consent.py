"""Privacy notices, consents, and the sheet on which residents read their own record."""

import re
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from communities.models import Team, TeamScopedQuerySet
from connectors.models.base import PrivateQuerySet
from connectors.models.people import Person

#: How many paragraphs of a notice come first on a resident's sheet.
OPENING = 2


class PrivacyNotice(models.Model):
    """What the team tells residents about its records; a change is a new version, earlier ones stay."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="notices")
    version = models.PositiveIntegerField(_("version"))
    words = models.TextField(_("what we tell people"), max_length=10_000)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-version",)
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = (
            models.UniqueConstraint(fields=("team", "version"), name="%(app_label)s_%(class)s_version_once"),
            models.CheckConstraint(condition=~Q(words=""), name="%(app_label)s_%(class)s_has_words"),
        )

    def __str__(self) -> str:
        return str(_("Version %(version)s") % {"version": self.version})

    @property
    def opening(self) -> str:
        """Return the first two paragraphs, which say who the team is and what it records."""
        return "\n\n".join(self._paragraphs()[:OPENING])

    @property
    def rest(self) -> str:
        """Return the text after the opening; empty in a notice of two paragraphs or fewer."""
        return "\n\n".join(self._paragraphs()[OPENING:])

    def _paragraphs(self) -> list[str]:
        return [words.strip() for words in re.split(r"\n[ \t\r]*\n", self.words.replace("\r\n", "\n")) if words.strip()]


class Purpose(models.TextChoices):
    """What a resident can consent to, each on its own."""

    REMEMBER = "remember", _("Remember what we talked about, under my name")
    CONTACT = "contact", _("Get in touch with me")
    OFFER = "offer", _("Tell neighbours what I offer")
    INTRODUCE = "introduce", _("Introduce me to neighbours")
    INVITE = "invite", _("Invite me to gatherings where we share stories")
    STORY = "story", _("Tell my story")
    PHOTO = "photo", _("Show photos of me")
    PROFILE = "profile", _("Count my age group, what matters to me, and how we met, in figures without my name")


class ConsentHow(models.TextChoices):
    """How a resident answered."""

    TOLD = "told", _("Said it to a builder")
    PAPER = "paper", _("Signed it on paper")
    SHEET = "sheet", _("On their own sheet")


class ConsentQuerySet(PrivateQuerySet):
    """Residents' answers, one row for each."""

    team_path = "person__team_id"


class ConsentRecord(models.Model):
    """A yes or a no to one purpose on one day. The latest counts; the database refuses to change a row."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(_("for what"), max_length=10, choices=Purpose)
    is_given = models.BooleanField(_("agreed"))
    notice = models.ForeignKey(PrivacyNotice, on_delete=models.PROTECT, null=True, blank=True, related_name="consents")
    how = models.CharField(_("how"), max_length=6, choices=ConsentHow, default=ConsentHow.TOLD)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    #: What was done at once because of a refusal, a sentence each; only on a row that was created just now.
    effects: Sequence[str] = ()

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ("-recorded_at", "-pk")
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = (
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="%(app_label)s_%(class)s_purpose_known"
            ),
            models.CheckConstraint(condition=Q(how__in=ConsentHow.values), name="%(app_label)s_%(class)s_how_known"),
            models.CheckConstraint(
                condition=Q(how=ConsentHow.SHEET) | Q(recorded_by__isnull=False),
                name="%(app_label)s_%(class)s_has_witness",
            ),
        )
        indexes = (models.Index(fields=("person", "purpose", "-recorded_at", "-id"), name="connectors_consent_latest"),)

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {_('yes') if self.is_given else _('no')}"

    @property
    def team_id(self) -> int:
        """Return the team of the person."""
        return self.person.team_id


class ReadBackLink(models.Model):
    """A link that opens a resident's own sheet once, for a limited time; only a digest of its secret is stored."""

    #: Of a link that was made just now: shown once, and in no column.
    secret = ""
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="readback_links")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-pk")
        verbose_name = _("link to a sheet")
        verbose_name_plural = _("links to sheets")

    def __str__(self) -> str:
        return f"{self.person}, {date_format(timezone.localtime(self.made_at), 'j F Y')}"

    @property
    def team_id(self) -> int:
        """Return the team of the person."""
        return self.person.team_id


class WishKind(models.TextChoices):
    """What a resident wishes to happen to their record."""

    CORRECT = "correct", _("Correct something")
    ERASE = "forget", _("Erase my data")


class Wish(models.Model):
    """What a resident asked for on their sheet, and what the team did about it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="wishes")
    kind = models.CharField(_("request"), max_length=8, choices=WishKind)
    words = models.TextField(_("in their words"), max_length=2_000, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.CharField(_("what was done"), max_length=500, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ("made_at", "pk")
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        indexes = (
            models.Index(fields=("made_at", "id"), condition=Q(handled_at__isnull=True), name="connectors_wish_open"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=WishKind.values), name="%(app_label)s_%(class)s_kind_known"),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="%(app_label)s_%(class)s_handled_pair",
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def team_id(self) -> int:
        """Return the team of the person."""
        return self.person.team_id
