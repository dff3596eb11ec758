"""A word of the team's own, and what static/js/wording.js is given."""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import Team, User
from connectors.models import TeamWord
from connectors.queries.words import list_for
from connectors.rules.words import can_ignore_words


class TeamWordForm(forms.ModelForm):
    """One word that the team would rather not use; the action says what it refuses."""

    class Meta:
        model = TeamWord
        fields = ("phrase", "alternatives", "reason", "language")
        help_texts = {  # noqa: RUF012 - Django's own form
            "phrase": _("Noticed as it stands. Write a plural down as a word of its own."),
            "reason": _("One sentence. People read it beside what they could say instead."),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ("alternatives", "reason"):
            self.fields[name].required = True

    def _get_validation_exclusions(self) -> set[str]:
        """Leave constraints that need the team to the action."""
        return super()._get_validation_exclusions() | {"team", "phrase"}


class WordSearch(forms.Form):
    """Which words to list."""

    q = forms.CharField(label=_("Words"), required=False, max_length=60, widget=forms.TextInput({"type": "search"}))


def noticing(user: User, team: Team) -> dict[str, object]:
    """Return what static/js/wording.js reads: the `list`, what it `say`s around the words, and where to `ignore` one for good.

    Two queries. `ignore` is empty for those who only read the list.
    """
    return {
        "list": list_for(user, team).for_browser(),
        "say": {
            "noticed": gettext("You wrote “%s”."),
            "offer_one": gettext("You could say “%s”."),
            "offer_two": gettext("You could say “%s” or “%s”."),
            "use": gettext("Use “%s”"),
            "keep": gettext("Keep my word"),
            "always": gettext("Don’t tell me about this word again"),
            "always_kept": gettext("You will not be told about “%s” again. The page of words brings it back."),
            "always_failed": gettext("“%s” is left alone on this page only: that could not be kept just now."),
        },
        "ignore": reverse("connectors:word-ignore") if can_ignore_words(user, team) else "",
    }
