"""Rows of what a spark needs: what, how many, how much, and who lends or gives it instead."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from communities.forms.amounts import MoneyField
from communities.models import Team, User
from communities.widgets import WordsLine
from sparks.lending import MOST_LINES, Cost, ShownLine, lendable_assets, lendable_gifts, shown_lines
from sparks.models import Spark

#: Empty rows of a form, which its page folds.
BLANK = 8
PREFIX = "lines"
OTHER = "other"


class CostForm(forms.Form):
    """One thing; a row that says nothing is ignored."""

    NEEDED = {"what": _("needed with any of the others")}  # noqa: RUF012 - read only

    what = forms.CharField(label=_("What is needed"), max_length=120, required=False, widget=WordsLine)
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=9999, required=False)
    amount = MoneyField(label=_("What it costs or is worth"), required=False)
    source = forms.ChoiceField(label=_("Where it comes from"), required=False)
    lender = forms.CharField(label=_("Who lends or gives it"), max_length=120, required=False, widget=WordsLine)

    def __init__(self, *args: Any, shown: Mapping[str, ShownLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = shown.get(str(self["what"].value() or "").casefold())
        self.fields["source"].choices = [
            ("", _("We pay for it")),
            *self._offers(own),
            (OTHER, _("Somebody else lends or gives it")),
        ]

    def _offers(self, own: ShownLine | None) -> list[tuple[str, str]]:
        """Return what could be used instead: what is stored, and what the place has."""
        if own is None:
            return []
        kept = source_of(Cost.of(own.line))
        stored = [(kept, _("Lent or given by %(who)s") % {"who": own.who})] if kept not in ("", OTHER) else []
        return stored + [(each.key, f"{each.kind}: {each}") for each in own.offers if each.key != kept]

    def clean(self) -> dict[str, Any]:
        """Require words in a row that says anything else."""
        data = super().clean() or self.cleaned_data
        data["what"] = " ".join((data.get("what") or "").split())
        says_more = any(data.get(name) not in (None, "") for name in ("quantity", "amount", "source", "lender"))
        if says_more and not data["what"] and "what" not in self.errors:
            self.add_error("what", _("Say what is needed."))
        return data


def source_of(cost: Cost) -> str:
    """Return the value of the choice where something comes from."""
    if not cost.is_in_kind:
        return ""
    if cost.asset:
        return f"asset:{cost.asset.pk}"
    return f"gift:{cost.gift.pk}" if cost.gift else OTHER


class BaseCosts(forms.BaseFormSet):
    """The rows of one spark. Without rows on the page (`is_sent` false), what is stored stays."""

    def __init__(self, data: Any, *, team: Team, user: User, spark: Spark | None) -> None:
        self.team, self.user = team, user
        lines = shown_lines(spark, user, with_offers=True) if spark else []
        self.stored = [Cost.of(each.line) for each in lines]
        shown = {each.line.what.casefold(): each for each in lines}
        self.is_sent = bool(data) and f"{PREFIX}-TOTAL_FORMS" in data
        super().__init__(
            data if self.is_sent else None,
            prefix=PREFIX,
            initial=[_initial(each) for each in self.stored],
            form_kwargs={"shown": shown},
        )

    @cached_property
    def shown_at_once(self) -> list[forms.Form]:
        """Return the rows that say something, or that have errors."""
        return [row for row in self.forms if row not in self.folded]

    @cached_property
    def folded(self) -> list[forms.Form]:
        """Return the empty rows, which a page folds: most ideas say in words what they cost."""
        return [row for row in self.forms if not row["what"].value() and not row.errors]

    @property
    def costs(self) -> tuple[Cost, ...]:
        """Return what the rows say, without empty ones. Choices that are not offered any more were refused before."""
        return tuple(self._cost(row.cleaned_data) for row in self.forms if row.cleaned_data.get("what"))

    def _cost(self, data: dict[str, Any]) -> Cost:
        kind, _colon, number = data["source"].partition(":")
        chosen = {"quantity": data["quantity"], "amount_gbp": data["amount"], "what": data["what"]}
        if kind == "asset":
            asset = next((each.asset for each in self.stored if each.asset and str(each.asset.pk) == number), None)
            asset = asset or lendable_assets(self.user, self.team).filter(pk=number).first()
            return Cost(**chosen, is_in_kind=True, asset=asset)
        if kind == "gift":
            gift = next((each.gift for each in self.stored if each.gift and str(each.gift.pk) == number), None)
            gift = gift or lendable_gifts(self.user, self.team).filter(pk=number).first()
            return Cost(**chosen, is_in_kind=True, gift=gift)
        is_lent = kind == OTHER or bool(data["lender"])
        return Cost(**chosen, is_in_kind=is_lent, lender=data["lender"])


def _initial(cost: Cost) -> dict[str, object]:
    return {
        "what": cost.what,
        "quantity": cost.quantity,
        "amount": cost.amount_gbp,
        "source": source_of(cost),
        "lender": cost.lender,
    }


_Rows: Any = forms.formset_factory(
    CostForm,
    formset=BaseCosts,
    extra=BLANK,
    max_num=MOST_LINES,
    absolute_max=MOST_LINES,
    validate_max=True,
)


def cost_rows(data: Any, *, team: Team, user: User, spark: Spark | None) -> BaseCosts:
    """Return the rows of a spark, or of a new one."""
    return _Rows(data, team=team, user=user, spark=spark)
