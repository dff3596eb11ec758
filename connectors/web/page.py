"""The page of the web: labels and meanings of figures, the sentence above them, and the values for the SVG."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connectors.web.network import Count, Figures, Groups, Growth, Kind, Web, best_tied, without
from connectors.web.picture import MOST_DRAWN, Dot, Picture, draw, draw_groups
from connectors.web.queries.names import Named
from connectors.web.queries.ties import Choice, Key

#: How many quarters are shown, and how many groups are drawn.
QUARTERS, MOST_GROUPS = 6, 24
#: Neighbourhoods that have a colour of their own in a drawing; more could not be told apart.
MOST_COLOURS = 4
UNKNOWN = ""

KINDS = {
    Kind.PERSON: gettext_lazy("Neighbour"),
    Kind.ASSET: gettext_lazy("Group or place"),
    Kind.PARTNER: gettext_lazy("Partner"),
    Kind.BUILDER: gettext_lazy("One of us"),
}


@dataclass(frozen=True)
class Row:
    """One figure with us and without us, as shown."""

    name: str
    label: str | Promise
    with_us: str | Promise
    without_us: str | Promise
    meaning: str | Promise


#: The order of figures: the median first, and density, which misleads on its own, with its warning.
MEANINGS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    ("median_ties", gettext_lazy("Typical number of connections (median)"), gettext_lazy("Half of neighbours have at least this many. Watch this figure: it grows when many people gain a connection, not when one gains many.")),
    ("ties", gettext_lazy("Recorded connections"), gettext_lazy("Introductions that led to contact and, with us, our own connections: everyone we talked with or introduced.")),
    ("isolates", gettext_lazy("Neighbours not connected to anyone yet"), gettext_lazy("They may know the whole street, but it has not been recorded. A good place to start introducing.")),
    ("bridging_places", gettext_lazy("Connections between neighbourhoods"), gettext_lazy("Share of the connections where both people have a neighbourhood.")),
    ("bridging_themes", gettext_lazy("Connections between people who care about different things"), gettext_lazy("Share of the connections where we know what both people care about. The rest have something in common.")),
    ("largest_share", gettext_lazy("Largest connected group"), gettext_lazy("Everyone linked to each other, directly or through others, as a share of all.")),
    ("parts", gettext_lazy("Separate parts"), gettext_lazy("Someone with no connections counts as a part.")),
    ("reciprocity", gettext_lazy("Introductions that went both ways"), gettext_lazy("Each was introduced to the other at some time. Conversations have no direction and are not counted.")),
    ("density", gettext_lazy("Density"), gettext_lazy("Connections as a share of all possible ones, from 0 to 1. It falls as you meet people, because each new neighbour could know everyone else. That is not a loss.")),
)  # fmt: skip


def figure_rows(counted: Count) -> list[Row]:
    """Return every figure with us and without us, the median first."""
    rows = []
    for name, label, meaning in MEANINGS:
        with_us, without_us = (
            _shown(name, getattr(figures, name)) for figures in (counted.with_us, counted.without_us)
        )
        rows.append(Row(name, label, with_us, without_us, meaning))
    return rows


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return UNKNOWN
    if name in ("ties", "isolates", "parts"):
        return number_format(value, 0, force_grouping=True)
    if name == "median_ties":
        return _rounded(value, 0 if value == int(value) else 1)
    if name == "density":
        return _rounded(value, 2 if value == 0 or value >= 0.01 else 4 if value >= 0.0001 else 6)
    return f"{_rounded(value * 100, 0)}%"


def _rounded(value: float, places: int) -> str:
    """Return a number rounded to so many places; Django's own formatting truncates."""
    return number_format(round(value, places), places, force_grouping=True)


def sentence(figures: Figures, *, with_us: bool) -> str:
    """Return the web in one sentence: the text alternative of the picture."""
    if not figures.people:
        return _("No one is in this part of the web yet.")
    people = ngettext("%(n)s neighbour", "%(n)s neighbours", figures.people) % {"n": _number(figures.people)}
    ties = (
        ngettext(
            "%(n)s recorded connection, ours among them", "%(n)s recorded connections, ours among them", figures.ties
        )
        if with_us
        else ngettext("%(n)s recorded connection without us", "%(n)s recorded connections without us", figures.ties)
    ) % {"n": _number(figures.ties)}
    parts = [f"{people}, {ties}"]
    if figures.median_ties:
        parts.append(_("half have %(n)s or more") % {"n": _shown("median_ties", figures.median_ties)})
    if figures.isolates:
        alone = ngettext(
            "%(n)s not introduced to anyone yet",
            "%(n)s not introduced to anyone yet",
            figures.isolates,
        )
        met = ngettext("%(n)s without a recorded connection", "%(n)s without a recorded connection", figures.isolates)
        parts.append((met if with_us else alone) % {"n": _number(figures.isolates)})
    return "; ".join(parts) + "."


def _number(value: int) -> str:
    return number_format(value, 0, force_grouping=True)


def columns(rows: list[Growth], field: str) -> list[tuple[str, int]]:
    """Return the last quarters as (label, ties or people)."""
    return [(_quarter(row), getattr(row, field)) for row in rows[-QUARTERS:]]


def _quarter(row: Growth) -> str:
    last = row.start.replace(month=row.start.month + 2)
    return f"{date_format(row.start, 'M')}–{date_format(last, 'M y')}"


@dataclass(frozen=True)
class Drawn:
    """A picture, what its groups are ("neighbourhood", "theme" or "" for everybody), and whether nodes are left out."""

    picture: Picture
    groups: str = ""
    sizes: Groups | None = None
    web: Web | None = None
    is_part: bool = False


