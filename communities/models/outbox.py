"""The outbox: who is told what, by which channel, and what became of it."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.absences import Absence
from communities.models.teams import Role, Team, TeamScopedQuerySet, User


class Channel(models.TextChoices):
    """How a message is sent."""

    EMAIL = "email", _("Email")
    TEXT = "text", _("Text message")


class MessageState(models.TextChoices):
    """What became of a message."""

    WAITING = "waiting", _("On its way")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    IN_PERSON = "in_person", _("To tell in person")
    TOLD = "told", _("Told in person")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: States in which nothing is left to do.
SETTLED = (MessageState.SENT, MessageState.TOLD, MessageState.WITHDRAWN)
#: States in which a message goes, or went, to an address.
ADDRESSED = (MessageState.WAITING, MessageState.SENT, MessageState.FAILED)


class InPersonReason(models.TextChoices):
    """Why somebody is told in person."""

    NO_ADDRESS = "no_address", _("We have no email address for them.")
    PREFERS = "prefers", _("They like to be told in person.")
    CALL = "call", _("They like a phone call.")
    NOT_ASKED = "not_asked", _("They have not said yet how they like to be reached.")
    NO_CONTACT = "no_contact", _("They asked us not to get in touch. Tell them only if you meet them anyway.")
    CHOSEN = "chosen", _("A colleague chose to tell them in person.")


class MessageQuerySet(TeamScopedQuerySet):
    """Messages, which those who work with residents may read."""

    reading_roles: ClassVar[tuple[str, ...]] = (Role.BUILDER, Role.MANAGER)

    def about(self, row: models.Model) -> Self:
        """Return the messages about one row, oldest first."""
        return self.filter(about_model=row._meta.label_lower, about_id=row.pk).order_by("created_at", "pk")

    def due(self) -> Self:
        """Return the messages that a carrier should try now, oldest first."""
        return self.filter(state=MessageState.WAITING, next_try_at__lte=timezone.now()).order_by("next_try_at", "pk")

    def to_tell(self, user: User) -> Self:
        """Return the messages that this user still has to pass on in person, oldest first."""
        return self.filter(state=MessageState.IN_PERSON, teller=user).order_by("created_at", "pk")

    def told_by(self, user: User) -> Self:
        """Return the messages whose teller is this user, or somebody who is away today and for whom the user stands in."""
        away = Absence.objects.now().filter(stand_in=user, team=OuterRef("team"), user=OuterRef("teller"))
        return self.filter(Q(teller=user) | Exists(away))

    def failed(self) -> Self:
        """Return the messages that Kith gave up on, latest first."""
        return self.filter(state=MessageState.FAILED).order_by("-created_at", "-pk")


class Message(models.Model):
    """Something that one recipient is told once, with the text exactly as it was sent.

    The recipient is a user, a resident (`resident_id`: residents live in an app to the right; see
    `communities.outbox.recipients`) or a name and address outside. `key` is a digest of the kind, what the message
    is about and the recipient, so that nobody is told the same thing twice.
    """

    #: The private link of a letter that is printed just now: shown once, and in no column.
    secret = ""
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(max_length=64, unique=True, editable=False)
    about_model = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="messages")
    resident_id = models.BigIntegerField(null=True, blank=True)
    # Not blank for `remove_name`: an erased name or address is replaced, because some messages need one.
    name = models.CharField(_("recipient"), max_length=160, default="")
    channel = models.CharField(_("channel"), max_length=5, choices=Channel, blank=True)
    address = models.CharField(_("address"), max_length=254, default="")
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    #: The user who tells them in person, if it comes to that.
    teller = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who tells them in person"),
    )
    state = models.CharField(_("state"), max_length=10, choices=MessageState)
    reason = models.CharField(_("why in person"), max_length=10, choices=InPersonReason, blank=True)
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("date"), default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="%(app_label)s_%(class)s_state_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["", *Channel.values]), name="%(app_label)s_%(class)s_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["", *InPersonReason.values]), name="%(app_label)s_%(class)s_reason_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(user__isnull=False, resident_id__isnull=True, name="")
                    | Q(user__isnull=True, resident_id__isnull=False, name="")
                    | (Q(user__isnull=True, resident_id__isnull=True) & ~Q(name=""))
                ),
                name="%(app_label)s_%(class)s_one_recipient",
                violation_error_message=_("A message has exactly one recipient."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ADDRESSED) | (~Q(channel="") & ~Q(address="")),
                name="%(app_label)s_%(class)s_has_address",
                violation_error_message=_("A message that is sent needs an address."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(MessageState.IN_PERSON, MessageState.TOLD)) | ~Q(reason=""),
                name="%(app_label)s_%(class)s_says_why_in_person",
            ),
            models.CheckConstraint(
                condition=Q(state=MessageState.WAITING, next_try_at__isnull=False)
                | (~Q(state=MessageState.WAITING) & Q(next_try_at__isnull=True)),
                name="%(app_label)s_%(class)s_waits_for_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SETTLED, settled_at__isnull=False)
                | (~Q(state__in=SETTLED) & Q(settled_at__isnull=True, settled_by__isnull=True)),
                name="%(app_label)s_%(class)s_settled_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.TOLD) | Q(settled_by__isnull=False),
                name="%(app_label)s_%(class)s_told_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(body=""), name="%(app_label)s_%(class)s_has_text"),
        )
        indexes = (
            models.Index(fields=("team", "state", "created_at", "id"), name="communities_message_state"),
            models.Index(fields=("about_model", "about_id"), name="communities_message_about"),
            models.Index(
                fields=("next_try_at", "id"), condition=Q(state=MessageState.WAITING), name="communities_message_due"
            ),
            models.Index(
                fields=("teller", "team"), condition=Q(state=MessageState.IN_PERSON), name="communities_message_tell"
            ),
            models.Index(
                fields=("resident_id",), condition=Q(resident_id__isnull=False), name="communities_message_resident"
            ),
        )

    def __str__(self) -> str:
        return self.subject

    @property
    def is_open(self) -> bool:
        """Return whether something is left to do."""
        return self.state not in SETTLED


class MessageTryQuerySet(TeamScopedQuerySet):
    """Attempts to send, which belong to a message and through it to a team."""

    team_path = "message__team_id"
    reading_roles: ClassVar[tuple[str, ...]] = (Role.BUILDER, Role.MANAGER)


class MessageTry(models.Model):
    """One attempt to send a message that failed, with the reason in plain words."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="failures")
    at = models.DateTimeField(_("date"), default=timezone.now)
    error = models.CharField(_("what went wrong"), max_length=250)

    objects = MessageTryQuerySet.as_manager()

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("failed attempt")
        verbose_name_plural = _("failed attempts")
        constraints = (models.CheckConstraint(condition=~Q(error=""), name="%(app_label)s_%(class)s_says_why"),)

    def __str__(self) -> str:
        return self.error

    @property
    def team_id(self) -> int:
        """Return the team of the message."""
        return self.message.team_id
