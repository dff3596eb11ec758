"""What a text that was written before somebody was erased still says about them, found by digests of what was erased."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from communities.mentions import Mentions
from communities.models import Team
from connectors.models import ErasedName
from connectors.rules import erased_names as rules

#: When something was written is known to within the time that sending it took: this long after an erasure counts as before.
SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class ErasedSince:
    """What was erased in a team since something was written: the residents, by the digests of what identified them."""

    people: dict[str, int] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()

    def mentions(self, texts: Iterable[str]) -> Mentions:
        """Return what these texts contain of the erased residents, as it is written there."""
        return rules.together([rules.mentions_in(text, self._is_erased()) for text in texts])

    def parts(self, texts: Iterable[str]) -> set[str]:
        """Return the words with a capital that are part of the name of one of the erased residents."""
        return {part for text in texts for part in rules.parts_in(text, self._is_erased())}

    def people_named(self, mentions: Mentions, parts: Collection[str]) -> frozenset[int]:
        """Return the primary keys of the erased residents who were called so."""
        told = {
            rules.NAME: mentions.names, rules.STREET: mentions.streets, rules.PHONE: mentions.phones,
            rules.EMAIL: mentions.emails, rules.PART: parts,
        }  # fmt: skip
        found = (self._person(kind, text) for kind, texts in told.items() for text in texts)
        return frozenset(person for person in found if person is not None)

    def _is_erased(self) -> Callable[[str, str], bool]:
        return lru_cache(maxsize=None)(lambda kind, text: self._person(kind, text) is not None)

    def _person(self, kind: str, text: str) -> int | None:
        digests = (rules.digest_of(kind, text, secret=secret) for secret in self.secrets)
        return next((self.people[each] for each in digests if each in self.people), None)


def erased_since(*, team: Team, moment: datetime, secrets: Iterable[str]) -> ErasedSince | None:
    """Return what was erased in a team since a moment, or a little before; None if nobody was. One query."""
    rows = ErasedName.objects.filter(team=team, erased_at__gte=moment - SLACK).order_by("pk")
    people = dict(rows.values_list("digest", "person_id"))
    return ErasedSince(people, tuple(secrets)) if people else None
