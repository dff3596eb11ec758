"""Reads of a lineage: what a spark or a group grew from, and what grew from it, as far as a user may see."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assets.models import Asset
from communities.compiled import compiled_once, padded
from communities.models import Team, User
from connectors.models import Conversation
from sparks.models import Growth, Spark

type Key = tuple[str, int]

SPARK, GROUP, TALK = "spark", "group", "talk"
#: The columns of `Growth` for each kind of row.
CHILD: dict[type, str] = {Spark: "spark", Asset: "group"}
PARENT: dict[type, str] = {Spark: "from_spark", Asset: "from_group"}
#: A lineage shows at most so many rows, those nearest first.
MOST_SHOWN = 60


def key_of(row: Spark | Asset) -> Key:
    """Return the key of a spark or a group."""
    return (SPARK if isinstance(row, Spark) else GROUP, row.pk)


def child_key(link: Growth) -> Key:
    """Return the key of what grew."""
    return (SPARK, link.spark_id) if link.spark_id else (GROUP, link.group_id or 0)


def parent_key(link: Growth) -> Key:
    """Return the key of what it grew from."""
    return (SPARK, link.from_spark_id) if link.from_spark_id else (GROUP, link.from_group_id or 0)


def _numbers(keys: Collection[Key], kind: str) -> list[int]:
    return [number for each, number in keys if each == kind]


def _links(team: Team, keys: Collection[Key], *, down: bool) -> list[Growth]:
    """Return the links that lead from some rows to what grew from them (down), or to what they grew from."""
    sparks, groups = padded(sorted(_numbers(keys, SPARK))), padded(sorted(_numbers(keys, GROUP)))
    return _growths(team=team, sparks=sparks, groups=groups, down=down)


@compiled_once
def _growths(*, team: Team, sparks: Collection[int], groups: Collection[int], down: bool) -> QuerySet[Growth]:
    spark, group = ("from_spark__in", "from_group__in") if down else ("spark__in", "group__in")
    where = Q(**{spark: sparks}) | Q(**{group: groups})
    return Growth.objects.filter(where, team=team).order_by("pk")[: MOST_SHOWN + 1]


def grown_from(row: Spark | Asset) -> set[Key]:
    """Return the keys of everything that grew from a row, near or far, and its own; one query for each generation."""
    found = new = {key_of(row)}
    while new:
        where = Q(from_spark__in=_numbers(new, SPARK)) | Q(from_group__in=_numbers(new, GROUP))
        links = Growth.objects.filter(where, team=row.team_id)
        new = {child_key(each) for each in links} - found
        found = found | new
    return found


@dataclass(frozen=True)
class Node:
    """A spark, a group or a conversation in a lineage. is_here: whether the page is about it."""

    key: Key
    kind: str
    title: str
    detail: str
    url: str
    is_here: bool = False


@dataclass(frozen=True)
class Branch:
    """A node with what grew from it. is_again: it stands further up already, with what grew from it."""

    node: Node
    children: list["Branch"] = field(default_factory=list)
    is_again: bool = False


@dataclass(frozen=True)
class Lineage:
    """What a row grew from and what grew from it.

    branches: from the oldest roots down. order: each node once, as in the branches. links: pairs of (parent, child) keys.
    is_cut: there is more than is shown.
    """

    branches: list[Branch]
    order: list[Node]
    links: list[tuple[Key, Key]]
    is_cut: bool = False

    @property
    def is_alone(self) -> bool:
        """Return whether the row grew from nothing that is known, and nothing grew from it."""
        return len(self.order) < 2


def lineage_of(row: Spark | Asset, user: User) -> Lineage:
    """Return the lineage of a row, without what the user may not see. Takes three queries, plus one for each generation."""
    here = key_of(row)
    keys: set[Key] = {here}
    links: dict[tuple[Key, Key], None] = {}
    is_cut = False
    for down in (False, True):
        new = {here}
        while new and not is_cut:
            found = [(parent_key(each), child_key(each)) for each in _links(row.team, new, down=down)]
            links |= dict.fromkeys(found)
            new = {pair[down] for pair in found} - keys
            keys |= new
            is_cut = len(keys) > MOST_SHOWN
    nodes = _nodes(keys, row, user, links)
    shown = _without_circles((parent, child) for parent, child in links if parent in nodes and child in nodes)
    order, branches = _grown(nodes, shown)
    return Lineage(branches, order, shown, is_cut)


def _nodes(keys: set[Key], row: Spark | Asset, user: User, links: dict[tuple[Key, Key], None]) -> dict[Key, Node]:
    """Return the nodes that the user may see; conversations, in which sparks were heard, are added to the links."""
    nodes: dict[Key, Node] = {}
    here = key_of(row)
    sparks = _sparks(user=user, team=row.team, numbers=padded(sorted(_numbers(keys, SPARK))))
    heard = {each.conversation_id for each in sparks if each.conversation_id}
    talks = Conversation.objects.visible_to(user).filter(pk__in=heard).order_by("held_on", "pk")
    for talk in talks.only("uuid", "held_on", "team") if heard else ():
        title = _("Conversation on %(day)s") % {"day": date_format(talk.held_on, "j F Y")}
        url = reverse("connectors:conversation-detail", args=[talk.uuid])
        nodes[TALK, talk.pk] = Node((TALK, talk.pk), _("Conversation"), title, "", url)
    for group in _groups(user=user, team=row.team, numbers=padded(sorted(_numbers(keys, GROUP)))):
        key, since = (GROUP, group.pk), group.formed_on
        detail = _("since %(year)s") % {"year": since.year} if since else ""
        url = reverse("assets:asset-detail", args=[group.pk])
        nodes[key] = Node(key, group.get_kind_display(), group.name, detail, url, key == here)
    for spark in sparks:
        key, url = (SPARK, spark.pk), reverse("sparks:spark-detail", args=[spark.uuid])
        nodes[key] = Node(key, _("Spark"), spark.title, spark.get_status_display(), url, key == here)
        if spark.conversation_id and (TALK, spark.conversation_id) in nodes:
            links[(TALK, spark.conversation_id), key] = None
    return nodes


@compiled_once
def _sparks(*, user: User, team: Team, numbers: Collection[int]) -> QuerySet[Spark]:
    rows = Spark.objects.visible_to(user).filter(team=team, pk__in=numbers).order_by("created_at", "pk")
    return rows.only("uuid", "title", "status", "conversation_id", "created_at", "team_id")


@compiled_once
def _groups(*, user: User, team: Team, numbers: Collection[int]) -> QuerySet[Asset]:
    rows = Asset.objects.visible_to(user).filter(team=team, pk__in=numbers).order_by("created_at", "pk")
    return rows.only("name", "kind", "formed_on", "created_at", "team_id")


def _without_circles(links: Iterable[tuple[Key, Key]]) -> list[tuple[Key, Key]]:
    """Return links without those that lead back: one that was deleted, and then restored, can close a circle."""
    below: dict[Key, list[Key]] = {}
    kept = []
    for parent, child in links:
        reached = new = {child}
        while new:
            new = {each for key in new for each in below.get(key, ())} - reached
            reached = reached | new
        if parent not in reached:
            below.setdefault(parent, []).append(child)
            kept.append((parent, child))
    return kept


def _grown(nodes: dict[Key, Node], links: Iterable[tuple[Key, Key]]) -> tuple[list[Node], list[Branch]]:
    """Return the nodes in order, and as branches: each with its children where it stands first."""
    below: dict[Key, list[Key]] = {}
    grown = set()
    for parent, child in links:
        below.setdefault(parent, []).append(child)
        grown.add(child)
    order: list[Node] = []
    seen: set[Key] = set()

    def branch(key: Key) -> Branch:
        if key in seen:
            return Branch(nodes[key], is_again=bool(below.get(key)))
        seen.add(key)
        order.append(nodes[key])
        children = [each for each in nodes if each in set(below.get(key, ()))]
        return Branch(nodes[key], [branch(each) for each in children])

    return order, [branch(key) for key in nodes if key not in grown]
