"""What it adds up to: measurements and stories."""

import uuid
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Neighbourhood, Role, Team, TeamScopedQuerySet
from communities.periods import Period, parse
from connectors.models import Conversation, Person
from evaluation.models.framework import Indicator, IndicatorKind
from sparks.models import Spark


class Measurement(models.Model):
    """A recorded indicator's value for a time and a place, with where it comes from."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="measurements")
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="measurements", verbose_name=_("indicator")
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="measurements",
        verbose_name=_("neighbourhood"),
    )
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("to"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    note = models.TextField(_("how we know"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-period_end", "-pk")
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        constraints = (
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="%(app_label)s_%(class)s_period_forward",
                violation_error_message=_("A period cannot end before it starts."),
            ),
            models.UniqueConstraint(
                fields=("team", "indicator", "neighbourhood", "period_start", "period_end"),
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_("There is already a number for this place and period. Change that one."),
            ),
            models.UniqueConstraint(
                fields=("team", "indicator", "period_start", "period_end"),
                condition=Q(neighbourhood__isnull=True),
                name="%(app_label)s_%(class)s_once_for_team",
                violation_error_message=_("There is already a number for this place and period. Change that one."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value}"

    def clean(self) -> None:
        """Check the period, the value, the note and that everything belongs to one team.

        Raises: ValidationError by field.
        """
        refused = {}
        if self.indicator_id and self.indicator.team_id not in (None, self.team_id):
            refused["indicator"] = _("This indicator belongs to another team.")
        elif self.indicator_id and self.indicator.kind == IndicatorKind.COMPUTED:
            refused["indicator"] = _("Kith counts this one from the records.")
        if self.neighbourhood_id and self.neighbourhood.team_id != self.team_id:
            refused["neighbourhood"] = _("This neighbourhood belongs to another team.")
        if self.period_start and self.period_end and not parse(Period(self.period_start, self.period_end).key):
            refused["period_end"] = _("Choose a whole quarter, or a whole year from April.")
        number = Decimal(self.value) if self.value is not None else Decimal(0)
        if not number.is_finite() or number < 0:
            refused["value"] = _("The number cannot be less than 0.")
        elif self.indicator_id and self.indicator.is_in_people and number != number.to_integral_value():
            refused["value"] = _("Enter a whole number of people.")
        if not (self.note or "").strip():
            refused["note"] = _("Say how you know. A sentence is enough.")
        if refused:
            raise ValidationError(refused)


class Anyway(models.TextChoices):
    """Whether it would have happened anyway (deadweight), according to the writer."""

    UNKNOWN = "", _("Not asked yet")
    NO = "no", _("No")
    PARTLY = "partly", _("Partly, or later")
    YES = "yes", _("Yes, most of it")


class StoryStatus(models.TextChoices):
    """Where a story stands."""

    DRAFT = "draft", _("Being written")
    SUBMITTED = "submitted", _("Waiting to be approved")
    PUBLISHED = "published", _("Published")


class ConsentScope(models.TextChoices):
    """How widely the people in a story agreed to share it."""

    NONE = "", _("Not agreed yet")
    TEAM = "team", _("Inside the team")
    REPORTS = "reports", _("In reports to partners")
    PUBLIC = "public", _("To everyone")


class Withdrawn(models.TextChoices):
    """Why a story was unpublished, or lost its photo."""

    NOT_SAID = "", _("Consent was not withdrawn")
    STORY = "story", _("They said no to sharing their story")
    PHOTO = "photo", _("They said no to photos of them")
    ERASED = "erased", _("They asked us to erase their data")
    TEAM = "team", _("Someone in the team recorded that they no longer agree")


class StoryQuerySet(TeamScopedQuerySet):
    """Stories: builders and managers read all of the team's, evaluators those that are not drafts."""

    def visible_to(self, user) -> Self:
        """Keep the stories this person may read."""
        rows = super().visible_to(user)
        if not user.is_authenticated or not user.is_active or user.is_superuser:
            return rows
        writing = user.team_ids(Role.BUILDER, Role.MANAGER)
        if len(writing) == len(user.team_ids()):
            return rows
        return rows.filter(Q(team_id__in=writing) | ~Q(status=StoryStatus.DRAFT))

    def published(self) -> Self:
        """Keep the published stories."""
        return self.filter(status=StoryStatus.PUBLISHED)


