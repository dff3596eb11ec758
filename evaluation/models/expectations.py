"""What a team expects, written down beforehand: growth at the speed of trust."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Team, TeamScopedQuerySet


class Span(models.TextChoices):
    """A stretch of months since the team's first conversation; that month is month 0."""

    FIRST = "0-6", _("Months 0 to 6")
    SECOND = "7-12", _("Months 7 to 12")
    THIRD = "13-24", _("Months 13 to 24")

    @property
    def months(self) -> range:
        """Return its months."""
        first, final = (int(month) for month in self.value.split("-"))
        return range(first, final + 1)


class Expectation(models.Model):
    """What a team expects of a stretch of months; a change is a new version, earlier ones stay."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="expectations")
    span = models.CharField(_("for which months"), max_length=5, choices=Span)
    version = models.PositiveIntegerField(_("version"))
    words = models.TextField(_("what we expect"), max_length=2000)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("span", "-version")
        verbose_name = _("expectation")
        verbose_name_plural = _("expectations")
        constraints = (
            models.UniqueConstraint(fields=("team", "span", "version"), name="%(app_label)s_%(class)s_version_once"),
            models.CheckConstraint(condition=Q(span__in=Span.values), name="%(app_label)s_%(class)s_span_known"),
            models.CheckConstraint(condition=~Q(words=""), name="%(app_label)s_%(class)s_has_words"),
        )

    def __str__(self) -> str:
        return str(self.get_span_display())
