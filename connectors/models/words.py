"""Word lists of teams, words that users ignore, and sets of conversation starters."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Neighbourhood, Team, TeamScopedQuerySet


class TeamWord(models.Model):
    """A word that the team added to the list of Kith, or (is_silent) one of that list that it does not notice."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="words")
    phrase = models.CharField(_("word or phrase"), max_length=60)
    alternatives = models.CharField(
        _("say instead"), max_length=200, blank=True, help_text=_("Several with commas between them.")
    )
    reason = models.CharField(_("why"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en-gb")
    is_silent = models.BooleanField(_("ignore this word"), default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("phrase", "pk")
        verbose_name = _("word of the team")
        verbose_name_plural = _("words of the team")
        constraints = (
            models.UniqueConstraint(
                "team",
                Lower("phrase"),
                name="%(app_label)s_%(class)s_phrase_once",
                violation_error_message=_("This word is on the list already."),
            ),
            models.CheckConstraint(condition=~Q(phrase=""), name="%(app_label)s_%(class)s_has_phrase"),
        )

    def __str__(self) -> str:
        return self.phrase


class IgnoredWord(models.Model):
    """A word that one user does not want to be notified of any more."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ignored_words")
    phrase = models.CharField(_("word or phrase"), max_length=60)
    ignored_at = models.DateTimeField(default=timezone.now)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("phrase", "pk")
        verbose_name = _("ignored word")
        verbose_name_plural = _("ignored words")
        constraints = (models.UniqueConstraint("user", "team", Lower("phrase"), name="%(app_label)s_%(class)s_once"),)

    def __str__(self) -> str:
        return self.phrase


class PromptSet(models.Model):
    """Questions that open a conversation, one a line; used everywhere, or only in the neighbourhoods it names."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="prompt_sets")
    name = models.CharField(_("name"), max_length=80)
    prompts = models.TextField(_("questions"), max_length=4_000, help_text=_("One on each line."))
    source = models.CharField(_("where it comes from"), max_length=200, blank=True)
    neighbourhoods = models.ManyToManyField(
        Neighbourhood,
        blank=True,
        related_name="prompt_sets",
        verbose_name=_("used in"),
        help_text=_("If none is chosen, everywhere."),
    )
    is_on = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("set of questions")
        verbose_name_plural = _("sets of questions")
        constraints = (
            models.UniqueConstraint(
                "team",
                Lower("name"),
                name="%(app_label)s_%(class)s_name_once",
                violation_error_message=_("The team already has a set with this name."),
            ),
        )

    def __str__(self) -> str:
        return self.name
