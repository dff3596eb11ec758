"""Widgets that every app's forms share: text about people, dates, money, photos."""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict


class AboutPeople(forms.Widget):
    """Text about people: words are noticed while it is typed (static/js/wording.js), and again when it is saved.

    A form declares it by choosing `WordsArea` or `WordsLine`; `communities.views.save` reads these fields.
    """

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"data-wording": "", **(attrs or {})})


class WordsArea(AboutPeople, forms.Textarea):
    """A textarea for text about people."""


class WordsLine(AboutPeople, forms.TextInput):
    """A text input for text about people."""


class ManyChoices(forms.CheckboxSelectMultiple):
    """Tick boxes for a list that can be long: static/js/many.js shows what is ticked and a few more, and finds the rest.

    The template of the form loads that script and static/js/folding.js.
    """

    template_name = "django/forms/widgets/many_choices.html"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"class": "choices--pills", **(attrs or {})})


class DefaultDay(date):
    """Today as the initial value of a field, so that the page knows that nobody chose it."""


#: What the name of a hidden field ends in: it holds the day on which the page was made.
SERVED = "-today"


def served_day(data: Mapping[str, str], name: str, *, value: object) -> date | None:
    """Return the day on which a page was made, if it filled in this value itself and nobody changed it."""
    served = data.get(f"{name}{SERVED}", "")
    try:
        return date.fromisoformat(served) if served and value == served else None
    except ValueError:
        return None


class DayInput(forms.DateInput):
    """A date input with the browser's calendar; beside a default day, the day on which the page was made."""

    input_type = "date"
    template_name = "django/forms/widgets/day.html"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
        self.served: date | None = None

    def get_context(self, name: str, value: object, attrs: dict | None) -> dict:
        """Add the day on which the page was made."""
        context = super().get_context(name, value, attrs)
        context["widget"]["served"] = f"{name}{SERVED}" if isinstance(value, DefaultDay) else ""
        return context

    def value_from_datadict(
        self, data: Mapping[str, str], files: MultiValueDict[str, UploadedFile], name: str
    ) -> object:
        """Return the day, and note whether an earlier day's page filled it in."""
        value = super().value_from_datadict(data, files, name)
        self.served = served_day(data, name, value=value)
        return value


class MoneyInput(forms.TextInput):
    """A text input with a £ sign, so that any input, such as "£1,000", survives an error."""

    template_name = "django/forms/widgets/money.html"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class PhotoInput(forms.ClearableFileInput):
    """A photo from the camera or the album, in the formats that Kith accepts."""

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"accept": "image/jpeg,image/png,image/webp", **(attrs or {})})
