"""Which two residents are worth introducing, how strong the grounds are, and for how long one is put aside. Pure."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from connectors.rules.asks import telling_words

#: Days for which "not now" puts a suggestion aside: three months.
ASIDE_DAYS = 92
#: Metres between the places where two were met that count as near; metres beyond which nothing is said of them.
A_SHORT_WALK, TOO_FAR = 500, 5_000
#: What each ground weighs: a gift that meets an ask, a gift that meets a passion, a passion that both share.
MEETS_ASK, MEETS_PASSION, SHARED = 5, 3, 2


@dataclass
class Known:
    """What is known of one resident: names of themes, gifts offered and asks still open, both with the theme they go with."""

    themes: set[str] = field(default_factory=set)
    gifts: set[tuple[str, str]] = field(default_factory=set)
    asks: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True)
class Ground:
    """What two residents have in common, counted and named: the grounds for introducing them.

    shared: themes both care about. offers: (gift, theme) that the first offers and the second cares about; welcomes: the
    other way round. meets: (gift, ask) where what the first offers is what the second asked for; met: the other way round.
    same_street and same_neighbourhood say how near they live; metres lie between the places where they were met last.
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
        """Return how much the two have in common, wherever they are: each ground counted with its weight."""
        asks, passions = len(self.meets) + len(self.met), len(self.offers) + len(self.welcomes)
        return MEETS_ASK * asks + MEETS_PASSION * passions + SHARED * len(self.shared)

    @property
    def weight(self) -> int:
        """Return how strong the grounds are: a gift that meets an ask counts 5, a passion 3, a shared passion 2, nearness 1 or 2.

        Nearness is 2 on one street, 1 in one neighbourhood or met within a short walk of each other. Nothing shared and
        nothing offered is no ground at all, however near they live.
        Source: the order in which this project's builders are asked to think: what was asked, what is loved, how near.
        """
        near = self.metres is not None and self.metres <= A_SHORT_WALK
        return self.common and self.common + (2 if self.same_street else 1 if self.same_neighbourhood or near else 0)


def has_ground(one: Known, other: Known) -> bool:
    """Return whether two residents have anything in common: most have nothing, and this is told sooner than what."""
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
    """Return whether a gift may meet an ask: they go with the same theme, or a telling word stands in both."""
    if gift[1] and gift[1] == ask[1]:
        return True
    return not _telling(gift[0]).isdisjoint(_telling(ask[0]))


def _meeting(gifts: set[tuple[str, str]], asks: set[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    if not gifts or not asks:
        return ()
    return tuple(sorted((gift[0], ask[0]) for gift in gifts for ask in asks if meets(gift, ask)))


@lru_cache(maxsize=4096)
def _telling(text: str) -> frozenset[str]:
    return telling_words(text)


def aside_until(today: date) -> date:
    """Return the day on which a suggestion put aside "not now" is made again."""
    return today + timedelta(days=ASIDE_DAYS)


def rounded(metres: float) -> int | None:
    """Return a distance to the next hundred metres; None when it is so far that it says nothing."""
    return None if metres > TOO_FAR else round(metres / 100) * 100
