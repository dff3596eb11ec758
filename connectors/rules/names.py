"""Who the names in a conversation refer to, and whose its gifts are: decided from the matches, never guessed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from communities.row_keys import uuid_of
from connectors.models import Person
from connectors.rules.name_keys import same_name
from connectors.rules.typed_names import apart_from_reach, in_natural_order, in_parts


@dataclass(frozen=True)
class NameMatch:
    """The match of a typed name: one certain resident, several candidates, or (neither) somebody new.

    why: why it is asked about even without candidates, from `rules.typed_names.why_asked`.
    """

    name: str
    person: Person | None = None
    candidates: tuple[Person, ...] = field(default=())
    why: str = ""

    @property
    def is_unclear(self) -> bool:
        """Return whether the user must choose."""
        return bool(self.candidates) or bool(self.why and not self.person)

    @property
    def natural(self) -> str:
        """Return the name with the surname last."""
        return in_natural_order(self.name)

    @property
    def parts(self) -> list[str]:
        """Return the two names, if a comma is between them."""
        return in_parts(self.name)


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
        names = {same_name(match.name) for match in self.unclear}
        if any(not each or same_name(each) in names for each in self.whose):
            return []
        return [match.name for match in self.unclear]

    def owners(self, whose: str) -> list[Person | str]:
        """Return everybody there who could own a gift, given its row's owner: one is certain, several are unclear."""
        said = same_name(tidy(whose)) if not uuid_of(whose) else whose
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
    there = {same_name(each) for each in (*(person.known_as for person in known), *typed, *new)}
    owners = [tidy(each) for each in whose]
    extra = {same_name(each): each for each in owners if each and not uuid_of(each) and same_name(each) not in there}
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

    before: residents already in the conversation saved under this UUID, by `same_name`; an unclear name among them
    refers to the same resident again.
    """
    people, names, unclear = list(known), list(new), []
    for match in matches:
        person = before.get(same_name(match.name)) if match.is_unclear else match.person
        if person is not None:
            people += [] if person in people else [person]
        elif match.is_unclear:
            unclear.append(match)
        else:
            names.append(match.name)
    return Resolution(met=(*people, *names), unclear=tuple(unclear), whose=tuple(tidy(each) for each in whose))


def _ways_to_say(who: Person | str) -> set[str]:
    """Return, as `same_name` compares it, what a gift's row can call somebody who was there."""
    if isinstance(who, str):
        return {same_name(who), same_name(apart_from_reach(who).name)}
    return {same_name(who.known_as), str(who.uuid)}