class Story(models.Model):
    """A story of self, us and now, with consent, words in quotation, and an honest contribution ledger."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="stories")
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="stories",
        verbose_name=_("neighbourhood"),
    )
    title = models.CharField(_("title"), max_length=160)
    happened_on = models.DateField(_("day it happened"), default=timezone.localdate)
    self_text = models.TextField(_("self: one person’s part"), blank=True)
    us_text = models.TextField(_("us: what neighbours did together"), blank=True)
    now_text = models.TextField(_("now: what is different, and what comes next"), blank=True)
    quote = models.TextField(_("in their own words"), blank=True)
    quote_by = models.CharField(
        _("said by"), max_length=80, blank=True, help_text=_("The name they agreed to, or none.")
    )
    residents_did = models.TextField(_("what residents did"), blank=True)
    others_did = models.TextField(_("what others did"), blank=True)
    we_did = models.TextField(_("what we did"), blank=True)
    anyway = models.CharField(_("would have happened anyway"), max_length=8, choices=Anyway, blank=True, default="")
    consent_scope = models.CharField(_("agreed to share"), max_length=8, choices=ConsentScope, blank=True, default="")
    consent_on = models.DateField(_("agreed on"), null=True, blank=True)
    consent_withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(_("why"), max_length=8, choices=Withdrawn, blank=True, default="")
    #: Who withdrew consent; None when the team recorded it for the story as a whole.
    withdrawn_person = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who no longer agrees"),
    )
    #: Who recorded the withdrawal; None when the resident did so on their own sheet.
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: Since when the writer and the managers are asked to review it; None when they need not.
    review_since = models.DateTimeField(null=True, blank=True)
    photo = models.ImageField(_("photo"), upload_to="stories/%Y/%m/", blank=True)
    photo_alt = models.CharField(_("what the photo shows"), max_length=250, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=StoryStatus, default=StoryStatus.DRAFT)
    people = models.ManyToManyField(Person, blank=True, related_name="stories", verbose_name=_("people in it"))
    conversations = models.ManyToManyField(
        Conversation, blank=True, related_name="stories", verbose_name=_("conversations it grew from")
    )
    spark = models.ForeignKey(
        Spark,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="stories",
        verbose_name=_("the spark in it"),
    )
    indicators = models.ManyToManyField(
        Indicator, blank=True, related_name="stories", verbose_name=_("the numbers it explains")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = StoryQuerySet.as_manager()

    class Meta:
        ordering = ("-happened_on", "-id")
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=StoryStatus.values), name="%(app_label)s_%(class)s_status_known"
            ),
            models.CheckConstraint(condition=Q(anyway__in=Anyway.values), name="%(app_label)s_%(class)s_anyway_known"),
            models.CheckConstraint(
                condition=Q(consent_scope="", consent_on__isnull=True)
                | (~Q(consent_scope="") & Q(consent_on__isnull=False)),
                name="%(app_label)s_%(class)s_consent_dated",
                violation_error_message=_("On which day did they agree?"),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_why__in=Withdrawn.values), name="%(app_label)s_%(class)s_why_known"
            ),
            models.CheckConstraint(
                condition=Q(consent_withdrawn_at__isnull=True, review_since__isnull=True) | ~Q(withdrawn_why=""),
                name="%(app_label)s_%(class)s_withdrawn_has_why",
            ),
            models.CheckConstraint(
                condition=~Q(status=StoryStatus.PUBLISHED)
                | (
                    ~Q(consent_scope="")
                    & Q(consent_withdrawn_at__isnull=True, published_at__isnull=False, published_by__isnull=False)
                ),
                name="%(app_label)s_%(class)s_published_with_consent",
                violation_error_message=_("A story is published only while the people in it agree."),
            ),
        )
        indexes = (
            models.Index(fields=("team", "-happened_on", "-id"), name="evaluation_story_list"),
            models.Index(fields=("team", "neighbourhood", "happened_on"), name="evaluation_story_place"),
            models.Index(
                fields=("team", "review_since"),
                condition=Q(review_since__isnull=False),
                name="evaluation_story_look",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        """Return whether the story is published."""
        return self.status == StoryStatus.PUBLISHED

    @property
    def opening(self) -> str:
        """Return the text for a card: the "now" part, or the first part that is filled in."""
        return self.now_text or self.us_text or self.self_text


class Rollup(models.Model):
    """A cache of a team's counted indicators for one period.

    `cells` maps an indicator's key to a mapping from place ("team", "none" or a neighbourhood's primary key) to
    [number, out of]; pounds are text. `stamps` maps the key of a source to the stamp of its figures: they equal a recount while
    it is the same, see docs/adr/0018-marks-of-counted-rows.md. `counted_at` is when the oldest of them were counted. Never
    edited, only replaced whole.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField()
    stamps = models.JSONField(default=dict)
    cells = models.JSONField(default=dict)
    counted_at = models.DateTimeField(default=timezone.now)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("team", "period_start", "period_end")
        verbose_name = _("counted period")
        verbose_name_plural = _("counted periods")
        constraints = (
            models.UniqueConstraint(fields=("team", "period_start", "period_end"), name="%(app_label)s_%(class)s_once"),
        )

    def __str__(self) -> str:
        return f"{self.period_start} – {self.period_end}"
