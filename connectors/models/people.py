"""Residents, their themes and their gifts."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import FoldedField, Mailbox, Neighbourhood, Team, TeamScopedQuerySet
from connectors.models.base import PrivateQuerySet
from connectors.models.initials import shown_name
from connectors.models.phones import SeveralNumbers
from connectors.models.signs import Sign


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
    """How a resident wants to be contacted."""

    NONE = "", _("Not asked yet")
    IN_PERSON = "in_person", _("In person")
    PHONE = "phone", _("Phone call")
    TEXT = "text", _("Text message")
    EMAIL = "email", _("Email")
    NO_CONTACT = "no_contact", _("Please don’t get in touch")


class PersonQuerySet(PrivateQuerySet):
    """Residents whom the team has met."""

    def connectors(self) -> Self:
        """Return the residents who are connectors."""
        return self.filter(connector_since__isnull=False)

    def remembered(self) -> Self:
        """Leave out erased residents: they only count, and cannot be found."""
        return self.filter(erased_on__isnull=True)

    def champions(self) -> Self:
        """Return the street champions."""
        return self.filter(champion_since__isnull=False)


class PersonNameQuerySet(PrivateQuerySet):
    """Names of residents, as searches find them."""

    def current(self) -> "PersonNameQuerySet":
        """Leave out records that were merged into another; erased ones have no names."""
        return self.filter(person__merged_into__isnull=True)


class PersonManager(models.Manager.from_queryset(PersonQuerySet)):
    """Current records of residents: one that was merged into another is left out."""

    def get_queryset(self) -> PersonQuerySet:
        """Return every resident once."""
        return super().get_queryset().filter(merged_into__isnull=True)


class Person(models.Model):
    """A resident with gifts. A connector is the same resident: one record, with its history."""

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
    also_known_as = models.CharField(
        _("also called"), max_length=80, blank=True, help_text=_("A nickname, or another name neighbours use.")
    )
    street = models.CharField(_("street"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("email"), blank=True)
    contact_preference = models.CharField(
        _("likes to be reached by"), max_length=12, choices=ContactPreference, blank=True, default=""
    )
    sign = models.CharField(
        _("sign they chose"),
        max_length=12,
        choices=Sign,
        blank=True,
        default="",
        help_text=_("Ask which one they like. It is shown beside their name, so that the team recognises them."),
    )
    #: What identifies a phone number, however it was typed: see `rules.people.phone_key`; the actions set it.
    phone_key = models.CharField(max_length=9, blank=True, default="", editable=False)
    #: The name and the other name without accents, case, spaces and punctuation: see `rules.name_keys.name_key`;
    #: `actions.name_keys` sets both.
    name_key = models.CharField(max_length=80, blank=True, default="", editable=False)
    other_name_key = models.CharField(max_length=80, blank=True, default="", editable=False)
    connector_since = models.DateField(_("connector since"), null=True, blank=True)
    champion_since = models.DateField(_("street champion since"), null=True, blank=True)
    told_on = models.DateField(
        _("told what we note down"), null=True, blank=True, help_text=_("Until then only initials are shown.")
    )
    told_notice = models.ForeignKey(
        "connectors.PrivacyNotice",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="+",
        verbose_name=_("version they were told about"),
    )
    erased_on = models.DateField(_("data erased at their request on"), null=True, blank=True, editable=False)
    # Without an index: nearly every row is null here, and SQLite would scan all of it for `merged_into IS NULL`.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="merged_from",
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="people", verbose_name=_("what they care about"))
    first_met_on = models.DateField(_("first met on"), default=timezone.localdate)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: Who keeps in touch with them since somebody handed that over; None for whoever added them.
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(auto_now=True)

    #: What tells a resident from others of the same name, as text: `queries.names.match_names` sets it for candidates.
    told_apart: str = ""

    objects = PersonManager()
    everyone = PersonQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(sign__in=Sign.values),
                name="%(app_label)s_%(class)s_sign_known",
                violation_error_message=_("Choose one of the signs."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
                name="%(app_label)s_%(class)s_not_into_itself",
            ),
        )
        indexes = (
            models.Index(fields=("team", "known_as", "id"), name="connectors_person_list"),
            models.Index(fields=("team", "neighbourhood", "first_met_on"), name="connectors_person_met"),
            models.Index(fields=("team", "connector_since"), name="connectors_person_since"),
            models.Index(
                fields=("team", "other_name_key"), condition=~Q(other_name_key=""), name="connectors_person_other_key"
            ),
            # PostgreSQL reads an expression from an index alone only if its column is in it too.
            models.Index("team", Lower("street"), "street", "id", name="connectors_person_street"),
            models.Index(fields=("team", "phone_key"), condition=~Q(phone_key=""), name="connectors_person_phone"),
            # The few whose key is that of one number among several.
            models.Index(
                fields=("team", "id", "phone_key", "phone"),
                condition=Q(SeveralNumbers("phone")),
                name="connectors_person_phones",
            ),
            models.Index("team", "name_key", Lower("street"), name="connectors_person_name_key"),
            models.Index("team", Lower("email"), condition=~Q(email=""), name="connectors_person_email"),
            models.Index("team", Mailbox("email"), name="connectors_person_mailbox"),
            # Who keeps in touch with somebody is one expression, so that Today reads the first rows of the index.
            models.Index(
                "team",
                Coalesce("keeper", "created_by"),
                "first_met_on",
                condition=Q(told_on__isnull=True),
                name="connectors_person_untold",
            ),
            models.Index(fields=("team", "contact_preference", "street", "id"), name="connectors_person_reach"),
            models.Index(
                fields=("team", "champion_since"),
                condition=Q(champion_since__isnull=False),
                name="connectors_person_champion",
            ),
            models.Index(
                fields=("merged_into",), condition=Q(merged_into__isnull=False), name="connectors_person_merged"
            ),
            # For counting current residents, and for the latest of a team, without reading their rows or those of other teams. Last,
            # because SQLite without statistics takes the newest of the indexes that it considers equally good.
            models.Index(
                fields=("team", "id"),
                condition=Q(merged_into__isnull=True, erased_on__isnull=True),
                name="connectors_person_there",
            ),
        )

    def __str__(self) -> str:
        return self.shown_as

    @property
    def shown_as(self) -> str:
        """Return the name for readers who are not known, and for stored texts: initials until the resident was told.

        Pages and files show `rules.shown_names.name_for`, which depends on who reads.
        """
        return shown_name(self.known_as, in_full=self.told_on is not None)

    @property
    def is_connector(self) -> bool:
        """Return whether the resident is a connector today."""
        return self.connector_since is not None and self.connector_since <= timezone.localdate()


class PersonName(models.Model):
    """A folded text that a search for a resident can begin: their name from one of its parts on.

    "Grace Okafor" has "grace okafor" and "okafor grace"; see `rules.name_keys.name_starts`. `actions.name_keys` writes
    them; an index finds all that begin as somebody types.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="names")
    start = FoldedField(max_length=80)
    #: On one row for each of somebody's names what two names of one resident have in common: `rules.name_keys.alike_key`.
    alike = FoldedField(max_length=80, blank=True, default="")

    objects = PersonNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("name to search for")
        verbose_name_plural = _("names to search for")
        constraints = (models.UniqueConstraint(fields=("person", "start"), name="%(app_label)s_%(class)s_once"),)
        indexes = (
            models.Index(fields=("team", "start", "person"), name="connectors_name_start"),
            models.Index(fields=("team", "alike", "person"), condition=~Q(alike=""), name="connectors_name_alike"),
        )

    def __str__(self) -> str:
        return self.start


