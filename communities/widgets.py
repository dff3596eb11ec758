"""Inputs that every app's forms share: words about people, days, pounds, photos."""

from collections.abc import Mapping

from django import forms

from communities import written


class AboutPeople(forms.Widget):
    """Words about people: noticed as they are typed (static/js/wording.js), and once more when they are kept.

    A form says it by choosing `WordsArea` or `WordsLine`; nothing else has to be wired.
    """

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"data-wording": "", **(attrs or {})})

    def value_from_datadict(self, data: Mapping, files: Mapping, name: str) -> object:
        """Return what was typed, and put it down for whoever looks at words."""
        text = super().value_from_datadict(data, files, name)
        written.put_down(name, text)
        return text


class WordsArea(AboutPeople, forms.Textarea):
    """Several lines about people."""


class WordsLine(AboutPeople, forms.TextInput):
    """One line about people."""


class DayInput(forms.DateInput):
    """A day, picked on the device's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MoneyInput(forms.TextInput):
    """Pounds after a £ sign. A text box: what was typed, "£1,000" too, survives an error."""

    template_name = "django/forms/widgets/money.html"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class PhotoInput(forms.ClearableFileInput):
    """A photo from the camera or the album, of the kinds that Kith re-encodes."""

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"accept": "image/jpeg,image/png,image/webp", **(attrs or {})})
