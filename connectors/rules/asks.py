"""Rules of asks: who can write them, who met one, and the share that neighbours met. Pure; no writes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from communities.models import Role, Team, User
from connectors.models import Ask, WhoMet
from connectors.rules.records import Refusals, days_to_come

#: The field that names who met an ask, by the kind of who met it.
MET_BY_FIELDS: dict[str, str] = {WhoMet.NEIGHBOUR: "person", WhoMet.GROUP: "asset", WhoMet.SERVICE: "partner"}
#: Shorter words say too little to match an ask with a gift.
SHORTEST_WORD = 4
#: Words that are common in asks and say nothing about what was asked for.
EVERYDAY = frozenset(
    [
        "about",
        "again",
        "another",
        "anybody",
        "around",
        "asked",
        "back",
        "been",
        "before",
        "being",
        "borrow",
        "could",
        "does",
        "doing",
        "done",
        "every",
        "find",
        "from",
        "getting",
        "give",
        "going",
        "good",
        "hand",
        "have",
        "help",
        "home",
        "into",
        "just",
        "know",
        "like",
        "little",
        "look",
        "looking",
        "lots",
        "make",
        "many",
        "more",
        "much",
        "nearby",
        "other",
        "over",
        "people",
        "place",
        "please",
        "really",
        "some",
        "somebody",
        "someone",
        "something",
        "somewhere",
        "sometimes",
        "teach",
        "than",
        "that",
        "their",
        "them",
        "then",
        "there",
        "they",
        "thing",
        "things",
        "this",
        "time",
        "used",
        "very",
        "want",
        "wanted",
        "wants",
        "week",
        "weekly",
        "well",
        "what",
        "when",
        "where",
        "which",
        "while",
        "with",
        "would",
        "year",
        "your",
    ]
)


def can_write_ask(user: User, team: Team | int | None) -> bool:
    """Return whether a user may add asks and record who met them: builders and managers."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_delete_ask(user: User, team: Team | int | None) -> bool:
    """Return whether a user may delete an ask recorded by mistake: the team's managers."""
    return user.has_role(team, Role.MANAGER)


@dataclass(frozen=True)
class Share:
    """How many asks were met, and how many of them by neighbours. `smallest` is the lowest count with a percentage."""

    met: int
    by_neighbours: int
    smallest: int

    @property
    def percent(self) -> Decimal | None:
        """Return the percentage met by neighbours, to one decimal place; None when too few were met.

        Source: asks met by neighbours / asks met by anybody. Open and closed asks count in neither.
        """
        if self.met < max(self.smallest, 1):
            return None
        return (Decimal(100) * self.by_neighbours / self.met).quantize(Decimal("0.1"))


def can_read_asks(user: User, team: Team | int | None) -> bool:
    """Return whether a user may read asks, and so all their numbers: builders and managers. Others only count them."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def refusals_of_ask(values: Mapping[str, object], *, today: date) -> Refusals:
    """Return the errors of an ask, by field.

    It refuses dates in the future, an ask met before it was asked, met by the person who asked, or by a row of another
    kind than `met_by`.
    """
    found = days_to_come(values, ("asked_on", "met_on", "closed_on"), today)
    asked, met = values.get("asked_on"), values.get("met_on")
    if isinstance(asked, date) and isinstance(met, date) and met < asked and "met_on" not in found:
        found["met_on"] = _("That is before it was asked.")
    if values.get("met_by_person") is not None and values["met_by_person"] == values.get("person"):
        found["met_by_person"] = _("This is the person who asked. Choose who met it.")
    kind = MET_BY_FIELDS.get(str(values.get("met_by") or ""))
    for other in MET_BY_FIELDS.values():
        if other != kind and values.get(f"met_by_{other}") is not None:
            found[f"met_by_{other}"] = _("This does not fit who met it.")
    return found


def who_met(ask: Ask) -> object | None:
    """Return the neighbour, group or service who met an ask; None when it is unknown which."""
    return ask.met_by_person or ask.met_by_asset or ask.met_by_partner


def significant_words(text: str) -> frozenset[str]:
    """Return the significant words of an ask or a gift: long enough, not everyday, without a plural s."""
    words = (word for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) >= SHORTEST_WORD)
    return frozenset(word.removesuffix("s") for word in words if word not in EVERYDAY)
