"""Priorities of the plans of others, such as a council plan, which work is tagged with afterwards."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from communities.models import Team, TeamScopedQuerySet
from connectors.models import Introduction
from evaluation.models.learning import Observation
from evaluation.models.records import Story
from sparks.models import Spark


class Priority(models.Model):
    """A priority of a plan, and the work that serves it. Any row serves any number of priorities, of several plans."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="priorities")
    plan = models.CharField(_("plan"), max_length=100, help_text=_("Council plan 2024 to 2028, Health strategy."))
    reference = models.CharField(_("number in the plan"), max_length=20, blank=True, help_text=_("2.1, if it has one."))
    title = models.CharField(_("priority"), max_length=160)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    sparks = models.ManyToManyField(Spark, blank=True, related_name="priorities")
    stories = models.ManyToManyField(Story, blank=True, related_name="priorities")
    assets = models.ManyToManyField(Asset, blank=True, related_name="priorities")
    introductions = models.ManyToManyField(Introduction, blank=True, related_name="priorities")
    observations = models.ManyToManyField(Observation, blank=True, related_name="priorities")
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "reference", "title", "pk")
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")
        constraints = (
            models.UniqueConstraint(
                "team",
                Lower("plan"),
                Lower("title"),
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_("The team already has this priority of this plan."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="%(app_label)s_%(class)s_dates_forward",
                violation_error_message=_("A priority cannot end before it starts."),
            ),
        )

    def __str__(self) -> str:
        return " ".join(filter(None, (self.reference, self.title)))
