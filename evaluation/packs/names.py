"""Names of residents in the texts of a pack: those of a story's own people are replaced, any other is found, erased ones too."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from communities.mentions import flat
from communities.models import Team
from connectors.capture.queries import secrets
from connectors.models import Person
from connectors.queries.erased_names import ErasedSince, erased_since
from connectors.queries.reviews import mentions_of_people

_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\D+")
#: The last digits by which a telephone number is found, however it is written.
_TAIL = 7
#: Before anybody was erased.
_EVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Name:
    """A word that very likely names a resident of the team, as written, and the title of its text.

    is_certain: a whole telephone number, email address or street address, which is nobody else's.
    """

    word: str
    where: str
    is_certain: bool


def without_names(texts: Mapping[str, str], people: Iterable[Person]) -> dict[str, str]:
    """Return texts of a story with "a neighbour" for the names of the people in it; several get letters, in this story only."""
    known = list(people)
    result = dict(texts)
    for number, person in enumerate(known):
        alias = _("a neighbour") if len(known) == 1 else _("neighbour %(letter)s") % {"letter": _letter(number)}
        mentions = mentions_of_people([person])
        result = {name: _begun(mentions.remove_name(text, alias), alias) for name, text in result.items()}
    return result


def names_in(team: Team, texts: Iterable[tuple[str, str]], *, apart_from: Iterable[str] = ()) -> list[Name]:
    """Return the names of residents in (where, text) pairs, each once for each text; three queries.

    apart_from: words that somebody said are not names here; whole telephone numbers and addresses are found all the same.
    """
    pairs = [(where, text) for where, text in texts if text]
    mentions = mentions_of_people(_perhaps_named(team, " ".join(text for _where, text in pairs)))
    erased = erased_since(team=team, moment=_EVER, secrets=secrets())
    allowed = {flat(word).casefold() for word in apart_from}
    found: dict[Name, None] = {}
    for where, text in pairs:
        for word in (*mentions.likely_in(text), *_of_erased(erased, text)):
            name = Name(word, where, any(map(str.isdecimal, word)) or "@" in word)
            if name.is_certain or flat(word).casefold() not in allowed:
                found[name] = None
    return list(found)


def _perhaps_named(team: Team, text: str) -> list[Person]:
    """Return the residents, merged records included, of whom some word, number or address could be in a text."""
    words = set(_WORD.findall(flat(text).casefold()))
    digits = _DIGITS.sub("", text)
    fields = ("known_as", "also_known_as", "street", "phone", "email")
    rows = Person.everyone.filter(team=team, erased_on__isnull=True).values_list("pk", *fields)
    near = [
        pk
        for pk, *values in rows.iterator(chunk_size=2000)
        if any(words.intersection(_WORD.findall(flat(value).casefold())) for value in values if value)
        or (len(tail := _DIGITS.sub("", values[3])[-_TAIL:]) == _TAIL and tail in digits)
    ]
    return list(Person.everyone.filter(pk__in=near).order_by("pk"))


def _of_erased(erased: ErasedSince | None, text: str) -> Iterator[str]:
    """Yield what a text contains of residents who were erased, of whom Kith has digests only."""
    if erased is not None:
        found = erased.mentions([text])
        yield from dict.fromkeys(
            (*found.names, *found.phones, *found.emails, *found.streets, *sorted(erased.parts([text])))
        )


def _letter(number: int) -> str:
    """Return A, B … Z, AA, AB …"""
    letter = chr(ord("A") + number % 26)
    return letter if number < 26 else f"{_letter(number // 26 - 1)}{letter}"


def _begun(text: str, alias: str) -> str:
    """Return a text in which an alias that begins a sentence has a capital."""
    return re.sub(
        rf"(^|[.!?…]\s+|\n\s*|[“\"]){re.escape(alias)}",
        lambda found: f"{found[1]}{alias[0].upper()}{alias[1:]}",
        text,
    )
