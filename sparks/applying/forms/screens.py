"""One form a screen of an application."""

import secrets
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.amounts import MoneyField
from communities.models import Partner
from communities.photos import PhotoField
from communities.pounds import pounds
from communities.widgets import PhotoInput
from sparks.applying import queries, rules
from sparks.applying.sounds import clean_sound
from sparks.models import ZERO, Application, HeldBy

LONGEST = 5_000
#: The answer of somebody who does not know yet who could hold the money.
UNSURE = "unsure"
HOLDERS = (
    (HeldBy.HOST, _("A local organisation holds it for us")),
    (HeldBy.GROUP, _("Our group has a bank account")),
    (HeldBy.GOODS, _("No money, please: buy the things for us")),
    (HeldBy.NO_MONEY, _("We need no money at all")),
    (UNSURE, _("We don’t know yet. Help us to find a way")),
)


class ScreenForm(forms.Form):
    """A screen of an application. What is valid is saved even if something else on the screen is not.

    mark: what was stored of the screen when the page was made. key: of this page, so that it knows its own words again.
    """

    screen: ClassVar[str]
    #: What the last screen asks for if it is empty, or what has an answer for everybody: not called optional.
    UNMARKED: ClassVar[tuple[str, ...]] = (
        "what",
        "who_with",
        "costs",
        "amount_gbp",
        "held_by",
        "host",
        "name",
        "phone",
        "email",
    )
    template = "sparks/applying/fields.html"
    mark = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def __init__(self, *args, application: Application, **kwargs):
        self.application = application
        initial = {name: getattr(application, name) for name in rules.ANSWERS_ON[self.screen]}
        mark = queries.mark_of(application, self.screen)
        super().__init__(*args, initial={**initial, "mark": mark, "key": secrets.token_hex(8)}, **kwargs)

    def answers(self) -> dict:
        """Return the valid answers of the screen."""
        return {name: self.cleaned_data[name] for name in rules.ANSWERS_ON[self.screen] if name in self.cleaned_data}

    def people(self) -> dict[int, dict[str, str]] | None:
        """Return the people of the screen by their places; None if it names none."""
        return None

    def set_mark(self) -> None:
        """Show the page again with what is stored now, so that the next press knows it."""
        self.data = self.data.copy()
        self.data["mark"] = queries.mark_of(self.application, self.screen)


class PhotoFile(PhotoInput):
    """A photo to choose, without a tick to remove the one before."""

    template_name = "django/forms/widgets/file.html"


class SoundField(forms.FileField):
    """A form field that returns a voice note checked by `clean_sound`."""

    widget = forms.FileInput
    default_error_messages = {  # noqa: RUF012 - as Django's own fields have it
        "empty": _("This voice note is empty. Record it again, or choose another file. Your words are saved.")
    }

    def to_python(self, data):
        """Return the checked file, or None if none was chosen."""
        file = super().to_python(data)
        return None if file is None else clean_sound(file)


