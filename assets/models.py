"""The asset map: associations, institutions, places, exchange and stories. People's gifts are in connectors."""

import uuid
from calendar import monthrange
from datetime import date
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Neighbourhood, Team, TeamScopedQuerySet

#: Months after which an asset should be checked again. Source: map users ask for a yearly check.
FRESH_MONTHS = 12


class Kind(models.TextChoices):
    """Five of the six kinds of asset that Kretzmann and McKnight named; the sixth, people's gifts, is in connectors."""

    ASSOCIATION = "association", _("Association or group")
    INSTITUTION = "institution", _("Institution")
    PLACE = "place", _("Place")
    EXCHANGE = "exchange", _("Exchange: trade, lending, swapping")
    STORY = "story", _("Story or culture")


class LedBy(models.TextChoices):
    """Who leads an association."""

    RESIDENTS = "residents", _("Residents")
    ORGANISATION = "organisation", _("An organisation")
    UNKNOWN = "", _("Not yet known")


class Visibility(models.TextChoices):
    """Who may see an asset."""

    TEAM = "team", _("The team")
    PUBLIC = "public", _("Everyone")


class Status(models.TextChoices):
    """Whether an asset is suggested, on the map or retired."""

    SUGGESTED = "suggested", _("Suggested")
    LISTED = "listed", _("On the map")
    RETIRED = "retired", _("No longer there")


class Freshness(models.TextChoices):
    """How recently an asset's details were checked."""

    FRESH = "fresh", _("Checked in the last 12 months")
    CHECK = "check", _("Needs checking again")
    NEVER = "never", _("Never checked")