def drawing(counted: Count, web: Web | None, choice: Choice, *, with_us: bool) -> Drawn:
    """Return the drawing of a web: everybody while they can be told apart, otherwise neighbourhoods or themes.

    Within a neighbourhood and a theme nothing smaller is left to group by: then the nodes with the most ties are
    drawn.
    """
    if web is not None and len(web.ties) <= MOST_DRAWN:
        return Drawn(draw(web, with_us=with_us), web=web if with_us else without(web))
    by_place = not choice.neighbourhood and len(counted.places.sizes) > 1
    groups = counted.places if by_place else counted.themes
    ends_here = not groups.sizes or (choice.theme and not by_place)
    if web is not None and ends_here:
        part = best_tied(web, MOST_DRAWN)
        return Drawn(draw(part, with_us=with_us), web=part if with_us else without(part), is_part=True)
    if not groups.sizes:
        return Drawn(Picture())
    largest = dict(sorted(groups.sizes.items(), key=lambda item: (-item[1], item[0]))[:MOST_GROUPS])
    groups = replace(groups, sizes=largest)
    return Drawn(draw_groups(groups), "neighbourhood" if by_place else "theme", groups)


def colours_of(drawn: Drawn) -> dict[int, int]:
    """Return the neighbourhoods that have a colour in a drawing, by primary key: 1 for the one with most residents."""
    places = Counter(place for _key, place in _places_of(drawn))
    most = sorted(places, key=lambda place: (-places[place], place))[:MOST_COLOURS]
    return {place: number for number, place in enumerate(most, start=1)}


def _places_of(drawn: Drawn) -> Iterator[tuple[Key, int]]:
    """Yield the drawn residents whose neighbourhood is known, with its primary key."""
    for node in drawn.web.nodes() if drawn.web else ():
        if node.kind == Kind.PERSON and node.groups:
            yield node.key, min(node.groups)


def dots_of(
    drawn: Drawn,
    names: dict[Key, Named],
    colours: Mapping[int, int] | None = None,
    places: Mapping[int, str] | None = None,
) -> list[dict[str, Any]]:
    """Return the dots of a drawing of everybody, for the template; without names they say only their kind.

    `colours` and `places` are the numbers and names of neighbourhoods by primary key.
    """
    of = dict(_places_of(drawn)) if colours else {}
    return [
        _dot(dot, names.get(dot.key), drawn, (places or {}).get(of.get(dot.key, 0), ""))
        | {"colour": (colours or {}).get(of.get(dot.key, 0))}
        for dot in drawn.picture.dots
    ]


def _dot(dot: Dot, named: Named | None, drawn: Drawn, place: str) -> dict[str, Any]:
    name = named.name if named else str(KINDS[dot.kind])
    ties = drawn.web.ties.degree(dot.key) if drawn.web else 0
    what = ", ".join(filter(None, (str(KINDS[dot.kind]), place)))
    who = _("%(name)s (%(kind)s)") % {"name": name, "kind": what} if named else name
    title = ngettext("%(who)s: %(n)s recorded connection", "%(who)s: %(n)s recorded connections", ties)
    return {
        "x": dot.x,
        "y": dot.y,
        "r": dot.r,
        "kind": str(dot.kind),
        "left": dot.x - dot.r,
        "top": dot.y - dot.r,
        "size": dot.r * 2,
        "points": _points(dot),
        "name": named.name if named else "",
        "mark": (named.sign or _mark(named.name)) if named else "",
        "short": Truncator(name).chars(11) if named else "",
        "is_named": drawn.picture.has_names,
        # Inside the drawing at either edge, too.
        "name_x": min(max(dot.x, 38.0), max(drawn.picture.width - 38, 38.0)),
        "under": dot.y + dot.r + 13 if drawn.picture.has_names else dot.y - dot.r - 5,
        "title": title % {"who": who, "n": ties},
        "url": named.url if named else "",
    }


def _mark(name: str) -> str:
    """Return the text inside a dot: the first letter of the name, and that of the surname."""
    words = name.replace("-", " ").split()
    return "".join(word[0] for word in {words[0]: 1, words[-1]: 2}).upper()


def _points(dot: Dot) -> str:
    """Return the corners of a shape that is not a circle: partners are squares on a corner, builders hexagons."""
    corners = {Kind.PARTNER: (4, dot.r * 1.2), Kind.BUILDER: (6, dot.r * 1.05)}.get(dot.kind)
    if corners is None:
        return ""
    number, r = corners
    turns = [2 * math.pi * n / number - math.pi / 2 for n in range(number)]
    return " ".join(f"{dot.x + r * math.cos(turn):.1f},{dot.y + r * math.sin(turn):.1f}" for turn in turns)


def groups_of(drawn: Drawn, labels: dict[int, str], query: str) -> list[dict[str, Any]]:
    """Return the circles of a drawing by group, each linked to its own web."""
    shown: list[dict[str, Any]] = []
    if drawn.sizes is None:
        return shown
    for dot in drawn.picture.dots:
        people = drawn.sizes.sizes[dot.key]
        within = drawn.sizes.within.get(dot.key, 0)
        words = ngettext("%(n)s neighbour", "%(n)s neighbours", people) % {"n": _number(people)}
        ties = ngettext("%(n)s connection within", "%(n)s connections within", within) % {"n": _number(within)}
        label = labels.get(dot.key, "")
        shown.append(
            {
                "x": dot.x,
                "y": dot.y,
                "r": dot.r,
                "number": _number(people),
                "label": Truncator(label).chars(24),
                "under": dot.y + dot.r + 18,
                "title": f"{label}: {words}, {ties}",
                "words": [label, _number(people), _number(within)],
                "url": f"?{query}&{drawn.groups}={dot.key}" if label else "",
            }
        )
    return shown
