"""Walking alongside: a light touch (level 1), and a journey towards a resident's vision of a good life (level 2)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Neighbourhood, Partner, Team
from connectors.models.base import PrivateQuerySet
from connectors.models.introductions import IntroductionSource
from connectors.models.people import Person


class Gave(models.TextChoices):
    """What a light touch was about."""

    INFORMATION = "information", _("Told them something useful")
    CONNECTION = "connection", _("Told them of a neighbour, a group or a place")
    LISTENING = "listening", _("Listened")
    HAND = "hand", _("Lent a hand")


class LightTouch(models.Model):
    """Level 1: a short contact with somebody whose name nobody asked. Logged in three taps."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="light_touches")
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="light_touches",
        verbose_name=_("neighbourhood"),
    )
    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="light_touches")
    held_on = models.DateField(_("day"), default=timezone.localdate)
    gave = models.CharField(_("what it was"), max_length=12, choices=Gave)
    belongs_more = models.BooleanField(_("feels more part of the place"), null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(default=timezone.now)

    objects = PrivateQuerySet.as_manager()

    class Meta:
        ordering = ("-held_on", "-pk")
        verbose_name = _("word in passing")
        verbose_name_plural = _("words in passing")
        constraints = (
            models.CheckConstraint(condition=Q(gave__in=Gave.values), name="%(app_label)s_%(class)s_gave_known"),
            models.CheckConstraint(
                condition=~Q(gave=Gave.INFORMATION) | Q(belongs_more__isnull=True),
                name="%(app_label)s_%(class)s_information_only",
                violation_error_message=_("If someone only got information, leave the question about belonging blank."),
            ),
        )
        indexes = (
            models.Index(fields=("team", "neighbourhood", "held_on"), name="connectors_light_place"),
            models.Index(fields=("team", "-held_on", "-id"), name="connectors_light_newest"),
            models.Index(fields=("builder", "-held_on", "-id"), name="connectors_light_own"),
        )

    def __str__(self) -> str:
        return self.get_gave_display()


class Ending(models.TextChoices):
    """How a journey ended."""

    OWN_FEET = "own_feet", _("They carry on with their own people")
    MOVED = "moved", _("They moved away")
    THEIR_WISH = "their_wish", _("They asked to stop")
    OTHER = "other", _("Another way")


class Journey(models.Model):
    """Level 2: walking alongside somebody for a while, towards their own vision of a good life."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="journeys")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="journeys", verbose_name=_("who"))
    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="journeys")
    began_on = models.DateField(_("began on"), default=timezone.localdate)
    source = models.CharField(
        _("introduced by"), max_length=12, choices=IntroductionSource, default=IntroductionSource.SELF
    )
    introduced_by = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="journeys_introduced",
        verbose_name=_("partner that introduced them"),
    )
    vision = models.TextField(_("their vision of a good life, in their words"), max_length=4_000, blank=True)
    partners = models.ManyToManyField(
        Partner, blank=True, related_name="journeys_alongside", verbose_name=_("others alongside")
    )
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ending = models.CharField(_("how it ended"), max_length=10, choices=Ending, blank=True, default="")
    ending_words = models.CharField(_("in a few words"), max_length=250, blank=True)
    follows = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("came back after"),
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PrivateQuerySet.as_manager()

    class Meta:
        ordering = ("-began_on", "-pk")
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ending="")
                | (Q(ended_on__isnull=False) & Q(ending__in=Ending.values)),
                name="%(app_label)s_%(class)s_ending_pair",
                violation_error_message=_("Say when it ended and how."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("began_on")),
                name="%(app_label)s_%(class)s_ends_after",
                violation_error_message=_("It cannot have ended before it began."),
            ),
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(ended_on__isnull=True),
                name="%(app_label)s_%(class)s_one_open",
                violation_error_message=_("We are walking alongside this person already."),
            ),
            models.CheckConstraint(
                condition=Q(source__in=IntroductionSource.values), name="%(app_label)s_%(class)s_source_known"
            ),
        )
        indexes = (models.Index(fields=("team", "-began_on", "-id"), name="connectors_journey_list"),)

    def __str__(self) -> str:
        return str(self.person)


class JourneyOutcome(models.TextChoices):
    """What can change on a journey: nine outcomes that people hope for, then the negative ones.

    Source: the nine outcomes for individuals, and dependence on the coordinator as an unintended negative one, in the
    forecast social return study of Local Area Coordination in Derby and Thurrock (2016), in plain words of our own.
    """

    TRUST = "trust", _("Has someone to rely on")
    HARD_TIMES = "hard_times", _("Gets through hard times better")
    COMPANY = "company", _("Has more company")
    BELONGING = "belonging", _("Feels part of the place")
    INDEPENDENCE = "independence", _("Gets out and does things")
    CONTROL = "control", _("Decides for themselves")
    HOME = "home", _("Feels settled at home")
    MONEY = "money", _("Is steadier with money")
    SAFE_HOME = "safe_home", _("Has a safer, clearer home")
    LEANING = "leaning", _("Leans on us more than they wish to")
    WORSE = "worse", _("Something became harder")


#: Negative outcomes, shown beside the others and never left out.
NEGATIVE_OUTCOMES = (JourneyOutcome.LEANING, JourneyOutcome.WORSE)


class JudgedBy(models.TextChoices):
    """Who says that something changed."""

    RESIDENT = "resident", _("They said so themselves")
    TOGETHER = "together", _("They and the builder together")
    BUILDER = "builder", _("The builder")
    PARTNER = "partner", _("Someone else alongside")


class JourneyQuerySet(PrivateQuerySet):
    """Rows of journeys."""

    team_path = "journey__team_id"


class JourneyChange(models.Model):
    """One outcome that somebody observed on a journey, with its date."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="changes")
    outcome = models.CharField(_("what changed"), max_length=12, choices=JourneyOutcome)
    judged_by = models.CharField(_("who says so"), max_length=8, choices=JudgedBy)
    noticed_on = models.DateField(_("day"), default=timezone.localdate)
    words = models.CharField(_("in a few words"), max_length=250, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = JourneyQuerySet.as_manager()

    class Meta:
        ordering = ("noticed_on", "pk")
        verbose_name = _("change on a journey")
        verbose_name_plural = _("changes on a journey")
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=JourneyOutcome.values), name="%(app_label)s_%(class)s_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(judged_by__in=JudgedBy.values), name="%(app_label)s_%(class)s_judge_known"
            ),
        )

    def __str__(self) -> str:
        return self.get_outcome_display()

    @property
    def team_id(self) -> int:
        """Return the team of the journey."""
        return self.journey.team_id

    @property
    def is_negative(self) -> bool:
        """Return whether the outcome is a negative one."""
        return self.outcome in NEGATIVE_OUTCOMES
