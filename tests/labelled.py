"""The posted forms of a page as a reader sees them: each labelled field, whether its label says "(optional)", and what to type."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from tests.photos import photo_bytes

#: The classes of the words in a label that say that a field may be empty, and when it is needed.
SAYS = ("field__optional", "field__needed")
#: Inputs that nobody fills in.
BUTTONS = {"submit", "button", "reset", "image"}
#: What is typed into inputs of these types. A text says something else in each field, so that no two are the same.
TYPED = {
    "date": "2026-05-19",
    "datetime-local": "2026-05-19T12:00",
    "email": "rose@example.org",
    "month": "2026-05",
    "number": "5",
    "password": "a longer walk by the brook",
    "tel": "0117 496 0123",
    "time": "12:00",
    "url": "https://example.org/",
}


@dataclass
class Control:
    """A named control: its label's words, whether the label says "(optional)" or when it is needed, and what may be sent."""

    name: str
    kind: str
    id: str = ""
    label: str = ""
    is_optional: bool = False
    is_conditional: bool = False
    is_line: bool = False
    choices: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)

    def filled(self) -> list[object]:
        """Return values that fill the control in: what is there already, otherwise the first choice or some words."""
        if self.kind == "file":
            return [("brook.jpg", photo_bytes())]
        if any(self.given) or self.kind in ("hidden", "checkbox"):
            return list(self.given)
        if self.kind in ("radio", "select", "ticks"):
            return [next((each for each in self.choices if each), "")]
        return [TYPED.get(self.kind) or ("5" if self.is_line else f"Words for {self.name}")]


@dataclass
class Labelled:
    """A posted form: its address, its controls by name, and its buttons as (name, value, address of its own)."""

    action: str
    controls: dict[str, Control] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    def data(self, **instead: list[object]) -> dict[str, object]:
        """Return what is posted when every control is filled in, except those given here."""
        filled = {name: control.filled() for name, control in self.controls.items()} | instead
        sent = {name: [_file(each) for each in values] for name, values in filled.items() if values}
        return {name: values[0] if len(values) == 1 else values for name, values in sent.items()}


def _file(value: object) -> object:
    """Return a file for a pair of name and content, anything else as it is."""
    return SimpleUploadedFile(*value) if isinstance(value, tuple) else value


class _Reader(HTMLParser):
    """Collect the posted forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Labelled] = []
        self.form: Labelled | None = None
        #: Labels and legends by what they are for: an id, or the fieldset's place among those of the form.
        self.labels: dict[str, list] = {}
        self.within: list[str] = []
        self.fieldsets: list[str] = []
        self.by_id: dict[str, str] = {}
        self.open: list | None = None
        self.select: Control | None = None
        self.area: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Labelled(found.get("action", "")) if found.get("method", "").lower() == "post" else None
            self.labels, self.fieldsets, self.by_id, self.within = {}, [], {}, []
            return
        if self.form is None:
            return
        if tag == "fieldset":
            self.fieldsets.append(f"fieldset-{len(self.labels)}-{self.getpos()[0]}")
        elif tag == "legend" and self.fieldsets:
            self.open = self.labels.setdefault(self.fieldsets[-1], ["", ""])
        elif tag == "label" and found.get("for"):
            self.open = self.labels.setdefault(found["for"], ["", ""])
        elif tag == "span" and found.get("class") in SAYS and self.open is not None:
            self.open[1] = found["class"]
        elif tag == "button" or (tag == "input" and found.get("type") in BUTTONS):
            if found.get("type", "submit") == "submit":
                self.form.buttons.append((found.get("name", ""), found.get("value", ""), found.get("formaction", "")))
        elif tag in ("input", "select", "textarea") and found.get("name") and "disabled" not in found:
            self._control(tag, found)
        elif tag == "option" and self.select is not None:
            self.select.choices.append(found.get("value", ""))
            if "selected" in found:
                self.select.given.append(found.get("value", ""))

    def _control(self, tag: str, found: dict[str, str]) -> None:
        kind = {"select": "select", "textarea": "area"}.get(tag) or found.get("type", "text")
        name = found["name"]
        control = self.form.controls.setdefault(name, Control(name, kind, found.get("id", "")))
        self.by_id[found.get("id", "")] = name
        if self.fieldsets:
            self.within.append(name)
            self.labels.setdefault(f"of-{name}", self.fieldsets[-1])
        if kind in ("radio", "checkbox"):
            control.choices.append(found.get("value", "on"))
            if "checked" in found:
                control.given.append(found.get("value", "on"))
        elif tag == "input":
            control.is_line = found.get("inputmode") in ("decimal", "numeric")
            control.given.append(found.get("value", ""))
        elif tag == "select":
            self.select = control
        else:
            self.area = control
            control.given.append("")

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.given[-1] += data
        elif self.open is not None:
            self.open[0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("label", "legend"):
            self.open = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.area is not None:
            self.area.given[-1] = self.area.given[-1].removeprefix("\n")
            self.area = None
        elif tag == "fieldset" and self.fieldsets:
            self.fieldsets.pop()
        elif tag == "form" and self.form is not None:
            self._finish()

    def _finish(self) -> None:
        for name, control in self.form.controls.items():
            own = next(
                (self.labels[each] for each, of in self.by_id.items() if of == name and each in self.labels), None
            )
            legend = self.labels.get(self.labels.get(f"of-{name}", ""))
            many = control.kind in ("radio", "checkbox") and len(control.choices) > 1
            words, says = (legend if many or own is None else own) or ("", "")
            if own and legend and control.kind in ("text", "date", "number", "select", "area"):
                words, says = own
            control.label = " ".join(words.split())
            control.is_optional, control.is_conditional = (says == each for each in SAYS)
            if control.kind == "checkbox" and many:
                control.kind = "ticks"
        self.forms.append(self.form)
        self.form = None


def labelled_forms(response: HttpResponse) -> list[Labelled]:
    """Return the posted forms of a page; one without an action posts to the page's own URL."""
    reader = _Reader()
    reader.feed(response.content.decode())
    here, query = response.request["PATH_INFO"], response.request.get("QUERY_STRING", "")
    for form in reader.forms:
        form.action = form.action or (f"{here}?{query}" if query else here)
        form.buttons = form.buttons or [("", "", "")]
    return reader.forms
