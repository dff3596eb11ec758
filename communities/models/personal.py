"""What users set for themselves: the hour of an email that says what waits, and the address of a calendar."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from communities.models.teams import User


class OwnQuerySet(models.QuerySet):
    """Rows that are only for the user they belong to."""

    def visible_to(self, user: User) -> Self:
        """Return the user's own rows."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class Reminder(models.Model):
    """The hour at which a user is told by email what waits, in London; without a row they are not."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="reminder")
    hour = models.PositiveSmallIntegerField(_("hour"))
    #: The day, in London, that was last dealt with, whether anything waited or not.
    last_on = models.DateField(null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = (
            models.CheckConstraint(
                condition=Q(hour__gte=0, hour__lte=23),
                name="%(app_label)s_%(class)s_hour_of_a_day",
                violation_error_message=_("Choose an hour of the day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.hour:02}:00"


class CalendarAddress(models.Model):
    """A private address of a user's calendar; only a digest of its secret is stored. A withdrawn one is known as such."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_addresses")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-pk")
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = (
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(withdrawn_at__isnull=True),
                name="%(app_label)s_%(class)s_one_in_use",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {date_format(timezone.localtime(self.made_at), 'j F Y')}"