def fresh_since(on: date) -> date:
    """Return the earliest date on which a check still counts as fresh on the given date: FRESH_MONTHS earlier."""
    months = on.year * 12 + on.month - 1 - FRESH_MONTHS
    year, month = divmod(months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


class ImportBatch(models.Model):
    """One file of assets: previewed first, then applied."""

    class Status(models.TextChoices):
        """Whether the import has been applied."""

        REHEARSED = "rehearsed", _("Previewed")
        APPLIED = "applied", _("Applied")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="import_batches")
    file_name = models.CharField(_("file"), max_length=200)
    headings = models.JSONField(_("headings"), default=list)
    #: The column mapping: {field: heading}.
    columns = models.JSONField(_("columns"), default=dict)
    kind = models.CharField(_("kind for rows without one"), max_length=12, choices=Kind, default=Kind.PLACE)
    adds_duplicates = models.BooleanField(
        _("add rows that look like an existing asset"),
        default=False,
        help_text=_("Otherwise they are left out and listed for you."),
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.REHEARSED)
    counts = models.JSONField(_("results"), default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="%(app_label)s_%(class)s_kind_known"),
        )

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of a previewed file: its texts and its fate."""

    class Fate(models.TextChoices):
        """The result of a row."""

        ADD = "add", _("Will be added")
        UPDATE = "update", _("Will be updated")
        SAME = "same", _("Already here, unchanged")
        DUPLICATE = "duplicate", _("Possible duplicate")
        PROBLEM = "problem", _("Left out")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    values = models.JSONField(default=dict)
    fate = models.CharField(_("result"), max_length=12, choices=Fate)
    messages = models.JSONField(default=list)
    #: The asset that the row was written to, or the one that it looks like.
    asset = models.ForeignKey("Asset", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("batch", "number")
        verbose_name = _("import row")
        verbose_name_plural = _("import rows")
        constraints = (models.UniqueConstraint(fields=("batch", "number"), name="%(app_label)s_%(class)s_once"),)

    def __str__(self) -> str:
        return f"{self.batch}, {self.number}"


class AssetQuerySet(TeamScopedQuerySet):
    """Assets, visible to everyone in the team."""

    def listed(self) -> Self:
        """Return assets that are on the map."""
        return self.filter(status=Status.LISTED)

    def placed(self) -> Self:
        """Return assets that have a position."""
        return self.filter(latitude__isnull=False, longitude__isnull=False)

    def outside_every_outline(self) -> Self:
        """Return assets that have a position but no neighbourhood."""
        return self.placed().filter(neighbourhood__isnull=True)

    def of_freshness(self, freshness: str, *, on: date) -> Self:
        """Return assets checked recently, long ago or never, as of a date."""
        if freshness == Freshness.NEVER:
            return self.filter(last_confirmed_on__isnull=True)
        comparison = "gte" if freshness == Freshness.FRESH else "lt"
        return self.filter(**{f"last_confirmed_on__{comparison}": fresh_since(on)})


class Asset(models.Model):
    """Something strong in a neighbourhood: a group, an institution, a place, an exchange or a story."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="assets")
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="assets",
        verbose_name=_("neighbourhood"),
    )
    #: A person chose the neighbourhood, so outlines do not change it.
    is_neighbourhood_chosen = models.BooleanField(default=False, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=160)
    description = models.TextField(_("what makes it strong"), blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    quadkey = models.CharField(max_length=18, blank=True, editable=False)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("email"), blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    opening = models.CharField(_("opening or meeting times"), max_length=250, blank=True)
    access = models.CharField(
        _("access"), max_length=250, blank=True, help_text=_("Steps, a hearing loop, a quiet room, parking.")
    )
    is_bumping_place = models.BooleanField(
        _("a bumping place"), default=False, help_text=_("Somewhere people run into each other.")
    )
    is_touch_point = models.BooleanField(
        _("a touch point"),
        default=False,
        help_text=_("Somewhere neighbours meet a service anyway: a surgery, a school gate, a post office."),
    )
    formed_on = models.DateField(_("formed on"), null=True, blank=True)
    led_by = models.CharField(_("led by"), max_length=12, choices=LedBy, blank=True, default=LedBy.UNKNOWN)
    last_confirmed_on = models.DateField(_("last checked"), null=True, blank=True)
    visibility = models.CharField(_("who can see it"), max_length=8, choices=Visibility, default=Visibility.TEAM)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.LISTED)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_reason = models.CharField(_("why it is no longer there"), max_length=250, blank=True)
    import_batch = models.ForeignKey(
        ImportBatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="assets"
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="%(app_label)s_%(class)s_kind_known"),
            models.CheckConstraint(
                condition=models.Q(led_by__in=LedBy.values), name="%(app_label)s_%(class)s_led_by_known"
            ),
            models.CheckConstraint(
                condition=models.Q(visibility__in=Visibility.values), name="%(app_label)s_%(class)s_visibility_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="%(app_label)s_%(class)s_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="%(app_label)s_%(class)s_position_whole",
                violation_error_message=_("A position has a latitude from -90 to 90 and a longitude from -180 to 180."),
            ),
            models.CheckConstraint(
                condition=models.Q(status=Status.RETIRED, retired_at__isnull=False)
                | (~models.Q(status=Status.RETIRED) & models.Q(retired_at__isnull=True)),
                name="%(app_label)s_%(class)s_retired_pair",
            ),
        )
        indexes = (
            models.Index(fields=("team", "status", "name", "id"), name="assets_asset_list"),
            # Covers all columns needed to group twenty thousand pins by tile, so the query reads only the index.
            models.Index(fields=("team", "latitude", "longitude", "status", "quadkey"), name="assets_asset_box"),
            models.Index(fields=("team", "kind", "formed_on"), name="assets_asset_formed"),
            models.Index("team", Lower("postcode"), name="assets_asset_postcode"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def has_position(self) -> bool:
        """Return whether the asset has a position and so appears on the map."""
        return self.latitude is not None and self.longitude is not None

    @property
    def is_retired(self) -> bool:
        """Return whether the asset is retired."""
        return self.status == Status.RETIRED

    @property
    def freshness(self) -> Freshness:
        """Return how recently the asset was checked, as of today."""
        if self.last_confirmed_on is None:
            return Freshness.NEVER
        fresh = self.last_confirmed_on >= fresh_since(timezone.localdate())
        return Freshness.FRESH if fresh else Freshness.CHECK


class AssetPhotoQuerySet(TeamScopedQuerySet):
    """Photos, visible to everyone in the asset's team."""

    team_path = "asset__team_id"


class AssetPhoto(models.Model):
    """A photo of an asset, re-encoded without location and device details."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="photos")
    image = models.ImageField(_("photo"), upload_to="assets/%Y/%m/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(_("what it shows"), max_length=250)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AssetPhotoQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self) -> str:
        return self.alt
