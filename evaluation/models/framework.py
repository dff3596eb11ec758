"""Outcomes and indicators: those that ship with Kith belong to no team, and a team adds its own."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from communities.models import Team, TeamScopedQuerySet

#: What the keys of a team's own begin with, so that none is ever that of one that ships with Kith.
OWN = "own-"


def name_with_version(name: str, version: int, since: date | None, until: date | None) -> str:
    """Return the name of an indicator to choose it by: with its version and day where another definition may have the same name."""
    if until is not None:
        words, day = _("%(name)s (version %(version)s, until %(day)s)"), until
    elif version > 1 and since is not None:
        words, day = _("%(name)s (version %(version)s, since %(day)s)"), since
    else:
        return name
    return words % {"name": name, "version": version, "day": date_format(day, "j F Y")}


class FrameworkQuerySet(TeamScopedQuerySet):
    """Outcomes or indicators: everybody sees those that ship with Kith, and those of their own teams."""

    def _in_teams(self, user, roles) -> Self:
        return self.filter(Q(team__isnull=True) | Q(pk__in=super()._in_teams(user, roles).values("pk")))

    def of_team(self, team: Team | int | None) -> Self:
        """Keep what a team uses: what ships with Kith, and its own."""
        return self.filter(Q(team__isnull=True) | Q(team=team))


class Outcome(models.Model):
    """A change that a team hopes to contribute to; the Leeds framework's ship with Kith and belong to no team."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="own_outcomes")
    key = models.SlugField(max_length=60)
    framework = models.CharField(_("framework"), max_length=80)
    name = models.CharField(_("outcome"), max_length=200)
    description = models.TextField(_("what it means"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        ordering = ("position", "key")
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = (
            models.UniqueConstraint(
                fields=("key",), condition=Q(team__isnull=True), name="%(app_label)s_%(class)s_key_once"
            ),
            models.UniqueConstraint(
                fields=("team", "key"),
                name="%(app_label)s_%(class)s_own_key_once",
                violation_error_message=_("The team already has an outcome with this name."),
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=True) ^ Q(key__startswith=OWN), name="%(app_label)s_%(class)s_own_key"
            ),
        )

    def __str__(self) -> str:
        return self.name


class IndicatorKind(models.TextChoices):
    """Where an indicator's value comes from."""

    COMPUTED = "computed", _("Counted from the records")
    RECORDED = "recorded", _("Recorded by the team")
    SURVEYED = "surveyed", _("Asked of people")


class Form(models.TextChoices):
    """How an indicator's value is written, and what it may be."""

    NUMBER = "number", _("A number")
    PEOPLE = "people", _("A number of people, always whole")
    SHARE = "share", _("A percentage")
    POUNDS = "pounds", _("Pounds")


class Indicator(models.Model):
    """A number that says something about outcomes, with its definition, unit and version.

    Those that ship with Kith are declared in the code. A team's own says here what it is counted from: `counted_from` is the key of a source that
    `evaluation.framework.own` declares, and `conditions` maps the keys of its conditions to lists of values. How it is counted never changes; a
    changed definition is another row, which `follows` it as its next version, and this one has `ended_on`.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="own_indicators")
    key = models.SlugField(max_length=60)
    name = models.CharField(_("indicator"), max_length=160)
    question = models.CharField(_("the question it answers"), max_length=200, blank=True)
    definition = models.TextField(_("how it is counted"))
    unit = models.CharField(_("unit"), max_length=40)
    source = models.CharField(_("where the idea comes from"), max_length=160, blank=True)
    kind = models.CharField(_("where it comes from"), max_length=10, choices=IndicatorKind)
    form = models.CharField(_("how it is written"), max_length=10, choices=Form, default=Form.NUMBER)
    version = models.PositiveSmallIntegerField(_("version of the definition"), default=1)
    counts_people = models.BooleanField(_("counts people"), default=False, help_text=_("Small numbers are hidden."))
    outcomes = models.ManyToManyField(Outcome, related_name="indicators", verbose_name=_("outcomes"))
    position = models.PositiveSmallIntegerField(default=0)
    counted_from = models.CharField(_("counted from"), max_length=20, blank=True, editable=False)
    conditions = models.JSONField(_("which of them count"), default=dict, blank=True, editable=False)
    counted_words = models.CharField(_("what is counted"), max_length=500, blank=True, editable=False)
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="followed_by"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    made_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        ordering = ("position", "key")
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=IndicatorKind.values), name="%(app_label)s_%(class)s_kind_known"
            ),
            models.CheckConstraint(condition=Q(form__in=Form.values), name="%(app_label)s_%(class)s_form_known"),
            models.UniqueConstraint(
                fields=("key",), condition=Q(team__isnull=True), name="%(app_label)s_%(class)s_key_once"
            ),
            models.UniqueConstraint(
                fields=("team", "key"),
                name="%(app_label)s_%(class)s_own_key_once",
                violation_error_message=_("The team already has an indicator with this name."),
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=True) ^ Q(key__startswith=OWN), name="%(app_label)s_%(class)s_own_key"
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=True) | Q(made_by__isnull=False, made_at__isnull=False),
                name="%(app_label)s_%(class)s_own_made",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """Return its name, with its version and day where another definition may have the same name."""
        since = localdate(self.made_at) if self.made_at else None
        return name_with_version(self.name, self.version, since, self.ended_on)

    @property
    def is_in_people(self) -> bool:
        """Return whether the value is a number of people, hidden when small or not."""
        return self.form == Form.PEOPLE
