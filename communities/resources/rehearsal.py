"""Preview an import: the result of each row, and the errors. Reads only."""

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from communities.models import Role, Team, User
from communities.queries.scope import team_id_of
from communities.resources.base import Resource, incoming_cells, is_blank
from communities.resources.books import CHUNK, Books, mine
from communities.resources.columns import Column
from communities.spreadsheets import read_rows


class Fate(StrEnum):
    """The result that a row would have."""

    NEW = "new"
    CHANGE = "change"
    SAME = "same"
    ASK = "ask"
    REFUSED = "refused"


@dataclass(slots=True)
class Judged:
    """A row of a file: its row number, its texts, its values, and its fate."""

    number: int
    cells: dict[str, str]
    fate: Fate = Fate.NEW
    values: dict[str, object] = field(default_factory=dict)
    row: models.Model | None = None
    uuid: UUID | None = None
    #: The current texts of the cells that change, by heading.
    before: dict[str, object] = field(default_factory=dict)
    #: Errors by heading; those of the whole row under "".
    refusals: dict[str, list[str]] = field(default_factory=dict)
    #: What a user must choose before anything is imported, as `connectors/which_resident.html` shows it.
    question: object | None = None

    def refuse(self, heading: str, error: ValidationError | str) -> None:
        """Add an error."""
        words = error.messages if isinstance(error, ValidationError) else [error]
        self.fate = Fate.REFUSED
        self.refusals.setdefault(heading, []).extend(words)

    def refuse_by_field(self, error: ValidationError | PermissionDenied) -> None:
        """Add the errors of fields, constraints or actions."""
        if isinstance(error, PermissionDenied):
            self.refuse("", str(error) or _("Your role in this team does not allow this."))
            return
        by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, words in by_field.items():
            for each in words:
                self.refuse("" if name == NON_FIELD_ERRORS else name, each)


@dataclass(slots=True)
class Rehearsal:
    """The preview of a file."""

    headings: list[str]
    rows: list[Judged]

    def count(self, fate: str) -> int:
        """Return how many rows have this fate."""
        return sum(row.fate == fate for row in self.rows)

    @property
    def refused(self) -> list[Judged]:
        """Return the refused rows."""
        return [row for row in self.rows if row.fate == Fate.REFUSED]

    @property
    def asked(self) -> list[Judged]:
        """Return the rows that may already be there in another form, and have no answer."""
        return [row for row in self.rows if row.fate == Fate.ASK]

    @property
    def to_write(self) -> list[Judged]:
        """Return the rows to be written."""
        return [row for row in self.rows if row.fate in (Fate.NEW, Fate.CHANGE)]


def rehearse(resource: Resource, data: bytes, answers: Mapping[str, str] | None = None) -> Rehearsal:
    """Return the preview of a file. Writes nothing.

    answers: what the page sent about rows that may already be there, for `Resource.ask_about`.
    Raises: ValidationError for a file that cannot be read as one table or has unknown headings.
    """
    sheet = read_rows(io.BytesIO(data))
    meant = resource.understood(sheet.headers)
    rows = [Judged(number, incoming_cells(record, meant)) for number, record in sheet.rows]
    rows = [row for row in rows if not is_blank(row.cells.values())]
    _Judge(resource, list(meant.values())).judge(rows, answers or {})
    return Rehearsal([meant[heading] for heading in sheet.headers], rows)


