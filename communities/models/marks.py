"""Marks that show when cached figures are out of date."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.teams import Team


class CountMark(models.Model):
    """A mark that one of a team's counted rows was written; see docs/adr/0018-marks-of-counted-rows.md.

    Triggers write it. The sum of a team's tokens identifies one state of its counted rows; the sum of those of a part and a
    quarter, one state of what counts there. The database has no foreign key for the team, because checking it would lock the
    team's row.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    part = models.CharField(max_length=60, help_text="What was written: see communities.freshness.Part.")
    quarter = models.PositiveSmallIntegerField(
        help_text="The year times four and its quarter from 0 to 3; 0 for every day."
    )
    token = models.BigIntegerField(help_text="A random number below 2**40.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mark of counted rows")
        verbose_name_plural = _("marks of counted rows")
        indexes = (models.Index(fields=("team", "part", "quarter", "token"), name="communities_countmark_team"),)

    def __str__(self) -> str:
        return f"{self.team_id} {self.token}"
