"""Fill in a form of a finished page, as a browser does when somebody comes back: by names of fields.

For drafts, whose page may contain any form. The rest of the page stays as it is, letter for letter.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

#: Inputs that are not filled in: a browser sends them as they are, or never.
_NOT_FILLED = {"file", "submit", "button", "image", "reset", "password"}
_TICKED = {"checkbox", "radio"}


@dataclass
class Filling:
    """A page with one form filled in, its action, and the pairs of names and values for which it has no field."""

    html: str
    left: list[tuple[str, str]] = field(default_factory=list)
    is_found: bool = False
    action: str = ""


class _Filler(HTMLParser):
    """Collect the changes of the page's source: (start, end, text)."""

    def __init__(
        self,
        source: str,
        *,
        is_form: Callable[[str], bool],
        pairs: Iterable[tuple[str, str]] | None,
        marker: tuple[str, str],
        photos: dict[str, str],
        never: Collection[str],
        before: str,
    ) -> None:
        super().__init__(convert_charrefs=True)
        self.source, self.is_form, self.photos, self.never = source, is_form, photos, never
        self.marker, self.before = marker, before
        self.values: dict[str, list[str]] | None = None
        if pairs is not None:
            self.values = {}
            for name, value in pairs:
                self.values.setdefault(name, []).append(value)
        self.edits: list[tuple[int, int, str]] = []
        self.lines = [0]
        for line in source.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.inside = False
        self.is_found = False
        self.select = ""
        self.taken: set[tuple[str, str]] = set()
        self.form_start = self.at_form = 0
        self.action = self.found_action = ""
        self.is_ours = False

    @property
    def here(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, and the fields in it."""
        found = dict(attrs)
        if tag == "form":
            is_posted = (found.get("method") or "").lower() == "post"
            self.inside = not self.is_found and is_posted and self.is_form(found.get("action") or "")
            self.form_start, self.is_ours = self.here, False
            self.at_form, self.action = len(self.edits), found.get("action") or ""
        if not self.inside:
            return
        start, end = self.here, self.here + len(self.get_starttag_text() or "")
        name = found.get("name") or ""
        if tag == "input":
            self._input(start, end, name, found)
        elif tag == "select":
            self.select = name
        elif tag == "option" and self._is_filled(self.select):
            wanted = self._values(self.select)
            value = found.get("value") or ""
            self._tick(start, end, "option", found, "selected", is_on=value in wanted)
            if value in wanted:
                self.taken.add((self.select, value))
        elif tag == "textarea" and self._is_filled(name) and name in (self.values or {}):
            close = self.source.find("</textarea", end)
            value = self._next(name)
            self.edits.append((end, close, "\n" + escape(value)))

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a form or a list."""
        if tag == "select":
            self.select = ""
        if tag == "form" and self.inside:
            if self.is_ours:
                self.is_found, self.found_action = True, self.action
                self.edits.append((self.form_start, self.form_start, self.before))
            else:
                del self.edits[self.at_form :]
            self.inside = False

    def _input(self, start: int, end: int, name: str, found: dict[str, str | None]) -> None:
        kind = (found.get("type") or "text").lower()
        if name == self.marker[0]:
            self.is_ours = True
            self.edits.append((start, end, _tag("input", {**found, "value": self.marker[1]})))
        elif kind == "file" and name in self.photos:
            self.edits.append((end, end, self.photos[name]))
        elif kind in _NOT_FILLED or not self._is_filled(name):
            return
        elif kind in _TICKED:
            value = found.get("value") or "on"
            self._tick(start, end, "input", found, "checked", is_on=value in self._values(name))
            self.taken.add((name, value))
        elif name in (self.values or {}):
            self.edits.append((start, end, _tag("input", {**found, "value": self._next(name)})))

    def _is_filled(self, name: str) -> bool:
        return self.values is not None and bool(name) and name not in self.never

    def _values(self, name: str) -> list[str]:
        return (self.values or {}).get(name, [])

    def _next(self, name: str) -> str:
        """Return the next value of a field that a page may have several times, in their order."""
        values = self._values(name)
        value = values[0] if values else ""
        self.taken.add((name, value))
        if len(values) > 1:
            del values[0]
        return value

    def _tick(self, start: int, end: int, tag: str, found: dict[str, str | None], mark: str, *, is_on: bool) -> None:
        rest = {name: value for name, value in found.items() if name != mark}
        self.edits.append((start, end, _tag(tag, {**rest, mark: None} if is_on else rest)))


def _tag(name: str, attrs: dict[str, str | None]) -> str:
    parts = (f" {each}" if value is None else f' {each}="{escape(value)}"' for each, value in attrs.items())
    return f"<{name}{''.join(parts)}>"


def fill_form(
    source: str,
    *,
    is_form: Callable[[str], bool],
    marker: tuple[str, str],
    pairs: Iterable[tuple[str, str]] | None = None,
    photos: dict[str, str] | None = None,
    never: Collection[str] = (),
    before: str = "",
) -> Filling:
    """Return a page with its form filled in.

    is_form: says of a form's action whether it is this one; the first with a field called `marker[0]` is taken, and that
    field gets the value `marker[1]`. pairs: names and values as posted; None to leave every field as it is. photos: HTML to
    put behind a file's field, by its name. never: names of fields that keep their values. before: HTML in front of the form.
    """
    pairs = None if pairs is None else list(pairs)
    filler = _Filler(
        source, is_form=is_form, pairs=pairs, marker=marker, photos=photos or {}, never=never, before=before
    )
    filler.feed(source)
    filler.close()
    if not filler.is_found:
        return Filling(source, list(pairs or []))
    out, at = [], 0
    for start, end, text in sorted(filler.edits, key=lambda edit: edit[:2]):
        out += [source[at:start], text]
        at = end
    left = [pair for pair in pairs or [] if pair not in filler.taken and pair[0] not in never]
    return Filling("".join([*out, source[at:]]), left, is_found=True, action=filler.found_action)
