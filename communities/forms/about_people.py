"""What somebody typed about people."""

from django import forms

from communities.widgets import AboutPeople


def texts_about_people(form: forms.BaseForm) -> list[str]:
    """Return what was typed into the fields of a bound form that have a widget for text about people.

    Formsets that the form has as attributes are read too, so that no form has to list its rows.
    """
    formsets = [value for value in vars(form).values() if isinstance(value, forms.BaseFormSet)]
    rows = [row for formset in formsets for row in formset.forms]
    typed = [
        each[name].data
        for each in (form, *rows)
        for name, field in each.fields.items()
        if isinstance(field.widget, AboutPeople)
    ]
    return [text for text in typed if text and text.strip()]