class WhatForm(ScreenForm):
    """The first question, in words, by voice or with a photo."""

    screen = "what"
    template = "sparks/applying/fields_what.html"
    what = forms.CharField(
        label=_("Your idea"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A few sentences in your own words. What would happen, and who would it be good for?"),
    )  # fmt: skip
    title = forms.CharField(
        label=_("What shall we call it?"), required=False, max_length=120, help_text=_("Two or three words are enough.")
    )
    voice = SoundField(
        label=_("Say it instead"), required=False, widget=forms.FileInput({"accept": "audio/*"}),
        help_text=_("A voice note of up to 10 MB, about ten minutes."),
    )  # fmt: skip
    photo = PhotoField(
        label=_("Show it"), required=False, help_text=_("A photo of up to 10 MB. We take out where it was taken."),
        widget=PhotoFile,
    )  # fmt: skip


class WhoForm(ScreenForm):
    """The second question: who is in it, each with a way to reach them and their own words."""

    screen = "who"
    template = "sparks/applying/fields_who.html"
    who_with = forms.CharField(
        label=_("Who is in it?"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("First names, a street, a group. A handful of neighbours is fine."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = queries.people_on(self.application, self.screen)
        for place in range(1, rules.MOST_OTHERS + 1):
            row = known.get(place, {})
            self.fields |= {
                f"name-{place}": forms.CharField(
                    label=_("Name"), required=False, max_length=80, initial=row.get("name", "")
                ),
                f"reach-{place}": forms.CharField(
                    label=_("Phone or email"), required=False, max_length=254,
                    initial=row.get("phone") or row.get("email", ""),
                ),
                f"say-{place}": forms.CharField(
                    label=_("What they say about it"), required=False, max_length=500,
                    initial=row.get("say", ""), widget=forms.Textarea(attrs={"rows": 2}),
                ),
            }  # fmt: skip

    @property
    def others(self) -> list[tuple[int, list[forms.BoundField], bool]]:
        """Return for each further person their number, their boxes, and whether anything is in them."""
        rows = [
            (n, [self[f"{name}-{n}"] for name in ("name", "reach", "say")]) for n in range(1, rules.MOST_OTHERS + 1)
        ]
        return [(n, boxes, any(box.value() or box.errors for box in boxes)) for n, boxes in rows]

    def clean(self) -> dict:
        """Check that what reaches further people is an email address or short enough for a phone number."""
        data = super().clean()
        for place in range(1, rules.MOST_OTHERS + 1):
            reach = data.get(f"reach-{place}", "")
            if "@" in reach:
                try:
                    forms.EmailField().clean(reach)
                except forms.ValidationError as error:
                    self.add_error(f"reach-{place}", error)
            elif len(reach) > 40:
                self.add_error(f"reach-{place}", _("Enter a phone number or an email address."))
        return data

    def people(self) -> dict[int, dict[str, str]]:
        """Return the further people; all of them are named with what is valid."""
        return {place: self._person(place) for place in range(1, rules.MOST_OTHERS + 1)}

    def _person(self, place: int) -> dict[str, str]:
        name, reach, say = (self.cleaned_data.get(f"{each}-{place}", "") for each in ("name", "reach", "say"))
        is_email = "@" in reach
        return {"name": name, "phone": "" if is_email else reach, "email": reach if is_email else "", "say": say}


class YouForm(ScreenForm):
    """The last question: the name of whoever sends it, and how to reach them."""

    screen = "you"
    name = forms.CharField(
        label=_("Your name"), required=False, max_length=80, widget=forms.TextInput({"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
        help_text=_("Phone or email, whichever you like. If you give neither, use your six words to read the answer."),
    )
    email = forms.EmailField(label=_("Email"), required=False, widget=forms.EmailInput({"autocomplete": "email"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= queries.people_on(self.application, self.screen).get(0, {})

    def people(self) -> dict[int, dict[str, str]]:
        """Return whoever sends it, with what is valid."""
        return {0: {name: self.cleaned_data.get(name, "") for name in ("name", "phone", "email")}}


class CostForm(ScreenForm):
    """The third question."""

    screen = "cost"
    costs = forms.CharField(
        label=_("What is the money for?"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One line for each thing. Include what neighbours lend or give."),
    )  # fmt: skip
    amount_gbp = MoneyField(label=_("How much would help?"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["amount_gbp"] = self.application.amount_gbp or None

    def clean_amount_gbp(self):
        """Return the pounds, £0 if nothing was typed. Raises: ValidationError above the most for one idea."""
        amount = self.cleaned_data["amount_gbp"] or ZERO
        most = self.application.page.round.max_award_gbp
        if amount > most:
            raise forms.ValidationError(
                _("The most for one idea is %(most)s. The rest of this page is saved."),
                params={"most": pounds(most)},
            )
        return amount


class MoneyForm(ScreenForm):
    """The fourth question. “No money” and “buy it for us” are answers."""

    screen = "money"
    held_by = forms.ChoiceField(
        label=_("Who looks after the money?"), choices=HOLDERS, widget=forms.RadioSelect, required=False
    )
    host = forms.ModelChoiceField(
        Partner.objects.none(), label=_("Which organisation?"), required=False, empty_label=_("Not one of these"),
        help_text=_("If a local organisation holds it for you, or buys the things."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = queries.hosts_of(self.application.team)
        if not self.initial["held_by"] and self.application.version:
            self.initial["held_by"] = ""

    def clean_held_by(self) -> str:
        """Return the holder; empty while they do not know yet."""
        chosen = self.cleaned_data["held_by"]
        return "" if chosen == UNSURE else chosen

    def clean(self) -> dict:
        """Take an organisation as the holder if one was chosen and nothing else was said."""
        data = super().clean()
        if data.get("host") and not data.get("held_by"):
            data["held_by"] = HeldBy.HOST
        return data


SCREEN_FORMS = {"what": WhatForm, "who": WhoForm, "cost": CostForm, "money": MoneyForm, "you": YouForm}
