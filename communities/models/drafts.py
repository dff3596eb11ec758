"""What somebody typed into a form and has not saved yet."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from communities.models.teams import Team, TeamScopedQuerySet, User


class DraftQuerySet(TeamScopedQuerySet):
    """Drafts, visible only to the user who typed them, in teams that they belong to."""

    def visible_to(self, user: User) -> Self:
        """Return the user's own open drafts."""
        return super().visible_to(user).filter(user_id=user.pk, closed_at=None)


class Draft(models.Model):
    """The texts of one opened form, until they are saved: see docs/adr/0027-drafts.md.

    Each time a form is opened it gets a `uuid` of its own, so two tabs have two drafts. `address` is the path that the form
    posts to, `page` the path and query of the page it is on. `fields` holds pairs of a name and a value, as a browser
    would post them, without passwords, tokens and files. `tab` and `sequence` order what one page sends;
    `version` counts what was stored. A draft whose form was saved is closed and emptied, so that a late request does not
    bring it back.
    """

    uuid = models.UUIDField()
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=300)
    page = models.CharField(max_length=600)
    title = models.CharField(max_length=200, blank=True)
    fields = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    tab = models.CharField(max_length=36, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = (models.UniqueConstraint(fields=("user", "uuid"), name="%(app_label)s_%(class)s_one_a_form"),)
        indexes = (
            models.Index(fields=("user", "saved_at"), name="communities_draft_user"),
            models.Index(fields=("saved_at",), name="communities_draft_saved"),
        )

    def __str__(self) -> str:
        return date_format(timezone.localtime(self.saved_at), "j F Y, H:i")

    def get_absolute_url(self) -> str:
        """Return the URL of the page with the form, filled in."""
        return f"{self.page}{'&' if '?' in self.page else '?'}{self.PARAMETER}={self.uuid}"

    #: The query parameter with which a page shows its form filled in.
    PARAMETER = "continue"


class DraftPhoto(models.Model):
    """A photo that was chosen in a form that is not saved yet: re-encoded, without metadata, shown to nobody else."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="photos")
    name = models.CharField(_("field"), max_length=100)
    image = models.ImageField(_("photo"), upload_to="drafts/%Y/%m/")

    class Meta:
        verbose_name = _("photo of a draft")
        verbose_name_plural = _("photos of drafts")
        constraints = (models.UniqueConstraint(fields=("draft", "name"), name="%(app_label)s_%(class)s_one_a_field"),)

    def __str__(self) -> str:
        return self.name
