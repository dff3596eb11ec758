"""Whether two records could be one resident: pure functions on names, streets, phone numbers and email addresses.

No writes, no queries.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from communities.folding import folded
from connectors.catalogue.nicknames import other_names
from connectors.rules.name_keys import keys_of, name_key

#: How similar two first names must be, from 0 to 1, to count as one misspelt: one slip in six letters or more.
#: "Margaret"–"Margret" is 0.88 and "Jon"–"John" 0.75, "Mary"–"Mark" 0.75 and "Joan"–"John" 0.75: so short names allow
#: no slip.
ALIKE = 0.84
#: The score from which two records may be one resident, so that a user is asked.
POSSIBLE = 50

_STREET_ENDS = {
    "st": "street",
    "rd": "road",
    "ave": "avenue",
    "av": "avenue",
    "ln": "lane",
    "cl": "close",
    "dr": "drive",
}
_STREET_ENDS |= {"ct": "court", "cres": "crescent", "gdns": "gardens", "pl": "place", "sq": "square", "ter": "terrace"}


def street_key(street: str) -> str:
    """Return a street without its house numbers, "st" written out: "12 Mill St." and "mill street" give the same."""
    words = [word for word in folded(street).split() if not word[0].isdigit()]
    if len(words) > 1:
        words[-1] = _STREET_ENDS.get(words[-1], words[-1])
    return " ".join(words)


def house_number(street: str) -> str:
    """Return the first word that starts with a digit in a street address, such as "12b"; empty without one."""
    return next((word for word in folded(street).split() if word[0].isdigit()), "")


@dataclass(frozen=True)
class Sketch:
    """The data that two records are compared by: all names, where they live and how they are reached."""

    names: tuple[str, ...]
    street: str = ""
    phone_key: str = ""
    email: str = ""
    neighbourhood_id: int | None = None


@dataclass(frozen=True)
class Likeness:
    """How likely two records are one resident, 0 to 100, and why: name, spelling, nickname, street, phone, email."""

    score: int
    because: tuple[str, ...]

    @property
    def is_possible(self) -> bool:
        """Return whether it is worth asking a user."""
        return self.score >= POSSIBLE


def name_likeness(one: str, other: str) -> tuple[int, str]:
    """Return how similar two names are, 0 to 100, and why: name, nickname or spelling; (0, "") if they are not.

    | one            | other          | score | why      |
    |----------------|----------------|-------|----------|
    | Margaret Tate  | margaret  TATE | 100   | name     |
    | José           | Jose           | 100   | name     |
    | Mary-Ann       | Maryann        | 100   | name     |
    | Tate, Margaret | Margaret Tate  | 100   | name     |
    | Peggy          | Margaret       | 80    | nickname |
    | Bill Tate      | William Tate   | 80    | nickname |
    | Margaret T     | Margaret Tate  | 90    | name     |
    | Margret        | Margaret       | 70    | spelling |
    | Margaret       | Margaret Tate  | 65    | name     |
    | Peggy          | Margaret Tate  | 50    | nickname |
    | Mary           | Mark           | 0     |          |
    | Margaret Tate  | Margaret Bell  | 0     |          |

    A first name alone counts less against a first name with a surname; two different surnames are two people.
    """
    mine, theirs = folded(one), folded(other)
    if name_key(other) in keys_of(one):
        return 100, "name"
    if not mine or not theirs:
        return 0, ""
    first, _blank, last = mine.partition(" ")
    their_first, _blank, their_last = theirs.partition(" ")
    is_whole = bool(last) == bool(their_last)
    if last and their_last and not _same_last(last, their_last):
        return 0, ""
    if first == their_first:
        return (90 if is_whole else 65), "name"
    if their_first in other_names(first):
        return (80 if is_whole else 50), "nickname"
    if DamerauLevenshtein.normalized_similarity(first, their_first) >= ALIKE:
        return (70 if is_whole else 50), "spelling"
    return 0, ""


def _same_last(one: str, other: str) -> bool:
    """Return whether two surnames match: equal, one slip apart in a long one, or one the initial of the other."""
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return fuzz.ratio(one, other) >= 100 * ALIKE


def likeness(one: Sketch, other: Sketch) -> Likeness:
    """Return how likely two records are one resident.

    The highest likeness of their names, and 25 more for the same street (40, with a matching name, for the same phone
    number or email address). The same phone number or email address alone is 60: a household can share one. A street
    alone counts 0. Two different neighbourhoods subtract 20 from a name.
    """
    named, why = max((name_likeness(mine, theirs) for mine in one.names for theirs in other.names), default=(0, ""))
    because = [why] if why else []
    same_phone = bool(one.phone_key) and one.phone_key == other.phone_key
    same_email = bool(one.email) and one.email.casefold() == other.email.casefold()
    # Neighbours share a street, so most of those compared share nothing else: they need no more work.
    same_street = bool(named) and _share_street(one.street, other.street)
    score = named
    if same_phone or same_email:
        score = named + 40 if named else 60
    elif same_street:
        score += 25
    elif named and one.neighbourhood_id and other.neighbourhood_id and one.neighbourhood_id != other.neighbourhood_id:
        score -= 20
    because += [word for word, holds in (("phone", same_phone), ("email", same_email)) if holds]
    because += ["street"] if same_street else []
    return Likeness(min(score, 100), tuple(because))


def _share_street(one: str, other: str) -> bool:
    return bool(street_key(one)) and street_key(one) == street_key(other)


def is_reached_alike(one: Sketch, other: Sketch) -> bool:
    """Return whether two records have the same phone number or email address."""
    same_phone = bool(one.phone_key) and one.phone_key == other.phone_key
    return same_phone or (bool(one.email) and one.email.casefold() == other.email.casefold())


def lives_elsewhere(one: Sketch, other: Sketch) -> bool:
    """Return whether two rows of one list say that they live in different places, and are not reached in the same way."""
    if is_reached_alike(one, other):
        return False
    places = {one.neighbourhood_id, other.neighbourhood_id} - {None}
    streets = {street_key(one.street), street_key(other.street)} - {""}
    houses = {house_number(one.street), house_number(other.street)} - {""}
    return max(len(places), len(streets), len(houses)) > 1


def initials(names: Iterable[str]) -> set[str]:
    """Return the first letters of names and of the names they are short for."""
    firsts = {folded(name).partition(" ")[0] for name in names} - {""}
    return {each[0] for first in firsts for each in (first, *other_names(first))}
