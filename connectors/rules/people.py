"""Who may read and write about residents and introductions, and which two are worth introducing. No writes."""

from collections.abc import Collection
from dataclasses import dataclass

from communities.models import Role, Team, User


def can_write_person(user: User, team: Team | int | None) -> bool:
    """Return whether a person may add and change residents, their gifts and introductions: builders and managers."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def phone_key(phone: str) -> str:
    """Return the last nine digits of a telephone number as typed: +44 117 496 0123 and 0117 496-0123 are one."""
    return "".join(mark for mark in phone if mark.isdecimal())[-9:]


@dataclass(frozen=True)
class Ground:
    """What two residents have in common, counted and named: the grounds for introducing them.

    shared: themes both care about. offers: (gift, theme) that the first offers and the second cares about; asks: the other
    way round. same_street and same_neighbourhood say how near they live.
    """

    shared: tuple[str, ...] = ()
    offers: tuple[tuple[str, str], ...] = ()
    asks: tuple[tuple[str, str], ...] = ()
    same_street: bool = False
    same_neighbourhood: bool = False

    @property
    def weight(self) -> int:
        """Return how strong the grounds are: a gift that meets a passion counts 3, a shared passion 2, living near 1 or 2.

        Nothing shared and nothing offered is no ground at all, however near they live.
        Source: the order in which this project's builders are asked to think: gift meets passion, shared passion, nearness.
        """
        common = 3 * (len(self.offers) + len(self.asks)) + 2 * len(self.shared)
        return common + (2 if self.same_street else 1 if self.same_neighbourhood else 0) if common else 0


def common_ground(
    *,
    themes: Collection[str],
    other_themes: Collection[str],
    gifts: Collection[tuple[str, str]],
    other_gifts: Collection[tuple[str, str]],
    same_street: bool = False,
    same_neighbourhood: bool = False,
) -> Ground:
    """Return what two residents have in common.

    themes: names of what each cares about; gifts: (gift, theme it goes with) that each offers to neighbours.
    """
    mine, theirs = set(themes), set(other_themes)
    return Ground(
        shared=tuple(sorted(mine & theirs)),
        offers=tuple(sorted(gift for gift in gifts if gift[1] in theirs)),
        asks=tuple(sorted(gift for gift in other_gifts if gift[1] in mine)),
        same_street=same_street,
        same_neighbourhood=same_neighbourhood,
    )
