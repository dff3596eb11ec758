"""Invented people and figures for the components on the style guide page."""

from datetime import timedelta
from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.forms.amounts import MoneyField
from communities.paging import Page
from communities.widgets import DayInput, PhotoInput

KINDS = [("association", _("Association")), ("place", _("Place")), ("exchange", _("Exchange"))]
THEMES = [
    ("food", _("Cooking together")),
    ("bikes", _("Mending bikes")),
    ("song", _("Singing")),
    ("soil", _("Growing")),
]


class SampleForm(forms.Form):
    """One field of each kind."""

    summary = forms.CharField(
        label=_("What did you hear?"), help_text=_("A sentence or two, in their words."), widget=forms.Textarea
    )
    place = forms.CharField(label=_("Where were you?"), required=False)
    held_on = forms.DateField(label=_("Which day?"), widget=DayInput)
    amount_gbp = MoneyField(label=_("How much would help?"), help_text=_("Up to £300."))
    kind = forms.ChoiceField(label=_("What kind of thing is it?"), choices=KINDS)
    led_by = forms.ChoiceField(
        label=_("Who leads it?"),
        choices=[("residents", _("Residents")), ("organisation", _("An organisation"))],
        widget=forms.RadioSelect,
    )
    themes = forms.MultipleChoiceField(
        label=_("What do they care about?"),
        choices=THEMES,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "choices--pills"}),
    )
    photo = forms.FileField(label=_("A photo"), required=False, widget=PhotoInput)
    is_connector = forms.BooleanField(
        label=_("They are a connector"), required=False, help_text=_("People come to them to find others.")
    )


class SampleFilter(forms.Form):
    """Filters as shown above a list."""

    q = forms.CharField(label=_("Keyword"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Any")), *KINDS], required=False)
    is_public = forms.BooleanField(label=_("On the public map"), required=False)


def _refused_form() -> SampleForm:
    """Return a form with errors, which keeps the input."""
    form = SampleForm(
        {"summary": "", "amount_gbp": "about £1,000", "held_on": "2026-11-21", "kind": "place", "led_by": "residents"},
        auto_id="refused_%s",
    )
    form.is_valid()
    return form


def _filter_form(ids: str) -> SampleFilter:
    return SampleFilter(QueryDict("q=bench&kind=place&is_public=on"), auto_id=ids)


def samples() -> dict:
    """Return the context of the style guide."""
    today, here = timezone.localdate(), reverse("styleguide")
    return {
        "here": here,
        "today": today,
        "form": SampleForm(auto_id="fresh_%s"),
        "refused": _refused_form(),
        "facets": _filter_form("facet_%s"),
        "quick": _filter_form("quick_%s"),
        "page": Page([], f"{here}?after=x", f"{here}?before=x", here, "more than 10,000", 10_000, True),
        "facts": [
            (_("Cares about"), _("Cooking together, growing")),
            (_("Best reached"), _("At the allotment on Saturday mornings")),
            (_("Connector since"), _("3 February 2026")),
        ],
        "timeline": [
            {
                "day": today - timedelta(days=3),
                "title": _("Introduced to Idris, who mends bikes"),
                "words": _("They are planning a repair morning in the church hall."),
                "kind": "growth",
                "url": here,
            },
            {
                "day": today - timedelta(days=24),
                "title": _("A spark of £180 for pans and a gas ring"),
                "kind": "spark",
                "who": _("Decided by Mo"),
            },
            {"day": today - timedelta(days=95), "title": _("First conversation, at the bus stop on Hill Street")},
        ],
        "steps": [
            {"label": _("Idea"), "state": "done", "note": _("Heard on 2 May")},
            {"label": _("Asked"), "state": "done", "note": "£180"},
            {"label": _("Decided"), "state": "current", "note": _("Waiting for Mo")},
            {"label": _("Paid"), "state": "next"},
            {"label": _("Told"), "state": "next"},
        ],
        "tabs": [
            {"label": _("Waiting"), "url": here, "current": True},
            {"label": _("Decided"), "url": here, "current": False},
            {"label": _("Paid"), "url": here, "current": False},
        ],
        "headers": [_("Neighbourhood"), _("People"), _("Introductions"), _("Given")],
        "rows": [["Brookstray", 42, 18, "£1,240"], ["Hill Street", 31, 11, "£760.50"], ["The Meadows", 12, "", "£0"]],
        "trend": [3, 5, 4, 8, None, 9, 12, 11, 16],
        "by_place": [("Brookstray", 42), ("Hill Street", 31), ("The Meadows", 12), ("Station Road", 0)],
        "by_quarter": [("Q1", 8), ("Q2", 14), ("Q3", 11), ("Q4", 21)],
        "budget": Decimal(5000),
        "committed": Decimal("3240.50"),
        "paid": Decimal(1900),
    }
