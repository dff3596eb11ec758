"""The renderer of forms (settings: FORM_RENDERER): fields, plain inputs and selects are written without a template.

A page of a form has dozens of inputs, and Django renders a template, which includes another, for each. Written here an input takes a
fifth of the time. The HTML is that of Django's templates: tests/config/test_widgets.py.
"""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from config.form_fields import field_group
from config.templatetags.kith import attributes

#: The widgets whose templates only include that of an input.
INPUTS = (
    "checkbox", "color", "date", "datetime", "email", "file", "hidden", "input", "number", "password", "search", "tel",
    "text", "time", "url",
)  # fmt: skip
#: The folder of the templates of a list of errors.
ERRORS = "django/forms/errors/list/"


class Renderer(TemplatesSetting):
    """Write fields, inputs and selects without a template, and nothing for an empty list of errors."""

    def render(self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None) -> str:
        """Return the HTML of a widget, a field or a form."""
        if template_name == self.field_template_name:
            return field_group(context["field"])
        if template_name.startswith(ERRORS) and not context["errors"]:
            return ""
        if write := WRITTEN.get(template_name):
            return write(context["widget"])
        return super().render(template_name, context, request)


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else f' value="{escape(str(widget["value"]))}"'
    return mark_safe(  # noqa: S308 - everything typed is escaped
        f'<input type="{escape(widget["type"])}" name="{escape(widget["name"])}"{value}{attributes(widget["attrs"])}>'
    )


def _select(widget: Mapping[str, Any]) -> SafeString:
    parts = [f'<select name="{escape(widget["name"])}"{attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        lines = "".join(
            f'<option value="{escape(str(option["value"]))}"{attributes(option["attrs"])}>{conditional_escape(option["label"])}</option>'
            for option in options
        )
        parts.append(f'<optgroup label="{escape(group)}">{lines}</optgroup>' if group else lines)
    return mark_safe(f"{''.join(parts)}</select>")  # noqa: S308 - everything typed is escaped


def _textarea(widget: Mapping[str, Any]) -> SafeString:
    value = escape(str(widget["value"])) if widget["value"] else ""
    return mark_safe(  # noqa: S308 - what was typed is escaped
        f'<textarea name="{escape(widget["name"])}"{attributes(widget["attrs"])}>\n{value}</textarea>'
    )


def _money(widget: Mapping[str, Any]) -> SafeString:
    return mark_safe(  # noqa: S308 - the input is written above
        f'<span class="money-input"><span class="money-input__sign" aria-hidden="true">£</span>{_input(widget)}</span>'
    )


#: What writes a widget, by its template.
WRITTEN = {
    **{f"django/forms/widgets/{name}.html": _input for name in INPUTS},
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/money.html": _money,
}