class _Judge:
    """Compares a file's rows with the stored rows."""

    def __init__(self, resource: Resource, headings: Sequence[str]):
        self.resource, self.user = resource, resource.user
        self.books = Books(resource.user)
        self.given = [column for column in resource.incoming if set(column.headings) & set(headings)]
        self.shown = [column for column in resource.outgoing if set(column.headings) & set(headings)]
        self.has_uuid = any(each.name == "uuid" for each in resource.model._meta.concrete_fields)

    def judge(self, rows: list[Judged], answers: Mapping[str, str]) -> None:
        for column in self.given:
            column.prepare(self.books, (self._cells(column, row) for row in rows))
        kept = self._kept(rows)
        for row in rows:
            self._find(row, kept)
            if row.fate != Fate.REFUSED:
                self._read(row)
        self._recognise([row for row in rows if row.row is None and row.fate == Fate.NEW])
        for row in rows:
            if row.row is None and row.fate == Fate.NEW and self.resource.is_in(row.values):
                row.fate = Fate.SAME
        self.resource.ask_about([row for row in rows if row.row is None and row.fate == Fate.NEW], answers)
        for row in rows:
            if row.fate in (Fate.NEW, Fate.CHANGE):
                self._ask(row)

    def _cells(self, column: Column, row: Judged) -> list[str]:
        return [row.cells.get(heading, "") for heading in column.headings]

    def _kept(self, rows: Iterable[Judged]) -> dict[int, models.Model]:
        """Return the stored rows that the file refers to by `id`."""
        ids = sorted({int(text[:18]) for row in rows if (text := row.cells.get("id", "")).isdecimal()})
        found: dict[int, models.Model] = {}
        for start in range(0, len(ids), CHUNK):
            rows_of = self.resource.rows().filter(pk__in=ids[start : start + CHUNK])
            rows_of = rows_of.select_related(*self.resource._related()).prefetch_related(*self.resource._prefetched())
            found |= {row.pk: row for row in rows_of}
        return found

    def _find(self, judged: Judged, kept: Mapping[int, models.Model]) -> None:
        text = judged.cells.get("id", "")
        if not text:
            return
        if not self.resource.changes_rows:
            judged.refuse("id", _("Imports can only add here. Leave “id” empty."))
            return
        judged.row = kept.get(int(text[:18])) if text.isdecimal() else None
        if judged.row is None:
            judged.refuse("id", _("None of your teams has a %(model)s with this id.") % {"model": self.resource.name})
        judged.fate = Fate.CHANGE if judged.row else judged.fate

    def _read(self, judged: Judged) -> None:
        """Parse the texts into values; for an existing row, only those that differ."""
        team = self._team(judged)
        if judged.fate == Fate.REFUSED:
            return
        try:
            judged.cells = self.resource.tidy(judged.cells, is_new=judged.row is None)
        except ValidationError as error:
            judged.refuse_by_field(error)
            return
        self._check_shown(judged)
        for column in self.given:
            cells = self._cells(column, judged)
            if column.name == "team" or (judged.row is not None and self._is_untouched(judged.row, column, cells)):
                continue
            try:
                value = column.read(cells, self.books, team)
            except ValidationError as error:
                judged.refuse(column.headings[0], error)
                continue
            if judged.row is not None and value == column.value(judged.row):
                continue
            if any(not self._belongs(each, team) for each in (value if isinstance(value, set) else [value])):
                judged.refuse(column.headings[0], _("This belongs to another team."))
            judged.values[column.name] = value
            if judged.row is not None:
                judged.before.update(zip(column.headings, column.write(judged.row), strict=True))
        if judged.row is not None and not judged.values and judged.fate == Fate.CHANGE:
            judged.fate = Fate.SAME
        if judged.row is None and judged.fate == Fate.NEW:
            judged.values = self.resource.values_for_new(judged.values)

    def _check_shown(self, judged: Judged) -> None:
        """Refuse changes in export-only columns."""
        for column in self.shown:
            cells = self._cells(column, judged)
            if any(cells) and (judged.row is None or not column.same(judged.row, cells)):
                judged.refuse(column.headings[0], _("Kith calculates this, so it cannot be imported. Leave it empty."))

    def _is_untouched(self, row: models.Model, column: Column, cells: list[str]) -> bool:
        return column.same(row, cells) or self.resource.untouched(row, column.name, cells)

    def _team(self, judged: Judged) -> Team | None:
        """Return the row's team, and set it as a value of a new row. Refuse a missing or different team."""
        column = self.resource.by_name.get("team")
        if column is None or not column.comes_back:
            return None
        text = judged.cells.get("team", "")
        team = judged.row.team if judged.row is not None else None
        try:
            named = column.read([text], self.books, None) if text else team
        except ValidationError as error:
            judged.refuse("team", error)
            return None
        if team is not None and named != team:
            judged.refuse("team", _("This cannot be moved to another team."))
        if judged.row is None:
            teams = self.books.teams() if named is None else [named]
            if len(teams) != 1:
                judged.refuse("team", _("Enter a team that you manage."))
                return None
            named = judged.values["team"] = teams[0]
        if named is not None and not self.user.has_role(named, Role.MANAGER):
            judged.refuse("team", _("Enter a team that you manage."))
        return named

    def _belongs(self, value: object, team: Team | None) -> bool:
        if team is None or not isinstance(value, models.Model) or isinstance(value, Team):
            return True
        if isinstance(value, User):
            return self.books.is_member(value, team.pk)
        return team_id_of(value) in (None, team.pk)

    def _recognise(self, rows: list[Judged]) -> None:
        """Match rows that the same file has already imported."""
        if self.resource.natural:
            self._recognise_by_name(rows)
        elif self.has_uuid:
            self._recognise_by_uuid(rows)

    def _recognise_by_uuid(self, rows: list[Judged]) -> None:
        seen: Counter[str] = Counter()
        by_uuid: dict[UUID, Judged] = {}
        for judged in rows:
            said = _said(self.resource.model, judged.cells, judged.values.get("team"))
            numbers = [
                number_of(said, seen[said], key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
            ]
            judged.uuid = numbers[0]
            by_uuid |= dict.fromkeys(numbers, judged)
            seen[said] += 1
        uuids = sorted(by_uuid)
        everyone = getattr(self.resource.model, "everyone", self.resource.model._default_manager)
        for start in range(0, len(uuids), CHUNK):
            there = mine(everyone.all(), self.user).filter(uuid__in=uuids[start : start + CHUNK])
            for uuid in there.values_list("uuid", flat=True):
                by_uuid[uuid].fate = Fate.SAME

    def _recognise_by_name(self, rows: list[Judged]) -> None:
        natural = self.resource.natural
        if not rows:
            return
        columns = [self.resource.by_name[name] for name in natural]
        kept: dict[tuple, models.Model] = {}
        related = self.resource._related()
        for row in self.resource.rows().select_related(*related).prefetch_related(*self.resource._prefetched()):
            kept[tuple(_key(column.value(row)) for column in columns)] = row
        seen: dict[tuple, int] = {}
        for judged in rows:
            key = tuple(_key(judged.values.get(name)) for name in natural)
            if key in seen:
                judged.refuse(natural[-1], _("This row is the same as row %(number)s.") % {"number": seen[key]})
            elif key in kept:
                self._compare(judged, kept[key])
            seen.setdefault(key, judged.number)

    def _compare(self, judged: Judged, row: models.Model) -> None:
        """Skip an identical existing row; refuse one with other values."""
        differs = [
            name for name, value in judged.values.items() if value != self.resource.by_name[name].value(row)
        ]  # fmt: skip
        if not differs:
            judged.fate, judged.row = Fate.SAME, row
            return
        judged.refuse(
            self.resource.natural[-1],
            _("There is already a %(model)s with this name. To change it, write %(id)s under “id”.")
            % {"model": self.resource.name, "id": row.pk},
        )

    def _ask(self, judged: Judged) -> None:
        """Validate fields, constraints and the door's refusals."""
        try:
            self.resource.door.judge(row=judged.row, values=judged.values, by=self.user)
        except ValidationError as error:
            judged.refuse_by_field(self.resource.door.renamed(error))


def _said(model: type[models.Model], cells: Mapping[str, str], team: Team | None) -> str:
    """Return the content of a new row as one text."""
    return repr((model._meta.label_lower, team and team.pk, sorted((k, v) for k, v in cells.items() if v)))


def number_of(said: str, before: int, key: str) -> UUID:
    """Return the UUID of a new row with the given content and number of identical rows `before` it.

    Keyed with a secret, because a row keeps its UUID after the resident is erased, and their name must not be
    guessable from it.
    """
    found = salted_hmac("communities.resources", f"{before} {said}", secret=key, algorithm="sha256")
    return UUID(bytes=found.digest()[:16], version=4)


def _key(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def changes(rehearsal: Rehearsal) -> Iterator[tuple[Judged, list[tuple[object, str]]]]:
    """Yield each row to be written, with (before, after) per heading, equal if unchanged."""
    for row in rehearsal.to_write:
        yield row, [(row.before.get(heading, row.cells[heading]), row.cells[heading]) for heading in rehearsal.headings]
