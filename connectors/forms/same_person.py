"""The question whether somebody is a resident whom the team knows, as pages and previews ask it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext as _

from communities.models import Team, User
from connectors.models import Person
from connectors.queries.duplicates import Alike, look_alikes
from connectors.rules.same_person import NEW, PREFIX, row_answer
from connectors.rules.shown_names import name_for


class AsksWhoMixin:
    """The part of a form about one resident that asks whether it is somebody the team knows: `connectors/alike.html`.

    The form sets `team`, `user` and `person`, the resident whom it changes, or None.
    """

    #: The fields by which residents are compared; nobody is asked again while none of them changed.
    TELLING = ("known_as", "also_known_as", "neighbourhood", "street", "phone", "email")

    team: Team | None
    user: User
    person: Person | None
    alike: list[Alike] = []  # noqa: RUF012 - replaced, never changed

    def clean(self) -> dict:
        """Ask once whether it is one of those who look alike, unless the page already says that it is somebody else."""
        values = super().clean()
        if self.team and (self.person is None or set(self.TELLING) & set(self.changed_data)):
            self.alike = [each for each in self._look_alikes(values) if each.person.uuid != values.get("uuid")]
        if self.alike and not self.is_somebody_else:
            self.add_error(
                None,
                forms.ValidationError(
                    _(
                        "Nothing is saved yet. Is it one of the people shown below the name? If not, tick “No, "
                        "someone else”."
                    ),
                    code="alike",
                ),
            )
        return values

    def _look_alikes(self, values: dict) -> list[Alike]:
        text = {name: values.get(name) or "" for name in ("street", "phone", "email")}
        return look_alikes(
            user=self.user,
            team=self.team,
            names=tuple(self._name(values, name) for name in ("known_as", "also_known_as")),
            neighbourhood=values.get("neighbourhood"),
            besides=self.person,
            **text,
        )

    def _name(self, values: dict, name: str) -> str:
        """Return a name as typed, or as recorded where the user is not shown it."""
        return values.get(name) or "" if name in self.fields else getattr(self.person, name)

    @property
    def alike_key(self) -> str:
        """Return what the tick "No, somebody else" refers to: the residents shown, by UUID."""
        return ",".join(str(each.person.uuid) for each in self.alike)

    @property
    def is_somebody_else(self) -> bool:
        """Return whether the tick was set for all of those that would be shown now."""
        said = set(self.data.get("not_these", "").split(",")) - {""}
        return bool(said) and {str(each.person.uuid) for each in self.alike} <= said

    @property
    def others(self) -> list[Person]:
        """Return the residents of whom the page said that they are somebody else."""
        return [each.person for each in self.alike] if self.is_somebody_else else []


@dataclass(frozen=True)
class Option:
    """An answer: its form value, whom it names, what tells them from others, and what they have in common."""

    value: str
    label: str
    told_apart: str = ""
    because: str = ""


@dataclass(frozen=True)
class Question:
    """Who somebody is: the name of the form field, the question, and the answers to choose from."""

    name: str
    legend: str
    options: tuple[Option, ...] = field(default=())
    chosen: str = ""


def ask_about(
    *,
    user: User,
    number: int,
    called: str,
    alike: Iterable[Alike],
    rows: Iterable[tuple[int, str]] = (),
    chosen: str = "",
) -> Question:
    """Return the question about a row of a list, with the names that the user is shown.

    rows: number and name of the earlier rows that could be the same person. chosen: the answer given before.
    """
    known = [
        Option(str(each.person.uuid), name_for(user, each.person), each.person.told_apart, each.because)
        for each in alike
    ]
    earlier = [
        Option(row_answer(row), _("The same as row %(row)s: %(name)s") % {"row": row, "name": name})
        for row, name in rows
    ]
    new = Option(NEW, _("Someone new called %(name)s") % {"name": called})
    legend = _("Do you know %(name)s already?") % {"name": called}
    return Question(f"{PREFIX}{number}", legend, (*known, *earlier, new), chosen)
