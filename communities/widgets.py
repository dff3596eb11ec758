"""Widgets that every app's forms share: text about people, dates, money, photos."""

from django import forms


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
