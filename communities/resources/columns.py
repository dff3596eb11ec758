"""The columns of a spreadsheet: each writes a row's value as readable text, and reads it back exactly.

A relation is written by name. If names are not unique, a second column has the UUID, which takes precedence in imports.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from communities.forms.amounts import MoneyField
from communities.lists import listed
from communities.models import Team
from communities.resources.books import Books
from communities.row_keys import uuid_of
from communities.spreadsheets import plain

YES = frozenset(("yes", "y", "true", "1", "x", "✓"))
NO = frozenset(("no", "n", "false", "0", ""))
_SHOWN = 80
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)


def shown(text: str) -> str:
    """Return a text, shortened so that it can be quoted."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class Column:
    """A text. `name` is the action's argument and the heading; `label` is also accepted as a heading."""

    #: Whether imports read it; False for export-only columns.
    comes_back = True

    def __init__(self, name: str, *, label: object = "", comes_back: bool = True):
        self.name, self.label, self.comes_back = name, label, comes_back

    @property
    def headings(self) -> tuple[str, ...]:
        """Return the headings of this column."""
        return (self.name,)

    def value(self, row: models.Model) -> object:
        """Return the value of a row, in the form that `read` returns."""
        return getattr(row, self.name)

    def write(self, row: models.Model) -> tuple[object, ...]:
        """Return a row's cells, one per heading."""
        return (self.value(row),)

    def prepare(self, books: Books, cells: Iterable[Sequence[str]]) -> None:
        """Fetch, in few queries, all rows that the file refers to in this column."""

    def read(self, cells: Sequence[str], books: Books, team: Team | None) -> object:
        """Return the value of the cells. Raises: ValidationError."""
        return cells[0]

    def same(self, row: models.Model, cells: Sequence[str]) -> bool:
        """Return whether the cells equal an export of the row."""
        return [str(plain(cell)) for cell in self.write(row)] == list(cells)


class Choice(Column):
    """One of several choices, by value or label."""

    def __init__(self, name: str, *, choices: Sequence[tuple[str, object]], **options: object):
        super().__init__(name, **options)
        self.choices = [(str(value), label) for value, label in choices]

    def read(self, cells: Sequence[str], books: Books, team: Team | None) -> str:
        """Return the choice. Raises: ValidationError that lists all choices."""
        word = _plain(cells[0])
        for value, label in self.choices:
            if word in (_plain(value), _plain(label)):
                return value
        allowed = ", ".join(value for value, _label in self.choices if value)
        raise ValidationError(
            _("“%(word)s” is not one of the choices. Choose %(allowed)s.")
            if word
            else _("This is empty. Choose %(allowed)s."),
            code="no_choice",
            params={"word": shown(cells[0]), "allowed": allowed},
        )


def without_hyphen(words: str) -> str:
    """Return words in lower case with "email" for "e mail", because many spreadsheets write "E-mail"."""
    return re.sub(r"\be mail", "email", words)


def _plain(text: object) -> str:
    return without_hyphen(re.sub(r"[\s_-]+", " ", str(text)).strip().casefold())


class YesNo(Column):
    """Yes or no; an empty cell means no."""

    def read(self, cells: Sequence[str], books: Books, team: Team | None) -> bool:
        """Return a boolean. Raises: ValidationError for anything else."""
        word = cells[0].casefold()
        if word in YES or word in NO:
            return word in YES
        raise ValidationError(_("“%(word)s” is neither yes nor no.") % {"word": shown(cells[0])}, code="not_yes_no")


class Number(Column):
    """An exact number; an empty cell means None. `is_whole` refuses fractions; `kind` is the type of the value."""

    def __init__(self, name: str, *, is_whole: bool = False, kind: type = Decimal, **options: object):
        super().__init__(name, **options)
        self.is_whole, self.kind = is_whole, kind

    def read(self, cells: Sequence[str], books: Books, team: Team | None) -> object:
        """Return the number. Raises: ValidationError if it is not a number."""
        if not cells[0]:
            return None
        text = cells[0].removeprefix("£").replace(",", "") if self.kind is Decimal or self.is_whole else cells[0]
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("nan")
        if not (number.is_finite() and abs(number) < 10**18):
            raise ValidationError(_("“%(word)s” is not a number.") % {"word": shown(cells[0])}, code="number")
        if self.is_whole and number != int(number):
            raise ValidationError(_("“%(word)s” is not a whole number.") % {"word": shown(cells[0])}, code="number")
        return int(number) if self.is_whole else self.kind(number)

    def same(self, row: models.Model, cells: Sequence[str]) -> bool:
        """Return whether the cells have the same number, ignoring trailing zeros."""
        try:
            return self.read(cells, None, None) == self.value(row)
        except ValidationError:
            return False


