"""The renderer of forms (settings: FORM_RENDERER): plain inputs and selects are written here, everything else by templates.

A page of a form has dozens of inputs, and Django renders a template, which includes another, for each. Written here an input takes a
fifth of the time. The HTML is that of Django's templates: tests/config/test_widgets.py.
"""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from config.templatetags.kith import attributes

#: The templates of Django that only include that of an input.
INPUTS = frozenset(
    f"django/forms/widgets/{name}.html"
    for name in (
        "checkbox", "color", "date", "datetime", "email", "file", "hidden", "input", "number", "password", "search", "tel",
        "text", "time", "url",
    )
)  # fmt: skip


class Renderer(TemplatesSetting):
    """Write inputs and selects without a template."""

    def render(self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None) -> str:
        """Return the HTML of a widget, a field or a form."""
        if template_name in INPUTS:
            return _input(context["widget"])
        if template_name == "django/forms/widgets/select.html":
            return _select(context["widget"])
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
