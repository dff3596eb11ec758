"""What somebody has promised to come back to: rows of their own, several for each record."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from communities.addresses import path_of
from communities.models import Team
from connectors.models.base import PrivateQuerySet
from connectors.models.conversations import Conversation
from connectors.models.people import Person


class NextStepQuerySet(PrivateQuerySet):
    """Next steps: builders and managers of the team read them."""

    def open(self) -> Self:
        """Return those that are neither done nor closed."""
        return self.filter(closed_at__isnull=True)


class NextStep(models.Model):
    """Something to come back to: words, a day or none, and the user whose promise it is.

    It is about at most one record: a conversation, resident or asset, or a row of an app to the right, such as a spark. To the
    latter it holds a pointer (`linked_model`, `linked_id`), because foreign keys point to the left only. Open while `closed_at` is empty. Done when closed without a reason; with a reason it was closed without being done.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="steps", verbose_name=_("team"))
    conversation = models.ForeignKey(
        Conversation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("conversation"),
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="steps", verbose_name=_("resident")
    )
    asset = models.ForeignKey(
        Asset, on_delete=models.CASCADE, null=True, blank=True, related_name="steps", verbose_name=_("asset")
    )
    #: "app.model" and primary key of a record of an app to the right; "" and None without one.
    linked_model = models.CharField(max_length=60, blank=True, editable=False)
    linked_id = models.BigIntegerField(null=True, blank=True, editable=False)
    words = models.CharField(_("next step"), max_length=250)
    due_on = models.DateField(_("when"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="steps", verbose_name=_("whose")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    closed_at = models.DateTimeField(_("done or closed"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    closed_reason = models.CharField(_("why it was closed"), max_length=250, blank=True)

    #: The record to the right and its page, set by `attach_linked`.
    linked: models.Model | None = None
    linked_url = ""

    objects = NextStepQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        indexes = (
            # Today reads the open steps of one user, or of two, by day.
            models.Index(
                fields=("team", "owner", "due_on", "id"),
                condition=Q(closed_at__isnull=True),
                name="connectors_step_owner",
            ),
            models.Index(
                fields=("team", "due_on", "id"), condition=Q(closed_at__isnull=True), name="connectors_step_open"
            ),
            models.Index(
                fields=("linked_model", "linked_id"),
                condition=Q(linked_id__isnull=False),
                name="connectors_step_linked",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(words=""),
                name="%(app_label)s_%(class)s_has_words",
                violation_error_message=_("What do you want to come back to?"),
            ),
            models.CheckConstraint(
                condition=Q(conversation__isnull=True, person__isnull=True, linked_id__isnull=True)
                | Q(conversation__isnull=True, asset__isnull=True, linked_id__isnull=True)
                | Q(person__isnull=True, asset__isnull=True, linked_id__isnull=True)
                | Q(person__isnull=True, asset__isnull=True, conversation__isnull=True),
                name="%(app_label)s_%(class)s_about_one",
                violation_error_message=_("A next step is about one conversation, resident or asset."),
            ),
            models.CheckConstraint(
                condition=Q(linked_model="", linked_id__isnull=True) | ~Q(linked_model="") & Q(linked_id__isnull=False),
                name="%(app_label)s_%(class)s_linked_pair",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closed_reason="")
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="%(app_label)s_%(class)s_closed_by",
                violation_error_message=_("Say when the next step was done or closed, and by whom."),
            ),
        )

    def __str__(self) -> str:
        return self.words

    @property
    def about(self) -> models.Model | None:
        """Return the record that it is about: a resident, an asset or a conversation, or one to the right if attached."""
        for name in ("person", "asset", "conversation"):
            if getattr(self, f"{name}_id"):
                return getattr(self, name)
        return self.linked

    @property
    def about_url(self) -> str:
        """Return the page of the record that it is about; the list of next steps for one about nothing."""
        if self.person_id:
            return path_of("connectors:person-detail", self.person.uuid)
        if self.asset_id:
            return path_of("assets:asset-detail", self.asset_id)
        if self.conversation_id:
            return path_of("connectors:conversation-detail", self.conversation.uuid)
        return self.linked_url or reverse("connectors:step-list")

    @property
    def place(self) -> str:
        """Return where the conversation was that it is about, or the asset's name; "" for neither, or if it is the heading."""
        return self.conversation.where if self.people else ""

    @property
    def people(self) -> list[Person]:
        """Return who was in the conversation that it is about; without a query for rows of `queries.next_steps.listed_steps`."""
        talk = self.conversation
        if talk is None:
            return []
        return talk.there if hasattr(talk, "there") else list(talk.people.all())

    @property
    def is_open(self) -> bool:
        """Return whether it is still to be done."""
        return self.closed_at is None

    @property
    def is_done(self) -> bool:
        """Return whether it was done, rather than closed with a reason."""
        return self.closed_at is not None and not self.closed_reason
