"""The renderer of forms (settings: FORM_RENDERER): fields, plain inputs, selects and choices are written without a template.

A page of a form has dozens of inputs, and Django renders a template, which includes another, for each. Written here an input takes a
fifth of the time. The HTML is that of Django's templates, but for choices, which send the same: tests/config/test_widgets.py.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config.form_fields import field_group
from config.templatetags.kith import attributes, escaped

#: The widgets whose templates only include that of an input.
INPUTS = (
    "checkbox", "color", "date", "datetime", "email", "file", "hidden", "input", "number", "password", "search", "tel",
    "text", "time", "url",
)  # fmt: skip
#: The folder of the templates of a list of errors.
ERRORS = "django/forms/errors/list/"


class Renderer(TemplatesSetting):
    """Write fields, inputs, selects and choices without a template, and nothing for an empty list of errors."""

    def render(self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None) -> str:
        """Return the HTML of a widget, a field or a form."""
        if template_name == self.field_template_name:
            return field_group(context["field"])
        if template_name.startswith(ERRORS) and not context["errors"]:
            return ""
        if (write := WRITTEN.get(template_name)) and not context["widget"].get("is_initial"):
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
            f'<option value="{escape(str(option["value"]))}"{attributes(option["attrs"])}>{escaped(option["label"])}</option>'
            for option in options
        )
        parts.append(f'<optgroup label="{escape(str(group))}">{lines}</optgroup>' if group else lines)
    return mark_safe(f"{''.join(parts)}</select>")  # noqa: S308 - everything typed is escaped


def _choices(widget: Mapping[str, Any]) -> SafeString:
    attrs = widget["attrs"]
    classes = f" {escape(str(attrs['class']))}" if attrs.get("class") else ""
    parts = [f'<div class="choices{classes}"{attributes({"id": attrs["id"]}) if attrs.get("id") else ""}>\n']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'<p class="choices__group">{escaped(group)}</p>\n')
        for option in options:
            label = attributes({"for": option["attrs"]["id"]}) if option["attrs"].get("id") else ""
            parts.append(
                f'<div class="choice">\n<label{label}>{_input(option)}<span>{escaped(option["label"])}</span></label>\n</div>\n'
            )
    return mark_safe(f"{''.join(parts)}</div>")  # noqa: S308 - everything typed is escaped


def _many_choices(widget: Mapping[str, Any]) -> SafeString:
    say = {
        "data-find": _("Type to find more"),
        "data-more": _("{} more. Type the first letters to find them."),
        "data-none": _("Nothing here begins with that."),
    }
    return mark_safe(f'<div class="many" data-many{attributes(say)}>\n{_choices(widget)}\n</div>')  # noqa: S308 - escaped above


def _days(widget: Mapping[str, Any]) -> SafeString:
    """Return the days to tap and the calendar of `connectors.forms.fields.DayPicker`."""
    key, name = escape(str(widget["attrs"].get("id", ""))), escape(widget["name"])
    quick = "".join(
        _day(
            f"{key}_{number}",
            f'name="{name}" value="{escape(option["value"])}"'
            + ("" if option["days"] is None else f' data-days="{option["days"]}"'),
            option["label"],
            is_checked=option["checked"],
        )
        for number, option in enumerate(widget["options"])
    )
    served = ""
    if widget["served"]:
        served = f'<input type="hidden" name="{name}-today" value="{escape(widget["served"])}" data-served="{name}">\n'
    other = _day(f"{key}_other", f'name="{name}" value="date"', _("A date"), is_checked=widget["is_other"])
    return mark_safe(  # noqa: S308 - everything typed is escaped
        f'<div class="day" id="{key}">\n{served}<div class="choices choices--pills">\n{quick}{other}</div>\n<div class="day__date">\n'
        f'<label class="visually-hidden" for="{key}_date">{escape(_("Which date?"))}</label><input type="date" name="{name}-date"'
        f' id="{key}_date" value="{escape(widget["other"])}">\n</div>\n</div>'
    )


def _day(key: str, named: str, label: object, *, is_checked: bool) -> str:
    checked = " checked" if is_checked else ""
    return (
        f'<div class="choice">\n<label for="{key}">\n<input type="radio" {named} id="{key}"{checked}>'
        f"<span>{escaped(label)}</span>\n</label>\n</div>\n"
    )


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
    # With a file that is there already, and can be taken away, it is Django's.
    "django/forms/widgets/clearable_file_input.html": _input,
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/radio.html": _choices,
    "django/forms/widgets/checkbox_select.html": _choices,
    "django/forms/widgets/many_choices.html": _many_choices,
    "django/forms/widgets/money.html": _money,
    "connectors/widgets/day.html": _days,
}
