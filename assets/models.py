"""The asset map: associations, institutions, places, exchange and stories. Gifts of people live with people."""

import uuid
from calendar import monthrange
from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Neighbourhood, Team, TeamScopedQuerySet

#: Months after which an asset's details are asked about again. Source: what map users ask for (a yearly check).
FRESH_MONTHS = 12


class Kind(models.TextChoices):
    """Five of the six kinds of asset that Kretzmann and McKnight named; the sixth, gifts, lives with people."""

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
    """Where an asset stands."""

    SUGGESTED = "suggested", _("Suggested")
    LISTED = "listed", _("On the map")
    RETIRED = "retired", _("No longer there")


class Freshness(models.TextChoices):
    """How lately somebody knew an asset's details to be true."""

    FRESH = "fresh", _("Checked in the last 12 months")
    CHECK = "check", _("To check again")
    NEVER = "never", _("Never checked")


def fresh_since(on: date) -> date:
    """Return the earliest day on which a check still counts as fresh on the given day: FRESH_MONTHS before it."""
    months = on.year * 12 + on.month - 1 - FRESH_MONTHS
    year, month = divmod(months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


class ImportBatch(models.Model):
    """One file of assets: rehearsed first, then applied."""

    class Status(models.TextChoices):
        """How far the import has come."""

        REHEARSED = "rehearsed", _("Rehearsed")
        APPLIED = "applied", _("Applied")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="import_batches")
    file_name = models.CharField(_("file"), max_length=200)
    headings = models.JSONField(_("headings"), default=list)
    #: Which heading feeds which field: {field: heading}.
    columns = models.JSONField(_("columns"), default=dict)
    kind = models.CharField(_("kind, where a row says none"), max_length=12, choices=Kind, default=Kind.PLACE)
    adds_duplicates = models.BooleanField(
        _("add those that look like one already here"),
        default=False,
        help_text=_("Otherwise they are left out and listed."),
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.REHEARSED)
    counts = models.JSONField(_("fates"), default=dict)
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
    """One row of a rehearsed file: what it says, and its fate."""

    class Fate(models.TextChoices):
        """What becomes of a row."""

        ADD = "add", _("Will be added")
        UPDATE = "update", _("Will be brought up to date")
        SAME = "same", _("Already here, unchanged")
        DUPLICATE = "duplicate", _("Looks like one already here")
        PROBLEM = "problem", _("Left out")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    values = models.JSONField(default=dict)
    fate = models.CharField(_("fate"), max_length=12, choices=Fate)
    messages = models.JSONField(default=list)
    #: The asset it is about: the one it was written to, or the one it looks like.
    asset = models.ForeignKey("Asset", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("batch", "number")
        verbose_name = _("import row")
        verbose_name_plural = _("import rows")
        constraints = (models.UniqueConstraint(fields=("batch", "number"), name="%(app_label)s_%(class)s_once"),)

    def __str__(self) -> str:
        return f"{self.batch}, {self.number}"


class AssetQuerySet(TeamScopedQuerySet):
    """Assets, for anyone in the team."""

    def listed(self) -> "AssetQuerySet":
        """Keep what stands on the map."""
        return self.filter(status=Status.LISTED)

    def placed(self) -> "AssetQuerySet":
        """Keep what has a position."""
        return self.filter(latitude__isnull=False, longitude__isnull=False)

    def outside_every_outline(self) -> "AssetQuerySet":
        """Keep what has a position and no neighbourhood."""
        return self.placed().filter(neighbourhood__isnull=True)

    def of_freshness(self, freshness: str, *, on: date) -> "AssetQuerySet":
        """Keep what was checked lately, long ago or never, as a day sees it."""
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
    #: A person chose the neighbourhood: the outlines leave it alone.
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
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    opening = models.CharField(_("when it is open or meets"), max_length=250, blank=True)
    access = models.CharField(
        _("getting in and around"), max_length=250, blank=True, help_text=_("Steps, a loop, a quiet room, parking.")
    )
    is_bumping_place = models.BooleanField(
        _("a bumping place"), default=False, help_text=_("Somewhere people run into each other.")
    )
    formed_on = models.DateField(_("formed on"), null=True, blank=True)
    led_by = models.CharField(_("led by"), max_length=12, choices=LedBy, blank=True, default=LedBy.UNKNOWN)
    last_confirmed_on = models.DateField(_("last known to be true"), null=True, blank=True)
    visibility = models.CharField(_("who may see it"), max_length=8, choices=Visibility, default=Visibility.TEAM)
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
            # Wide enough that grouping twenty thousand pins by tile never leaves the index.
            models.Index(fields=("team", "latitude", "longitude", "status", "quadkey"), name="assets_asset_box"),
            models.Index(fields=("team", "kind", "formed_on"), name="assets_asset_formed"),
            models.Index("team", Lower("postcode"), name="assets_asset_postcode"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def has_position(self) -> bool:
        """Return whether the asset can stand on the map."""
        return self.latitude is not None and self.longitude is not None

    @property
    def is_retired(self) -> bool:
        """Return whether the asset is no longer there."""
        return self.status == Status.RETIRED

    @property
    def freshness(self) -> Freshness:
        """Return how lately somebody knew this to be true, as today sees it."""
        if self.last_confirmed_on is None:
            return Freshness.NEVER
        fresh = self.last_confirmed_on >= fresh_since(timezone.localdate())
        return Freshness.FRESH if fresh else Freshness.CHECK


class AssetPhotoQuerySet(TeamScopedQuerySet):
    """Photos, for anyone in the asset's team."""

    team_path = "asset__team_id"


class AssetPhoto(models.Model):
    """A photo of an asset, re-encoded so that it carries no place or device."""

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
