"""Addresses at which a program reads a release without signing in."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from communities.models import TeamScopedQuerySet
from evaluation.models.releases import Release


class Program(models.TextChoices):
    """What reads an address."""

    POWER_BI = "power_bi", _("Power BI")
    EXCEL = "excel", _("Excel")
    R = "r", _("R")
    OTHER = "other", _("Another program")


class ReleaseAddressQuerySet(TeamScopedQuerySet):
    """Addresses of a team's releases; rules say who makes and withdraws them."""

    team_path = "release__team_id"


class ReleaseAddress(models.Model):
    """A read-only address of a release, for one program; only a digest of its secret is stored.

    It works up to and including `expires_on`, unless it is withdrawn. `opened` counts the files that were read, not who read them.
    """

    #: Of an address that was made just now: shown once, and in no column.
    secret = ""
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="addresses")
    program = models.CharField(_("read by"), max_length=10, choices=Program)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField(_("works until"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    opened = models.PositiveIntegerField(default=0)
    last_opened_on = models.DateField(null=True, blank=True)

    objects = ReleaseAddressQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-pk")
        verbose_name = _("address of a release")
        verbose_name_plural = _("addresses of releases")
        constraints = (
            models.CheckConstraint(
                condition=Q(program__in=Program.values), name="%(app_label)s_%(class)s_program_known"
            ),
            models.UniqueConstraint(
                fields=("release", "program"),
                condition=Q(withdrawn_at__isnull=True),
                name="%(app_label)s_%(class)s_one_in_use",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_program_display()}, {date_format(timezone.localtime(self.made_at), 'j F Y')}"

    @property
    def team_id(self) -> int:
        """Return the team of the release."""
        return self.release.team_id

    def works_on(self, day: date) -> bool:
        """Return whether it can be read on a day."""
        return self.withdrawn_at is None and day <= self.expires_on
