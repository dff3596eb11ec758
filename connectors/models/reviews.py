"""What somebody must still review after a resident was erased."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Team
from connectors.models.base import PrivateQuerySet
from connectors.models.people import Person


class ReviewItem(models.Model):
    """A row that might reveal who an erased resident was: a pointer and the names of its fields, without text."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="review_items")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="review_items")
    model = models.CharField(_("kind of record"), max_length=60)
    object_id = models.PositiveBigIntegerField(_("number of the record"))
    field_names = models.JSONField(_("where it is written"), default=list)
    is_likely = models.BooleanField(
        _("very likely names them"),
        default=True,
        help_text=_("If not, part of a name is in the text in lower case."),
    )
    found_at = models.DateTimeField(default=timezone.now)
    reviewed_at = models.DateTimeField(_("checked"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PrivateQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("text to check after erasing")
        verbose_name_plural = _("texts to check after erasing")
        constraints = (
            models.UniqueConstraint(fields=("person", "model", "object_id"), name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="%(app_label)s_%(class)s_reviewed_pair",
            ),
        )
        indexes = (
            models.Index(fields=("team", "id"), condition=Q(reviewed_at__isnull=True), name="connectors_review_open"),
        )

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"
