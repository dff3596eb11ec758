"""Gifts offered to neighbours, and who might welcome each: residents nearby who care, and open asks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from communities.folding import folded
from communities.models import Team, User
from connectors.models import Ask, ContactPreference, Gift, Person, Theme

#: Shorter words say nothing about a gift or an ask.
TELLING = 4
#: How many open asks a team's gifts are compared with, the latest.
MOST_ASKS = 500
#: How many gifts without a match by theme are read for their text when all are counted.
MOST_READ = 20_000
#: How many asks one gift shows.
ASKS_SHOWN = 3
#: Words that are common in gifts and asks.
_LITTLE = frozenset(
    [
        "with",
        "from",
        "into",
        "that",
        "this",
        "them",
        "their",
        "some",
        "somebody",
        "someone",
        "people",
        "help",
        "making",
        "make",
        "lessons",
        "lend",
    ]
)


def offered_gifts(*, user: User, team: Team) -> QuerySet[Gift]:
    """Return the gifts that residents offer to neighbours, most recently recorded first.

    Private gifts are left out, and those of residents who refuse contact.
    """
    rows = Gift.objects.visible_to(user).filter(person__team=team, is_offered=True, person__merged_into__isnull=True)
    return rows.exclude(person__contact_preference=ContactPreference.NO_CONTACT).order_by("-pk")


def listed_gifts(gifts: QuerySet[Gift]) -> QuerySet[Gift]:
    """Return a narrowed queryset of gifts with the relations that a list shows."""
    return gifts.select_related("person__neighbourhood", "theme")


@dataclass(frozen=True)
class Offer:
    """A gift, how many nearby care about its theme, the open asks it could meet, and a theme it could have."""

    gift: Gift
    carers: int
    asks: tuple[Ask, ...]
    proposal: Theme | None

    @property
    def is_matched(self) -> bool:
        """Return whether at least one resident cares, or has asked."""
        return bool(self.carers or self.asks)


def offers_of(gifts: Iterable[Gift], *, user: User, team: Team) -> list[Offer]:
    """Return what a page shows of each gift; five queries whatever the number of gifts.

    Nearby is the giver's neighbourhood, or the whole team if that is unknown; nobody is matched with themselves.
    """
    gifts = list(gifts)
    themes = {gift.theme_id for gift in gifts if gift.theme_id is not None}
    carers = _carers(team, themes=themes)
    own = set(
        Person.themes.through.objects.filter(
            person__in={gift.person_id for gift in gifts}, theme__in=themes
        ).values_list("person_id", "theme_id")
    )
    asks = open_asks(user=user, team=team)
    proposals = _proposals([gift for gift in gifts if gift.theme_id is None], user, team)
    return [
        Offer(
            gift,
            carers=_number_of(carers, gift) - ((gift.person_id, gift.theme_id) in own),
            asks=tuple(asks.meeting(gift))[:ASKS_SHOWN],
            proposal=proposals.get(gift.pk),
        )
        for gift in gifts
    ]


def _carers(team: Team, *, themes: Iterable[int]) -> Counter[tuple[int, int | None]]:
    """Return how many residents care, by theme and neighbourhood, and by theme alone under None; one query."""
    links = Person.themes.through.objects.filter(
        theme__in=themes, person__team=team, person__merged_into__isnull=True
    ).exclude(person__contact_preference=ContactPreference.NO_CONTACT)
    found: Counter[tuple[int, int | None]] = Counter()
    for theme, place, number in links.values_list("theme", "person__neighbourhood").annotate(n=Count("pk")).order_by():
        found[theme, None] += number
        if place is not None:
            found[theme, place] += number
    return found


def _number_of(carers: Counter[tuple[int, int | None]], gift: Gift) -> int:
    return carers[gift.theme_id, gift.person.neighbourhood_id] if gift.theme_id else 0


@dataclass(frozen=True)
class OpenAsks:
    """A team's open asks, by theme and by their words."""

    by_theme: dict[int, list[Ask]]
    by_word: dict[str, list[Ask]]

    def meeting(self, gift: Gift) -> Iterator[Ask]:
        """Yield the asks that a gift could meet, each once: with the same theme, or a significant word in common."""
        yield from self.of(gift.name, gift.theme_id, gift.person_id)

    def of(self, name: str, theme_id: int | None, person_id: int) -> Iterator[Ask]:
        """Yield the asks that a gift of this name could meet, except the giver's own."""
        found = {ask.pk: ask for ask in (self.by_theme.get(theme_id, ()) if theme_id else ())}
        found |= {ask.pk: ask for word in significant_words(name) for ask in self.by_word.get(word, ())}
        yield from (ask for ask in found.values() if ask.person_id != person_id)


