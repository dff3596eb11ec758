"""One form a screen of an application, and those of the team. They validate; views call actions."""

from typing import ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communities.forms.amounts import MoneyField
from communities.models import Partner, User
from communities.row_keys import pk_of
from communities.widgets import WordsArea, WordsLine
from connectors.models import Person
from connectors.queries.same_person import Alike
from connectors.rules.shown_names import name_for
from sparks.applying import queries, rules
from sparks.models import ZERO, Application, ApplyPage, HeldBy, Round, SaidHow

LONGEST = 5_000
YES, NO = "yes", "no"
_YES_NO = ((YES, _("Yes")), (NO, _("No, or not sure")))
#: A box that people do not see. Whatever fills it in is a program.
TRAP = "website"
#: The answer of somebody who does not know yet who could hold the money.
UNSURE = "unsure"
HOLDERS = (
    (HeldBy.HOST, _("A local organisation holds it for us")),
    (HeldBy.GROUP, _("Our group has a bank account")),
    (HeldBy.GOODS, _("No money, please: buy the things for us")),
    (HeldBy.NO_MONEY, _("We need no money at all")),
    (UNSURE, _("We don’t know yet. Help us to find a way")),
)


class TrapMixin(forms.Form):
    """A box outside the page that only programs fill in."""

    website = forms.CharField(required=False, label=_("Leave this empty"))

    @property
    def is_trapped(self) -> bool:
        """Return whether a program filled it in."""
        return bool(self.data.get(TRAP, "").strip())


class CheckForm(TrapMixin, forms.Form):
    """Two questions of “could we?”, before anybody writes."""

    first = forms.ChoiceField(choices=_YES_NO, widget=forms.RadioSelect)
    second = forms.ChoiceField(choices=_YES_NO, widget=forms.RadioSelect)
    words = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, page: ApplyPage, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["first"].label, self.fields["second"].label = page.first_check, page.second_check

    @property
    def are_yes(self) -> bool:
        """Return whether both were answered with yes."""
        return all(self.cleaned_data[name] == YES for name in ("first", "second"))


class ScreenForm(forms.Form):
    """A screen of an application. What is valid is saved even if something else on the screen is not.

    version: the version of the application that the page showed.
    """

    ANSWERS: ClassVar[tuple[str, ...]] = ()
    template = "sparks/applying/fields.html"
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, application: Application, **kwargs):
        self.application = application
        initial = {name: getattr(application, name) for name in self.ANSWERS}
        super().__init__(*args, initial={**initial, "version": application.version}, **kwargs)

    def answers(self) -> dict:
        """Return the valid answers of the screen."""
        return {name: self.cleaned_data[name] for name in self.ANSWERS if name in self.cleaned_data}

    def people(self) -> list[dict[str, str]] | None:
        """Return the people of the screen; None if it names none."""
        return None


