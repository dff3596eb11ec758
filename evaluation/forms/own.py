"""Forms of a team's own outcomes and indicators."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.forms.keys import KeyMixin
from communities.forms.rows import RowsField
from communities.forms.seen import SeenMixin
from communities.models import Team
from communities.widgets import ManyChoices, WordsArea, WordsLine
from evaluation.framework.own import SOURCE_BY_KEY, OwnSource
from evaluation.models import Form, Indicator, IndicatorKind, Outcome
from evaluation.rules import OwnValues

#: What a value that people write down can be a number of.
_WRITTEN = (
    (Form.NUMBER, gettext_lazy("A number")),
    (Form.PEOPLE, gettext_lazy("A number of people")),
    (Form.SHARE, gettext_lazy("A percentage")),
    (Form.POUNDS, gettext_lazy("Pounds")),
)
_CONDITION = "condition-"


class OutcomeForm(KeyMixin, forms.Form):
    """A change that the team hopes to contribute to."""

    name = forms.CharField(label=gettext_lazy("What change do you hope for?"), max_length=200, widget=WordsLine)
    description = forms.CharField(
        label=gettext_lazy("What does it mean?"), required=False, widget=WordsArea(attrs={"rows": 3}), max_length=1000
    )


class IndicatorForm(KeyMixin, SeenMixin, forms.Form):
    """An indicator of the team's own: counted from a source under conditions, or written down.

    how: the key of a source, or the kind of an indicator that is not counted.
    """

    name = forms.CharField(label=gettext_lazy("What is it called?"), max_length=160, widget=WordsLine)
    question = forms.CharField(label=gettext_lazy("Which question does it answer?"), max_length=200, widget=WordsLine)
    definition = forms.CharField(
        label=gettext_lazy("What does it mean?"),
        max_length=2000,
        widget=WordsArea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kith adds what is counted. No names of residents."),
    )
    outcomes = RowsField(
        Outcome.objects.none(),
        label=gettext_lazy("Which outcomes does it belong to?"),
        widget=forms.CheckboxSelectMultiple,
    )
    form = forms.ChoiceField(label=gettext_lazy("How is it shown?"), choices=_WRITTEN)
    unit = forms.CharField(label=gettext_lazy("What does it count?"), max_length=40, widget=WordsLine)

    def __init__(self, *args, team: Team, how: str, indicator: Indicator | None = None, **kwargs) -> None:
        if indicator is not None:
            kwargs["initial"] = _initial(indicator) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.is_change = indicator is not None
        if self.is_change:
            self.drop_key()
        self.how, self.source = how, SOURCE_BY_KEY.get(how)
        outcomes: QuerySet[Outcome] = Outcome.objects.of_team(team)
        self.fields["outcomes"].queryset = outcomes
        if self.source is not None:
            self._count(team, self.source)

    def _count(self, team: Team, source: OwnSource) -> None:
        """Offer the conditions of a source, and how its number can be written."""
        del self.fields["unit"]
        if source.has_shares:
            self.fields["form"].choices = [(source.form, _("A number")), (Form.SHARE, _("As a percentage of all"))]
        else:
            del self.fields["form"]
        for each in source.conditions:
            self.fields[f"{_CONDITION}{each.key}"] = forms.MultipleChoiceField(
                label=each.label,
                choices=each.choices(team),
                required=False,
                widget=ManyChoices,
                help_text=_("If you tick none, all of them count."),
            )

    def values(self) -> OwnValues:
        """Return what the actions take."""
        given, source = self.cleaned_data, self.source
        return OwnValues(
            name=given["name"],
            question=given["question"],
            definition=given["definition"],
            unit=str(source.unit) if source else given["unit"],
            outcomes=[outcome.key for outcome in given["outcomes"]],
            kind=IndicatorKind.COMPUTED if source else self.how,
            form=given.get("form") or (source.form if source else Form.NUMBER),
            counted_from=source.key if source else "",
            conditions={
                name.removeprefix(_CONDITION): chosen for name, chosen in given.items() if name.startswith(_CONDITION)
            },
        )


def _initial(indicator: Indicator) -> dict[str, object]:
    conditions = {f"{_CONDITION}{key}": chosen for key, chosen in indicator.conditions.items()}
    names = ("name", "question", "definition", "form", "unit")
    outcomes = list(indicator.outcomes.values_list("pk", flat=True))
    return {name: getattr(indicator, name) for name in names} | {"outcomes": outcomes} | conditions
