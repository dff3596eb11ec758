"""What the place already has for what a spark needs: assets on the map, shared things, gifts offered to neighbours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Self

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from assets.finders import ASSETS
from assets.models import Asset, Kind
from communities.folding import folded
from communities.full_text import FullText
from communities.models import Team, User
from connectors.models import Gift
from connectors.queries.gifts import offered_gifts, significant_words
from connectors.queries.search import GIFTS
from connectors.rules.shown_names import name_for
from sparks.models import ZERO, CostLine, Spark
from sparks.rules import can_read_texts
from sparks.spark_rows import cost_lines

#: The most lines of one spark.
MOST_LINES = 40
#: How many offers a line shows.
OFFERS_SHOWN = 3
#: How many rows of each kind are compared with the lines: the latest that contain one of their words.
MOST_COMPARED = 200
#: How many words of all lines are looked for.
MOST_WORDS = 12
#: Words of cost lines that say nothing about what is needed.
_LITTLE = significant_words(
    "hire hiring rent buying cost costs price each pounds items things materials other more about"
)


@dataclass(frozen=True)
class Offer:
    """Something that is here already. key: "asset:" or "gift:" with its primary key. by: who would lend or give it."""

    key: str
    kind: str
    what: str
    by: str
    url: str

    def __str__(self) -> str:
        return f"{self.what} ({self.by})" if self.by and self.by != self.what else self.what


def telling_words(what: str) -> set[str]:
    """Return the stems of the words of a cost line that say what is needed: "Hire of a gazebo" gives {"gazebo"}."""
    return significant_words(what) - _LITTLE


def offers_for(needed: Sequence[str], *, user: User, team: Team, near: int | None = None) -> dict[str, list[Offer]]:
    """Return what a user may see of what the place has, for each text of what is needed; four queries at most.

    A match has a word in common. The more words the better; then those nearby (near: a neighbourhood) first.
    """
    stems = {what: telling_words(what) for what in needed}
    wanted = sorted(set().union(*stems.values()))[:MOST_WORDS]
    if not wanted or not can_read_texts(user, team):
        return {}
    have = [*_assets(user, team, wanted), *_gifts(user, team, wanted)]
    found = {}
    for what, words in stems.items():
        ranked = sorted(
            (
                (-score, place != near, str(offer), offer)
                for offer, text, place in have
                if (score := _score(words, text))
            ),
            key=lambda each: each[:3],
        )
        if ranked:
            found[what] = [offer for *_rank, offer in ranked[:OFFERS_SHOWN]]
    return found


def _score(words: set[str], text: str) -> int:
    parts = folded(text).split()
    return sum(any(part.startswith(word) for part in parts) for word in words)


def _assets(user: User, team: Team, wanted: list[str]) -> Iterable[tuple[Offer, str, int | None]]:
    rows = lendable_assets(user, team).filter(pk__in=_latest(ASSETS, team, wanted))
    for asset in rows.only("name", "kind", "description", "neighbourhood_id"):
        kind = _("Shared things") if asset.kind == Kind.EXCHANGE else _("On the map")
        url = reverse("assets:asset-detail", args=[asset.pk])
        text = f"{asset.name} {asset.description}"
        yield Offer(f"asset:{asset.pk}", kind, asset.name, asset.name, url), text, asset.neighbourhood_id


def _gifts(user: User, team: Team, wanted: list[str]) -> Iterable[tuple[Offer, str, int | None]]:
    rows = offered_gifts(user=user, team=team).filter(pk__in=_latest(GIFTS, team, wanted)).select_related("person")
    for gift in rows:
        url = reverse("connectors:person-detail", args=[gift.person.uuid])
        offer = Offer(f"gift:{gift.pk}", _("A neighbour’s gift"), gift.name, name_for(user, gift.person), url)
        yield offer, gift.name, gift.person.neighbourhood_id


def _latest(index: FullText, team: Team, wanted: list[str]) -> list[int]:
    return index.latest(" ".join(wanted), team_id=team.pk, most=MOST_COMPARED, any_word=True)


def lendable_assets(user: User, team: Team | int) -> QuerySet[Asset]:
    """Return the assets on the map that a user may choose as who lends something."""
    return Asset.objects.visible_to(user).filter(team=team).listed()


def lendable_gifts(user: User, team: Team) -> QuerySet[Gift]:
    """Return the gifts that a user may choose as what is lent."""
    return offered_gifts(user=user, team=team).select_related("person")


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What somebody wrote about one thing that a spark needs. amount_gbp: what it costs, or is worth if it is in kind."""

    what: str
    quantity: int | None = None
    amount_gbp: Decimal | None = None
    is_in_kind: bool = False
    asset: Asset | None = None
    gift: Gift | None = None
    lender: str = ""

    @classmethod
    def of(cls, line: CostLine) -> Self:
        """Return what is stored of a line."""
        return cls(
            what=line.what,
            quantity=line.quantity,
            amount_gbp=line.amount_gbp,
            is_in_kind=line.is_in_kind,
            asset=line.asset,
            gift=line.gift,
            lender=line.lender,
        )


