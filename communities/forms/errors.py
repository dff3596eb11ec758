"""Between a form and an action: what an action refuses appears beside the fields it speaks of, and nothing typed is lost."""

from collections.abc import Callable
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from communities.once import USED


def put_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Put an action's refusal beside the fields that it names, and above the form what no field can show."""
    for name, errors in getattr(error, "error_dict", {None: [error]}).items():
        form.add_error(name if name in form.fields else None, errors)
    if getattr(error, "code", "") == USED:
        renumber(form)


def renumber(form: forms.BaseForm) -> None:
    """Give a form that was sent before a new number, so that sent once more it adds a row of its own."""
    form.data = form.data.copy()
    for name, field in form.fields.items():
        if isinstance(field, forms.UUIDField):
            form.data[form.add_prefix(name)] = str(uuid4())


def attempt[Made](form: forms.BaseForm, act: Callable[..., Made], **values: object) -> Made | None:
    """Return what the action made; on a refusal put it on the form and return None."""
    try:
        return act(**values)
    except ValidationError as error:
        put_errors(form, error)
        return None
