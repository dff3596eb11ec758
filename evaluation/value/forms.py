"""Forms of value maps: the map, an outcome, one assumption, and what is put in."""

import re
from collections.abc import Callable
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.forms.amounts import MoneyField
from communities.forms.keys import KeyMixin
from communities.forms.seen import SeenMixin
from communities.models import Team
from communities.widgets import DayInput, WordsArea, WordsLine
from evaluation.forms.measurements import NumberField
from evaluation.models import AssumptionKind, Measure, Starts, ValueAssumption, ValueInput, ValueLine, ValueMap


class PercentField(NumberField):
    """A percentage as people type it: 40 and 40%."""

    def to_python(self, value: object) -> Decimal | None:
        """Return the number. Raises: ValidationError for text that is not a number."""
        return super().to_python(re.sub(r"\s*%\s*$", "", value) if isinstance(value, str) else value)


def _in_one_currency(field: forms.DecimalField) -> None:
    """Have a field for money say that a map has one currency, when it is given another one."""
    field.error_messages["invalid"] = _(
        "Enter an amount in pounds, for example 120 or 1,250.50. A map has one currency: convert others first, and say in the source how."
    )


class _Form(SeenMixin, forms.ModelForm):
    """A form of a row, with what the actions take."""

    def cleaned_values(self) -> dict[str, object]:
        """Return what the actions take, without the key."""
        return {name: self.cleaned_data[name] for name in self._meta.fields if name in self.fields}


class ValueMapForm(KeyMixin, _Form):
    """What a map is about: an activity of some years, in the prices of one year."""

    measure = forms.ChoiceField(
        label=_("How do you say what a change is worth?"),
        choices=Measure,
        widget=forms.RadioSelect,
        help_text=_("A map in points says what matters to whom, and has no ratio."),
        initial=Measure.MONEY,
    )

    class Meta:
        model = ValueMap
        fields = ("title", "activity", "starts_on", "years", "measure", "price_year")
        widgets = {"title": WordsLine, "activity": WordsArea(attrs={"rows": 3}), "starts_on": DayInput}  # noqa: RUF012
        labels = {  # noqa: RUF012
            "activity": _("What was done, and by whom?"),
            "starts_on": _("First day of the activity"),
            "years": _("For how many years does it run?"),
            "price_year": _("Prices of which year?"),
        }
        help_texts = {  # noqa: RUF012
            "activity": _("No names of residents: this can be in a report."),
            "starts_on": _("The discount rates of this day are used."),
            "price_year": _("All amounts of the map are in these prices. Convert those of another year first."),
        }

    def __init__(self, *args: object, team: Team, **kwargs: object) -> None:
        """Begin with the prices of this year."""
        super().__init__(*args, **kwargs)
        self.instance.team = team
        if self.is_change:
            self.drop_key()
        else:
            self.fields["price_year"].initial = timezone.localdate().year


class ValueLineForm(KeyMixin, _Form):
    """A change for one group of people."""

    is_negative = forms.TypedChoiceField(
        label=_("Is it a change for the better or for the worse?"),
        choices=(("better", _("For the better")), ("worse", _("For the worse: it is subtracted"))),
        coerce=lambda value: value == "worse",
        widget=forms.RadioSelect,
    )
    starts = forms.ChoiceField(
        label=_("When does it start?"),
        choices=Starts,
        widget=forms.RadioSelect,
        help_text=_("What starts after the activity is discounted from its first year on."),
        initial=Starts.DURING,
    )

    class Meta:
        model = ValueLine
        fields = ("stakeholder", "change", "is_negative", "starts")
        widgets = {"stakeholder": WordsLine(attrs={"list": "stakeholders"}), "change": WordsLine}  # noqa: RUF012
        labels = {"stakeholder": _("For whom?"), "change": _("What changed for them?")}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "stakeholder": _(
                "A group of people or an organisation, such as Neighbours in Mill Row. No names of residents."
            ),
            "change": _("Such as: Know somebody to ring when they are ill."),
        }

    def __init__(self, *args: object, value_map: ValueMap, **kwargs: object) -> None:
        """Belong to a map."""
        super().__init__(*args, **kwargs)
        self.instance.value_map = value_map
        self.initial["is_negative"] = "worse" if self.instance.is_negative else "better"
        if self.is_change:
            self.drop_key()


