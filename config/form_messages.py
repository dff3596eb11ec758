"""What a field that offers a list says to a choice that is not in it, instead of Django's words."""

from django import forms
from django.utils.translation import gettext_lazy as _

ONE = _("Choose one from the list. What was chosen is not in it.")
SEVERAL = _("Choose only from the list. Something that was chosen is not in it.")


def explain_choices() -> None:
    """Put the words into Django's own classes, so that every form, every filter and the admin say them.

    A row that somebody deleted while a form or a saved address of a filter had it is refused like this. Django's own words repeat
    the primary key, which tells nobody anything. A field with better words still has them in its `error_messages`.
    """
    forms.ChoiceField.default_error_messages["invalid_choice"] = ONE
    forms.ModelChoiceField.default_error_messages["invalid_choice"] = ONE
    for field in (forms.MultipleChoiceField, forms.ModelMultipleChoiceField):
        field.default_error_messages["invalid_choice"] = SEVERAL
    forms.ModelMultipleChoiceField.default_error_messages["invalid_pk_value"] = SEVERAL
