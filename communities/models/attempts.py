"""Attempts to sign in."""

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class SignInAttempt(models.Model):
    """An attempt to sign in, or a request for a reset link; stored for at most a day.

    `account` and `source` (a network, or a known browser) are keyed hashes, so the table contains neither
    email addresses nor network addresses.
    """

    account = models.CharField(max_length=64)
    source = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("sign-in attempt")
        verbose_name_plural = _("sign-in attempts")
        indexes = (
            models.Index(fields=("account", "at"), name="communities_attempt_account"),
            models.Index(fields=("source", "at"), name="communities_attempt_source"),
            models.Index(fields=("at",), name="communities_attempt_at"),
        )

    def __str__(self) -> str:
        return date_format(timezone.localtime(self.at), "j F Y H:i")
