"""Each app's personal data about residents. Connectors calls this, because it must not import the apps above it.

`settings.HOLDINGS` lists one class per app. Connectors calls each of them when a resident withdraws consent, when
a resident is about to be erased, and when they are erased.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from communities.free_text import Found
from communities.mentions import Mentions
from communities.models import Undoable, User


class Fate(StrEnum):
    """The effect of an erasure on some rows."""

    DELETED = "deleted"
    UNNAMED = "unnamed"
    KEPT = "kept"
    READ = "read"


def sentences(*parts: str) -> str:
    """Return the parts that are not empty, one after another, with a full stop after each that has no end of its own."""
    said = ""
    for part in filter(None, parts):
        has_end = said.rstrip("”’)").endswith((".", "!", "?", "…"))
        said = f"{said}{' ' if has_end else '. '}{part}" if said else part
    return said


@dataclass(frozen=True)
class Held:
    """Rows that belong to a resident, and the effect of erasing them. why: an explanation, or ""."""

    what: str
    count: int
    fate: Fate
    why: str = ""


@dataclass(frozen=True)
class Told:
    """A section of a resident's own sheet: what it is, and each row in words. They read it, so it says “you”."""

    what: str
    rows: tuple[str, ...]


class Page(NamedTuple):
    """The pages of a row: names of URL patterns that take its `key`, or that of the row that `via` leads to."""

    read: str
    edit: str = ""
    key: str = "uuid"
    via: str = ""


@dataclass(frozen=True)
class Erasing:
    """An erasure: the resident's main record, all their records, what names them, and the replacement for their name.

    by: the user who erases them. person: a `connectors.Person`, which this app must not import.
    """

    person: Any
    records: tuple[int, ...]
    team_id: int
    mentions: Mentions
    name: str
    by: User | None


class Holdings:
    """One app's personal data about residents. The methods do nothing here; apps override them."""

    #: Models ("app.model") and fields ("app.model.field") without text about residents.
    apart_from: ClassVar[Collection[str]] = ()
    #: Models about other people, where only a whole name, a phone number or an address counts.
    by_whole_name: ClassVar[Collection[str]] = ()
    #: Models whose rows cannot be changed, and the reason why they stay.
    kept: ClassVar[Mapping[str, str | Promise]] = {}
    #: Lookups from a model to the resident its rows belong to: `erase` removes their name there.
    own: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    #: Models where `erase` removes the name from every row that very likely contains it.
    emptied: ClassVar[Collection[str]] = ()
    #: Models of the app that point to a resident and stand on their sheet: in `tell`, or on the page itself.
    on_sheet: ClassVar[Collection[str]] = ()
    #: Models that point to a resident and do not stand on it, with the reason.
    off_sheet: ClassVar[Mapping[str, str]] = {}
    #: The pages of each model's rows.
    pages: ClassVar[Mapping[str, Page]] = {}

    def apply_refusal(self, *, person: Any, records: Collection[int], purpose: str, by: User | None) -> list[str]:
        """Apply a withdrawn consent in the caller's transaction, and return a sentence for each effect.

        person: the resident's main record, a `connectors.Person`; records: the primary keys of all their records; purpose: what they said no to;
        by: the user who recorded it, None if the resident did so themselves.
        """
        return []

    def held(self, *, records: Collection[int], team_id: int, mentions: Mentions) -> list[Held]:
        """Return the rows that belong to a resident, and the effect of erasing them."""
        return []

    def tell(self, *, records: Collection[int]) -> list[Told]:
        """Return what the app holds about a resident, for their own sheet; sections without rows are left out."""
        return []

    def erase(self, erasing: Erasing) -> list[Found]:
        """Erase a resident from their rows in the caller's transaction; return the rows that a person must still review."""
        return []

    def before_undo(self, refs: Mapping[str, Collection[int]]) -> Mapping[str, Mapping[int, int]]:
        """Lock rows that something undone points to, by label; return other primary keys to point to instead, by label.

        Raises: ValidationError if it must not be undone.
        """
        return {}

    def after_undo(
        self, *, undoable: Undoable, refs: Mapping[str, Collection[int]], rows: Collection[Model], by: User | None
    ) -> None:
        """Apply what changed since the rows were deleted, such as a refusal, in the caller's transaction."""

    def hide(self, erasing: Erasing, found: Collection[Found]) -> None:
        """Unpublish rows that very likely name the erased resident, until they are reviewed."""


@cache
def _load(paths: tuple[str, ...]) -> tuple[Holdings, ...]:
    return tuple(import_string(path)() for path in paths)


def all_holdings() -> tuple[Holdings, ...]:
    """Return an instance of every app's class, in the order of the settings."""
    return _load(tuple(settings.HOLDINGS))


def page_of(row: Model) -> tuple[str, str]:
    """Return the URLs of the pages that show and edit a row, each "" without such a page."""
    pages = {label: page for each in all_holdings() for label, page in each.pages.items()}
    page = pages.get(row._meta.label_lower)
    if page is None:
        return "", ""
    target = row
    for step in page.via.split("__") if page.via else ():
        target = getattr(target, step)
    kwargs = {page.key: getattr(target, page.key)} if page.key else {}
    return reverse(page.read, kwargs=kwargs), reverse(page.edit, kwargs=kwargs) if page.edit else ""


def remove_name(row: Model, mentions: Mentions, name: str) -> list[str]:
    """Replace the resident's name in a row's texts with `name`, without saving; return the names of changed fields.

    A field that contains nothing else is cleared if it can be blank.
    """
    changed = []
    for field in row._meta.concrete_fields:
        before = getattr(row, field.attname)
        if field.is_relation or field.choices or not isinstance(before, str) or not before:
            continue
        after = mentions.remove_name(before, name)[: field.max_length]
        if (
            after == name
            and field.blank
            or (after != before and isinstance(field, models.EmailField | models.URLField))
        ):
            after = ""
        if after != before:
            setattr(row, field.attname, after)
            changed.append(field.name)
    return changed
