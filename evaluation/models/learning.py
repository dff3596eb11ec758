"""Learning: what the team noticed on a day, whether it went well or wrong."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from communities.models import Neighbourhood, Team, TeamScopedQuerySet, not_too_early
from connectors.models import Theme


class LearnedFrom(models.TextChoices):
    """The kind of source of an observation."""

    GATHERING = "gathering", _("A gathering")
    CONVERSATION = "conversation", _("A conversation")
    VISIT = "visit", _("A visit")
    TESTIMONY = "testimony", _("A testimony")
    PODCAST = "podcast", _("A podcast")
    BLOG = "blog", _("A blog")
    OTHER = "other", _("Something else")


class Went(models.TextChoices):
    """How it went. Each is one press, so that what went wrong is as easy to write down as what went well."""

    WELL = "well", _("It went well")
    WRONG = "wrong", _("It went wrong")
    BOTH = "both", _("A bit of both")


class Observation(models.Model):
    """What somebody in the team learned on a day, where from, and whether it went well."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="observations")
    observed_on = models.DateField(_("day"), default=timezone.localdate, validators=(not_too_early,))
    source = models.CharField(_("learned from"), max_length=12, choices=LearnedFrom)
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="observations", verbose_name=_("theme")
    )
    went = models.CharField(_("how it went"), max_length=5, choices=Went)
    text = models.TextField(_("what we learned"))
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("neighbourhood"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("noted by")
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-observed_on", "-pk")
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        constraints = (
            models.CheckConstraint(
                condition=Q(source__in=LearnedFrom.values), name="%(app_label)s_%(class)s_source_known"
            ),
            models.CheckConstraint(condition=Q(went__in=Went.values), name="%(app_label)s_%(class)s_went_known"),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="%(app_label)s_%(class)s_says_something",
                violation_error_message=_("Say what you learned. A sentence is enough."),
            ),
        )
        indexes = (models.Index(fields=("team", "-observed_on", "-id"), name="evaluation_observation_list"),)

    def __str__(self) -> str:
        return f"{date_format(self.observed_on, 'j F Y')}: {self.get_went_display()}"

    @property
    def tells_what_went_wrong(self) -> bool:
        """Return whether it says what went wrong, alone or beside what went well."""
        return self.went in (Went.WRONG, Went.BOTH)
