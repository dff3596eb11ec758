"""One suggestion of whom to introduce, and its reason in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from communities.columns import longest
from communities.models import User
from connectors.models import Introduction, Person
from connectors.rules.shown_names import name_for
from connectors.rules.suggestions import Ground

REASON_LENGTH = longest(Introduction, "reason")


@dataclass(frozen=True)
class Suggestion:
    """Two residents and why they might like to meet.

    reader: whom the suggestion is made to, who is shown the names accordingly. said: whose word it rests on, in sentences. spot: the place where both were last met, if it is one. uuid: for the introduction that one tap creates.
    """

    person: Person
    other: Person
    ground: Ground
    reader: User
    spot: str = ""
    said: tuple[str, ...] = ()
    uuid: UUID = field(default_factory=uuid4, compare=False)

    @property
    def reason(self) -> str:
        """Return the whole reason: "both care about growing food, we met them about 300 m apart, not yet introduced"."""
        return ", ".join([*self._grounds(self.reader), _("not yet introduced")])

    @property
    def grounds(self) -> str:
        """Return the reason as saved with the introduction, cut to its field; for any reader, so with initials."""
        return Truncator(", ".join(self._grounds(None))).chars(REASON_LENGTH)

    @property
    def cares(self) -> list[tuple[Person, str]]:
        """Return (resident, theme) of what the reason says that they care about."""
        both = [(each, theme) for theme in self.ground.shared[:2] for each in (self.person, self.other)]
        offered = [(self.other, theme) for _gift, theme in self.ground.offers[:1] if theme]
        welcomed = [(self.person, theme) for _gift, theme in self.ground.welcomes[:1] if theme]
        return list(dict.fromkeys([*both, *offered, *welcomed]))

    def _grounds(self, reader: User | None) -> list[str]:
        return [*_asked(self, reader), *_passions(self, reader), *_nearness(self)]


def _asked(found: Suggestion, reader: User | None) -> Iterable[str]:
    for giver, other, pairs in (
        (found.person, found.other, found.ground.meets),
        (found.other, found.person, found.ground.met),
    ):
        for gift, ask in pairs[:1]:
            words = _("%(name)s offers %(gift)s and %(other)s asked for “%(ask)s”")
            yield words % {
                "name": name_for(reader, giver), "gift": gift, "other": name_for(reader, other), "ask": ask
            }  # fmt: skip


def _passions(found: Suggestion, reader: User | None) -> Iterable[str]:
    shared, named = found.ground.shared[:2], {gift for gift, _ask in (*found.ground.meets[:1], *found.ground.met[:1])}
    for giver, other, gifts in (
        (found.person, found.other, found.ground.offers),
        (found.other, found.person, found.ground.welcomes),
    ):
        for gift, theme in [each for each in gifts if each[0] not in named][:1]:
            yield _offer(name_for(reader, giver), gift, name_for(reader, other), theme, shared)
    if shared:
        yield _("both care about %(themes)s") % {"themes": _(" and ").join(shared)}


def _offer(giver: str, gift: str, other: str, theme: str, shared: Iterable[str]) -> str:
    """Return what one offers; the other's theme is left out if it is named next as shared by both."""
    words = (
        _("%(name)s offers %(gift)s")
        if theme in shared
        else _("%(name)s offers %(gift)s and %(other)s cares about %(theme)s")
    )
    return words % {"name": giver, "gift": gift, "other": other, "theme": theme}


def _nearness(found: Suggestion) -> Iterable[str]:
    """Yield the closest nearness known: the street, the place both were met at, the distance, the neighbourhood."""
    metres = found.ground.metres
    if found.ground.same_street:
        yield _("both on %(street)s") % {"street": found.person.street}
    elif found.spot:
        yield _("both met at %(place)s") % {"place": found.spot}
    elif metres is not None:
        about = _("we met them about %(metres)s m apart") % {"metres": metres}
        yield about if metres else _("we met them less than 100 m apart")
    elif found.ground.same_neighbourhood:
        yield _("both in %(place)s") % {"place": found.person.neighbourhood}