class Money(Number):
    """Pounds and pence as people type them in a form: £120, 1,250.00; an empty cell means None."""

    def read(self, cells: Sequence[str], books: Books, team: Team | None) -> Decimal | None:
        """Return the amount. Raises: ValidationError in the words of the form's field."""
        return MoneyField(required=False).clean(cells[0])


class Day(Column):
    """A date, such as 2026-05-20 or 20/05/2026."""

    def __init__(self, name: str, *, may_be_empty: bool = False, **options: object):
        super().__init__(name, **options)
        self.may_be_empty = may_be_empty

    def read(self, cells: Sequence[str], books: Books, team: Team | None) -> date | None:
        """Return the date. Raises: ValidationError if it is not a date."""
        if not cells[0] and self.may_be_empty:
            return None
        if found := _DAY.fullmatch(cells[0]):
            year, month, day, *other = found.groups()
            if year is None:
                day, month, year = other
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                pass
        raise ValidationError(
            _("“%(word)s” is not a date. Write it like 2026-11-21 or 21/11/2026.") % {"word": shown(cells[0])},
            code="day",
        )


class Shown(Column):
    """A computed text, export-only."""

    comes_back = False

    def __init__(self, name: str, text: object = None, **options: object):
        super().__init__(name, comes_back=False, **options)
        self.text = text

    def value(self, row: models.Model) -> object:
        """Return the text."""
        found = self.text(row) if self.text else getattr(row, self.name)
        return "" if found is None else str(found) if isinstance(found, models.Model) else found


class Named(Column):
    """A relation by the name of a row of the same team; a team by short name or name, a member by email."""

    def __init__(
        self,
        name: str,
        *,
        model: type[models.Model],
        by: Sequence[str] = ("name",),
        is_needed: bool = False,
        **options: object,
    ):
        super().__init__(name, **options)
        self.model, self.by, self.is_needed = model, by, is_needed

    def write(self, row: models.Model) -> tuple[object, ...]:
        """Return the name."""
        found = self.value(row)
        return ("" if found is None else getattr(found, self.by[0]),)

    def read(self, cells: Sequence[str], books: Books, team: Team | None) -> models.Model | None:
        """Return the named row. Raises: ValidationError, the same for a missing row and another team's row."""
        if not cells[0]:
            return None
        return self.one(cells[0], books, team)

    def one(self, text: str, books: Books, team: Team | None) -> models.Model:
        """Return the only row with this name. Raises: ValidationError for no row or several."""
        found = books.named(self.model, self.by, text, team)
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(
                _("“%(word)s” matches several: %(found)s. Write one of these instead."),
                code="several",
                params={"word": shown(text), "found": listed(sorted(getattr(each, self.by[-1]) for each in found))},
            )
        raise ValidationError(_unknown(text, self.model), code="not_yours")


def _unknown(text: str, model: type[models.Model]) -> str:
    return _("None of your teams has a %(model)s “%(word)s”.") % {
        "model": model._meta.verbose_name,
        "word": shown(text),
    }


class ManyNamed(Named):
    """Several relations by name, separated by commas; a name with a comma is in quotation marks."""

    def value(self, row: models.Model) -> set[models.Model]:
        """Return the rows."""
        return set(getattr(row, self.name).all())

    def write(self, row: models.Model) -> tuple[object, ...]:
        """Return the names in alphabetical order."""
        return (joined(sorted(getattr(each, self.by[0]) for each in self.value(row))),)

    def read(self, cells: Sequence[str], books: Books, team: Team | None) -> set[models.Model]:
        """Return the named rows. Raises: ValidationError that lists the missing ones."""
        return {self.one(text, books, team) for text in parted(cells[0])}


