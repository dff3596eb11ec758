"""Releases: the figures of a closed quarter or year, as they were shown on the day on which it was closed."""

import uuid
from enum import StrEnum
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import AppendOnlyModel, AppendOnlyQuerySet, Team, TeamScopedQuerySet
from communities.periods import Period, period_name


class ValueStatus(StrEnum):
    """Whether a reader is shown a value.

    HIDDEN_OTHER says nothing about the size of a number. HIDDEN_SMALL is only used where it is the only possible reason: for the
    team's quarter.
    """

    SHOWN = "shown"
    HIDDEN_SMALL = "hidden_small"
    HIDDEN_OTHER = "hidden_other"
    UNKNOWN = "unknown"


class ReleaseQuerySet(AppendOnlyQuerySet, TeamScopedQuerySet):
    """Releases, which every member of the team reads and nobody changes."""


class Release(AppendOnlyModel):
    """The figures of a closed period: everything that a reader is shown of it, and nothing else.

    `document` is what was released, and what `sha256` is taken of: see `evaluation.releases.documents`. It contains no hidden
    number. `kept` and `small` are the parts of it that pages of several periods need: the figures that count people, and of those that
    are hidden because they are small, how much they can be at most.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="releases")
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("to"))
    document = models.JSONField(_("what was released"))
    kept = models.JSONField(_("figures that count people"))
    small = models.JSONField(_("figures that are small"), default=dict)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
        help_text=_("Nobody if it was closed by a command."),
    )
    closed_at = models.DateTimeField(_("closed on"), default=timezone.now)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ("-period_end", "-period_start")
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = (
            models.UniqueConstraint(
                fields=("team", "period_start", "period_end"),
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_("This period is closed already."),
            ),
            models.CheckConstraint(
                condition=Q(period_end__gt=F("period_start")), name="%(app_label)s_%(class)s_period_forward"
            ),
        )

    def __str__(self) -> str:
        return period_name(self.period)

    @property
    def period(self) -> Period:
        """Return the quarter or year."""
        return Period(self.period_start, self.period_end)


class ReleaseCountQuerySet(AppendOnlyQuerySet, TeamScopedQuerySet):
    """What was counted for releases. Nobody reads it; a recount does, to say what has changed since."""

    team_path = "release__team_id"

    def visible_to(self, user) -> Self:
        """Return nothing: these rows contain the hidden numbers."""
        return self.none()

    def countable_by(self, user) -> Self:
        """Return nothing."""
        return self.none()


class ReleaseCount(AppendOnlyModel):
    """What was counted for the release of a quarter, hidden numbers included. No page, file or admin shows it.

    `rows` maps an indicator's key to a mapping from place to the counted rows, in the shape that `evaluation.queries.counted_rows`
    declares; `tables` has introductions by route and direction. A year is made of these, and a recount is compared with them.
    """

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="count")
    rows = models.JSONField()
    tables = models.JSONField(default=dict)

    objects = ReleaseCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of a release")
        verbose_name_plural = _("counts of releases")

    def __str__(self) -> str:
        return str(self.release_id)
