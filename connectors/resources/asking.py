"""Rows of a spreadsheet of residents that may be somebody the team knows: asked about, never doubled in silence."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from communities.models import Team
from communities.resources.rehearsal import Fate, Judged, Rehearsal
from connectors.forms.same_person import ask_about
from connectors.models import Person
from connectors.queries.duplicates import Alike
from connectors.queries.names import keys_of_anybody
from connectors.queries.same_person import alike_for_each
from connectors.rules.duplicates import Sketch, likeness, lives_elsewhere
from connectors.rules.name_keys import keys_of
from connectors.rules.people import phone_key
from connectors.rules.records import refuses_contact
from connectors.rules.same_person import PREFIX, Answers, answers_in

#: How many earlier rows of one name a row is compared with.
OF_ONE_NAME = 20
#: Values that a row fills in, if the resident whom it is about has none.
FILLS = (
    "also_known_as", "neighbourhood", "street", "phone", "email", "contact_preference", "connector_since", "told_on",
    "sign",
)  # fmt: skip
_REACH = ("phone", "email")


class AsksWho:
    """The part of a resource of residents that asks who a new row is."""

    def ask_about(self, rows: Sequence[Judged], answers: Mapping[str, str]) -> None:
        """Ask about rows that may be a resident whom the team knows, or an earlier row; apply the answers."""
        said = answers_in(answers)
        by_team: dict[Team, list[Judged]] = defaultdict(list)
        for row in rows:
            by_team[row.values["team"]].append(row)
        for team, some in by_team.items():
            earlier: dict[str, list[Judged]] = defaultdict(list)
            alike = alike_for_each(team=team, typed=[_sketch(row) for row in some])
            for row, found in zip(some, alike, strict=True):
                self._decide(row, found, earlier, said)
                for key in {key for name in _sketch(row).names for key in keys_of(name)}:
                    earlier[key].append(row)

    def answered(self, answers: Mapping[str, str], rehearsal: Rehearsal | None) -> list[tuple[str, str]]:
        """Return the answers that the page does not ask for again."""
        asked = {row.number for row in rehearsal.asked} if rehearsal else set()
        said = answers_in(answers)
        kept = [(f"{PREFIX}{number}", text) for number, text in said.by_row.items() if text and number not in asked]
        return [*kept, ("same-rest", "1")] if said.rest_is_new else kept

    def _decide(self, row: Judged, alike: list[Alike], earlier: Mapping[str, list[Judged]], said: Answers) -> None:
        like_rows = _like_rows(row, earlier)
        if not (alike or like_rows) or said.is_new(row.number):
            return
        meant, same = said.person(row.number), said.row(row.number)
        person = next((each.person for each in alike if meant and each.person.uuid == meant), None)
        before = next((each for each in like_rows if each.number == same), None)
        if person is not None:
            self._is(row, person)
        elif before is not None:
            _join(before, row)
        else:
            row.fate = Fate.ASK
            rows = [(each.number, str(each.values.get("known_as", ""))) for each in like_rows]
            row.question = ask_about(
                user=self.user,
                number=row.number,
                called=str(row.values.get("known_as", "")),
                alike=alike,
                rows=rows,
                chosen=said.by_row.get(row.number, ""),
            )

    def _is(self: Any, row: Judged, person: Person) -> None:
        """Make a row about a resident: it fills in what their record lacks, and adds themes."""
        fills = {name: row.values[name] for name in FILLS if row.values.get(name) and not getattr(person, name)}
        if refuses_contact(person):
            fills = {name: value for name, value in fills.items() if name not in _REACH}
        themes, known = row.values.get("themes") or set(), set(person.themes.all())
        if set(themes) - known:
            fills["themes"] = known | set(themes)
        row.row, row.values, row.fate = person, fills, Fate.CHANGE if fills else Fate.SAME
        for column in self.incoming:
            written = dict(zip(column.headings, column.write(person), strict=True))
            row.before |= written
            if column.name not in fills:
                row.cells |= {heading: str(text) for heading, text in written.items() if heading in row.cells}


def _sketch(row: Judged) -> Sketch:
    values: dict[str, Any] = row.values
    place = values.get("neighbourhood")
    return Sketch(
        names=tuple(name for each in ("known_as", "also_known_as") if (name := str(values.get(each) or ""))),
        street=str(values.get("street") or ""),
        phone_key=phone_key(str(values.get("phone") or "")),
        email=str(values.get("email") or ""),
        neighbourhood_id=place.pk if place else None,
    )


def _like_rows(row: Judged, earlier: Mapping[str, list[Judged]]) -> list[Judged]:
    """Return the earlier rows that could be the same person; a list itself tells two apart by their streets."""
    mine = _sketch(row)
    keys = {key for name in mine.names for key in keys_of_anybody(name)}
    found = {each.number: each for key in keys for each in earlier.get(key, ())[-OF_ONE_NAME:]}
    others = [each for _number, each in sorted(found.items()) if each.row is None and each.fate in (Fate.NEW, Fate.ASK)]
    alike = [each for each in others if likeness(mine, _sketch(each)).is_possible]
    return [each for each in alike if not lives_elsewhere(mine, _sketch(each))]


def _join(before: Judged, row: Judged) -> None:
    """Make a row the same as an earlier one, which gets the values that it lacks."""
    for name, value in row.values.items():
        before.values[name] = before.values.get(name) or value
    row.fate = Fate.SAME
