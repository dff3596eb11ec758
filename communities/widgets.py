"""Inputs that every app's forms share: days, pounds, photos."""

from django import forms


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