class WhatForm(ScreenForm):
    """The first question."""

    ANSWERS = ("what", "title")
    what = forms.CharField(
        label=_("Your idea"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A few sentences in your own words. What would happen, and who would it be good for?"),
    )  # fmt: skip
    title = forms.CharField(
        label=_("What shall we call it?"), required=False, max_length=120, help_text=_("Two or three words are enough.")
    )


class WhoForm(ScreenForm):
    """The second question, with names and how to reach them."""

    ANSWERS = ("who_with",)
    template = "sparks/applying/fields_who.html"
    who_with = forms.CharField(
        label=_("Who is in it?"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("First names, a street, a group. A handful of neighbours is fine."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name"), required=False, max_length=80, widget=forms.TextInput({"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(label=_("Email"), required=False, widget=forms.EmailInput({"autocomplete": "email"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = {each.place: each for each in self.application.people.all()} if self.application.pk else {}
        if main := known.get(0):
            self.initial |= {"name": main.name, "phone": main.phone, "email": main.email}
        for place in range(1, rules.MOST_OTHERS + 1):
            row = known.get(place)
            self.fields[f"name-{place}"] = forms.CharField(
                label=_("Name"), required=False, max_length=80, initial=row.name if row else ""
            )
            self.fields[f"reach-{place}"] = forms.CharField(
                label=_("Phone or email"),
                required=False,
                max_length=254,
                initial=(row.phone or row.email) if row else "",
            )

    @property
    def others(self) -> list[tuple[forms.BoundField, forms.BoundField, bool]]:
        """Return the boxes of each further person, and whether anything is in them."""
        pairs = [(self[f"name-{n}"], self[f"reach-{n}"]) for n in range(1, rules.MOST_OTHERS + 1)]
        return [(name, reach, bool(name.value() or reach.value())) for name, reach in pairs]

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

    def people(self) -> list[dict[str, str]] | None:
        """Return whoever sends it first, then the others who have a name or a way to reach them."""
        data = self.cleaned_data
        main = {name: data.get(name, "") for name in ("name", "phone", "email")}
        rows = [main]
        for place in range(1, rules.MOST_OTHERS + 1):
            name, reach = data.get(f"name-{place}", ""), data.get(f"reach-{place}", "")
            if name or reach:
                rows.append(
                    {"name": name, "phone": "" if "@" in reach else reach, "email": reach if "@" in reach else ""}
                )
        return rows if any(rows[0].values()) or len(rows) > 1 else []


class CostForm(ScreenForm):
    """The third question."""

    ANSWERS = ("costs", "amount_gbp")
    costs = forms.CharField(
        label=_("What is the money for?"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One line for each thing. Say too what neighbours lend or give."),
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
                _("The most for one idea is £%(most)s. The rest of this page is saved."),
                params={"most": f"{most:,.2f}"},
            )
        return amount


class MoneyForm(ScreenForm):
    """The fourth question. “No money” and “buy it for us” are answers."""

    ANSWERS = ("held_by", "host")
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


class SendForm(TrapMixin, forms.Form):
    """Nothing but the box for programs."""


class WordsForm(forms.Form):
    """An answer to the team, or what somebody would like help with."""

    words = forms.CharField(label=_("In your words"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


class AloudForm(forms.Form):
    """The yes of somebody to what was read back to them."""

    how = forms.ChoiceField(label=_("How did they say yes?"), choices=SaidHow, widget=forms.RadioSelect)
    said_yes = forms.BooleanField(
        label=_("They heard all of it, and said yes to sending it and to what we store"),
        error_messages={"required": _("Send it only if they said yes.")},
    )


SCREEN_FORMS = {"what": WhatForm, "who": WhoForm, "cost": CostForm, "money": MoneyForm}


class SixWordsForm(forms.Form):
    """Six words on paper."""

    words = forms.CharField(
        label=_("Your six words"), max_length=200, help_text=_("In any capitals, with spaces or hyphens between them."),
        widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


class PageForm(forms.ModelForm):
    """The public page of a round."""

    class Meta:
        model = ApplyPage
        fields = ("is_on", "code", "first_check", "second_check", "shows_money", "shows_clock", "is_indexed")
        widgets: ClassVar = {"first_check": WordsLine, "second_check": WordsLine}

    def __init__(self, *args, grant_round: Round, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            most = f"{grant_round.max_award_gbp:,.0f}"
            self.initial |= {
                "code": f"{grant_round.team.slug}-{grant_round.pk}"[:40],
                "first_check": _("Would it happen in our neighbourhoods, with people who live here?"),
                "second_check": _("Would £%(most)s or less be enough?") % {"most": most},
            }

    def clean_code(self) -> str:
        """Return the address in small letters. Raises: ValidationError for one that Kith uses itself."""
        code = self.cleaned_data["code"].lower()
        if code in rules.RESERVED:
            raise forms.ValidationError(_("Kith uses this address itself. Choose a different one."))
        return code

    def _post_clean(self) -> None:
        """Skip model validation: the action validates once, with the round set."""
        forms.BaseForm._post_clean(self)


class TakeUpForm(forms.Form):
    """What is needed to make a spark of an application: its name, who holds the money, and who the people are."""

    title = forms.CharField(label=_("Name of the spark"), max_length=120, widget=WordsLine)
    held_by = forms.ChoiceField(label=_("Who holds the money?"), choices=HeldBy, widget=forms.RadioSelect)
    host = forms.ModelChoiceField(Partner.objects.none(), label=_("Which organisation?"), required=False)

    def __init__(self, *args, application: Application, named: list[queries.Named], user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {
            "title": application.title or application.what.partition("\n")[0][:60],
            "held_by": application.held_by, "host": application.host_id,
        }  # fmt: skip
        self.fields["host"].queryset = queries.hosts_of(application.team)
        self.named = named
        for each in named:
            choices = [(str(alike.person.pk), _who(alike, user)) for alike in each.alike]
            self.fields[f"who-{each.applicant.pk}"] = forms.ChoiceField(
                label=each.applicant.name, required=False, widget=forms.RadioSelect,
                choices=[*choices, ("", _("Somebody else: leave the name in the text"))],
            )  # fmt: skip

    @property
    def questions(self) -> list[forms.BoundField]:
        """Return the question about each named person whom a resident resembles."""
        return [self[f"who-{each.applicant.pk}"] for each in self.named if each.alike]

    def people(self, residents: QuerySet[Person]) -> dict[int, Person]:
        """Return the chosen residents by the primary key of the named person."""
        wanted = {each.applicant.pk: pk_of(self.cleaned_data[f"who-{each.applicant.pk}"]) for each in self.named}
        found = residents.in_bulk([pk for pk in wanted.values() if pk])
        return {applicant: found[pk] for applicant, pk in wanted.items() if pk in found}


def _who(alike: Alike, user: User) -> str:
    """Return a resident who could be the person named, as the reader is shown them."""
    parts = (name_for(user, alike.person), alike.person.told_apart, alike.because)
    return ", ".join(str(part) for part in parts if part)


class CloseForm(forms.Form):
    """Why an application is not taken up."""

    reason = forms.CharField(
        label=_("Why?"), max_length=2_000, widget=WordsArea(attrs={"rows": 2}),
        help_text=_("Whoever wrote it reads this on their page."),
        error_messages={"required": _("Say why. The people who wrote it will read it.")},
    )  # fmt: skip
