"""Connect forms with actions: show an action's errors beside their fields without losing the input.

Views call `communities.views.save`, which does this and more.
"""

from collections.abc import Callable
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from communities.drafts import DraftData
from communities.idempotency import USED

#: The hidden field of the idempotency key (`communities.forms.keys`).
KEY = "uuid"


def put_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Add an action's errors to the fields they name, or to the form as a whole."""
    for name, errors in getattr(error, "error_dict", {None: [error]}).items():
        form.add_error(name if name in form.fields else None, errors)
    if getattr(error, "code", "") == USED:
        renumber(form)


def renumber(form: forms.BaseForm) -> None:
    """Give a form a new idempotency key, so that submitting it again adds another row."""
    form.data = form.data.copy()
    form.data[form.add_prefix(KEY)] = str(uuid4())


def attempt[Made](form: forms.BaseForm, act: Callable[..., Made], **values: object) -> Made | None:
    """Return the action's result; if it is refused, add the errors to the form and return None.

    A form that shows a draft is not saved: it was opened, not sent.
    """
    if isinstance(form.data, DraftData):
        return None
    try:
        return act(**values)
    except ValidationError as error:
        put_errors(form, error)
        return None
