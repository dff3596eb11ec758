"""What phones send sealed: the keys, the phones, the items received, and the UUIDs that were erased."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from communities.models import Team, TeamScopedQuerySet
from connectors.models.base import PrivateQuerySet
from connectors.models.conversations import Conversation
from connectors.models.people import Person


class SealingKey(models.Model):
    """A key pair: phones seal with the public half; the private half is stored encrypted with the site's secret."""

    kid = models.CharField(_("key ID"), max_length=32, unique=True)
    public_spki = models.TextField(_("public key"))
    private_locked = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("sealing key")
        verbose_name_plural = _("sealing keys")
        constraints = (
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(retired_at__isnull=True),
                name="%(app_label)s_%(class)s_one_in_use",
            ),
        )

    def __str__(self) -> str:
        return self.kid


class Device(models.Model):
    """A phone or computer of one user: how many items it saved, so that a loss is noticed."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="devices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices")
    saved = models.PositiveIntegerField(_("saved"), default=0)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    emptied_at = models.DateTimeField(_("found empty"), null=True, blank=True)
    #: The highest sequence it had given out when it was found empty: items up to it that have not arrived are lost.
    emptied_up_to = models.PositiveIntegerField(default=0)
    reviewed_at = models.DateTimeField(_("loss checked"), null=True, blank=True)
    reviewed_up_to = models.PositiveIntegerField(default=0)

    objects = PrivateQuerySet.as_manager()

    class Meta:
        ordering = ("user", "pk")
        verbose_name = _("phone")
        verbose_name_plural = _("phones")
        constraints = (models.UniqueConstraint(fields=("uuid", "user", "team"), name="%(app_label)s_%(class)s_once"),)

    def __str__(self) -> str:
        return f"{self.user}, {date_format(timezone.localtime(self.created_at), 'j F Y')}"


class ItemKind(models.TextChoices):
    """What a sealed item contains."""

    CONVERSATION = "conversation", _("Conversation")
    LIGHT_TOUCH = "light", _("Word in passing")
    PHOTO = "photo", _("Photo")
    DRAFT = "draft", _("Draft")


class ItemState(models.TextChoices):
    """What happened to a sealed item."""

    KEPT = "kept", _("Saved")
    PARKED = "parked", _("Needs checking")
    WAITING = "waiting", _("Waiting for its conversation")
    DRAFT = "draft", _("To be finished")
    DROPPED = "dropped", _("Deleted")


class SealedItem(models.Model):
    """An item that a phone sent, once: its digest, and the sealed contents until nobody needs to review them."""

    uuid = models.UUIDField(_("reference"))
    sha256 = models.CharField(_("checksum"), max_length=64)
    kind = models.CharField(_("what"), max_length=12, choices=ItemKind)
    state = models.CharField(_("result"), max_length=8, choices=ItemState)
    reason = models.CharField(_("why"), max_length=20, blank=True)
    is_second = models.BooleanField(
        _("another text under the same reference"),
        default=False,
        help_text=_("The idempotency key was used before, with different text."),
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="sealed_items")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sealed_items")
    device = models.ForeignKey(Device, on_delete=models.SET_NULL, null=True, blank=True, related_name="items")
    sequence = models.PositiveIntegerField(_("number on the phone"), null=True, blank=True)
    draft_version = models.PositiveIntegerField(_("version of the draft"), default=0)
    parent = models.UUIDField(_("belongs to"), null=True, blank=True)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.SET_NULL, null=True, blank=True, related_name="sealed_items"
    )
    kid = models.CharField(_("key ID"), max_length=32, blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = PrivateQuerySet.as_manager()

    class Meta:
        ordering = ("-received_at", "-pk")
        verbose_name = _("sealed item")
        verbose_name_plural = _("sealed items")
        constraints = (
            models.UniqueConstraint(
                fields=("uuid",), condition=Q(is_second=False), name="%(app_label)s_%(class)s_uuid_once"
            ),
            models.UniqueConstraint(
                fields=("uuid", "sha256"), condition=Q(is_second=True), name="%(app_label)s_%(class)s_second_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=ItemKind.values), name="%(app_label)s_%(class)s_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="%(app_label)s_%(class)s_state_known"),
        )
        indexes = (
            models.Index(
                fields=("team", "user", "-received_at"),
                condition=Q(state__in=("parked", "waiting", "draft")),
                name="connectors_sealed_look",
            ),
            models.Index(
                fields=("team", "user", "-received_at"),
                condition=Q(state="kept", reason="names"),
                name="connectors_sealed_names",
            ),
            models.Index(fields=("parent",), condition=Q(parent__isnull=False), name="connectors_sealed_parent"),
            models.Index(fields=("device", "sequence"), name="connectors_sealed_sequence"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.uuid}"


class Erased(models.Model):
    """The UUID of something that was deleted: a phone that sends it again is answered that it was erased."""

    uuid = models.UUIDField(_("reference"), unique=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    erased_at = models.DateTimeField(default=timezone.now)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-erased_at", "-pk")
        verbose_name = _("erased item")
        verbose_name_plural = _("erased items")

    def __str__(self) -> str:
        return str(self.uuid)


class ErasedName(models.Model):
    """A keyed digest of a name or contact detail of an erased resident, so that a phone that wrote before does not bring it back."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="erased_names")
    digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField(default=timezone.now)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-erased_at", "-pk")
        verbose_name = _("digest of an erased name")
        verbose_name_plural = _("digests of erased names")
        constraints = (models.UniqueConstraint(fields=("person", "digest"), name="%(app_label)s_%(class)s_once"),)
        indexes = (models.Index(fields=("team", "erased_at"), name="connectors_erased_names"),)

    def __str__(self) -> str:
        return f"{self.pk}"