@dataclass(frozen=True)
class ShownLine:
    """A cost line as a user reads it. who: who lends or gives it, as far as they may know."""

    line: CostLine
    who: str = ""
    url: str = ""
    offers: list[Offer] = field(default_factory=list)


def shown_lines(spark: Spark, user: User, *, with_offers: bool = False) -> list[ShownLine]:
    """Return the cost lines of a spark; with_offers: what is paid for, each with what the place already has."""
    if not can_read_texts(user, spark.team_id):
        return []
    lines = cost_lines(spark=spark)
    gifts = {each.gift_id for each in lines if each.gift_id}
    seen = set(Gift.objects.visible_to(user).filter(pk__in=gifts).values_list("pk", flat=True)) if gifts else set()
    needed = [each.what for each in lines if not each.is_in_kind] if with_offers else []
    found = offers_for(needed, user=user, team=spark.team, near=spark.neighbourhood_id) if needed else {}
    return [ShownLine(each, *_lender(each, user, seen), found.get(each.what, [])) for each in lines]


def _lender(line: CostLine, user: User, seen: set[int]) -> tuple[str, str]:
    """Return who lends or gives a line, and their page: no name of a resident to those who may not read it."""
    if line.asset is not None:
        return line.asset.name, reverse("assets:asset-detail", args=[line.asset.pk])
    if line.gift is not None and line.gift_id in seen:
        return name_for(user, line.gift.person), reverse("connectors:person-detail", args=[line.gift.person.uuid])
    if line.gift is not None:
        return _("A neighbour"), ""
    return line.lender, ""


def lent_in_words(spark: Spark) -> tuple[str, str]:
    """Return what neighbours lent or gave to a spark, and what groups, places and others did: a sentence each, without a
    resident's name.
    """
    by_neighbours, by_others = [], []
    for line in spark.cost_lines.filter(is_in_kind=True).select_related("asset"):
        if line.gift_id:
            by_neighbours.append(_("A neighbour lent or gave: %(what)s.") % {"what": line.what})
        elif line.asset is not None:
            by_others.append(_("%(who)s lent or gave: %(what)s.") % {"who": line.asset.name, "what": line.what})
        else:
            by_others.append(_("Lent or given: %(what)s.") % {"what": line.what})
    return "\n".join(by_neighbours), "\n".join(by_others)


@dataclass(frozen=True)
class Totals:
    """Pounds of a spark: asked for in cash, and worth in kind, which are never added up. unvalued: how many lent or given
    things have no value.

    lines_gbp: what the lines that are paid for add up to, None without any; the amount asked for can be another.
    """

    cash_gbp: Decimal
    in_kind_gbp: Decimal = ZERO
    unvalued: int = 0
    lines_gbp: Decimal | None = None

    @property
    def differs(self) -> bool:
        """Return whether the lines add up to another amount than what is asked for."""
        return self.lines_gbp is not None and self.lines_gbp != self.cash_gbp


def totals_of(spark: Spark, lines: Iterable[CostLine]) -> Totals:
    """Return the totals of a spark with these cost lines."""
    lines = list(lines)
    kind = [each for each in lines if each.is_in_kind]
    return Totals(
        cash_gbp=spark.amount_gbp,
        in_kind_gbp=sum((each.in_kind_gbp or ZERO for each in kind), ZERO),
        unvalued=sum(each.in_kind_gbp is None for each in kind),
        lines_gbp=sum((each.cash_gbp for each in lines if not each.is_in_kind), ZERO)
        if len(kind) < len(lines)
        else None,
    )
