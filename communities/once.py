"""Pages that are sent twice. The same words again mean the row already kept; other words are refused, not dropped in silence.

A page is sent twice by a double click, or after a reply was lost. But somebody may also go back, type something else and
send it: the page still carries its first number, and answering "kept" would lose those words.
"""

from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

#: The code of the refusal; a form that meets it takes a new number (`communities.forms.errors`).
USED = "used_page"


def refuse_other_words(kept: Model, values: Mapping[str, object]) -> None:
    """Do nothing when a kept row says what `values` (fields by name) say. Raises: ValidationError, code USED."""
    if any(getattr(kept, name) != value for name, value in values.items()):
        raise ValidationError(
            _(
                "Something was already kept from this page, and it says something else. What is below is not kept yet: "
                "save it once more to add it beside the first."
            ),
            code=USED,
        )


def refuse_taken(model: type[Model], uuid: UUID) -> None:
    """Do nothing while no row has this number. Raises: ValidationError, code USED, which says nothing of whose row it is."""
    if model._base_manager.filter(uuid=uuid).exists():
        raise ValidationError(_("This page was used before. Nothing was kept yet: save once more."), code=USED)
