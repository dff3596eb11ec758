"""Forms of the team: the public page of a round, what is read back, and applications that are taken up or closed."""

from typing import ClassVar
from uuid import uuid5

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communities.models import Partner, User
from communities.pounds import pounds
from communities.row_keys import uuid_of
from communities.widgets import WordsArea, WordsLine
from connectors.forms.same_person import Option, ask_about
from connectors.models import Person
from connectors.rules.same_person import NEW, NewPerson
from sparks.applying import queries, rules
from sparks.models import Application, ApplyPage, HeldBy, Round, SaidHow


class AloudForm(forms.Form):
    """The yes of somebody to what was read back to them."""

    how = forms.ChoiceField(label=_("How did they say yes?"), choices=SaidHow, widget=forms.RadioSelect)
    said_yes = forms.BooleanField(
        label=_("They heard all of it, and said yes to sending it and to what we store"),
        error_messages={"required": _("Send it only if they said yes.")},
    )


class PageForm(forms.ModelForm):
    """The public page of a round."""

    class Meta:
        model = ApplyPage
        fields = ("is_on", "code", "first_check", "second_check", "shows_money", "shows_clock", "is_indexed")
        widgets: ClassVar = {"first_check": WordsLine, "second_check": WordsLine}

    def __init__(self, *args, grant_round: Round, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial |= {
                "code": f"{grant_round.team.slug}-{grant_round.pk}"[:40],
                "first_check": _("Would it happen in our neighbourhoods, with people who live here?"),
                "second_check": _("Would %(most)s or less be enough?") % {"most": pounds(grant_round.max_award_gbp)},
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
    what = forms.CharField(
        label=_("What they want to do"), max_length=5_000, widget=WordsArea(attrs={"rows": 4}),
        help_text=_("They sent no text. Listen or look, and write it as they would say it."),
    )  # fmt: skip
    held_by = forms.ChoiceField(label=_("Who holds the money?"), choices=HeldBy, widget=forms.RadioSelect)
    host = forms.ModelChoiceField(Partner.objects.none(), label=_("Which organisation?"), required=False)

    def __init__(self, *args, application: Application, named: list[queries.Named], user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {
            "title": application.title or application.what.partition("\n")[0][:60],
            "held_by": application.held_by, "host": application.host_id,
        }  # fmt: skip
        self.fields["host"].queryset = queries.hosts_of(application.team)
        if application.what.strip():
            del self.fields["what"]
        self.application, self.named = application, named
        for each in named:
            asked = ask_about(user=user, number=each.applicant.place, called=each.applicant.name, alike=each.alike)
            self.fields[_name(each)] = forms.ChoiceField(
                label=asked.legend, required=False, widget=forms.RadioSelect,
                choices=[*((option.value, _said(option)) for option in asked.options), ("", _LEAVE)],
            )  # fmt: skip

    @property
    def questions(self) -> list[forms.BoundField]:
        """Return the question about each named person."""
        return [self[_name(each)] for each in self.named]

    def people(self, residents: QuerySet[Person]) -> dict[int, Person | NewPerson]:
        """Return the chosen residents, and those to add, by the primary key of the named person."""
        chosen = [(each, self.cleaned_data[_name(each)]) for each in self.named]
        keys = [uuid_of(said) for _each, said in chosen if said not in {"", NEW}]
        known = {str(person.uuid): person for person in residents.filter(uuid__in=keys)}
        people: dict[int, Person | NewPerson] = {
            each.applicant.pk: known[said] for each, said in chosen if said in known
        }
        for each in (each for each, said in chosen if said == NEW):
            # The same key each time the page is sent, so that a double press adds one resident.
            key = uuid5(self.application.uuid, str(each.applicant.pk))
            others = tuple(alike.person for alike in each.alike)
            people[each.applicant.pk] = NewPerson(each.applicant.name, key, others)
        return people


#: The answer that a named person stays a name.
_LEAVE = _("Leave the name in the text only")


def _name(each: queries.Named) -> str:
    return f"who-{each.applicant.pk}"


def _said(option: Option) -> str:
    """Return an answer in one line: whom it names, what tells them apart, and what they have in common."""
    return ", ".join(filter(None, (option.label, option.told_apart, option.because)))


class CloseForm(forms.Form):
    """Why an application is not taken up."""

    reason = forms.CharField(
        label=_("Why?"), max_length=2_000, widget=WordsArea(attrs={"rows": 2}),
        help_text=_("The person who sent it reads this on their page."),
        error_messages={"required": _("Say why. The people who wrote it will read it.")},
    )  # fmt: skip
