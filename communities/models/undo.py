"""What can be undone: the rows that an action deleted, the values that it changed, the rows that it added."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.teams import Role, Team, TeamScopedQuerySet, User
from communities.verbs import Verb

#: How many days something can be undone; then it is deleted for good.
UNDO_DAYS = 30


def undo_deadline() -> datetime:
    """Return until when something done now can be undone."""
    return timezone.now() + timedelta(days=UNDO_DAYS)


class UndoableQuerySet(TeamScopedQuerySet):
    """What can be undone, by those who may undo it."""

    def visible_to(self, user) -> Self:
        """Return what the user did in a team of theirs, and everything in the teams that they manage."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        own = models.Q(by=user, team__in=user.team_ids(), managers_only=False)
        return self.filter(own | models.Q(team__in=user.team_ids(Role.MANAGER)))


class Undoable(models.Model):
    """Something done that can be undone until `expires_at`.

    `rows` holds what the database held before, see `communities.undo`. Once it is undone, `rows` is empty and the row says
    when and by whom, for whoever presses Undo again.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    verb = models.CharField(_("what was done"), max_length=40, choices=Verb)
    model = models.CharField(_("to what"), max_length=60)
    object_id = models.CharField(_("ID"), max_length=40)
    title = models.CharField(_("name"), max_length=250, blank=True)
    rows = models.JSONField(_("what it held"), default=dict)
    #: Whether only managers may undo it, because only they may do it.
    managers_only = models.BooleanField(default=False)
    at = models.DateTimeField(_("when"), default=timezone.now)
    expires_at = models.DateTimeField(_("until"), default=undo_deadline)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = UndoableQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("undoable change")
        verbose_name_plural = _("undoable changes")
        indexes = (
            models.Index(fields=("team", "-at", "-id"), name="communities_undoable_team"),
            models.Index(fields=("expires_at",), name="communities_undoable_until"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(verb__in=Verb.values), name="%(app_label)s_%(class)s_verb_known"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Return whether it can still be undone."""
        return self.undone_at is None and self.expires_at > timezone.now()


class UndoableLinkQuerySet(TeamScopedQuerySet):
    """Links, visible to the members of the team."""

    team_path = "undoable__team_id"


class UndoableLink(models.Model):
    """A row that an undoable change holds, or that a row in it points to: by these, erasing and sheets find it."""

    undoable = models.ForeignKey(Undoable, on_delete=models.CASCADE, related_name="links")
    model = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)

    objects = UndoableLinkQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("row of an undoable change")
        verbose_name_plural = _("rows of undoable changes")
        indexes = (models.Index(fields=("model", "object_id"), name="communities_undoable_link"),)

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"
