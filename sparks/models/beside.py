"""What colleagues put beside a spark: notes to each other, and files."""

import uuid
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sparks.models.sparks import Spark, ThroughSparkQuerySet


class Note(models.Model):
    """A note about a spark to the colleagues who read its texts; the people behind the spark never see it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spark = models.ForeignKey(Spark, on_delete=models.CASCADE, related_name="notes")
    words = models.TextField(_("note"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("date"), default=timezone.now)

    objects = ThroughSparkQuerySet.as_manager()

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("note about a spark")
        verbose_name_plural = _("notes about sparks")
        constraints = (
            models.CheckConstraint(
                condition=~Q(words=""),
                name="%(app_label)s_%(class)s_says_something",
                violation_error_message=_("Enter your note."),
            ),
        )

    def __str__(self) -> str:
        return str(_("Note about %(spark)s")) % {"spark": self.spark}


class Attachment(models.Model):
    """A file beside a spark, such as a quote, a letter or a photo: cleaned by `sparks.attached`, and never public."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spark = models.ForeignKey(Spark, on_delete=models.CASCADE, related_name="attachments")
    title = models.CharField(_("what it is"), max_length=120)
    file = models.FileField(_("file"), upload_to="attachments/%Y/%m/")
    bytes_count = models.PositiveIntegerField(_("size in bytes"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("date"), default=timezone.now)

    objects = ThroughSparkQuerySet.as_manager()

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = (
            models.CheckConstraint(
                condition=~Q(title=""),
                name="%(app_label)s_%(class)s_has_title",
                violation_error_message=_("Say what it is."),
            ),
            models.CheckConstraint(condition=Q(bytes_count__gt=0), name="%(app_label)s_%(class)s_not_empty"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def suffix(self) -> str:
        """Return the ending of the file's name, with its dot; it was made from the content."""
        return PurePosixPath(self.file.name).suffix
