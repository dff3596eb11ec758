"""A field of a form with its label, hint and errors, written without a template: a page of a form has dozens.

A template takes three times as long, because it looks up twenty names of each field.
"""

from html import escape

from django.forms import BoundField
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config.templatetags.kith import escaped, is_optional, needed_when


def field_group(field: BoundField) -> SafeString:
    """Return what `as_field_group` shows: a tick box before its label, a group of choices as a fieldset, any other below its label."""
    errors = escaped(field.errors) if field.errors else ""
    label, key = escaped(field.label), escape(field.auto_id)
    if field.widget_type == "checkbox":
        parts = f'<label class="tick" for="{escape(field.id_for_label)}">{field} <span>{label}</span></label>{_hint(field, "p")}{errors}'
    elif field.use_fieldset and getattr(field.field.widget, "input_type", "") != "file":
        described = f' aria-describedby="{escape(field.aria_describedby)}"' if field.aria_describedby else ""
        parts = (
            f"<fieldset{described}><legend>{label}{_when(field)}</legend>{_hint(field, 'p')}{errors}{field}</fieldset>"
        )
    else:
        parts = f'<label for="{key}">{label}{_when(field)}</label>{_hint(field, "div")}{errors}{field}'
    classes = " ".join(filter(None, ("field", errors and "field--error", field.css_classes())))
    return mark_safe(f'<div class="{escape(classes)}">{parts}</div>')  # noqa: S308 - each part is escaped


def _when(field: BoundField) -> str:
    """Return the words after the label that say whether and when the field is needed."""
    optional = f' <span class="field__optional">{escape(_("(optional)"))}</span>' if is_optional(field) else ""
    needed = needed_when(field)
    return optional + (f' <span class="field__needed">({escaped(needed)})</span>' if needed else "")


def _hint(field: BoundField, tag: str) -> str:
    if not field.help_text:
        return ""
    return f'<{tag} class="field__hint" id="{escape(field.auto_id)}_helptext">{escaped(field.help_text)}</{tag}>'
