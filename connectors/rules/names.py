"""Who the names in a conversation refer to, and whose its gifts are: decided from the matches, never guessed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from communities.row_keys import uuid_of
from connectors.models import Person


@dataclass(frozen=True)
class NameMatch:
    """The match of a typed name: one certain resident, several candidates, or (neither) somebody new."""

    name: str
    person: Person | None = None
    candidates: tuple[Person, ...] = field(default=())

    @property
    def is_unclear(self) -> bool:
        """Return whether the user must choose."""
        return bool(self.candidates)


@dataclass(frozen=True)
class Resolution:
    """Who was there. met: residents, and the names of new ones; unclear: names for which the user must choose.

    whose: the owner given in each gift's row, in the order of the rows; "" where none is given.
    """

    met: tuple[Person | str, ...] = ()
    unclear: tuple[NameMatch, ...] = ()
    whose: tuple[str, ...] = ()

    @property
    def unclear_names_to_keep(self) -> list[str]:
        """Return the unclear names if the rest can be saved without them; none if a gift might belong to one."""
        names = {match.name.lower() for match in self.unclear}
        if any(not each or each.lower() in names for each in self.whose):
            return []
        return [match.name for match in self.unclear]

    def owners(self, whose: str) -> list[Person | str]:
        """Return everybody there who could own a gift, given its row's owner: one is certain, several are unclear."""
        said = tidy(whose).lower()
        return [who for who in self.met if not said or said in _ways_to_say(who)]


@dataclass(frozen=True)
class GiftHeard:
    """A gift heard in a conversation, and whose it is: a resident, or the name of a new resident in the same entry."""

    whose: Person | str
    name: str
    kind: str


def tidy(name: str) -> str:
    """Return a name with single spaces between its words and none around it."""
    return " ".join(name.split())


def names_to_match(
    *, typed: Sequence[str], known: Sequence[Person], new: Sequence[str], whose: Iterable[str]
) -> list[str]:
    """Return the names to look up: the typed ones, and those that only a gift's row gives.

    The owner of a gift was there too. A UUID in a gift's row belongs to somebody who is no longer in the conversation;
    it is not looked up as a name.
    """
    there = {person.known_as.lower() for person in known} | {str(person.uuid) for person in known}
    there |= {name.lower() for name in [*typed, *new]}
    owners = [tidy(each) for each in whose]
    extra = {each.lower(): each for each in owners if each and each.lower() not in there and not uuid_of(each)}
    return [*typed, *extra.values()]


def resolve_people(
    *,
    known: Sequence[Person],
    new: Sequence[str],
    matches: Iterable[NameMatch],
    before: Mapping[str, Person],
    whose: Iterable[str] = (),
) -> Resolution:
    """Return who was there: those chosen (`known`, `new`), and whom each match refers to.

    before: residents already in the conversation saved under this UUID, by lower-case name; an unclear name among them
    refers to the same resident again.
    """
    people, names, unclear = list(known), list(new), []
    for match in matches:
        person = before.get(match.name.lower()) if match.is_unclear else match.person
        if person is not None:
            people += [] if person in people else [person]
        elif match.is_unclear:
            unclear.append(match)
        else:
            names.append(match.name)
    return Resolution(met=(*people, *names), unclear=tuple(unclear), whose=tuple(tidy(each) for each in whose))


def _ways_to_say(who: Person | str) -> set[str]:
    """Return, in lower case, what a gift's row can call somebody who was there."""
    return {who.lower()} if isinstance(who, str) else {who.known_as.lower(), str(who.uuid)}
