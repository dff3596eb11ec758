"""Forms about privacy notices, consents and wishes."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood, Team, User
from communities.widgets import WordsArea, WordsLine
from connectors.models import ConsentHow, ContactPreference, Person, Purpose, Theme
from connectors.queries.consent import Agreed
from connectors.queries.past_people import MONTHS, REACHED, Chosen
from connectors.queries.reviews import Place


class NoticeForm(KeyMixin, SeenMixin, forms.Form):
    """The team's privacy notice."""

    words = forms.CharField(
        label=_("What we tell people"),
        max_length=10_000,
        widget=WordsArea(attrs={"rows": 18}),
        help_text=_("In short sentences, say what you note down, why, who reads it, and what people can ask for."),
    )


class ConsentForm(SeenMixin, forms.Form):
    """Yes, no or not asked, for each purpose on its own.

    An older yes does not overwrite a refusal recorded since the page was shown.
    """

    UNMARKED = tuple(Purpose.values)

    def __init__(self, *args, agreed: list[Agreed], asks_how: bool = True, **kwargs):
        super().__init__(*args, initial={each.purpose: each.answer for each in agreed}, **kwargs)
        for each in agreed:
            choices = [("yes", _("Yes")), ("no", _("No"))]
            if each.record is None:
                choices.append(("", _("Not asked") if asks_how else _("Not said yet")))
            self.fields[each.purpose] = forms.ChoiceField(
                label=each.label,
                choices=choices,
                required=False,
                widget=forms.RadioSelect(attrs={"class": "choices--pills"}),
            )
        # A resident's own sheet has another form with a field of this name.
        self.fields["as_shown"].widget.attrs["id"] = "id_agreed_as_shown"
        if asks_how:
            said = [(how.value, how.label) for how in (ConsentHow.TOLD, ConsentHow.PAPER)]
            self.fields["how"] = forms.ChoiceField(
                label=_("How did they say so?"),
                choices=said,
                initial=ConsentHow.TOLD,
                widget=forms.RadioSelect(attrs={"class": "choices--pills"}),
            )

    def answers(self) -> dict[str, bool]:
        """Return the purposes that were answered."""
        data = self.cleaned_data
        return {name: data[name] == "yes" for name in Purpose.values if data.get(name)}


class OwnDetailsForm(SeenMixin, forms.Form):
    """What residents correct about themselves, saved at once."""

    known_as = forms.CharField(label=_("What are you called?"), max_length=80)
    street = forms.CharField(label=_("Your street"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("Your phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("Your email address"), required=False)
    contact_preference = forms.ChoiceField(
        label=_("How do you like to be reached?"), choices=ContactPreference, required=False
    )

    @classmethod
    def initial_of(cls, person: Person) -> dict[str, str]:
        """Return the record's values, as the form's initial values."""
        return {name: getattr(person, name) for name in cls.base_fields if name != "as_shown"}


class OwnWordsForm(KeyMixin, forms.Form):
    """A correction that a resident asks for, in their own words."""

    words = forms.CharField(
        label=_("What should we correct or delete?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    """What was done about a wish."""

    answer = forms.CharField(label=_("What was done?"), max_length=500, widget=WordsLine)


class ForgetForm(forms.Form):
    """Erasing a resident, confirmed once."""

    words_too = forms.BooleanField(
        label=_("Also delete what we wrote about them"),
        required=False,
        help_text=_(
            "This deletes what was said in conversations with them alone. The day and the place stay, so that figures stay correct."
        ),
    )
    also = forms.MultipleChoiceField(label=_("Remove their name here too"), required=False)
    is_sure = forms.BooleanField(
        label=_("I know that this cannot be undone"),
        error_messages={"required": _("Nothing was erased. Tick this box to confirm, then press the button again.")},
    )

    def __init__(self, *args, places: Iterable[Place] = (), **kwargs):
        super().__init__(*args, **kwargs)
        open_places = [place for place in places if not place.why_kept]
        self.fields["also"].choices = [(place.value, place.title) for place in open_places]
        self.chosen = set(
            self.data.getlist("also") if self.is_bound else (p.value for p in open_places if p.found.is_certain)
        )


class PastPeopleForm(forms.Form):
    """Whom to invite again: not met for how long, where, themes, contact preference, and whether they were asked."""

    reached = forms.ChoiceField(
        label=_("Likes to be reached by"),
        choices=[(each.value or "unsaid", each.label) for each in REACHED],
        required=False,
    )
    months = forms.TypedChoiceField(
        label=_("Not met for"),
        choices=[(months, _("%(months)s months") % {"months": months}) for months in MONTHS],
        coerce=int,
        required=False,
        empty_value=6,
        initial=6,
    )
    asked = forms.ChoiceField(
        label=_("Asked whether they like to be invited"),
        choices=(("yes", _("Said yes")), ("not", _("Not asked yet"))),
        required=False,
    )
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.none(), label=_("Neighbourhood"), required=False, empty_label=_("Everywhere")
    )
    theme = forms.ModelChoiceField(
        Theme.objects.none(), label=_("What they care about"), required=False, empty_label=_("Everything")
    )

    def __init__(self, *args, team: Team, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team)
        self.fields["theme"].queryset = Theme.objects.visible_to(user).filter(team=team)

    def chosen(self) -> Chosen:
        """Return the choice of past people; a missing or unreadable value gives the first choice."""
        data = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        reached = data.get("reached") or ContactPreference.IN_PERSON
        return Chosen(
            months=data.get("months") or 6,
            reached=ContactPreference.NONE if reached == "unsaid" else reached,
            said_yes=data.get("asked") != "not",
        )

    def narrowed(self, people):
        """Return the past people of the chosen neighbourhood and theme."""
        data = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        if data.get("neighbourhood"):
            people = people.filter(neighbourhood=data["neighbourhood"])
        return people.filter(themes=data["theme"]) if data.get("theme") else people
