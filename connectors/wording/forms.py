"""The form of a team's own word, and the data for static/js/wording.js."""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.models import Team, User
from connectors.models import TeamWord
from connectors.wording.queries.lists import list_for
from connectors.wording.rules import can_ignore_words


class TeamWordForm(KeyMixin, SeenMixin, forms.ModelForm):
    """One word that the team would rather not use; the action checks it."""

    class Meta:
        model = TeamWord
        fields = ("phrase", "alternatives", "reason", "language")
        help_texts = {  # noqa: RUF012 - Django's own form
            "phrase": _("Noticed exactly as typed. Add a plural as a separate word."),
            "reason": _("One sentence. People read it beside what they could say instead."),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.drop_key()
        for name in ("alternatives", "reason"):
            self.fields[name].required = True

    def _get_validation_exclusions(self) -> set[str]:
        """Leave constraints that need the team to the action."""
        return super()._get_validation_exclusions() | {"team", "phrase"}


class WordSearch(forms.Form):
    """A search in the list of words."""

    q = forms.CharField(label=_("Words"), required=False, max_length=60, widget=forms.TextInput({"type": "search"}))


def noticing(user: User, team: Team) -> dict[str, object]:
    """Return what static/js/wording.js reads: the `list`, the messages to `say`, and the URL to `ignore` a word.

    Two queries. `ignore` is empty for users who only read the list.
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
            "always_kept": gettext("You will not be told about “%s” again. You can restore it on the Words page."),
            "always_failed": gettext("“%s” is ignored on this page only, because your choice could not be saved."),
        },
        "ignore": reverse("connectors:word-ignore") if can_ignore_words(user, team) else "",
    }
