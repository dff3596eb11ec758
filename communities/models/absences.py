"""Who is away, and who stands in for them."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.days import is_plausible, plausible_day
from communities.models.teams import Role, Team, TeamScopedQuerySet, User


class AbsenceQuerySet(TeamScopedQuerySet):
    """Absences: the builders and managers of the team see them."""

    reading_roles = (Role.BUILDER, Role.MANAGER)

    def now(self) -> "AbsenceQuerySet":
        """Return those of today."""
        return self.on(timezone.localdate())

    def on(self, day: date) -> "AbsenceQuerySet":
        """Return those of a day."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Absence(models.Model):
    """Days on which a user is away: what they would be asked goes to the stand-in. It ends by itself."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="absences")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences", verbose_name=_("who is away"))
    stand_in = models.ForeignKey(User, on_delete=models.CASCADE, related_name="standing_in", verbose_name=_("stand-in"))
    starts_on = models.DateField(_("first day away"), validators=[plausible_day])
    ends_on = models.DateField(_("last day away"), validators=[plausible_day])
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ("starts_on", "pk")
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        indexes = (models.Index(fields=("team", "stand_in", "ends_on"), name="communities_absence_stand"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="%(app_label)s_%(class)s_days_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(user=F("stand_in")),
                name="%(app_label)s_%(class)s_two_people",
                violation_error_message=_("Choose somebody else as the stand-in."),
            ),
            is_plausible("starts_on"),
            is_plausible("ends_on"),
        )

    def __str__(self) -> str:
        return str(self.user)
