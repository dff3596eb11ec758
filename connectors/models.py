"""People, what they care about, what they offer, and how they meet."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from communities.models import Neighbourhood, Partner, Role, Team, TeamScopedQuerySet


class PrivateQuerySet(TeamScopedQuerySet):
    """Rows with residents' names and words: builders and managers read them, evaluators only count them."""

    reading_roles = (Role.BUILDER, Role.MANAGER)


class Theme(models.Model):
    """Something people care about, in the team's own words."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="themes")
    name = models.CharField(_("what people care about"), max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints = (
            models.UniqueConstraint(
                "team",
                Lower("name"),
                name="%(app_label)s_%(class)s_name_once",
                violation_error_message=_("The team already has this theme."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class ContactPreference(models.TextChoices):
    """How a person likes to be reached."""

    NONE = "", _("Not asked yet")
    IN_PERSON = "in_person", _("In person")
    PHONE = "phone", _("Phone call")
    TEXT = "text", _("Text message")
    EMAIL = "email", _("E-mail")
    NO_CONTACT = "no_contact", _("Please don't get in touch")


class PersonQuerySet(PrivateQuerySet):
    """Residents the team has met."""

    def connectors(self) -> "PersonQuerySet":
        """Keep the residents who share a gift as connectors."""
        return self.filter(connector_since__isnull=False)


class Person(models.Model):
    """A resident with gifts. A connector is the same resident: one record, its history kept."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="people")
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("neighbourhood"),
    )
    known_as = models.CharField(_("known as"), max_length=80, help_text=_("A first name is enough."))
    street = models.CharField(_("street"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    contact_preference = models.CharField(
        _("likes to be reached by"), max_length=12, choices=ContactPreference, blank=True, default=""
    )
    connector_since = models.DateField(_("connector since"), null=True, blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="people", verbose_name=_("what they care about"))
    first_met_on = models.DateField(_("first met on"), default=timezone.localdate)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ("known_as", "pk")
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        constraints = (
            models.CheckConstraint(
                condition=~Q(known_as=""),
                name="%(app_label)s_%(class)s_has_name",
                violation_error_message=_("What are they known as?"),
            ),
            models.CheckConstraint(
                condition=Q(contact_preference__in=ContactPreference.values),
                name="%(app_label)s_%(class)s_preference_known",
            ),
        )
        indexes = (
            models.Index(fields=("team", "known_as", "id"), name="connectors_person_list"),
            models.Index("team", Lower("known_as"), name="connectors_person_typed"),
            models.Index(fields=("team", "neighbourhood", "first_met_on"), name="connectors_person_met"),
            models.Index(fields=("team", "connector_since"), name="connectors_person_since"),
        )

    def __str__(self) -> str:
        return self.known_as

    @property
    def alias(self) -> str:
        """Return a stable name that tells nothing, for readers who may count but not know."""
        return _("Resident %(code)s") % {"code": self.uuid.hex[:4].upper()}

    @property
    def is_connector(self) -> bool:
        """Return whether the resident shares a gift as a connector today."""
        return self.connector_since is not None and self.connector_since <= timezone.localdate()


class Conversation(models.Model):
    """A conversation, logged once, that feeds people, gifts, map, introductions and indicators."""

    uuid = models.UUIDField(_("made on the phone"), default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="conversations")
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name=_("neighbourhood"),
    )
    place = models.ForeignKey(
        Asset, on_delete=models.SET_NULL, null=True, blank=True, related_name="conversations", verbose_name=_("place")
    )
    place_name = models.CharField(_("where"), max_length=160, blank=True)
    builder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conversations", verbose_name=_("builder")
    )
    held_on = models.DateField(_("day"), default=timezone.localdate)
    summary = models.TextField(_("what did you hear?"), blank=True)
    idea = models.TextField(_("an idea they had"), blank=True)
    next_step = models.CharField(_("something to come back to"), max_length=250, blank=True)
    next_step_on = models.DateField(_("when"), null=True, blank=True)
    next_step_done_at = models.DateTimeField(null=True, blank=True)
    people = models.ManyToManyField(Person, blank=True, related_name="conversations", verbose_name=_("who"))
    themes = models.ManyToManyField(
        Theme, blank=True, related_name="conversations", verbose_name=_("what do they care about?")
    )
    photo = models.ImageField(_("photo"), upload_to="conversations/%Y/%m/", blank=True)
    photo_alt = models.CharField(_("what the photo shows"), max_length=250, blank=True)
    recorded_at = models.DateTimeField(_("written down at"), default=timezone.now)
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PrivateQuerySet.as_manager()

    class Meta:
        ordering = ("-held_on", "-pk")
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        indexes = (
            models.Index(fields=("team", "-held_on", "-id"), name="connectors_talk_list"),
            models.Index(fields=("team", "neighbourhood", "held_on"), name="connectors_talk_place"),
            models.Index(fields=("builder", "-held_on", "-id"), name="connectors_talk_builder"),
            models.Index(
                fields=("team", "builder", "next_step_on"),
                condition=Q(next_step_done_at__isnull=True, next_step_on__isnull=False),
                name="connectors_talk_next",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(next_step_on__isnull=True) | ~Q(next_step=""),
                name="%(app_label)s_%(class)s_date_has_step",
                violation_error_message=_("What is there to come back to on that day?"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.held_on:%d.%m.%Y} {self.where}".strip()

    @property
    def where(self) -> str:
        """Return the place in words."""
        return self.place.name if self.place_id else self.place_name


class GiftKind(models.TextChoices):
    """Gifts of the head, the hands and the heart, as Kretzmann and McKnight's capacity inventory sorts them."""

    HEAD = "head", _("Head: what I know")
    HANDS = "hands", _("Hands: what I can do or make")
    HEART = "heart", _("Heart: what I care about enough to act on")


class GiftQuerySet(PrivateQuerySet):
    """Gifts of people."""

    team_path = "person__team_id"


class Gift(models.Model):
    """Something a resident can share; offered to neighbours, or private."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="gifts")
    kind = models.CharField(_("kind"), max_length=6, choices=GiftKind, default=GiftKind.HANDS)
    name = models.CharField(_("gift"), max_length=120)
    theme = models.ForeignKey(
        Theme, on_delete=models.SET_NULL, null=True, blank=True, related_name="gifts", verbose_name=_("goes with")
    )
    is_offered = models.BooleanField(_("offered to neighbours"), default=False)
    heard_in = models.ForeignKey(
        Conversation, on_delete=models.SET_NULL, null=True, blank=True, related_name="gifts_heard"
    )
    heard_on = models.DateField(_("heard on"), default=timezone.localdate)
    created_at = models.DateTimeField(default=timezone.now)

    objects = GiftQuerySet.as_manager()

    class Meta:
        ordering = ("person", "name", "pk")
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        constraints = (
            models.UniqueConstraint(
                "person",
                Lower("name"),
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_("This gift is already there."),
            ),
            models.CheckConstraint(condition=Q(kind__in=GiftKind.values), name="%(app_label)s_%(class)s_kind_known"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def team_id(self) -> int:
        """Return the team of the person."""
        return self.person.team_id


class IntroductionSource(models.TextChoices):
    """By which route an introduction came about."""

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
    """What came of an introduction."""

    WAITING = "waiting", _("Not known yet")
    MET = "met", _("They met")
    TOGETHER = "together", _("They are doing something together")
    NOT_YET = "not_yet", _("They haven't met")


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
                violation_error_message=_("To whom? Choose one resident, asset or partner."),
            ),
            models.CheckConstraint(
                condition=~Q(from_person=models.F("to_person"))
                | Q(from_person__isnull=True)
                | Q(to_person__isnull=True),
                name="%(app_label)s_%(class)s_two_people",
                violation_error_message=_("Nobody needs introducing to themselves."),
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
                fields=("team", "introduced_by", "introduced_on"),
                condition=Q(outcome=IntroductionOutcome.WAITING),
                name="connectors_intro_ask",
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_end} – {self.to_end}"

    @property
    def from_end(self) -> Person | Asset | Partner:
        """Return who is introduced."""
        return self.from_person or self.from_asset or self.from_partner

    @property
    def to_end(self) -> Person | Asset | Partner:
        """Return to whom."""
        return self.to_person or self.to_asset or self.to_partner
