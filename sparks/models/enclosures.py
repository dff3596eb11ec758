"""Photos and voice notes that residents send with an application, instead of words or beside them."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sparks.models.applying import Application, ThroughApplicationQuerySet


class EnclosureKind(models.TextChoices):
    """What was sent."""

    PHOTO = "photo", _("Photo")
    VOICE = "voice", _("Voice note")


class Enclosure(models.Model):
    """A photo or a voice note. The file is private: only views serve it, to whoever wrote it and to the team."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="enclosures")
    kind = models.CharField(_("kind"), max_length=5, choices=EnclosureKind)
    file = models.FileField(_("file"), upload_to="applications/%Y/%m/")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ThroughApplicationQuerySet.as_manager()

    class Meta:
        ordering = ("application", "pk")
        verbose_name = _("photo or voice note of an application")
        verbose_name_plural = _("photos and voice notes of applications")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=EnclosureKind.values), name="%(app_label)s_%(class)s_kind_known"
            ),
            models.CheckConstraint(condition=~Q(file=""), name="%(app_label)s_%(class)s_has_file"),
            models.UniqueConstraint(
                fields=("application",), condition=Q(kind="voice"), name="%(app_label)s_%(class)s_one_voice"
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def team_id(self) -> int:
        """Return the team of the application."""
        return self.application.team_id
