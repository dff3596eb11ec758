"""The spreadsheet of a model: its columns, its door, and how rows of a file match existing rows.

A subclass sets `model`, `fields` and, if files can be imported, `door`. An `id` refers to an existing row; without one, a row is
new. `team` is the team's short name; a manager of only one team can omit it. Texts that a spreadsheet would take for a
formula are exported with a leading apostrophe, which imports remove.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from communities.doors import Door
from communities.forms.amounts import is_money
from communities.lists import listed
from communities.models import Team, User
from communities.resources import columns as kinds
from communities.resources.books import mine

#: Rows fetched per batch.
CHUNK = 2_000


class Resource:
    """Export and import rows of the teams that `user` manages; without a user, no rows."""

    model: ClassVar[type[models.Model]]
    fields: ClassVar[Sequence[str]]
    #: Columns by name that replace those derived from the model's fields.
    columns_by_name: ClassVar[Mapping[str, kinds.Column]] = {}
    #: The door that writes imported rows; None if the model is only exported.
    door: ClassVar[Door | None] = None
    #: For models without a UUID: the columns that together identify a row of a team.
    natural: ClassVar[Sequence[str]] = ()
    #: Defaults for new rows whose cell is empty or missing.
    defaults: ClassVar[Mapping[str, object]] = {}
    #: Whether imports can change existing rows; False if they only add.
    changes_rows: ClassVar[bool] = True
    related: ClassVar[Sequence[str]] = ()
    prefetched: ClassVar[Sequence[str]] = ()

    def __init__(self, user: User | None = None):
        self.user = user
        self.columns = [self.columns_by_name.get(name) or column_of(self.model, name) for name in self.fields]
        self.by_name = {column.name: column for column in self.columns}

    # Out

    @property
    def headings(self) -> list[str]:
        """Return the headings of an export."""
        return ["id", *(heading for column in self.columns for heading in column.headings)]

    def rows(self) -> models.QuerySet:
        """Return the rows that can be exported, and referred to by `id`."""
        return mine(self.model._default_manager.all(), self.user)

    def mine(self, rows: models.QuerySet) -> models.QuerySet:
        """Return only the rows of the user's teams."""
        return rows.filter(pk__in=self.rows().order_by().values("pk"))

    def export(self, rows: models.QuerySet | None = None) -> Iterator[list[object]]:
        """Yield the cells of each row, only for rows of the user's teams."""
        found = self.rows() if rows is None else self.mine(rows)
        found = found.select_related(*self._related()).prefetch_related(*self._prefetched())
        for row in found.iterator(chunk_size=CHUNK):
            yield self.cells(row)

    def cells(self, row: models.Model) -> list[object]:
        """Return the cells of a row."""
        return [row.pk, *(cell for column in self.columns for cell in column.write(row))]

    def _related(self) -> list[str]:
        concrete = {field.name for field in self.model._meta.concrete_fields if field.many_to_one}
        return [*(name for name in self.by_name if name in concrete), *self.related]

    def _prefetched(self) -> list[str]:
        many = {field.name for field in self.model._meta.many_to_many}
        return [*(name for name in self.by_name if name in many), *self.prefetched]

    # In

    @property
    def incoming(self) -> list[kinds.Column]:
        """Return the columns that imports read."""
        return [column for column in self.columns if column.comes_back]

    @property
    def outgoing(self) -> list[kinds.Column]:
        """Return the export-only columns; an imported file can contain them, unchanged."""
        return [column for column in self.columns if not column.comes_back]

    def understood(self, headings: Sequence[str]) -> dict[str, str]:
        """Return {heading of the file: heading of an export}, ignoring case; labels are accepted too.

        Raises: ValidationError for unknown headings, because silently ignoring a column loses data.
        """
        known = {plain(heading): heading for heading in self.headings}
        for column in (*self.incoming, *self.outgoing):
            known.setdefault(plain(str(column.label)), column.headings[0])
        found = {heading: known.get(plain(heading), "") for heading in headings}
        unknown = [heading for heading, meant in found.items() if not meant]
        if unknown:
            raise ValidationError(
                _("Unknown headings: %(unknown)s. Use these headings: %(known)s."),
                code="unknown_headings",
                params={"unknown": listed(unknown), "known": listed(("id", *self._incoming_headings()))},
            )
        if len(set(found.values())) < len(found):
            twice = next(meant for meant in found.values() if list(found.values()).count(meant) > 1)
            raise ValidationError(
                _("Two columns are called “%(heading)s”. Delete one of them."),
                code="same_heading",
                params={"heading": twice},
            )
        return found

    def _incoming_headings(self) -> list[str]:
        return [heading for column in self.incoming for heading in column.headings]

    def tidy(self, cells: dict[str, str], *, is_new: bool) -> dict[str, str]:
        """Return a row's cleaned texts. Raises: ValidationError by column or as a whole."""
        return cells

    def is_in(self, values: dict[str, object]) -> bool:
        """Return whether a new row already exists in another form."""
        return False

    def ask_about(self, rows: Sequence[Any], answers: Mapping[str, str]) -> None:
        """Ask about new rows (`rehearsal.Judged`) that may already be there in another form, or apply the answers.

        answers: what the page sent. A row that needs one gets the fate ASK and a `question`.
        """

    def answered(self, answers: Mapping[str, str], rehearsal: Any | None) -> list[tuple[str, str]]:
        """Return (form field, answer) of the answers that the page (`rehearsal.Rehearsal`) does not ask for again."""
        return []

    def untouched(self, row: models.Model, name: str, cells: list[str]) -> bool:
        """Return whether cells that differ from a row's value are what an export of it would contain."""
        return False

    def values_for_new(self, values: dict[str, object]) -> dict[str, object]:
        """Return the values of a new row, with defaults for missing ones."""
        return {**{name: value for name, value in self.defaults.items() if values.get(name) in (None, "")}, **{
            name: value for name, value in values.items() if not (value in (None, "") and name in self.defaults)
        }}  # fmt: skip

    @property
    def name(self) -> str:
        """Return the singular name of a row."""
        return str(self.model._meta.verbose_name)

    @property
    def name_plural(self) -> str:
        """Return the plural name of the rows."""
        return str(self.model._meta.verbose_name_plural)