def open_asks(*, user: User, team: Team) -> OpenAsks:
    """Return the team's latest 500 open asks, ready to be matched; one query."""
    rows = Ask.objects.visible_to(user).filter(team=team, met_on__isnull=True, closed_on__isnull=True)
    by_theme: dict[int, list[Ask]] = defaultdict(list)
    by_word: dict[str, list[Ask]] = defaultdict(list)
    for ask in rows.select_related("person").order_by("-asked_on", "-pk")[:MOST_ASKS]:
        if ask.theme_id:
            by_theme[ask.theme_id].append(ask)
        for word in significant_words(ask.words):
            by_word[word].append(ask)
    return OpenAsks(dict(by_theme), dict(by_word))


def significant_words(text: str) -> set[str]:
    """Return the significant words of a text, cut to their stems: "Baking bread" and "bake a cake" share "bak"."""
    stems = {_stem(word) for word in folded(text).split() if len(word) >= TELLING}
    return stems - {_stem(word) for word in _LITTLE}


def _stem(word: str) -> str:
    for end in ("ings", "ing", "ers", "er", "ies", "es", "s", "ed", "e", "y"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word[: -len(end)]
    return word


def _proposals(gifts: list[Gift], user: User, team: Team) -> dict[int, Theme]:
    """Return a theme for each gift without one, by a word of its name, or its giver's only theme."""
    if not gifts:
        return {}
    by_word: dict[str, Theme] = {}
    for theme in Theme.objects.visible_to(user).filter(team=team).order_by("-pk")[:MOST_ASKS]:
        by_word |= dict.fromkeys(significant_words(theme.name), theme)
    of_giver: dict[int, list[Theme]] = defaultdict(list)
    links = Person.themes.through.objects.filter(person__in={gift.person_id for gift in gifts})
    for link in links.select_related("theme"):
        of_giver[link.person_id].append(link.theme)
    found = {}
    for gift in gifts:
        named = [by_word[word] for word in sorted(significant_words(gift.name)) if word in by_word]
        only = of_giver[gift.person_id] if len(of_giver[gift.person_id]) == 1 else []
        if named or only:
            found[gift.pk] = (named or only)[0]
    return found


@dataclass(frozen=True)
class Totals:
    """How many gifts are offered, and how many of them matched; `is_least` when too many had to be read."""

    offered: int
    matched: int
    is_least: bool


def totals(*, user: User, team: Team) -> Totals:
    """Count a team's offered gifts, and those that a resident nearby cares about or that could meet an open ask.

    Set by set, not gift by gift: gifts and carers are counted by theme and neighbourhood, and single gifts are read
    only where the one carer could be the giver; then the names of at most 20,000 gifts not matched yet.
    """
    gifts = offered_gifts(user=user, team=team).order_by()
    groups = list(gifts.values_list("theme", "person__neighbourhood").annotate(n=Count("pk")).order_by())
    carers = _carers(team, themes={theme for theme, _place, _n in groups if theme})
    asks = open_asks(user=user, team=team)
    whole = {(theme, place) for theme, place, _n in groups if theme and carers[theme, place] > 1}
    single = {(theme, place) for theme, place, _n in groups if theme and carers[theme, place] == 1}
    matched = sum(number for theme, place, number in groups if (theme, place) in whole)
    rest = [(theme, place) for theme, place, _n in groups if (theme, place) not in whole]
    by_giver = _carers_alone(team, {theme for theme, _place in single})
    read = 0
    for name, theme, place, person in _words_of(gifts, rest, has_asks=bool(asks.by_word or asks.by_theme)):
        read += 1
        lone = (theme, place) in single and (person, theme) not in by_giver
        matched += lone or next(asks.of(name, theme, person), None) is not None
    return Totals(sum(number for *_group, number in groups), matched, is_least=read >= MOST_READ)


def _carers_alone(team: Team, themes: set[int]) -> set[tuple[int, int]]:
    """Return (person, theme) of all who care about themes that only one resident of some place cares about."""
    links = Person.themes.through.objects.filter(theme__in=themes, person__team=team)
    return set(links.values_list("person", "theme")) if themes else set()


def _words_of(gifts: QuerySet[Gift], groups: list[tuple], *, has_asks: bool) -> Iterator[tuple]:
    """Yield (name, theme, neighbourhood, person) of gifts in groups that are not matched as a whole, newest first."""
    if not groups:
        return
    themed = {theme for theme, _place in groups if theme}
    wanted = Q(theme__in=themed) | Q(theme__isnull=True) if has_asks else Q(theme__in=themed)
    left = set(groups)
    rows = gifts.filter(wanted).order_by("-pk").values_list("name", "theme", "person__neighbourhood", "person")
    yield from (row for row in rows[:MOST_READ] if (row[1], row[2]) in left)
