"""The counted web of connections, stored so that a large one is counted once, in the background."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Team, TeamScopedQuerySet


class WebCount(models.Model):
    """The figures of a team's web at its last count, without names."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="web_count")
    figures = models.JSONField(default=dict)
    stamp = models.CharField(
        _("checksum of the records"), max_length=64, help_text=_("The records that the figures were counted from.")
    )
    counted_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of the web")
        verbose_name_plural = _("counts of the web")

    def __str__(self) -> str:
        return str(self.team)
