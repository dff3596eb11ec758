"""Forms of sparks: the four questions, decisions, money, funds and rounds. They validate, then views call actions."""

import uuid
from decimal import Decimal

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.forms.rows import RowsField, numbers_of
from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood, Partner, Team, User
from communities.photos import PhotoField
from communities.widgets import MoneyInput, WordsArea, WordsLine
from connectors.models import Conversation, Person
from sparks.models import Application, Fund, HeldBy, Report, Round

#: How many residents the list of those behind a spark offers.
LIKELY_PEOPLE = 200


class MoneyField(forms.DecimalField):
    """Pounds and pence, typed in figures. What was typed survives an error, so signs and commas can be seen and mended."""

    widget = MoneyInput

    def __init__(self, **options):
        super().__init__(
            **{"max_digits": 12, "decimal_places": 2, "min_value": Decimal(0), **options},
            error_messages={
                "invalid": _("Type the amount in figures only, for example 1000 or 1000.50, without £ or commas."),
                "min_value": _("An amount cannot be below £0."),
                "max_decimal_places": _("Pounds and pence have two places after the point."),
                "max_digits": _("That is more money than Kith can count. Type the amount in pounds."),
                "required": _("Type an amount in pounds, or 0."),
            },
        )


def _own_round_choices(team: Team, chosen: Round | None):
    open_now = Round.objects.filter(team=team, closes_at__gt=timezone.now()).select_related("fund")
    if chosen:
        open_now = open_now | Round.objects.filter(pk=chosen.pk).select_related("fund")
    return open_now.order_by("closes_at", "pk")


class SparkForm(SeenMixin, forms.Form):
    """The four questions, in the order people tell them."""

    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("What shall we call it?"), max_length=120, widget=WordsLine)
    what = forms.CharField(
        label=_("What do you want to do?"), required=False, widget=WordsArea(attrs={"rows": 4}),
        help_text=_("A few sentences in your own words. No special language needed."),
    )  # fmt: skip
    who_with = forms.CharField(
        label=_("Who will you do it with?"), required=False, widget=WordsArea(attrs={"rows": 3}),
        help_text=_("First names, a street, a group. A handful of neighbours without a constitution is fine."),
    )  # fmt: skip
    group_name = forms.CharField(label=_("Name of the group, if it has one"), max_length=120, required=False)
    applicants = RowsField(
        Person.objects.none(), label=_("Residents behind it"), required=False,
        help_text=_("Those your team has met. Hold Ctrl or Cmd to choose several."),
    )  # fmt: skip
    costs = forms.CharField(
        label=_("What will it cost?"), required=False, widget=WordsArea(attrs={"rows": 3}),
        help_text=_("A line for each thing. What neighbours lend or give is worth writing down too."),
    )  # fmt: skip
    amount_gbp = MoneyField(label=_("How much would help?"), required=False)
    held_by = forms.ChoiceField(label=_("Who holds the money?"), choices=HeldBy, widget=forms.RadioSelect)
    host = forms.ModelChoiceField(
        Partner.objects.none(), label=_("Which organisation holds it?"), required=False,
        help_text=_("Partners that said they can hold money for a group."),
    )  # fmt: skip
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.none(), label=_("Neighbourhood"), required=False, empty_label=_("Not said")
    )
    round = forms.ModelChoiceField(Round.objects.none(), label=_("Round"))
    members = RowsField(
        User.objects.none(), label=_("Team members who belong to the group"), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("They never decide on it."),
    )  # fmt: skip
    conversation = forms.ModelChoiceField(
        Conversation.objects.none(), required=False, widget=forms.HiddenInput, to_field_name="uuid"
    )

    def __init__(self, *args, team: Team, user: User, application: Application | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_change = application is not None
        self.fields["round"].queryset = _own_round_choices(team, application.round if application else None)
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team)
        self.fields["host"].queryset = Partner.objects.visible_to(user).filter(team=team, is_fiscal_host=True)
        self.fields["applicants"].queryset = self._likely_people(team, user, application)
        self.fields["members"].queryset = User.objects.filter(memberships__team=team, is_active=True).distinct()
        self.fields["conversation"].queryset = Conversation.objects.visible_to(user).filter(team=team)
        if application is None:
            self.fields["uuid"].initial = uuid.uuid4
            only = list(self.fields["round"].queryset[:2])
            self.fields["round"].initial = only[0] if len(only) == 1 else None

    def _likely_people(self, team: Team, user: User, application: Application | None) -> QuerySet[Person]:
        """Return those already behind it, those of the conversation, and those met lately: a list one can read.

        A posted choice belongs to the list whoever it is, so none is refused for not being lately met.
        """
        people = Person.objects.visible_to(user).filter(team=team)
        near = set(people.order_by("-updated_at").values_list("pk", flat=True)[:LIKELY_PEOPLE])
        if application:
            near |= set(application.applicants.values_list("pk", flat=True))
        near |= {person.pk for person in self.initial.get("applicants", ())}
        if self.is_bound and hasattr(self.data, "getlist"):
            near |= set(numbers_of(self.data.getlist("applicants")[:LIKELY_PEOPLE]))
        return people.filter(pk__in=near)

    def clean(self) -> dict:
        """Read an empty amount as £0; it is asked for again when the spark is handed in."""
        data = super().clean()
        if "amount_gbp" in data and data["amount_gbp"] is None:
            data["amount_gbp"] = Decimal("0.00")
        return data

    @classmethod
    def initial_of(cls, application: Application) -> dict:
        """Return what an application says, as the form's first values."""
        names = (
            "title",
            "what",
            "who_with",
            "group_name",
            "costs",
            "amount_gbp",
            "held_by",
            "host",
            "neighbourhood",
            "round",
        )
        return {
            **{name: getattr(application, name) for name in names},
            "applicants": list(application.applicants.all()),
            "members": list(application.members.all()),
        }


