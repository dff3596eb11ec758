"""Our templates for Django's widgets, against Django's own: what a browser sends never depends on which one was drawn."""

from collections.abc import Iterator
from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.test.html import Element, parse_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from communities.widgets import DefaultDay, ManyChoices, MoneyInput, PhotoInput
from config.templatetags.kith import attributes
from connectors.forms.fields import NO_DAY, TODAY, TOMORROW, DayPicker

ODD = '"><b>&amp; it’s'
CHOICES = [("", "Any"), ("a", "One & two"), (ODD, ODD), (7, "Seven"), ("Group <i>", [("c", "Three"), ("d", ODD)])]
ATTRS = {"id": "id_name", "class": "wide", "required": True, "disabled": False, "data-n": 3, "placeholder": ODD}


def drawn(widget: forms.Widget, value: object, attrs: dict[str, object], *, by_django: bool) -> Element:
    """Return the HTML of a widget, parsed, by our templates or by Django's."""
    renderer = DjangoTemplates() if by_django else get_default_renderer()
    return parse_html(widget.render("name", value, attrs=attrs, renderer=renderer))


@pytest.mark.parametrize("attrs", [{}, {"id": "id_name"}, ATTRS], ids=["bare", "id", "odd"])
@pytest.mark.parametrize("value", [None, "", "a", ODD, 7, 0, ["a", ODD], [7]], ids=repr)
@pytest.mark.parametrize(
    "widget",
    [
        *(forms.TextInput, forms.EmailInput, forms.NumberInput, forms.URLInput, forms.PasswordInput, forms.DateInput),
        *(forms.HiddenInput, forms.Textarea, forms.CheckboxInput, forms.FileInput, forms.DateTimeInput),
        forms.ClearableFileInput,
        *(forms.Select, forms.SelectMultiple),
    ],
)
def test_a_plain_widget_is_what_django_draws(widget: type[forms.Widget], value: object, attrs: dict) -> None:
    made = widget(choices=CHOICES) if widget in (forms.Select, forms.SelectMultiple) else widget()
    assert drawn(made, value, attrs, by_django=False) == drawn(made, value, attrs, by_django=True)


@pytest.mark.parametrize("value", [None, True, False, "true", "unknown"], ids=repr)
def test_yes_no_or_unknown_is_what_django_draws(value: object) -> None:
    made = forms.NullBooleanSelect()
    assert drawn(made, value, ATTRS, by_django=False) == drawn(made, value, ATTRS, by_django=True)


def controls(element: Element | str) -> Iterator[tuple]:
    """Yield the name and the attributes of every control in some HTML."""
    if isinstance(element, Element):
        if element.name in {"input", "select", "option", "textarea"}:
            yield element.name, tuple(element.attributes)
        for child in element.children:
            yield from controls(child)


@pytest.mark.parametrize("attrs", [{"id": "id_name"}, ATTRS], ids=["id", "odd"])
@pytest.mark.parametrize("value", [None, "a", ODD, ["a", "d"], 7], ids=repr)
@pytest.mark.parametrize("widget", [forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_choices_of_our_own_design_send_what_django_sends(
    widget: type[forms.Widget], value: object, attrs: dict
) -> None:
    made = widget(choices=CHOICES)
    ours, theirs = (list(controls(drawn(made, value, attrs, by_django=by))) for by in (False, True))
    assert len(ours) == 6
    assert ours == theirs


@pytest.mark.parametrize("is_required", [True, False])
def test_a_photo_of_our_own_design_sends_what_django_sends(is_required: bool) -> None:
    widget, theirs = PhotoInput(), forms.ClearableFileInput(attrs=PhotoInput().attrs)
    widget.is_required = theirs.is_required = is_required
    initial = type("Photo", (), {"url": "/photo/", "__str__": lambda self: "photo.jpg"})()
    for value in (None, initial):
        there = list(controls(drawn(theirs, value, {"id": "id_name"}, by_django=True)))
        assert list(controls(drawn(widget, value, {"id": "id_name"}, by_django=False))) == there


def test_many_choices_are_choices_that_a_script_finds() -> None:
    many = ManyChoices()
    many.choices = CHOICES
    ours = drawn(many, ["a"], {"id": "id_name"}, by_django=False)
    plain = drawn(forms.CheckboxSelectMultiple(many.attrs, CHOICES), ["a"], {"id": "id_name"}, by_django=False)
    assert ours.attributes == [
        ("class", "many"),
        ("data-find", "Type to find more"),
        ("data-many", ""),
        ("data-more", "{} more. Type the first letters to find them."),
        ("data-none", "Nothing here begins with that."),
    ]
    assert ours.children == [plain]


@pytest.mark.parametrize("day", [DefaultDay(2026, 5, 20), date(2026, 5, 21), date(2026, 5, 28), None, ODD], ids=repr)
def test_days_to_tap_have_the_calendar_beside_them(clock, day) -> None:
    """One of them is chosen, and what was typed is kept."""
    picker = DayPicker([TODAY, TOMORROW, NO_DAY])
    ours = [dict(attributes) for _tag, attributes in controls(drawn(picker, day, {"id": "id_name"}, by_django=False))]
    hidden = {"type": "hidden", "name": "name-today", "value": "2026-05-20", "data-served": "name"}
    taps = [
        {"value": "2026-05-20", "data-days": "0", "id": "id_name_0"},
        {"value": "2026-05-21", "data-days": "1", "id": "id_name_1"},
        {"value": "", "id": "id_name_2"},
        {"value": "date", "id": "id_name_other"},
    ]
    text = str(day or "")
    checked = next((tap for tap in taps if tap["value"] == text), taps[3])
    checked["checked"] = None
    other = text if checked is taps[3] else ""
    assert ours == [
        *([hidden] if isinstance(day, DefaultDay) else []),
        *({"type": "radio", "name": "name", **tap} for tap in taps),
        {"type": "date", "name": "name-date", "id": "id_name_date", "value": other},
    ]


def test_money_is_a_number_with_a_sign_before_it() -> None:
    ours = list(controls(drawn(MoneyInput(), "2.50", {"id": "id_name"}, by_django=False)))
    plain = forms.NumberInput(attrs=MoneyInput().attrs)
    plain.input_type = MoneyInput.input_type
    assert ours == list(controls(drawn(plain, "2.50", {"id": "id_name"}, by_django=True)))


@pytest.mark.parametrize("value", [True, False, "", "a", ODD, 0, 7, mark_safe("a&nbsp;b"), gettext_lazy("Save"), None])
def test_attributes_are_those_of_django(value: object) -> None:
    widget = forms.TextInput(attrs={"data-x": value})
    text = f"<input type=text name=name{attributes({'data-x': value})}>"
    assert parse_html(text) == drawn(widget, None, {}, by_django=True)
