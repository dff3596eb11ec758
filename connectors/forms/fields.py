"""Fields for use on a phone: people in one typed line, dates in one tap."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from communities.folding import visible
from communities.forms.days import refuse_earlier_page
from communities.models import User
from communities.widgets import SERVED, DefaultDay, served_day
from connectors.models import Person
from connectors.rules.name_keys import same_name
from connectors.rules.names import NameMatch
from connectors.rules.typed_names import in_natural_order, in_parts

#: What separates names: a comma, a semicolon, a new line, "and" (not after a title alone: "Mr and Mrs Patel"), a plus sign,
#: a slash, and in Welsh "a" or "ac" before a capital. `static/js/names.js` has the same.
_BETWEEN = re.compile(
    r"[,;\r\n]+"
    r"|(?<!\s)(?<!\b[Mm]r)(?<!\b[Mm]r\.)(?<!\b[Mm]rs)(?<!\b[Mm]rs\.)(?<!\b[Mm]s)(?<!\b[Mm]iss)(?<!\b[Dd]r)(?<!\b[Dd]r\.)"
    r"\s+(?:[Aa][Nn][Dd]|&|\+)\s+"
    r"|\s+/\s+"
    r"|\s+ac?\s+(?=[A-ZÀ-ÖØ-ÞŴŶ])"
)
_BETWEEN_WITH_MARKS = re.compile(f"({_BETWEEN.pattern})")
_COUPLE = re.compile(r"((?:mrs?|ms|miss|dr)\.?)\s+(?:and|&|\+)\s+((?:mrs?|ms|miss|dr)\.?)\s+(.+)", re.IGNORECASE)
#: Answers of the page: a new resident, no resident but a note, two people, one of the residents for this name.
_NEW, _NOTE, _TWO, _IS = "new:", "note:", "two:", "is:"


def split_names(typed: str) -> list[str]:
    """Return the names in a typed line, each once, without invisible characters: "Rose, Abdul and Mary" is three.

    "Mr and Mrs Patel" is "Mr Patel" and "Mrs Patel".
    """
    names = [name for part in _BETWEEN.split(typed) for name in _each_of_a_couple(visible(part))]
    return list({same_name(name): name for name in names if name}.values())


def pairs_in(typed: str) -> list[str]:
    """Return the pairs of single words with a comma between them, such as "Patel, Asha": one person or two?"""
    pieces = _BETWEEN_WITH_MARKS.split(typed)
    found = []
    for at in range(0, len(pieces) - 2, 2):
        one, mark, other = visible(pieces[at]), pieces[at + 1], visible(pieces[at + 2])
        if mark.strip() == "," and one and other and not {" "} & {*one, *other}:
            found.append(f"{one}, {other}")
    return found


def joined(names: Sequence[str], pairs: Iterable[str]) -> list[str]:
    """Return the names of a line with each of these pairs as one, from the first on."""
    found, pairs = list(names), {tuple(in_parts(pair)): pair for pair in pairs}
    at = 0
    while at < len(found) - 1:
        if pair := pairs.get((found[at], found[at + 1])):
            found[at : at + 2] = [pair]
        at += 1
    return found


def _each_of_a_couple(name: str) -> tuple[str, ...]:
    couple = _COUPLE.fullmatch(name)
    return (f"{couple[1]} {couple[3]}", f"{couple[2]} {couple[3]}") if couple else (name,)


@dataclass(frozen=True)
class Named:
    """The people a page names: known ones by UUID, new ones by name, and typed text not yet matched.

    asked: names that were unclear, for which the page offered a choice. settled: those of them that are among the known.
    notes: those that are nobody's name and belong into the text. apart: pairs such as "Patel, Asha" that are two people.
    """

    known: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    typed: str = ""
    asked: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.known or self.new or self.typed.strip() or self.asked or self.notes)

    def unanswered(self, people: Iterable[Person]) -> list[str]:
        """Return the asked names for which nobody was chosen among the known and the new people."""
        answered = {same_name(person.known_as) for person in people}
        answered |= {same_name(name) for name in (*self.new, *self.settled, *self.notes, *self.apart)}
        left = [
            name for name in self.asked if answered.isdisjoint((same_name(name), same_name(in_natural_order(name))))
        ]
        return [*left, *(part for pair in self.apart for part in in_parts(pair))]


class PeopleInput(forms.Widget):
    """Chips for the people named, a line to type more, and a choice for each unclear name.

    find: a function from UUIDs (text) to residents whom the user is allowed to name; reader: the user; both set by the form.
    unclear: the names to choose for, only to render the choices; set by the form.
    """

    template_name = "connectors/widgets/people.html"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs)
        self.find: Callable[[Iterable[str]], list[Person]] = lambda _uuids: []
        self.reader: User | None = None
        self.unclear: Sequence[NameMatch] = ()

    def value_from_datadict(self, data: MultiValueDict, files: MultiValueDict, name: str) -> Named:
        """Return the submitted value; a choice among unclear names counts as known or new."""
        said: dict[str, list[str]] = {_NEW: [], _NOTE: [], _TWO: [], _IS: [], "": []}
        for pick in filter(None, _list(data, f"{name}-pick")):
            kind = next((each for each in (_NEW, _NOTE, _TWO, _IS) if pick.startswith(each)), "")
            said[kind].append(pick.removeprefix(kind))
        meant = [each.partition(":")[::2] for each in said[_IS]]
        # A page that a phone has kept sends the UUID alone.
        known = [*_list(data, f"{name}-known"), *said[""], *(uuid for uuid, _name in meant)]
        return Named(
            known=tuple(dict.fromkeys(known)),
            new=tuple(split_names("\n".join([*_list(data, f"{name}-new"), *said[_NEW]]))),
            typed=data.get(name) or "",
            asked=tuple(_list(data, f"{name}-asked")),
            settled=tuple(called for _uuid, called in meant),
            notes=tuple(dict.fromkeys(said[_NOTE])),
            apart=tuple(said[_TWO]),
        )

    def value_omitted_from_data(self, data: MultiValueDict, files: MultiValueDict, name: str) -> bool:
        """Return whether the page had no such field at all."""
        return not any(key == name or key.startswith(f"{name}-") for key in data)

    def get_context(self, name: str, value: Named | None, attrs: dict | None) -> dict:
        """Add the chips and choices for the template."""
        value = value or Named()
        unclear = {same_name(match.name) for match in self.unclear}
        typed = value.typed
        if unclear:
            names = joined(split_names(typed), [match.name for match in self.unclear if len(match.parts) > 1])
            typed = ", ".join(each for each in names if same_name(each) not in unclear)
        context = super().get_context(name, typed, attrs)
        context["widget"] |= {
            "chips": self.find(value.known),
            "new_names": value.new,
            "asking": self.unclear,
            "reader": self.reader,
        }
        return context

    def format_value(self, value: object) -> str:
        """Return the typed line unchanged."""
        return str(value or "")


def _list(data: MultiValueDict, name: str) -> list[str]:
    return data.getlist(name) if hasattr(data, "getlist") else list(data.get(name, ()))


class PeopleField(forms.Field):
    """Who was there: `Named`, checked only for being well-formed; the form finds out who is meant."""

    widget = PeopleInput
    default_error_messages = {"broken": _("Someone in the list cannot be found. Choose again who was there.")}  # noqa: RUF012

    def to_python(self, value: Named | None) -> Named:
        """Return the value with its UUIDs in canonical form. Raises: ValidationError for a value that is not a UUID."""
        value = value or Named()
        try:
            return replace(value, known=tuple(str(UUID(each)) for each in value.known))
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["broken"], code="broken") from error

    def has_changed(self, initial: Named | None, data: Named | None) -> bool:
        """Return whether the people differ from the initial ones."""
        return (initial or Named()) != (data or Named())


@dataclass(frozen=True)
class QuickDay:
    """A date in one tap: its distance from today in days, and its label; None for no date."""

    days: int | None
    label: object = field(compare=False)

    def value(self) -> str:
        """Return the date as the page sends it, so that a page left open past midnight still means its own date."""
        return "" if self.days is None else (timezone.localdate() + timedelta(days=self.days)).isoformat()


TODAY = QuickDay(0, _("Today"))
YESTERDAY = QuickDay(-1, _("Yesterday"))
TOMORROW = QuickDay(1, _("Tomorrow"))
NEXT_WEEK = QuickDay(7, _("Next week"))
NO_DAY = QuickDay(None, _("No date yet"))


class DayPicker(forms.Widget):
    """A few dates to tap, and the calendar for any other."""

    template_name = "connectors/widgets/day.html"
    use_fieldset = True

    def __init__(self, quick: Iterable[QuickDay], attrs: dict | None = None) -> None:
        super().__init__(attrs)
        self.quick = tuple(quick)
        self.served: date | None = None

    def value_from_datadict(self, data: MultiValueDict, files: MultiValueDict, name: str) -> str | None:
        """Return the tapped date, or the calendar's if that was chosen or nothing was tapped."""
        tapped, typed = data.get(name), data.get(f"{name}-date") or ""
        served = served_day(
            {f"{name}{SERVED}": data.get(f"{name}{SERVED}") or ""}, name, value=data.get(f"{name}{SERVED}")
        )
        quick = {
            (served + timedelta(days=day.days)).isoformat() for day in self.quick if served and day.days is not None
        }
        self.served = served if tapped in quick else None
        return typed if tapped is None or tapped == "date" else tapped

    def value_omitted_from_data(self, data: MultiValueDict, files: MultiValueDict, name: str) -> bool:
        """Return whether the page had no such field at all."""
        return name not in data and f"{name}-date" not in data

    def get_context(self, name: str, value: date | str | None, attrs: dict | None) -> dict:
        """Add the options, one of them checked, and the calendar's date."""
        text = value.isoformat() if isinstance(value, date) else str(value or "")
        context = super().get_context(name, text, attrs)
        options = [{"value": day.value(), "label": day.label, "days": day.days} for day in self.quick]
        known = {option["value"] for option in options}
        other = text if text and text not in known else ""
        context["widget"] |= {
            "options": [{**option, "checked": option["value"] == text} for option in options],
            "is_other": bool(other),
            "served": text if isinstance(value, DefaultDay) else "",
            "other": other,
        }
        return context


class DayField(forms.DateField):
    """A date, tapped or from the calendar, as the device sends it (2026-05-20)."""

    def __init__(self, *, quick: Iterable[QuickDay], **kwargs: object) -> None:
        super().__init__(widget=DayPicker(quick), input_formats=["%Y-%m-%d"], **kwargs)

    def clean(self, value: object) -> date | None:
        """Return the day. Raises: ValidationError also for the day of an earlier page."""
        day = super().clean(value)
        refuse_earlier_page(self.widget)
        return day


def split_themes(typed: str) -> list[str]:
    """Return the themes in a typed line, each once: commas separate them, "and" does not ("arts and crafts")."""
    names = (" ".join(part.split()) for part in re.split(r"[,;\r\n]+", typed))
    return list({name.lower(): name for name in names if name}.values())
