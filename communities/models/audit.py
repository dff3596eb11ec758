"""The audit: who did what to what, and when."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from communities.models.append_only import AppendOnlyModel, AppendOnlyQuerySet
from communities.models.teams import Role, Team, TeamScopedQuerySet, User
from communities.verbs import Verb


class AuditEntryQuerySet(AppendOnlyQuerySet, TeamScopedQuerySet):
    """Audit entries, which managers read and nobody changes."""

    reading_roles = (Role.MANAGER,)


class AuditEntry(AppendOnlyModel):
    """Who did what to what, and when. Stores names of fields, never their values."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    # Neither has its own index, because the indexes below begin with them.
    team = models.ForeignKey(
        Team, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    actor = models.ForeignKey(
        User, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    verb = models.CharField(_("what was done"), max_length=40, choices=Verb)
    model = models.CharField(_("to what"), max_length=60)
    object_id = models.CharField(_("ID"), max_length=40, blank=True)
    field_names = models.JSONField(_("fields"), default=list)
    rows = models.PositiveIntegerField(_("rows in the file"), null=True, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    #: Groups entries written together, such as all rows of an import; None for a single entry.
    batch = models.UUIDField(null=True, blank=True, editable=False)
    #: Whether the entry has a line in the list: for itself, or for similar entries of its batch.
    leads = models.BooleanField(default=True, editable=False)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = (
            models.Index(fields=("team", "leads", "-at", "-id"), name="communities_audit_team"),
            models.Index(fields=("actor", "team"), name="communities_audit_actor"),
            models.Index(
                fields=("batch", "verb", "model"),
                name="communities_audit_batch",
                condition=models.Q(batch__isnull=False),
            ),
            models.Index(fields=("model", "object_id"), name="communities_audit_object"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(verb__in=Verb.values), name="%(app_label)s_%(class)s_verb_known"),
            models.CheckConstraint(
                condition=~models.Q(verb=Verb.EXPORT) | models.Q(rows__isnull=False),
                name="%(app_label)s_%(class)s_export_counted",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_verb_display()}, {date_format(timezone.localtime(self.at), 'j F Y, H:i')}"