def plain(heading: str) -> str:
    """Return a heading in lower case, with single spaces for other characters and "email" for "e-mail"."""
    return kinds.without_hyphen(re.sub(r"[\W_]+", " ", heading).strip().casefold())


def column_of(model: type[models.Model], name: str) -> kinds.Column:
    """Return the column derived from a model's field."""
    field = model._meta.get_field(name)
    label = field.verbose_name
    if field.many_to_many:
        kind = kinds.ManyReferences if _has_uuid(field.related_model) else kinds.ManyNamed
        return kind(name, model=field.related_model, by=_names(field.related_model), label=label)
    if field.many_to_one:
        kind = kinds.Reference if _has_uuid(field.related_model) else kinds.Named
        return kind(name, model=field.related_model, by=_names(field.related_model), label=label)
    if field.choices:
        return kinds.Choice(name, choices=[each for each in field.flatchoices if each[0] is not None], label=label)
    match field:
        case models.BooleanField():
            return kinds.YesNo(name, label=label)
        case models.DateTimeField():
            return kinds.Shown(name, label=label)
        case models.DateField():
            return kinds.Day(name, may_be_empty=field.null, label=label)
        case models.DecimalField() if is_money(field):
            return kinds.Money(name, label=label)
        case models.DecimalField():
            return kinds.Number(name, label=label)
        case models.FloatField():
            return kinds.Number(name, kind=float, label=label)
        case models.IntegerField():
            return kinds.Number(name, is_whole=True, label=label)
        case models.UUIDField():
            return kinds.Shown(name, label=label)
    return kinds.Column(name, label=label)


def _has_uuid(model: type[models.Model]) -> bool:
    return any(field.name == "uuid" for field in model._meta.concrete_fields)


def _names(model: type[models.Model]) -> tuple[str, ...]:
    """Return the fields that identify a row of a model by name."""
    if model is Team:
        return ("slug", "name")
    if model is User:
        return ("email", "name")
    return next((each,) for each in ("name", "known_as", "title", "summary") if hasattr(model, each))


def incoming_cells(record: Mapping[str, str], meant: Mapping[str, str]) -> dict[str, str]:
    """Return a file's row by the headings of an export, with trimmed texts."""
    return {meant[heading]: trimmed(text) for heading, text in record.items()}


def trimmed(text: str) -> str:
    """Return a text without white space and zero-width characters at its ends."""
    return text.strip().strip("\u200b\u200c\u200d\u2060\ufeff\u202a\u202c\u200e\u200f").strip()


def is_blank(cells: Iterable[str]) -> bool:
    """Return whether all cells of a row are blank."""
    return not any(cells)
