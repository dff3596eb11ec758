"""Packs for a steering group: what is chosen, what was published of it, and the links at which it is read."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import AppendOnlyModel, AppendOnlyQuerySet, Team, TeamScopedQuerySet
from evaluation.models.learning import Observation
from evaluation.models.records import ConsentScope, Story
from evaluation.models.releases import Release


class Pack(models.Model):
    """What a team chooses to show to people outside it: numbers of a release, stories and what it learned.

    `numbers` are keys of indicators of the release, shown for the place with the key `place`. `nothing_wrong` is the sentence that somebody signs
    if nothing in the pack says what went wrong. `not_names` are words that a manager has said are not the name of a resident here, or small numbers that can be shown. Once published it
    is never changed.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="packs")
    title = models.CharField(_("title"), max_length=120)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="packs", verbose_name=_("figures of"))
    place = models.CharField(_("place"), max_length=20, default="team")
    opening = models.TextField(_("opening words"), blank=True)
    numbers = models.JSONField(_("numbers"), default=list, blank=True)
    stories = models.ManyToManyField(Story, blank=True, related_name="packs", verbose_name=_("stories"))
    observations = models.ManyToManyField(
        Observation, blank=True, related_name="packs", verbose_name=_("what we learned")
    )
    nothing_wrong = models.TextField(_("why nothing went wrong"), blank=True)
    not_names = models.JSONField(_("words that are not residents’ names here"), default=list, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("pack")
        verbose_name_plural = _("packs")
        constraints = (
            models.CheckConstraint(
                condition=~Q(title=""),
                name="%(app_label)s_%(class)s_titled",
                violation_error_message=_("Give the pack a title."),
            ),
        )
        indexes = (models.Index(fields=("team", "-created_at", "-id"), name="evaluation_pack_list"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("evaluation:pack-detail", args=[self.uuid])


class PublishedPackQuerySet(AppendOnlyQuerySet, TeamScopedQuerySet):
    """What was published of a team's packs, which nobody changes."""

    team_path = "pack__team_id"


class PublishedPack(AppendOnlyModel):
    """What was published of a pack, once.

    `document` has the figures as released and, of each text, a digest; `sha256` is taken of it. The texts are in `PackPart`, so that one can be
    emptied: `evaluation.packs.contents` says how.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pack = models.OneToOneField(Pack, on_delete=models.PROTECT, related_name="published")
    document = models.JSONField(_("what was published"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published on"), default=timezone.now)

    objects = PublishedPackQuerySet.as_manager()

    class Meta:
        ordering = ("-published_at", "-pk")
        verbose_name = _("published pack")
        verbose_name_plural = _("published packs")

    def __str__(self) -> str:
        return str(self.pack)


class PartKind(models.TextChoices):
    """What a text of a pack is."""

    TITLE = "title", _("Title")
    OPENING = "opening", _("Opening words")
    STORY = "story", _("Story")
    LEARNED = "learned", _("What we learned")
    NOTHING_WRONG = "no_wrong", _("Signed sentence")
    COMPARED = "compared", _("What numbers are compared with")


class Emptied(models.TextChoices):
    """Why a text is no longer in a pack."""

    NOT = "", _("It is there")
    CONSENT = "consent", _("The people in it no longer agree")
    ERASED = "erased", _("Somebody asked us to erase their data")
    TEAM = "team", _("The team took it out")


class PackPartQuerySet(TeamScopedQuerySet):
    """Texts of published packs."""

    team_path = "published__pack__team_id"


class PackPart(models.Model):
    """One text of a published pack: its words by name, and random bits so that its digest cannot be tried; None once it is emptied."""

    published = models.ForeignKey(PublishedPack, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=8, choices=PartKind)
    story = models.ForeignKey(Story, on_delete=models.SET_NULL, null=True, blank=True, related_name="pack_parts")
    texts = models.JSONField(_("words"), null=True)
    emptied_at = models.DateTimeField(null=True, blank=True)
    emptied_why = models.CharField(_("why"), max_length=8, choices=Emptied, blank=True, default=Emptied.NOT)

    objects = PackPartQuerySet.as_manager()

    class Meta:
        ordering = ("published", "position")
        verbose_name = _("text of a pack")
        verbose_name_plural = _("texts of packs")
        constraints = (
            models.UniqueConstraint(fields=("published", "position"), name="%(app_label)s_%(class)s_position_once"),
            models.CheckConstraint(condition=Q(kind__in=PartKind.values), name="%(app_label)s_%(class)s_kind_known"),
            models.CheckConstraint(
                condition=Q(emptied_at__isnull=True, emptied_why="", texts__isnull=False)
                | (
                    Q(emptied_at__isnull=False, texts__isnull=True)
                    & Q(emptied_why__in=Emptied.values)
                    & ~Q(emptied_why="")
                ),
                name="%(app_label)s_%(class)s_emptied_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.position}"

    @property
    def is_shown(self) -> bool:
        """Return whether its words are shown: not once it was emptied, and those of a story only while its people agree to reports.

        A story that no longer agrees has been emptied already; this holds whatever wrote to the story.
        """
        if self.texts is None:
            return False
        if self.kind != PartKind.STORY:
            return True
        return (
            self.story is not None
            and self.story.consent_scope in (ConsentScope.REPORTS, ConsentScope.PUBLIC)
            and self.story.consent_withdrawn_at is None
        )


class PackLinkQuerySet(TeamScopedQuerySet):
    """Links to a team's published packs; rules say who makes and withdraws them."""

    team_path = "published__pack__team_id"


class PackLink(models.Model):
    """A link at which anybody who has it reads a published pack; only a digest of its secret is stored.

    It works up to and including `expires_on`, unless it is withdrawn.
    """

    #: Of a link that was made just now: shown once, and in no column.
    secret = ""
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    published = models.ForeignKey(PublishedPack, on_delete=models.PROTECT, related_name="links")
    reader = models.CharField(_("for whom"), max_length=80, help_text=_("A group or an organisation."))
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField(_("works until"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PackLinkQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-pk")
        verbose_name = _("link to a pack")
        verbose_name_plural = _("links to packs")

    def __str__(self) -> str:
        return self.reader

    @property
    def team_id(self) -> int:
        """Return the team of the pack."""
        return self.published.pack.team_id

    def works_on(self, day: date) -> bool:
        """Return whether it can be read on a day."""
        return self.withdrawn_at is None and day <= self.expires_on


class PackOpeningQuerySet(TeamScopedQuerySet):
    """How often links to a team's packs were opened, by day."""

    team_path = "link__published__pack__team_id"


class PackOpening(models.Model):
    """How often a link was opened on a day. It says nothing about who did."""

    link = models.ForeignKey(PackLink, on_delete=models.PROTECT, related_name="openings")
    day = models.DateField(_("day"))
    times = models.PositiveIntegerField(_("times"), default=0)

    objects = PackOpeningQuerySet.as_manager()

    class Meta:
        ordering = ("link", "day")
        verbose_name = _("opening of a pack")
        verbose_name_plural = _("openings of packs")
        constraints = (models.UniqueConstraint(fields=("link", "day"), name="%(app_label)s_%(class)s_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.day}: {self.times}"