#: What each assumption is asked as: the question, what to write, and the field for numbers.
_ASKED: dict[str, tuple[object, object, Callable[..., forms.DecimalField]]] = {
    AssumptionKind.QUANTITY: (
        _("For how many of them did it change?"),
        _("How many you know of, not how many you hope for."),
        NumberField,
    ),
    AssumptionKind.YEARS: (
        _("For how many years does it last?"),
        _("In whole years, the first one included."),
        NumberField,
    ),
    AssumptionKind.WORTH: (
        _("What is it worth for one of them in a year?"),
        _("An amount that stands for it: the financial proxy. Ask the people themselves what matters as much to them."),
        MoneyField,
    ),
    AssumptionKind.DEADWEIGHT: (
        _("How much of it would have happened anyway?"),
        _("From 0 to 100%."),
        PercentField,
    ),
    AssumptionKind.DISPLACEMENT: (
        _("How much of it only moved a problem elsewhere?"),
        _("From 0 to 100%. Often 0; say in the source why."),
        PercentField,
    ),
    AssumptionKind.ATTRIBUTION: (
        _("How much of it was the work of others?"),
        _("From 0 to 100%: what residents, groups and other organisations did without you."),
        PercentField,
    ),
    AssumptionKind.DROP_OFF: (
        _("How much of it is lost from each year to the next?"),
        _("From 0 to 100%. It changes nothing if it lasts for one year only."),
        PercentField,
    ),
}


class AssumptionForm(_Form):
    """One assumption of an outcome: its value, how low and how high it could be, and where that is from."""

    class Meta:
        model = ValueAssumption
        fields = ("value", "low", "high", "price_year", "source")
        widgets = {"source": WordsArea(attrs={"rows": 3, "maxlength": 300})}  # noqa: RUF012
        labels = {"source": _("Where is it from?"), "price_year": _("Prices of which year?")}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "source": _(
                "Who was asked or what was read, and when. If it is a guess, say whose. No names of residents."
            ),
        }

    def __init__(self, *args: object, line: ValueLine, kind: str, **kwargs: object) -> None:
        """Ask for an assumption of a kind."""
        super().__init__(*args, **kwargs)
        self.instance.line, self.instance.kind = line, kind
        self.question, told, field = _ASKED[kind]
        options = {"max_digits": 14, "decimal_places": 2}
        if kind == AssumptionKind.WORTH and not line.value_map.has_money:
            field, told = NumberField, _("In points, on the scale that you used with everybody.")
        self.fields["value"] = field(label=_("What do you assume?"), help_text=told, **options)
        self.fields["low"] = field(label=_("At least"), help_text=_("The lowest that it could be."), **options)
        self.fields["high"] = field(label=_("At most"), help_text=_("The highest that it could be."), **options)
        for name in ("value", "low", "high"):
            if isinstance(kept := self.initial.get(name), Decimal):
                self.initial[name] = f"{kept.normalize():f}"
        if kind == AssumptionKind.WORTH and line.value_map.has_money:
            for name in ("value", "low", "high"):
                _in_one_currency(self.fields[name])
            self.fields["price_year"].required = True
            if not self.is_change:
                self.initial["price_year"] = line.value_map.price_year
        else:
            del self.fields["price_year"]


class ValueInputForm(KeyMixin, _Form):
    """What somebody puts in during a year: between two amounts."""

    low_gbp = MoneyField(label=_("At least"))
    high_gbp = MoneyField(label=_("At most"), help_text=_("The same amount, if you know it exactly."))

    class Meta:
        model = ValueInput
        fields = ("who", "what", "year", "low_gbp", "high_gbp", "source")
        widgets = {  # noqa: RUF012
            "who": WordsLine(attrs={"list": "stakeholders"}),
            "what": WordsLine,
            "source": WordsArea(attrs={"rows": 3, "maxlength": 300}),
        }
        labels = {  # noqa: RUF012
            "who": _("Who puts it in?"),
            "what": _("What is it?"),
            "year": _("In which year of the activity?"),
            "source": _("Where is it from?"),
        }
        help_texts = {  # noqa: RUF012
            "what": _("Money, time or things: such as Two builders, or The hall for free."),
            "year": _("1 for the first."),
            "source": _("A budget, an account, or how you worked it out. No names of residents."),
        }

    def __init__(self, *args: object, value_map: ValueMap, **kwargs: object) -> None:
        """Belong to a map."""
        super().__init__(*args, **kwargs)
        self.instance.value_map = value_map
        for name in ("low_gbp", "high_gbp"):
            _in_one_currency(self.fields[name])
        if self.is_change:
            self.drop_key()
