"""Who can never decide on a spark or pay it, frozen when it was handed in, and whenever somebody answered without an account."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from communities.folding import folded_email
from communities.models import AppendOnlyModel, AppendOnlyQuerySet
from sparks.models.sparks import Spark, ThroughSparkQuerySet


class Ground(models.TextChoices):
    """Why somebody cannot decide. The values are keys of `sparks.rules.reasons_not_to_decide`."""

    APPLICANT = "applicant", _("One of the residents behind it")
    MEMBER = "member", _("Belongs to the group")
    SIGNATORY = "signatory", _("Signs for the host’s money")
    LINK = "link", _("Could have answered as the people behind it or the host")


class BarQuerySet(AppendOnlyQuerySet, ThroughSparkQuerySet):
    """Bars, which are never updated or deleted."""

    def of(self, user: models.Model) -> "BarQuerySet":
        """Return the bars of a user: under their account, or under their email address at the time."""
        return self.under(user, email_key(user.email))

    def under(self, user: models.Model, key: str) -> "BarQuerySet":
        """Return the bars under an account, or under the key of an email address; "" is the key of nobody."""
        return self.filter(Q(user=user) | Q(email_key=key) & ~Q(email_key=""))

    def under_any(self, users: Iterable[Any], key: str) -> "BarQuerySet":
        """Return the bars under any of these accounts (keys or a query), or under the key of an email address; "" is nobody's."""
        return self.filter(Q(user__in=users) | Q(email_key=key) & ~Q(email_key=""))


class Bar(AppendOnlyModel):
    """A person who can never decide on a spark or pay it: who was behind it when it was handed in, or could answer for others.

    By person, not by record: a user, or the keyed digest of the email address that a resident had at the time. What happens to
    the resident's record later (a change, a merge, an erasure, a deletion) takes no bar away. No text about the resident is
    stored, and no link to the record, so erasing finds nothing here.
    """

    spark = models.ForeignKey(Spark, on_delete=models.PROTECT, related_name="bars")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    email_key = models.CharField(max_length=64, blank=True)
    ground = models.CharField(_("why"), max_length=9, choices=Ground)
    at = models.DateTimeField(_("date"), default=timezone.now)

    objects = BarQuerySet.as_manager()

    class Meta:
        ordering = ("spark", "pk")
        verbose_name = _("bar")
        verbose_name_plural = _("bars")
        constraints = (
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="%(app_label)s_%(class)s_ground_known"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, email_key="") | Q(user__isnull=True) & ~Q(email_key=""),
                name="%(app_label)s_%(class)s_user_or_email",
            ),
            models.UniqueConstraint(
                fields=("spark", "ground", "user"),
                condition=Q(user__isnull=False),
                name="%(app_label)s_%(class)s_user_once",
            ),
            models.UniqueConstraint(
                fields=("spark", "ground", "email_key"),
                condition=~Q(email_key=""),
                name="%(app_label)s_%(class)s_email_once",
            ),
        )
        indexes = (models.Index(fields=("email_key",), condition=~Q(email_key=""), name="sparks_bar_email"),)

    def __str__(self) -> str:
        return self.get_ground_display()


def email_key(address: str) -> str:
    """Return a keyed digest of a folded email address, 64 hexadecimal digits; empty for no address.

    Keyed, because addresses could be guessed from a plain digest.
    """
    plain = folded_email(address)
    return salted_hmac("sparks.bars", plain, algorithm="sha256").hexdigest() if plain else ""
