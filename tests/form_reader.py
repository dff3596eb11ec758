"""Read a page's form as a browser without scripts would: its URL, and what it posts when nothing is changed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse


@dataclass
class ReadForm:
    """A form on a page: its URL and method, its values by field name, and the names of its fields about people."""

    action: str
    method: str = "get"
    data: dict[str, list[str]] = field(default_factory=dict)
    about_people: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    """Collect the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[ReadForm] = []
        self.inside: ReadForm | None = None
        self.name = ""
        self.multiple = False
        self.text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record a form, and its initial values."""
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "form":
            self.inside = ReadForm(found.get("action") or "", (found.get("method") or "get").lower())
            self.forms.append(self.inside)
        elif self.inside is None:
            return
        if self.inside and "data-wording" in found:
            self.inside.about_people.add(name)
        if tag == "input" and name and found.get("type") not in ("file", "submit"):
            if found.get("type") not in ("radio", "checkbox") or "checked" in found:
                self.inside.data.setdefault(name, []).append(value)
        elif tag == "select":
            self.name, self.multiple = name, "multiple" in found
        elif tag == "option" and self.name and ("selected" in found or self._is_first_choice()):
            chosen = self.inside.data.setdefault(self.name, [])
            if not self.multiple:
                chosen.clear()
            chosen.append(value)
        elif tag == "textarea":
            self.name, self.text = name, []

    def _is_first_choice(self) -> bool:
        return not self.multiple and self.name not in self.inside.data

    def handle_data(self, data: str) -> None:
        """Collect the text of a textarea."""
        if self.text is not None:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a field or of the form."""
        if tag == "textarea" and self.text is not None:
            self.inside.data[self.name] = ["".join(self.text).removeprefix("\n")]
            self.text = None
        if tag in ("select", "textarea"):
            self.name = ""
        if tag == "form":
            self.inside = None


def forms_of(response: HttpResponse) -> list[ReadForm]:
    """Return every form of a page; a form without an action posts to the page's own URL."""
    reader = _Reader()
    reader.feed(response.content.decode())
    here = response.request["PATH_INFO"]
    query = response.request.get("QUERY_STRING", "")
    for form in reader.forms:
        form.action = form.action or (f"{here}?{query}" if query else here)
    return reader.forms


def form_with(response: HttpResponse, name: str) -> ReadForm:
    """Return the one form of a page that has a field of this name."""
    [form] = [form for form in forms_of(response) if name in form.data]
    return form
