"""Entries of the list: a word or phrase, what to say instead, and why."""

from dataclasses import dataclass, field

#: The languages of the list, by the codes of the settings.
ENGLISH_CODE, WELSH_CODE = "en-gb", "cy"

#: Publications that name the words, or the principle behind avoiding them.
NESTA = "Asset-Based Community Development for Local Authorities, Nesta and Collaborate, 2020"
COVENTRY = "Empowering Communities Through Asset Based Working, Coventry City Council briefing note, 19 February 2014"
NETWORK = "Local Area Coordination in England and Wales, update of the Local Area Coordination Network, May 2020"


@dataclass(frozen=True)
class Entry:
    """One word or phrase: its forms, and alternatives whose forms are in the same order.

    not_after and not_before: neighbouring words that show another sense ("in case", "needs a ladder"). source: the
    published document that names the word, or states the principle that the reason applies; empty for a team's own
    words. reason_in_english: the reason in English, for entries whose reason is in another language. follows_noun: the
    alternatives stand behind the noun that the word stands before ("vulnerable man": "man going through a hard time").
    names_people: the word is a noun, and before another noun it is not one ("the poor", but "the poor weather").
    """

    forms: tuple[str, ...]
    alternatives: tuple[tuple[str, ...], ...]
    reason: str
    source: str = ""
    language: str = ENGLISH_CODE
    reason_in_english: str = ""
    not_after: frozenset[str] = field(default_factory=frozenset)
    not_before: frozenset[str] = field(default_factory=frozenset)
    follows_noun: bool = False
    names_people: bool = False

    @property
    def name(self) -> str:
        """Return the name by which a team or a user ignores the entry: its first form, as `key` gives it."""
        return key(self.forms[0])

    def alternatives_for(self, place: int) -> tuple[str, ...]:
        """Return the alternatives for the form at a position; the last form of a shorter one serves the rest."""
        return tuple(forms[min(place, len(forms) - 1)] for forms in self.alternatives)


#: Where phrases are compared, hyphens equal spaces and curly apostrophes straight ones.
_SAME = str.maketrans({"-": " ", "\u2010": " ", "\u2011": " ", "\u00a0": " ", "\u2019": "'"})


def key(words: str) -> str:
    """Return a phrase in lower case, its words separated by single spaces, with straight apostrophes."""
    return " ".join(words.translate(_SAME).split()).lower()


def entry(
    forms: str,
    *alternatives: str,
    reason: str,
    source: str,
    not_after: str = "",
    not_before: str = "",
    follows_noun: bool = False,
    names_people: bool = False,
) -> Entry:
    """Return an English entry from forms separated by `|`."""
    return Entry(
        forms=tuple(forms.split("|")),
        alternatives=tuple(tuple(words.split("|")) for words in alternatives),
        reason=reason,
        source=source,
        not_after=frozenset(not_after.split()),
        not_before=frozenset(not_before.split()),
        follows_noun=follows_noun,
        names_people=names_people,
    )