class ApproveForm(forms.Form):
    """How much, and a word about why."""

    amount_gbp = MoneyField(label=_("Award"))
    reason = forms.CharField(label=_("A word about why"), required=False, widget=WordsArea(attrs={"rows": 2}))


class ReasonForm(forms.Form):
    """A reason that people will read."""

    reason = forms.CharField(
        label=_("Why?"), widget=WordsArea(attrs={"rows": 2}), help_text=_("The people with the idea will read it."),
        error_messages={"required": _("People deserve to know why. Please give a reason.")},
    )  # fmt: skip


class QuestionForm(forms.Form):
    """A question before deciding."""

    question = forms.CharField(
        label=_("What would you like to know?"), widget=WordsArea(attrs={"rows": 2}),
        error_messages={"required": _("What would you like to know?")},
    )  # fmt: skip


class OnceForm(forms.Form):
    """A form that counts once however often it is sent."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class PayForm(OnceForm):
    """That the money has gone, and how it can be found in the bank."""

    payee = forms.CharField(label=_("Paid to"), max_length=160, required=False)
    reference = forms.CharField(label=_("Bank reference"), max_length=80, required=False)


class RecoverForm(OnceForm):
    """Money that came back."""

    amount_gbp = MoneyField(label=_("How much came back?"))
    note = forms.CharField(
        label=_("Why?"),
        max_length=250,
        widget=WordsLine,
        error_messages={"required": _("Say in a few words why it came back.")},
    )


class ReportForm(forms.ModelForm):
    """What came of it, in three prompts and a photo."""

    photo = PhotoField(label=_("Photo"), required=False)
    spent_gbp = MoneyField(label=_("How much was spent?"), required=False)

    class Meta:
        model = Report
        fields = ("what_happened", "what_changed", "what_next", "people_count", "spent_gbp", "photo", "photo_alt")
        widgets = {  # noqa: RUF012 - as Django's own forms have it
            "what_happened": WordsArea,
            "what_changed": WordsArea,
            "what_next": WordsArea,
            "photo_alt": WordsLine,
        }

    def clean(self) -> dict:
        """Ask for words beside a new photo, so that everyone can know what it shows."""
        data = super().clean()
        if data.get("photo") and not data.get("photo_alt"):
            self.add_error("photo_alt", _("Say in a few words what the photo shows."))
        return data


class FundForm(SeenMixin, forms.ModelForm):
    """A fund and what it is for."""

    class Meta:
        model = Fund
        fields = ("name", "kind", "purpose", "funder")
        widgets = {"purpose": WordsArea}  # noqa: RUF012 - as Django's own forms have it

    def __init__(self, *args, team: Team, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["funder"].queryset = Partner.objects.filter(team=team, is_funder=True)

    def _post_clean(self) -> None:
        """Leave the model's rules to the action, which runs them once with the team set."""
        forms.BaseForm._post_clean(self)


class RoundForm(SeenMixin, forms.Form):
    """A round: when, how much, and how much at most for one spark."""

    fund = forms.ModelChoiceField(Fund.objects.none(), label=_("Fund"))
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example “Spring 2027”."))
    budget_gbp = MoneyField(label=_("Budget"))
    max_award_gbp = MoneyField(label=_("Most for one spark"))
    opens_at = forms.DateTimeField(
        label=_("Opens"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    closes_at = forms.DateTimeField(
        label=_("Closes"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def __init__(self, *args, team: Team, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = Fund.objects.filter(team=team)
