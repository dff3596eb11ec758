"""Which two residents to introduce, how strong the grounds are, and how long a suggestion is dismissed. Pure."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from connectors.rules.asks import significant_words

#: Days for which "not now" dismisses a suggestion: three months.
DISMISSED_DAYS = 92
#: Metres between the places where two were met that count as near; metres beyond which no distance is given.
A_SHORT_WALK, TOO_FAR = 500, 5_000
#: The weight of each ground: a gift that meets an ask, a gift that meets a theme, a shared theme.
MEETS_ASK, MEETS_PASSION, SHARED = 5, 3, 2


@dataclass
class Known:
    """One resident: names of themes, offered gifts and open asks, both with their theme."""

    themes: set[str] = field(default_factory=set)
    gifts: set[tuple[str, str]] = field(default_factory=set)
    asks: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True)
class Ground:
    """What two residents have in common, counted and named: the grounds for introducing them.

    shared: themes of both. offers: (gift, theme) that the first offers and the second cares about; welcomes: the
    reverse. meets: (gift, ask) where the first offers what the second asked for; met: the reverse. same_street and
    same_neighbourhood say how near they live; metres is the distance between the places where they were met last.
    """

    shared: tuple[str, ...] = ()
    offers: tuple[tuple[str, str], ...] = ()
    welcomes: tuple[tuple[str, str], ...] = ()
    meets: tuple[tuple[str, str], ...] = ()
    met: tuple[tuple[str, str], ...] = ()
    same_street: bool = False
    same_neighbourhood: bool = False
    metres: int | None = None

    @property
    def common(self) -> int:
        """Return the weighted sum of the grounds, without nearness."""
        asks, passions = len(self.meets) + len(self.met), len(self.offers) + len(self.welcomes)
        return MEETS_ASK * asks + MEETS_PASSION * passions + SHARED * len(self.shared)

    @property
    def weight(self) -> int:
        """Return how strong the grounds are.

        A gift that meets an ask counts 5, one that meets a theme 3, a shared theme 2. Nearness adds 2 on one street, 1
        in one neighbourhood or met within a short walk of each other. Without another ground the weight is 0, however
        near they live.
        Source: the order in which this project's builders are asked to think: what was asked, what is loved, how near.
        """
        near = self.metres is not None and self.metres <= A_SHORT_WALK
        return self.common and self.common + (2 if self.same_street else 1 if self.same_neighbourhood or near else 0)


def has_ground(one: Known, other: Known) -> bool:
    """Return whether two residents have any ground; quicker than `common_ground`, and most pairs have none."""
    if not one.themes.isdisjoint(other.themes):
        return True
    if any(theme in other.themes for _gift, theme in one.gifts) or any(
        theme in one.themes for _g, theme in other.gifts
    ):
        return True
    return bool(_meeting(one.gifts, other.asks) or _meeting(other.gifts, one.asks))


def common_ground(
    one: Known, other: Known, *, same_street: bool = False, same_neighbourhood: bool = False, metres: int | None = None
) -> Ground:
    """Return what two residents have in common."""
    return Ground(
        shared=tuple(sorted(one.themes & other.themes)),
        offers=tuple(sorted(gift for gift in one.gifts if gift[1] in other.themes)),
        welcomes=tuple(sorted(gift for gift in other.gifts if gift[1] in one.themes)),
        meets=_meeting(one.gifts, other.asks),
        met=_meeting(other.gifts, one.asks),
        same_street=same_street,
        same_neighbourhood=same_neighbourhood,
        metres=metres,
    )


def meets(gift: tuple[str, str], ask: tuple[str, str]) -> bool:
    """Return whether a gift could meet an ask: they have the same theme, or a significant word in common."""
    if gift[1] and gift[1] == ask[1]:
        return True
    return not _telling(gift[0]).isdisjoint(_telling(ask[0]))


def _meeting(gifts: set[tuple[str, str]], asks: set[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    if not gifts or not asks:
        return ()
    return tuple(sorted((gift[0], ask[0]) for gift in gifts for ask in asks if meets(gift, ask)))


@lru_cache(maxsize=4096)
def _telling(text: str) -> frozenset[str]:
    return significant_words(text)


def dismissed_until(today: date) -> date:
    """Return the date on which a suggestion dismissed with "not now" returns."""
    return today + timedelta(days=DISMISSED_DAYS)


def rounded(metres: float) -> int | None:
    """Return a distance rounded to hundreds of metres; None beyond `TOO_FAR`."""
    return None if metres > TOO_FAR else round(metres / 100) * 100
