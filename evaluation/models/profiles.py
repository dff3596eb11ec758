"""The profile of residents: age band, category and route, each optional, asked with consent and read in figures only (ADR 37)."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Team, TeamScopedQuerySet
from connectors.models import IntroductionSource, Person
from connectors.models.base import PrivateQuerySet


class AgeBand(models.TextChoices):
    """A band of ten years, which is all that is asked of an age: no year of birth is stored.

    Source: the bands in which the ONS publishes its labour market and population tables (16 to 24, 25 to 34, and so on), with
    the oldest divided at 75 and 85, as in its tables of older people.
    """

    UNDER_16 = "0-15", _("Under 16")
    FROM_16 = "16-24", _("16 to 24")
    FROM_25 = "25-34", _("25 to 34")
    FROM_35 = "35-44", _("35 to 44")
    FROM_45 = "45-54", _("45 to 54")
    FROM_55 = "55-64", _("55 to 64")
    FROM_65 = "65-74", _("65 to 74")
    FROM_75 = "75-84", _("75 to 84")
    FROM_85 = "85+", _("85 or over")

    @property
    def middle(self) -> Decimal:
        """Return the middle of the band in years; the last one counts as ten years long, like the others.

        Somebody of 25 to 34 is anything up to their 35th birthday, so the middle is 30.
        """
        first, _dash, final = self.value.rstrip("+").partition("-")
        low = Decimal(first)
        return (low + (Decimal(final) + 1 if final else low + 10)) / 2


class ProfileCategory(models.Model):
    """What can matter most to residents, in the team's own words. Kith ships none.

    A category that says something about health, faith, ethnicity and the like is special category data: it needs a condition in
    law, and mostly a policy document, so the team says which before anybody is asked.
    Source: UK GDPR, Articles 9(1) and 9(2); Data Protection Act 2018, Schedule 1.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="profile_categories")
    name = models.CharField(
        _("category"), max_length=60, help_text=_("What people come for, such as company, getting about, or learning.")
    )
    is_special = models.BooleanField(
        _("It says something about health, disability, faith, ethnicity, politics, a union, sex life or orientation"),
        default=False,
    )
    basis = models.CharField(
        _("what allows it"),
        max_length=250,
        blank=True,
        help_text=_("The condition in law, and where your policy document is. Only if the box above is ticked."),
    )
    created_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(_("not asked any more since"), null=True, blank=True, editable=False)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("category of profiles")
        verbose_name_plural = _("categories of profiles")
        constraints = (
            models.UniqueConstraint(
                "team",
                Lower("name"),
                condition=Q(ended_on__isnull=True),
                name="%(app_label)s_%(class)s_once",
                violation_error_message=_("The team already has this category."),
            ),
            models.CheckConstraint(
                condition=Q(is_special=False) | ~Q(basis=""),
                name="%(app_label)s_%(class)s_says_what_allows_it",
                violation_error_message=_(
                    "Say which condition in law allows you to note this, and where your policy document is."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name


class ProfileQuerySet(PrivateQuerySet):
    """Profiles of residents."""

    team_path = "person__team_id"


class Profile(models.Model):
    """What a resident answered about themselves for figures, as of one day: any of an age band, a category and a route.

    A later answer replaces it. Refusing the purpose `profile` deletes it, and so does erasing the resident; figures that were
    released stay as they are.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="profile")
    age_band = models.CharField(_("age"), max_length=5, choices=AgeBand, blank=True, default="")
    category = models.ForeignKey(
        ProfileCategory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="profiles",
        verbose_name=_("what matters most to them now"),
    )
    route = models.CharField(_("how we met"), max_length=12, choices=IntroductionSource, blank=True, default="")
    answered_on = models.DateField(_("answered on"), default=timezone.localdate)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = ProfileQuerySet.as_manager()

    class Meta:
        ordering = ("-answered_on", "-pk")
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = (
            models.CheckConstraint(
                condition=Q(age_band__in=["", *AgeBand.values]), name="%(app_label)s_%(class)s_age_known"
            ),
            models.CheckConstraint(
                condition=Q(route__in=["", *IntroductionSource.values]), name="%(app_label)s_%(class)s_route_known"
            ),
            models.CheckConstraint(
                condition=~Q(age_band="", route="", category__isnull=True),
                name="%(app_label)s_%(class)s_says_something",
                violation_error_message=_("Note at least one answer, or delete the profile."),
            ),
        )

    def __str__(self) -> str:
        return str(_("The profile of %(name)s") % {"name": self.person})

    @property
    def team_id(self) -> int:
        """Return the team of the person."""
        return self.person.team_id
