"""Who met an ask, and what may be said of how many neighbours met. Pure; no writes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from connectors.models import Ask, Meeter
from connectors.rules.records import TO_COME, Refusals

#: Which field names who met an ask, by who met it.
MEETERS = {Meeter.NEIGHBOUR: "person", Meeter.GROUP: "asset", Meeter.SERVICE: "partner"}
#: A word shorter than this says too little to match an ask with a gift.
SHORTEST_WORD = 4
#: Words that stand in many asks and say nothing of what was asked for.
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


@dataclass(frozen=True)
class Share:
    """How many asks were met, and how many of them by neighbours. `smallest` is the fewest of which a share is said."""

    met: int
    by_neighbours: int
    smallest: int

    @property
    def percent(self) -> Decimal | None:
        """Return the percentage met by neighbours, to one place; None when too few were met for it to mean anything.

        Source: asks met by neighbours / asks met by anybody. Asks that are open or were let go are in neither number.
        """
        if self.met < max(self.smallest, 1):
            return None
        return (Decimal(100) * self.by_neighbours / self.met).quantize(Decimal("0.1"))


def refusals_of_ask(values: Mapping[str, object], *, today: date) -> Refusals:
    """Return what is wrong with an ask, by field: days to come, met before it was asked, met by the one who asked."""
    days = ("asked_on", "met_on", "closed_on")
    found: Refusals = {name: TO_COME for name in days if isinstance(values.get(name), date) and values[name] > today}
    asked, met = values.get("asked_on"), values.get("met_on")
    if isinstance(asked, date) and isinstance(met, date) and met < asked and "met_on" not in found:
        found["met_on"] = _("That is before it was asked.")
    if values.get("met_by_person") is not None and values["met_by_person"] == values.get("person"):
        found["met_by_person"] = _("That is who asked. Who met it?")
    kind = MEETERS.get(values.get("met_by") or "")
    for other in MEETERS.values():
        if other != kind and values.get(f"met_by_{other}") is not None:
            found[f"met_by_{other}"] = _("This does not go with who met it.")
    return found


def meeter_of(ask: Ask) -> object | None:
    """Return the neighbour, group or service who met an ask, when it is known which."""
    return ask.met_by_person or ask.met_by_asset or ask.met_by_partner


def telling_words(text: str) -> frozenset[str]:
    """Return the words of an ask or a gift that tell what it is about: long enough, not everyday, without a plural s."""
    words = (word for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) >= SHORTEST_WORD)
    return frozenset(word.removesuffix("s") for word in words if word not in EVERYDAY)
