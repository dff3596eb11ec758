"""Street champions: the effect of importing a list, and who looks out for which street."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import batched, groupby

from django.utils.translation import gettext_lazy as _

from communities.folding import folded
from communities.models import Team, User
from connectors.models import ContactPreference, Person, Purpose
from connectors.queries.consent import said
from connectors.queries.duplicates import Alike
from connectors.queries.names import keys_of_anybody
from connectors.queries.same_person import alike_for_each
from connectors.rules.champions import ChampionRow, is_same_champion
from connectors.rules.duplicates import house_number, likeness, lives_elsewhere, street_key
from connectors.rules.name_keys import keys_of
from connectors.rules.people import phone_key
from connectors.rules.records import refuses_contact
from connectors.rules.same_person import Answers
from connectors.rules.shown_names import name_to_call_on

#: The possible fates of a row.
ASK, ADD, MARK, SAME, TWICE, PROBLEM = "ask", "add", "mark", "same", "twice", "problem"
FATES = {
    ADD: _("New resident and champion"),
    MARK: _("Already known, updated"),
    SAME: _("Already a champion, no change"),
    TWICE: _("Twice in this file, imported once"),
    ASK: _("May be someone you know: please choose"),
    PROBLEM: _("Cannot be imported"),
}
#: How many earlier rows of one name a row is compared with.
OF_ONE_NAME = 20
#: Rows compared and written together.
CHUNK = 500
#: The most champions that one team's page reads; Leeds has fewer streets.
MOST = 10_000
#: Streets on one page.
STREETS = 40
#: Fields of a known resident that a list can fill in if they are empty.
FILLS = ("street", "phone", "email")
#: Those of them that are contact details.
REACH = {"phone", "email"}


@dataclass
class Verdict:
    """The fate of one row, and why. `person` is whom it is about; `fills` the values it adds to their record.

    alike, like_rows: the residents and the earlier rows of the list that could be the same person; the user is asked.
    """

    row: ChampionRow
    fate: str
    person: Person | None = None
    notes: list[str] = field(default_factory=list)
    fills: dict[str, str] = field(default_factory=dict)
    alike: Sequence[Alike] = ()
    like_rows: Sequence[ChampionRow] = ()

    @property
    def label(self) -> str:
        """Return the fate as text for the page."""
        return str(FATES[self.fate])


class Judge:
    """Decide the fate of each row of a list for one team; about a dozen queries for every 500 rows. Writes nothing.

    answers: what the user said of rows that could be a resident whom the team knows.
    """

    def __init__(self, team: Team, answers: Answers | None = None) -> None:
        self.team, self.answers = team, answers or Answers()
        self._by_name: dict[str, list[ChampionRow]] = defaultdict(list)
        self._by_phone: dict[str, list[ChampionRow]] = defaultdict(list)
        self._claimed: dict[int, int] = {}

    def judge(self, rows: Iterable[ChampionRow]) -> Iterator[list[Verdict]]:
        """Yield the verdicts in the order of the rows, 500 at a time."""
        for chunk in batched(rows, CHUNK):
            known = self._known(chunk)
            fine = [row for row in chunk if not row.problem]
            alike = dict(zip(fine, alike_for_each(team=self.team, typed=[row.sketch for row in fine]), strict=True))
            yield [self._verdict(row, known, alike.get(row, ())) for row in chunk]

    def _known(self, rows: Iterable[ChampionRow]) -> dict[str, list[Person]]:
        """Return the residents whom rows could refer to, by the keys of their names and phone numbers."""
        kept = [row for row in rows if not row.problem]
        names, phones = {row.name_key for row in kept}, {row.phone_key for row in kept} - {""}
        people = Person.objects.filter(team=self.team).remembered()
        found: dict[int, Person] = {}
        for asked in (
            people.filter(name_key__in=names),
            people.filter(phone_key__in=phones).exclude(phone_key=""),
        ):
            found |= {person.pk: person for person in asked}
        by_key: dict[str, list[Person]] = defaultdict(list)
        for _pk, person in sorted(found.items()):
            by_key[person.name_key].append(person)
            if phone_key(person.phone):
                by_key[f"+{phone_key(person.phone)}"].append(person)
        return by_key

    def _verdict(self, row: ChampionRow, known: dict[str, list[Person]], alike: Sequence[Alike]) -> Verdict:
        notes = list(row.notes)
        if row.problem:
            return Verdict(row, PROBLEM, notes=[row.problem, *notes])
        seen = list(self._seen(row))
        before = next((each for each in seen if _same_row(row, each)), None)
        if before is not None:
            return _twice(row, before.number, notes)
        people = {person.pk: person for key in (row.name_key, f"+{row.phone_key}") for person in known.get(key, ())}
        person = next((each for each in people.values() if _same_person(row, each)), None)
        if person is not None or self.answers.is_new(row.number):
            return self._decided(row, person, notes)
        like_rows = [each for each in seen if _is_like(row, each)]
        if not alike and not like_rows:
            return self._decided(row, None, notes)
        same = self.answers.row(row.number)
        before = next((each for each in like_rows if each.number == same), None)
        if before is not None:
            return _twice(row, before.number, notes)
        meant = self.answers.person(row.number)
        chosen = next((each.person for each in alike if meant and each.person.uuid == meant), None)
        if chosen is not None:
            return self._decided(row, chosen, notes)
        self._remember(row)
        return Verdict(row, ASK, notes=notes, alike=alike, like_rows=like_rows)

    def _decided(self, row: ChampionRow, person: Person | None, notes: list[str]) -> Verdict:
        """Return the verdict on a row about this resident, or about somebody new."""
        self._remember(row)
        if person is None:
            return Verdict(row, ADD, notes=notes)
        if person.pk in self._claimed:
            return _twice(row, self._claimed[person.pk], notes, person)
        self._claimed[person.pk] = row.number
        fills = {name: getattr(row, name) for name in FILLS if getattr(row, name) and not getattr(person, name)}
        if refuses_contact(person) and fills.keys() & REACH:
            fills = {name: text for name, text in fills.items() if name not in REACH}
            notes.append(str(_("They asked not to be contacted, so the phone and email in this list are not saved.")))
        return Verdict(row, SAME if person.champion_since and not fills else MARK, person, notes, fills)

    def _remember(self, row: ChampionRow) -> None:
        for key in keys_of(row.name):
            self._by_name[key].append(row)
        self._by_phone[row.phone_key].append(row)

    def _seen(self, row: ChampionRow) -> Iterator[ChampionRow]:
        """Yield the earlier rows with one of the keys of this one, each once, of a frequent name the latest."""
        rows = [each for key in keys_of_anybody(row.name) for each in self._by_name.get(key, ())[-OF_ONE_NAME:]]
        if row.phone_key:
            rows += self._by_phone.get(row.phone_key, ())[-OF_ONE_NAME:]
        rows += [
            each for each in self._by_name.get(row.name_key, ()) if street_key(each.street) == street_key(row.street)
        ]
        yield from dict.fromkeys(rows)


def _twice(row: ChampionRow, number: int, notes: Sequence[str], person: Person | None = None) -> Verdict:
    return Verdict(row, TWICE, person, [str(_("The same as row %(row)s.") % {"row": number}), *notes])


def _is_like(row: ChampionRow, other: ChampionRow) -> bool:
    """Return whether an earlier row could be the same person: a list itself tells two people apart by their streets."""
    return likeness(row.sketch, other.sketch).is_possible and not lives_elsewhere(row.sketch, other.sketch)


def _same_row(row: ChampionRow, other: ChampionRow) -> bool:
    return is_same_champion(row, names=(other.name,), street=other.street, phone=other.phone)


def _same_person(row: ChampionRow, person: Person) -> bool:
    names = tuple(filter(None, (person.known_as, person.also_known_as)))
    return is_same_champion(row, names=names, street=person.street, phone=person.phone)


@dataclass(frozen=True)
class Street:
    """A street and its champions."""

    key: str
    name: str
    champions: tuple[Person, ...]


def champions_of(*, user: User, team: Team) -> list[Person]:
    """Return the team's champions, ten thousand at most, each with `agreed`, their answer to being contacted; one query."""
    rows = Person.objects.visible_to(user).filter(team=team).champions().select_related("neighbourhood")
    rows = rows.annotate(agreed=said(Purpose.CONTACT))
    return list(rows.order_by("known_as", "pk")[:MOST])


