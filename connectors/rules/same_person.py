"""The answers of a user who was asked whether rows of a list are residents whom the team knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from communities.row_keys import uuid_of
from connectors.models import Person

UNANSWERED = _("Nothing has been saved yet. Choose for each row whether it is someone you know already.")

#: The answer that a row is somebody new; the others are a resident's UUID, or "row:" and an earlier row of the list.
NEW = "new"
_ROW = "row:"
#: How a page names the answers: "same-12" for row 12, and this for all rows without one.
PREFIX, REST = "same-", "same-rest"


@dataclass(frozen=True)
class NewPerson:
    """Somebody who is added with what they are named in: by a name, after the page had shown who else it may be.

    uuid: of the new record, the same each time the page is sent. others: residents who look alike and are somebody else.
    """

    name: str
    uuid: UUID
    others: tuple[Person, ...] = ()


@dataclass(frozen=True)
class Answers:
    """What was said of each row, by its number; `rest` says that all the others are new."""

    by_row: Mapping[int, str] = field(default_factory=dict)
    rest_is_new: bool = False

    def of(self, number: int) -> str:
        """Return the answer for a row, or an empty one."""
        return self.by_row.get(number, "") or (NEW if self.rest_is_new else "")

    def is_new(self, number: int) -> bool:
        """Return whether a row is somebody new."""
        return self.of(number) == NEW

    def person(self, number: int) -> UUID | None:
        """Return the UUID of the resident whom a row is about."""
        return uuid_of(self.of(number))

    def row(self, number: int) -> int | None:
        """Return the number of the earlier row that a row is the same as."""
        said = self.of(number).removeprefix(_ROW)
        return int(said[:9]) if self.of(number).startswith(_ROW) and said[:9].isdecimal() else None


def answers_in(data: Mapping[str, str]) -> Answers:
    """Return the answers in what a page sent."""
    said = {name.removeprefix(PREFIX): text for name, text in data.items() if name.startswith(PREFIX)}
    return Answers({int(name[:9]): said[name] for name in said if name[:9].isdecimal()}, bool(data.get(REST)))


def row_answer(number: int) -> str:
    """Return the answer that a row is the same as an earlier one."""
    return f"{_ROW}{number}"
