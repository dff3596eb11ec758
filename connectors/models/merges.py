"""Merges of two records of one resident, with the rows that moved, so that they can be undone."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Team
from connectors.models.base import PrivateQuerySet
from connectors.models.people import Person


class PersonMerge(models.Model):
    """The merge of one record into another.

    `moved` names rows by model and primary key, so that undoing finds them: "rows" those that moved, "links" those of
    many-to-many fields, "pairs" the rows about two residents. Its "values" hold the kept record's values before;
    erasing somebody empties `moved`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="merges")
    kept = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="merges_kept")
    absorbed = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="merges_absorbed")
    moved = models.JSONField(default=dict, editable=False)
    merged_at = models.DateTimeField(default=timezone.now)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PrivateQuerySet.as_manager()

    class Meta:
        ordering = ("-merged_at", "-pk")
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = (
            models.CheckConstraint(condition=~Q(kept=F("absorbed")), name="%(app_label)s_%(class)s_two_people"),
            models.UniqueConstraint(
                fields=("absorbed",), condition=Q(undone_at__isnull=True), name="%(app_label)s_%(class)s_absorbed_once"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="%(app_label)s_%(class)s_undone_pair",
            ),
        )

    def __str__(self) -> str:
        return f"{self.absorbed} → {self.kept}"


class TwoPeople(models.Model):
    """Two residents who look like one and are not, as a user confirmed."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="two_people")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    objects = PrivateQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("pair of different people")
        verbose_name_plural = _("pairs of different people")
        constraints = (
            models.UniqueConstraint(fields=("person", "other"), name="%(app_label)s_%(class)s_pair_once"),
            models.CheckConstraint(condition=Q(person__lt=F("other")), name="%(app_label)s_%(class)s_lower_first"),
        )

    def __str__(self) -> str:
        return f"{self.person} ≠ {self.other}"
