"""Find what is not a name in a line of names: groups, descriptions, phone numbers, a surname first. Pure."""

import re
from dataclasses import dataclass

from communities.folding import APOSTROPHES, folded
from connectors.catalogue.surnames import SURNAMES
from connectors.rules.people import phone_key

#: Why a typed name is asked about although nobody has it.
DESCRIBED, SURNAME_FIRST, NO_NAME = "described", "surname-first", "no-name"

_EMAIL = re.compile(r"[^\s@<>(),]+@[^\s@<>(),]+\.[^\s@<>(),.]+")
_PHONE = re.compile(r"\+?\(?\d[\d\s().-]{7,}\d")
_FEWEST_DIGITS = 9
_COUNT = (
    r"\d+|two|three|four|five|six|seven|eight|nine|ten|a few|a couple of|some|several|many|both|all|lots of|dozens of"
)
#: "3 kids", "the Patels", "a lady with a dog", "her sister"; not "A Jones", an initial with a surname.
_GROUP = re.compile(rf"(?:(?i:{_COUNT}|the|my|our|her|his|their))\s+\S.*|(?i:an?|another|one)\s+(?-i:[a-z]).*")
#: "Peter's mum", "Grace's two boys".
_KIN = re.compile(rf".+[{APOSTROPHES}]s?\s+[a-z].*")


@dataclass(frozen=True)
class Typed:
    """A typed name without the phone number and the email address that stood beside it."""

    name: str
    phone: str = ""
    email: str = ""


def apart_from_reach(typed: str) -> Typed:
    """Return the name, the phone number and the email address in a text such as "Maud 0117 496 0123"."""
    if not any(sign.isdecimal() or sign == "@" for sign in typed):
        return Typed(typed)
    email = _EMAIL.search(typed)
    rest = typed.replace(email[0], " ") if email else typed
    phone = next((found[0] for found in _PHONE.finditer(rest) if len(phone_key(found[0])) >= _FEWEST_DIGITS), "")
    name = (
        " ".join((rest.replace(phone, " ") if phone else rest).split()).strip(" ,:;()<>") if phone or email else typed
    )
    return Typed(name, " ".join(phone.split()), email[0] if email else "")


def is_surname_first(name: str) -> bool:
    """Return whether a name has its surname first, before a comma."""
    return "," in name


def in_natural_order(name: str) -> str:
    """Return "Asha Patel" for "Patel, Asha", and any other name unchanged."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name


def in_parts(name: str) -> list[str]:
    """Return the two names in "Patel, Asha"."""
    return [part.strip() for part in name.split(",") if part.strip()]


def why_asked(name: str) -> str:
    """Return why a typed name must be asked about even if nobody has it; empty for a name."""
    if is_surname_first(name):
        return SURNAME_FIRST
    bare = apart_from_reach(name).name
    if not bare:
        return NO_NAME
    return DESCRIBED if _GROUP.fullmatch(bare) or _KIN.fullmatch(bare) else ""


def is_surname(word: str) -> bool:
    """Return whether a word alone is likely to be a surname."""
    return folded(word) in SURNAMES
