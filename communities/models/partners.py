"""Partners of a team."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from communities.models.teams import Team, TeamScopedQuerySet, User


class PartnerKind(models.TextChoices):
    """What sort of organisation a partner is."""

    COUNCIL = "council", _("Council directorate")
    HEALTH = "health", _("Health")
    POLICE = "police", _("Police")
    FIRE = "fire", _("Fire and rescue")
    HOUSING = "housing", _("Housing")
    EDUCATION = "education", _("School, college or university")
    VOLUNTARY = "voluntary", _("Voluntary group or charity")
    FAITH = "faith", _("Faith group")
    BUSINESS = "business", _("Business")
    OTHER = "other", _("Something else")


class Partner(models.Model):
    """An organisation that works beside residents: host, funder, introducer, fiscal host or steering-group member."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="partners")
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=PartnerKind)
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(
        _("email address for messages"),
        blank=True,
        help_text=_("We tell them at this address when money for a spark comes to them."),
    )
    is_host = models.BooleanField(_("hosts builders"), default=False)
    is_funder = models.BooleanField(_("gives money"), default=False)
    is_introducer = models.BooleanField(_("introduces people"), default=False)
    is_fiscal_host = models.BooleanField(_("can hold money for a group"), default=False)
    is_steering_member = models.BooleanField(_("sits on the steering group"), default=False)
    signatories = models.ManyToManyField(
        User,
        blank=True,
        related_name="+",
        verbose_name=_("people who sign for its money"),
        help_text=_("They never decide on a spark whose money it would hold."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = (
            models.UniqueConstraint(
                "team",
                Lower("name"),
                name="%(app_label)s_%(class)s_name_once",
                violation_error_message=_("The team already has a partner with this name."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=PartnerKind.values), name="%(app_label)s_%(class)s_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def parts(self) -> list[str]:
        """Return descriptions of the partner's parts, such as "gives money"."""
        flags = ("is_host", "is_funder", "is_introducer", "is_fiscal_host", "is_steering_member")
        return [str(self._meta.get_field(flag).verbose_name) for flag in flags if getattr(self, flag)]
