"""Introductions, dismissed suggestions, and asks with who met them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from communities.models import Neighbourhood, Partner, Team
from connectors.models.base import PrivateQuerySet
from connectors.models.conversations import Conversation
from connectors.models.people import Person, Theme


class IntroductionSource(models.TextChoices):
    """How an introduction came about."""

    BUILDER = "builder", _("A builder")
    RESIDENT = "resident", _("A neighbour or friend")
    CONNECTOR = "connector", _("A connector")
    SELF = "self", _("They came themselves")
    HEALTH = "health", _("Health: surgery, social prescribing, hospital")
    COUNCIL = "council", _("The council")
    POLICE = "police", _("Police")
    FIRE = "fire", _("Fire and rescue")
    HOUSING = "housing", _("Housing")
    VOLUNTARY = "voluntary", _("A voluntary or faith group")
    OTHER = "other", _("Another way")


class IntroductionOutcome(models.TextChoices):
    """The outcome of an introduction."""

    WAITING = "waiting", _("Not known yet")
    MET = "met", _("They met")
    TOGETHER = "together", _("They are doing something together")
    NOT_YET = "not_yet", _("They haven’t met")


class Introduction(models.Model):
    """An introduction from anyone to anyone: resident, asset or partner; never a referral."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="introductions")
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="introductions",
        verbose_name=_("neighbourhood"),
    )
    from_person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="introductions_from"
    )
    from_asset = models.ForeignKey(
        Asset, on_delete=models.CASCADE, null=True, blank=True, related_name="introductions_from"
    )
    from_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="introductions_from"
    )
    to_person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="introductions_to"
    )
    to_asset = models.ForeignKey(
        Asset, on_delete=models.CASCADE, null=True, blank=True, related_name="introductions_to"
    )
    to_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="introductions_to"
    )
    introduced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: Who asks what came of it since somebody handed that over; None for whoever introduced them.
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    source = models.CharField(
        _("how it came about"), max_length=12, choices=IntroductionSource, default=IntroductionSource.BUILDER
    )
    introduced_on = models.DateField(_("day"), default=timezone.localdate)
    reason = models.CharField(_("why these two"), max_length=250, blank=True)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.SET_NULL, null=True, blank=True, related_name="introductions"
    )
    outcome = models.CharField(
        _("what came of it"), max_length=10, choices=IntroductionOutcome, default=IntroductionOutcome.WAITING
    )
    outcome_note = models.CharField(_("in a few words"), max_length=250, blank=True)
    outcome_on = models.DateField(_("known since"), null=True, blank=True)
    ask_again_on = models.DateField(_("ask again on"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = PrivateQuerySet.as_manager()

    class Meta:
        ordering = ("-introduced_on", "-pk")
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        constraints = (
            models.CheckConstraint(
                condition=Q(from_person__isnull=False, from_asset__isnull=True, from_partner__isnull=True)
                | Q(from_person__isnull=True, from_asset__isnull=False, from_partner__isnull=True)
                | Q(from_person__isnull=True, from_asset__isnull=True, from_partner__isnull=False),
                name="%(app_label)s_%(class)s_one_from",
                violation_error_message=_("Who is being introduced? Choose one resident, asset or partner."),
            ),
            models.CheckConstraint(
                condition=Q(to_person__isnull=False, to_asset__isnull=True, to_partner__isnull=True)
                | Q(to_person__isnull=True, to_asset__isnull=False, to_partner__isnull=True)
                | Q(to_person__isnull=True, to_asset__isnull=True, to_partner__isnull=False),
                name="%(app_label)s_%(class)s_one_to",
                violation_error_message=_("Who are they being introduced to? Choose one resident, asset or partner."),
            ),
            models.CheckConstraint(
                condition=~Q(from_person=models.F("to_person"))
                | Q(from_person__isnull=True)
                | Q(to_person__isnull=True),
                name="%(app_label)s_%(class)s_two_people",
                violation_error_message=_("A person cannot be introduced to themselves."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=IntroductionOutcome.values), name="%(app_label)s_%(class)s_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(source__in=IntroductionSource.values), name="%(app_label)s_%(class)s_source_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome=IntroductionOutcome.WAITING, outcome_on__isnull=True)
                | (~Q(outcome=IntroductionOutcome.WAITING) & Q(outcome_on__isnull=False)),
                name="%(app_label)s_%(class)s_outcome_pair",
            ),
        )
        indexes = (
            models.Index(fields=("team", "-introduced_on", "-id"), name="connectors_intro_list"),
            models.Index(fields=("team", "neighbourhood", "introduced_on"), name="connectors_intro_place"),
            models.Index(
                fields=("team", "ask_again_on", "id"),
                condition=Q(ask_again_on__isnull=False),
                name="connectors_intro_ask",
            ),
            # Who asks is one expression, so that Today reads the first rows of the index, and none of colleagues'.
            models.Index(
                Coalesce("asker", "introduced_by"),
                "ask_again_on",
                "id",
                condition=Q(ask_again_on__isnull=False),
                name="connectors_intro_asker",
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_end} – {self.to_end}"

    @property
    def from_end(self) -> Person | Asset | Partner:
        """Return the resident, asset or partner who is introduced."""
        return self.from_person or self.from_asset or self.from_partner

    @property
    def to_end(self) -> Person | Asset | Partner:
        """Return the resident, asset or partner they are introduced to."""
        return self.to_person or self.to_asset or self.to_partner


class WhoMet(models.TextChoices):
    """Who met an ask: the difference between a neighbourhood that cares and one that is cared for."""

    NEIGHBOUR = "neighbour", _("A neighbour")
    GROUP = "group", _("A group or place on the map")
    SERVICE = "service", _("A service")


class Ask(models.Model):
    """Something that somebody asked for, and who met it: a neighbour, a group or a service."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="asks")
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="asks",
        verbose_name=_("neighbourhood"),
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="asks", verbose_name=_("who asked")
    )
    words = models.CharField(_("what was asked for"), max_length=250)
    theme = models.ForeignKey(
        Theme, on_delete=models.SET_NULL, null=True, blank=True, related_name="asks", verbose_name=_("goes with")
    )
    asked_on = models.DateField(_("asked on"), default=timezone.localdate)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.SET_NULL, null=True, blank=True, related_name="asks"
    )
    met_by = models.CharField(_("who met it"), max_length=10, choices=WhoMet, blank=True, default="")
    met_on = models.DateField(_("met on"), null=True, blank=True)
    met_by_person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="asks_met", verbose_name=_("neighbour")
    )
    met_by_asset = models.ForeignKey(
        Asset,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="asks_met",
        verbose_name=_("group or place"),
    )
    met_by_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="asks_met", verbose_name=_("service")
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PrivateQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_on", "-pk")
        verbose_name = _("ask")
        verbose_name_plural = _("asks")
        constraints = (
            models.CheckConstraint(
                condition=~Q(words=""),
                name="%(app_label)s_%(class)s_has_words",
                violation_error_message=_("What was asked for?"),
            ),
            models.CheckConstraint(
                condition=Q(met_by="", met_on__isnull=True) | (Q(met_by__in=WhoMet.values) & Q(met_on__isnull=False)),
                name="%(app_label)s_%(class)s_met_pair",
                violation_error_message=_("Say who met it, and when."),
            ),
            models.CheckConstraint(
                condition=Q(met_on__isnull=True) | Q(closed_on__isnull=True),
                name="%(app_label)s_%(class)s_met_or_closed",
            ),
        )
        indexes = (
            models.Index(fields=("team", "-asked_on", "-id"), name="connectors_ask_list"),
            models.Index(fields=("team", "met_on"), condition=Q(met_on__isnull=False), name="connectors_ask_met_on"),
            models.Index(
                fields=("team", "theme"),
                condition=Q(met_on__isnull=True, closed_on__isnull=True),
                name="connectors_ask_open",
            ),
        )

    def __str__(self) -> str:
        return self.words

    @property
    def is_open(self) -> bool:
        """Return whether it is neither met nor closed."""
        return self.met_on is None and self.closed_on is None


class Dismissal(models.Model):
    """A dismissed suggestion to introduce two residents: until a date, or for good without one."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="dismissals")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    until = models.DateField(_("dismissed until"), null=True, blank=True)
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    dismissed_at = models.DateTimeField(default=timezone.now)

    objects = PrivateQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("dismissed suggestion")
        verbose_name_plural = _("dismissed suggestions")
        constraints = (
            models.UniqueConstraint(fields=("person", "other"), name="%(app_label)s_%(class)s_pair_once"),
            models.CheckConstraint(
                condition=Q(person__lt=models.F("other")), name="%(app_label)s_%(class)s_lower_first"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} – {self.other}"
