"""Forms of a light touch and of a journey."""

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from communities.forms.days import TodayField, default_day
from communities.forms.keys import KeyMixin
from communities.forms.rows import RowsField
from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood, Partner, Team, User
from communities.widgets import DayInput, WordsArea, WordsLine
from connectors.models import Ending, Gave, IntroductionSource, Journey, JourneyOutcome, JudgedBy, LightTouch
from connectors.queries.conversations import last_neighbourhood

YES, NO, NOT_ASKED = "yes", "no", ""
_ANSWERS = {YES: True, NO: False, NOT_ASKED: None}


class LightTouchForm(KeyMixin, forms.Form):
    """Three taps: what it was, optionally whether they feel more part of the place, save."""

    gave = forms.ChoiceField(
        label=_("What was it?"), choices=Gave, widget=forms.RadioSelect(attrs={"class": "choices--pills"})
    )
    belongs_more = forms.ChoiceField(
        label=_("Do they feel more part of the place?"),
        help_text=_("Answer only if they said so. Leave it if you only told them something useful."),
        choices=((NOT_ASKED, _("Not asked")), (YES, _("Yes")), (NO, _("No"))),
        required=False,
        widget=forms.RadioSelect(attrs={"class": "choices--pills"}),
    )
    neighbourhood = forms.ModelChoiceField(
        label=_("Neighbourhood"), queryset=Neighbourhood.objects.none(), required=False, empty_label=_("Not said")
    )
    held_on = TodayField(label=_("Which day?"), widget=DayInput(attrs={"data-today": ""}))

    def __init__(
        self,
        data: MultiValueDict | None = None,
        files: MultiValueDict | None = None,
        *,
        user: User,
        team: Team,
        begins_blank: bool = False,
    ) -> None:
        self.user, self.team = user, team
        here = last_neighbourhood(user=user, team=team) if data is None and not begins_blank else None
        super().__init__(
            data,
            files,
            initial={
                "held_on": default_day(),
                "neighbourhood": here,
                "belongs_more": NOT_ASKED,
            },
        )
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team)

    def clean_belongs_more(self) -> bool | None:
        """Return the answer; None when it was not asked."""
        return _ANSWERS[self.cleaned_data["belongs_more"]]


class LightTouchUpdateForm(SeenMixin, LightTouchForm):
    """Correct a word in passing."""

    def __init__(self, data: MultiValueDict | None = None, *, user: User, touch: LightTouch) -> None:
        super().__init__(data, user=user, team=touch.team, begins_blank=True)
        said = {True: YES, False: NO, None: NOT_ASKED}[touch.belongs_more]
        place = touch.neighbourhood_id
        self.initial = {
            "gave": touch.gave,
            "belongs_more": said,
            "neighbourhood": place,
            "held_on": touch.held_on,
        }
        self.is_change = True
        self.drop_key()


class JourneyForm(KeyMixin, forms.Form):
    """Who introduced them, their own vision, and the partners alongside."""

    vision = forms.CharField(
        label=_("What would a good life look like?"),
        help_text=_("In their own words. You can add it later, and it can change."),
        required=False,
        max_length=4_000,
        widget=WordsArea(attrs={"rows": 5}),
    )
    source = forms.ChoiceField(label=_("Who introduced them?"), choices=IntroductionSource)
    introduced_by = forms.ModelChoiceField(
        label=_("Which partner?"), queryset=Partner.objects.none(), required=False, empty_label=_("None, or not known")
    )
    partners = RowsField(
        label=_("Who else walks alongside?"),
        queryset=Partner.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    began_on = TodayField(label=_("Since when?"))

    def __init__(self, data: MultiValueDict | None = None, *, user: User, team: Team, journey: Journey | None = None):
        initial = {"source": IntroductionSource.SELF}
        if journey:
            initial = {name: getattr(journey, name) for name in ("vision", "source", "introduced_by", "began_on")}
            initial["partners"] = list(journey.partners.all())
        super().__init__(data, initial=initial)
        partners = Partner.objects.visible_to(user).filter(team=team).order_by("name", "pk")
        self.fields["introduced_by"].queryset = self.fields["partners"].queryset = partners
        if not partners.exists():
            del self.fields["introduced_by"], self.fields["partners"]
        if journey:
            self.drop_key()

    @property
    def values(self) -> dict[str, object]:
        """Return the values for the actions."""
        return {"partners": (), **self.cleaned_data}


class JourneyUpdateForm(SeenMixin, JourneyForm):
    """The form of an existing journey."""


class ChangeForm(KeyMixin, forms.Form):
    """What changed, and who says so."""

    outcome = forms.ChoiceField(label=_("What changed?"), choices=JourneyOutcome)
    judged_by = forms.ChoiceField(label=_("Who says so?"), choices=JudgedBy)
    words = forms.CharField(
        label=_("In a few words"),
        required=False,
        max_length=250,
        widget=WordsLine(attrs={"autocomplete": "off"}),
    )
    noticed_on = TodayField(label=_("Day"))


class EndingForm(forms.Form):
    """How and when it ended."""

    ending = forms.ChoiceField(label=_("How did it end?"), choices=Ending)
    ending_words = forms.CharField(label=_("In a few words"), required=False, max_length=250, widget=WordsLine)
    ended_on = TodayField(label=_("Day"))
