"""A field of a form with its label, hint and errors, written without a template: a page of a form has dozens.

A template takes three times as long, because it looks up twenty names of each field.
"""

from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.templatetags.kith import is_optional, needed_when

NOTHING = SafeString("")


def field_group(field: BoundField) -> SafeString:
    """Return what `as_field_group` shows: a tick box before its label, a group of choices as a fieldset, any other below its label."""
    errors = field.errors or NOTHING
    if field.widget_type == "checkbox":
        parts = format_html(
            '<label class="tick" for="{}">{} <span>{}</span></label>{}{}',
            field.id_for_label, field, field.label, _hint(field, "p"), errors,
        )  # fmt: skip
    elif field.use_fieldset and getattr(field.field.widget, "input_type", "") != "file":
        described = field.aria_describedby
        parts = format_html(
            "<fieldset{}><legend>{}{}</legend>{}{}{}</fieldset>",
            format_html(' aria-describedby="{}"', described) if described else NOTHING,
            field.label, _when(field), _hint(field, "p"), errors, field,
        )  # fmt: skip
    else:
        parts = format_html(
            '<label for="{}">{}{}</label>{}{}{}',
            field.auto_id, field.label, _when(field), _hint(field, "div"), errors, field,
        )  # fmt: skip
    classes = " ".join(filter(None, ("field", errors and "field--error", field.css_classes())))
    return format_html('<div class="{}">{}</div>', classes, parts)


def _when(field: BoundField) -> SafeString:
    """Return the words after the label that say whether and when the field is needed."""
    optional = is_optional(field) and format_html(' <span class="field__optional">{}</span>', _("(optional)"))
    needed = needed_when(field)
    return (optional or NOTHING) + (
        format_html(' <span class="field__needed">({})</span>', needed) if needed else NOTHING
    )


def _hint(field: BoundField, tag: str) -> SafeString:
    if not field.help_text:
        return NOTHING
    return format_html(
        '<{0} class="field__hint" id="{1}_helptext">{2}</{0}>', SafeString(tag), field.auto_id, field.help_text
    )