class ConnectorTermQuerySet(PrivateQuerySet):
    """Earlier times of residents as connectors."""

    team_path = "person__team_id"


class ConnectorTerm(models.Model):
    """A time in which a resident was a connector and which is over: until the day on which they stopped, not counting it.

    Whoever is a connector now has `Person.connector_since` instead. Figures of past quarters count both.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="connector_terms")
    since = models.DateField(_("connector since"))
    until = models.DateField(_("connector until"))

    objects = ConnectorTermQuerySet.as_manager()

    class Meta:
        ordering = ("since", "pk")
        verbose_name = _("earlier time as a connector")
        verbose_name_plural = _("earlier times as a connector")
        constraints = (
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="%(app_label)s_%(class)s_forward"),
        )

    def __str__(self) -> str:
        return f"{self.since} – {self.until}"


class GiftKind(models.TextChoices):
    """Gifts of the head, the hands and the heart, as Kretzmann and McKnight's capacity inventory sorts them."""

    HEAD = "head", _("Head: what I know")
    HANDS = "hands", _("Hands: what I can do or make")
    HEART = "heart", _("Heart: what I care about enough to act on")


class GiftQuerySet(PrivateQuerySet):
    """Gifts of residents."""

    team_path = "person__team_id"


class Gift(models.Model):
    """Something a resident can share; offered to neighbours, or private."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="gifts")
    kind = models.CharField(_("kind"), max_length=6, choices=GiftKind, default=GiftKind.HANDS)
    name = models.CharField(_("gift"), max_length=120)
    theme = models.ForeignKey(
        Theme,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="gifts",
        verbose_name=_("goes with"),
        db_index=False,
    )
    is_offered = models.BooleanField(_("offered to neighbours"), default=False)
    heard_in = models.ForeignKey(
        "connectors.Conversation", on_delete=models.SET_NULL, null=True, blank=True, related_name="gifts_heard"
    )
    heard_on = models.DateField(_("heard on"), default=timezone.localdate)
    created_at = models.DateTimeField(default=timezone.now)

    objects = GiftQuerySet.as_manager()

    class Meta:
        ordering = ("person", "name", "pk")
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        indexes = (
            models.Index(Lower("name"), "person", name="connectors_gift_typed"),
            # Counting the gifts of one quarter: without it, those of every resident of the team are read.
            models.Index(fields=("heard_on", "person"), name="connectors_gift_heard_on"),
            # The latest of a theme; it serves the foreign key too.
            models.Index(fields=("theme", "id"), name="connectors_gift_theme"),
        )
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