def streets_of(champions: Iterable[Person], *, words: str = "") -> list[Street]:
    """Return the streets of champions, by name; with `words`, those where each word is the start of a word.

    House numbers are ignored. Champions without a street come last, under an empty key.
    """
    asked = folded(words).split()
    by_street = sorted(champions, key=lambda each: (not street_key(each.street), street_key(each.street)))
    found = []
    for key, group in groupby(by_street, key=lambda each: street_key(each.street)):
        if all(any(part.startswith(word) for part in key.split()) for word in asked):
            people = sorted(group, key=lambda each: (_door(each.street), each.shown_as, each.pk))
            found.append(Street(key, _without_number(people[0].street), tuple(people)))
    return found


def called(person: Person, user: User) -> str:
    """Return the name by which a user is shown one of `champions_of`; anybody else counts as refusing contact."""
    refuses = getattr(person, "agreed", False) is False or person.contact_preference == ContactPreference.NO_CONTACT
    return name_to_call_on(user, person, refuses=refuses)


def _door(street: str) -> tuple[int, str]:
    number = house_number(street)
    digits = "".join(mark for mark in number if mark.isdigit())
    return int(digits or 0), number


def _without_number(street: str) -> str:
    number, rest = house_number(street), street.strip()
    first, _blank, after = rest.partition(" ")
    return after if number and folded(first).startswith(number[:1]) and first[:1].isdigit() else rest