def joined(names: Iterable[str]) -> str:
    """Return names separated by commas; those with a comma or quotation mark are quoted."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(list(names))
    return line.getvalue().replace(",", ", ") if '"' not in line.getvalue() else line.getvalue()


def parted(text: str) -> list[str]:
    """Split names joined by `joined`; names on separate lines are accepted too."""
    try:
        found = [name for names in csv.reader(text.splitlines(), skipinitialspace=True) for name in names]
    except csv.Error:
        found = text.split(",")
    return [name.strip() for name in found if name.strip()]


class Reference(Named):
    """A relation by name and UUID: residents can share a name, and the UUID takes precedence."""

    @property
    def headings(self) -> tuple[str, ...]:
        """Return the headings of the name and the UUID."""
        return (self.name, f"{self.name}_uuid")

    def name_of(self, row: models.Model) -> str:
        """Return the name that an export shows."""
        return str(row)

    def names_of(self, row: models.Model) -> set[str]:
        """Return the names that a file can use for a row."""
        return {self.name_of(row).casefold(), str(getattr(row, self.by[0])).casefold()}

    def choice_of(self, row: models.Model) -> str:
        """Return a text that distinguishes a row from others with the same name."""
        return f"{self.name_of(row)} ({row.uuid})"

    def write(self, row: models.Model) -> tuple[object, ...]:
        """Return the name and the UUID."""
        found = self.value(row)
        return ("", "") if found is None else (self.name_of(found), str(found.uuid))

    def prepare(self, books: Books, cells: Iterable[Sequence[str]]) -> None:
        """Look up all names and UUIDs in a file."""
        names, uuids = set(), set()
        for name, uuid in cells:
            (uuids if uuid else names).add(uuid or name)
        books.fetch(self.model, self.by[0], names, uuids)

    def read(self, cells: Sequence[str], books: Books, team: Team | None) -> models.Model | None:
        """Return the row with the UUID, or otherwise with the name. Raises: ValidationError."""
        name, uuid = cells
        if not uuid:
            return self.by_name(name, books, team) if name else None
        found = self.by_uuid(uuid, books)
        if name and name.casefold() not in self.names_of(found):
            raise ValidationError(
                _("This UUID belongs to %(name)s, not “%(word)s”. Change one of them."),
                code="two_names",
                params={"word": shown(name), "name": self.name_of(found)},
            )
        return found

    def by_uuid(self, text: str, books: Books) -> models.Model:
        """Return the row with a UUID. Raises: ValidationError."""
        uuid = uuid_of(text)
        if uuid is None:
            raise ValidationError(_("“%(word)s” is not a UUID.") % {"word": shown(text)}, code="uuid")
        found = books.by_uuid(self.model, uuid)
        if found is None:
            raise ValidationError(_unknown(text, self.model), code="not_yours")
        return found

    def by_name(self, name: str, books: Books, team: Team | None) -> models.Model:
        """Return the only row with a name. Raises: ValidationError that lists several matches."""
        found = books.by_name(self.model, name, team)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_unknown(name, self.model), code="not_yours")
        raise ValidationError(
            _("“%(word)s” matches several: %(found)s. Write the UUID of the right one under “%(heading)s”."),
            code="several",
            params={
                "word": shown(name),
                "found": listed(self.choice_of(each) for each in found[:5]),
                "heading": self.headings[1],
            },
        )


class ManyReferences(Reference):
    """Several relations by name, with their UUIDs in the same order in a second column."""

    @property
    def headings(self) -> tuple[str, ...]:
        """Return the headings of the names and the UUIDs."""
        return (self.name, f"{self.name}_uuids")

    def value(self, row: models.Model) -> set[models.Model]:
        """Return the rows."""
        return set(getattr(row, self.name).all())

    def write(self, row: models.Model) -> tuple[object, ...]:
        """Return the names and the UUIDs, in the order of the names."""
        found = sorted(self.value(row), key=lambda each: (self.name_of(each), str(each.uuid)))
        return (joined(self.name_of(each) for each in found), joined(str(each.uuid) for each in found))

    def prepare(self, books: Books, cells: Iterable[Sequence[str]]) -> None:
        """Look up all names and UUIDs in a file."""
        names, uuids = set(), set()
        for name, uuid in cells:
            names.update(parted(name))
            uuids.update(parted(uuid))
        books.fetch(self.model, self.by[0], names, uuids)

    def read(self, cells: Sequence[str], books: Books, team: Team | None) -> set[models.Model]:
        """Return the rows with the UUIDs, and the rows of further names. Raises: ValidationError."""
        names = parted(cells[0])
        found = [self.by_uuid(text, books) for text in parted(cells[1])]
        for row in found:
            name = next((each for each in names if each.casefold() in self.names_of(row)), None)
            if name is not None:
                names.remove(name)
            elif cells[0]:
                raise ValidationError(
                    _("The UUID of %(name)s is here without the name. Change one of them."),
                    code="two_names",
                    params={"name": self.name_of(row)},
                )
        return {*found, *(self.by_name(name, books, team) for name in names)}
