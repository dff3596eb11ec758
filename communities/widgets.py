"""Widgets that every app's forms share: text about people, dates, money, photos."""

from collections.abc import Mapping

from django import forms
from django.utils.datastructures import MultiValueDict

from communities import noticed_text


class AboutPeople(forms.Widget):
    """Words about people: noticed as they are typed (static/js/wording.js), and once more when they are kept.

    A form says it by choosing `WordsArea` or `WordsLine`; nothing else has to be wired.
    """

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"data-wording": "", **(attrs or {})})

    def value_from_datadict(self, data: Mapping, files: MultiValueDict, name: str) -> object:
        """Return what was typed, and put it down for whoever looks at words."""
        text = super().value_from_datadict(data, files, name)
        noticed_text.put_down(name, text)
        return text


class WordsArea(AboutPeople, forms.Textarea):
    """A textarea for text about people."""


class WordsLine(AboutPeople, forms.TextInput):
    """A text input for text about people."""


class DayInput(forms.DateInput):
    """A date input with the browser's calendar."""

    input_type = "date"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MoneyInput(forms.TextInput):
    """A text input with a £ sign, so that any input, such as "£1,000", survives an error."""

    template_name = "django/forms/widgets/money.html"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class PhotoInput(forms.ClearableFileInput):
    """A photo from the camera or the album, in the formats that Kith accepts."""

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"accept": "image/jpeg,image/png,image/webp", **(attrs or {})})
