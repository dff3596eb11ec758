"""Who prepares packs, who publishes them, for how long a link works, and what in words is a small number of people."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from communities.models import Role, Team, User

#: For how many days a link may work: a month, three months, half a year.
DAYS = (31, 91, 183)


def can_prepare_pack(user: User, team: Team | int | None) -> bool:
    """Return whether a person may choose what is in the team's packs, and read them: its managers and evaluators may."""
    return user.has_role(team, Role.MANAGER, Role.EVALUATOR)


def can_publish_pack(user: User, team: Team | int | None) -> bool:
    """Return whether a person may publish a pack: the team's managers may.

    The check of names says which words are names of residents. Evaluators, who are shown no names, could type names to find out.
    """
    return user.has_role(team, Role.MANAGER)


def can_link_pack(user: User, team: Team | int | None) -> bool:
    """Return whether a person may make and withdraw links to what was published: the team's managers and evaluators may."""
    return can_prepare_pack(user, team)


#: Numbers in words, by language: English, and the Welsh forms that stand before people.
_NUMBERS = {
    **{word: number for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"], start=1,
    )},
    "un": 1, "dau": 2, "dwy": 2, "tri": 3, "tair": 3, "pedwar": 4, "pedair": 4, "pum": 5, "chwe": 6, "saith": 7, "wyth": 8,
    "naw": 9, "deg": 10,
}  # fmt: skip
_PEOPLE = (
    r"residents?|neighbours?|people|persons?|wom[ae]n|men|man|famil(?:y|ies)|households?|child(?:ren)?|mothers?|fathers?|mums?|dads?|"
    r"parents?|carers?|volunteers?|tenants?|pensioners?|girls?|boys?|teenagers?|couples?|refugees?|veterans?|"
    r"b?preswylydd|b?phreswylydd|cymydog|gymydog|chymydog|[pbf]h?erson|o bobl|o drigolion|o gymdogion|[tdh]h?eulu|menyw|fenyw|dyn|ddyn"
)
_FEW = re.compile(
    rf"(?<![\w.,£])(?P<number>\d{{1,2}}|{'|'.join(_NUMBERS)})(?:\s+of\s+(?:the|our|these|those))?(?:\s+[^\W\d_]+){{0,2}}?\s+(?:{_PEOPLE})\b",
    re.IGNORECASE,
)

#: A team's threshold is 20 at most, so no number from here on is small.
FEWER_THAN = 20


@dataclass(frozen=True)
class Few:
    """A small number of people as it is written, and the title of the text it stands in."""

    word: str
    where: str


def few_in(text: str, threshold: int) -> Iterator[str]:
    """Yield what a text says of 1 to just below the threshold people, as it is written with single blanks, each once."""
    found = {}
    for match in _FEW.finditer(text):
        number = match["number"].casefold()
        value = int(number) if number.isdecimal() else _NUMBERS[number]
        if 0 < value < threshold:
            found[" ".join(match[0].split())] = None
    yield from found


def few_people(texts: Iterable[tuple[str, str]], threshold: int, *, apart_from: Iterable[str] = ()) -> list[Few]:
    """Return the small numbers of people in (where, text) pairs, without those that somebody said can be shown."""
    answered = {word.casefold() for word in apart_from}
    return [
        Few(word, where) for where, text in texts for word in few_in(text, threshold) if word.casefold() not in answered
    ]
