"""What organisations say about money that they are asked to hold, by a link and without an account."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Partner
from sparks.models.sparks import Spark, ThroughSparkQuerySet


class HostAnswer(models.TextChoices):
    """What an organisation said."""

    YES = "yes", _("Yes, we hold it")
    NO = "no", _("No, we cannot")


class HostLink(models.Model):
    """A link for an organisation to say whether it holds the money of a spark.

    `digest` is the digest of its six words, None once it was withdrawn. It opens nothing after `ends_at`. `shown_to` printed a
    letter with these words and so could read them, `answer_shown_to` those with which it was answered.
    """

    #: Six words that were made just now: shown once, and in no column.
    secret = ""
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spark = models.ForeignKey(Spark, on_delete=models.PROTECT, related_name="host_links")
    host = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation that is asked")
    )
    digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(_("opens nothing after"))
    answer = models.CharField(_("answer of the organisation"), max_length=3, choices=HostAnswer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    who = models.CharField(_("who answered for it"), max_length=80, blank=True)
    words = models.TextField(_("what they said"), max_length=2_000, blank=True)
    shown_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    answer_shown_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = ThroughSparkQuerySet.as_manager()

    class Meta:
        ordering = ("spark", "-pk")
        verbose_name = _("question to an organisation")
        verbose_name_plural = _("questions to organisations")
        constraints = (
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | Q(answer__in=HostAnswer.values, answered_at__isnull=False),
                name="%(app_label)s_%(class)s_answer_is_whole",
            ),
            models.UniqueConstraint(
                fields=("spark",),
                condition=Q(digest__isnull=False),
                name="%(app_label)s_%(class)s_one_open",
            ),
        )

    def __str__(self) -> str:
        return str(self.host)

    @property
    def team_id(self) -> int:
        """Return the team of the spark."""
        return self.spark.team_id

    def is_open(self, now: datetime) -> bool:
        """Return whether the link opens its page."""
        return self.digest is not None and now < self.ends_at
