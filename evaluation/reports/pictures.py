"""A chart as a picture that stands alone: an SVG with its title, day, source and numbers inside.

Black on nothing, so that it can be put on any page and printed. Positions are pixels; `templates/evaluation/picture.svg` writes them.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.models import Team
from evaluation.framework import IndicatorSpec
from evaluation.reports.charts import Chart, Column, Shape
from evaluation.reports.figures import Place
from evaluation.reports.files import contribution

WIDTH, MARGIN = 800, 24
#: How wide a letter is, as a part of its size; a little more than most fonts need.
_LETTER = 0.55
_PLOT, _SMALL_PLOT = 240, 90
#: Small charts in a row.
_ACROSS = 3
#: A chart of fewer columns is as wide as if it had so many.
_FEWEST = 4


@dataclass(frozen=True)
class About:
    """What a picture says of the indicator that it shows."""

    name: str
    unit: str
    definition: str
    version: int
    source: str


@dataclass(frozen=True)
class Words:
    """A line of text."""

    x: float
    y: float
    words: str
    size: int = 13
    anchor: str = "start"
    is_bold: bool = False


@dataclass(frozen=True)
class Rect:
    """A column. kind: a `Shape`, or "running" for the hatching over one that still grows."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True)
class Stroke:
    """A line. kind: "axis", "changed" for another definition, or which of the three kinds of line beside the columns."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


@dataclass
class Picture:
    """A drawing, and how far down it reaches."""

    title: str
    about: str
    #: How many figures it shows.
    figures: int = 0
    height: float = MARGIN
    words: list[Words] = field(default_factory=list)
    rects: list[Rect] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Return how wide it is."""
        return WIDTH

    def write(self, text: str, *, size: int = 13, is_bold: bool = False) -> None:
        """Add text over the whole width, in as many lines as it needs."""
        for line in textwrap.wrap(text, int((WIDTH - 2 * MARGIN) / (size * _LETTER))):
            self.height += size * 1.4
            self.words.append(Words(MARGIN, round(self.height, 1), line, size, is_bold=is_bold))

    def gap(self, height: float) -> None:
        """Leave some room."""
        self.height += height


def about_of(spec: IndicatorSpec) -> About:
    """Return what a picture of an indicator says of it."""
    return About(str(spec.name), str(spec.unit), str(spec.definition), spec.version, str(spec.source))


def counted_of(team: Team, place: str, day: date) -> str:
    """Return what is counted in a picture: of where, whose, and on which day."""
    return _("%(place)s, %(team)s. As of %(day)s.") % {
        "place": place,
        "team": team.name,
        "day": date_format(day, "j F Y"),
    }


def picture_of_trend(about: About, counted: str, chart: Chart) -> Picture:
    """Return the picture of one chart. counted: of where, whose, and of which day the numbers are."""
    picture = _begun(about, counted)
    picture.figures = len(chart.columns)
    step = (WIDTH - 2 * MARGIN) / max(len(chart.columns), _FEWEST)
    picture.gap(28)
    top = picture.height
    _draw(picture, chart, left=MARGIN, top=top, step=step, height=_PLOT)
    for number, column in enumerate(chart.columns):
        middle = round(MARGIN + (number + 0.5) * step, 1)
        picture.words.append(Words(middle, top - 8, column.words, 13, "middle", is_bold=True))
        for line, words in enumerate(textwrap.wrap(column.label, max(6, int(step / 7)))):
            picture.words.append(Words(middle, top + _PLOT + 18 + line * 14, words, 11, "middle"))
    picture.height = top + _PLOT + 64
    _legend(picture, [chart])
    for column in chart.columns:
        picture.write(_row(column, about))
    for line in chart.lines:
        picture.write(f"{line.name}: {line.words} ({line.source})")
    return _ended(picture, about)


def picture_of_places(team: Team, spec: IndicatorSpec, charts: Sequence[tuple[Place, Chart]], day: date) -> Picture:
    """Return the picture of small charts of some places, all on one scale."""
    about = about_of(spec)
    picture = _begun(about, counted_of(team, _("By neighbourhood"), day))
    picture.figures = sum(len(chart.columns) for _place, chart in charts)
    width = (WIDTH - 2 * MARGIN) / _ACROSS
    for start in range(0, len(charts), _ACROSS):
        top = picture.height + 38
        for number, (place, chart) in enumerate(charts[start : start + _ACROSS]):
            left = MARGIN + number * width
            name = textwrap.shorten(str(place.label), int(width / 8), placeholder=" …")
            picture.words.append(Words(round(left, 1), top - 8, name, 13, is_bold=True))
            _draw(picture, chart, left=left, top=top, step=(width - 16) / len(chart.columns), height=_SMALL_PLOT)
        picture.height = top + _SMALL_PLOT
    picture.gap(16)
    _legend(picture, [chart for _place, chart in charts])
    for place, chart in charts:
        picture.write(f"{place.label}: " + "; ".join(_row(column, about) for column in chart.columns))
    return _ended(picture, about)


def _begun(about: About, counted: str) -> Picture:
    picture = Picture(about.name, counted)
    picture.write(about.name, size=22, is_bold=True)
    picture.write(counted, size=14)
    return picture


def _ended(picture: Picture, about: About) -> Picture:
    picture.gap(10)
    version = _("version %(version)s") % {"version": about.version}
    picture.write(f"{about.definition} ({version})", size=12)
    picture.write(_("Source: %(source)s") % {"source": about.source}, size=12)
    picture.write(contribution(), size=12)
    picture.gap(MARGIN)
    return picture


def _draw(picture: Picture, chart: Chart, *, left: float, top: float, step: float, height: float) -> None:
    for number, column in enumerate(chart.columns):
        x, width = round(left + number * step + step * 0.08, 1), round(step * 0.84, 1)
        y, tall = round(top + float(column.top) * height / 100, 1), round(float(column.height) * height / 100, 1)
        kinds = [] if column.shape == Shape.UNKNOWN else [str(column.shape)]
        if column.is_running and column.shape == Shape.VALUE:
            kinds.append("running")
        picture.rects.extend(Rect(x, y, width, tall, kind) for kind in kinds)
        for change in column.changes:
            at = round(left + (number + float(change.x) / 100) * step, 1)
            picture.strokes.append(Stroke(at, top, at, top + height, "changed"))
    right = round(left + step * len(chart.columns), 1)
    picture.strokes.append(Stroke(round(left, 1), top + height, right, top + height, "axis"))
    for line in chart.lines:
        y = round(top + float(line.y) * height / 100, 1)
        picture.strokes.append(Stroke(round(left, 1), y, right, y, str(line.kind)))


def _legend(picture: Picture, charts: Sequence[Chart]) -> None:
    has = set().union(*(chart.has for chart in charts))
    said = {
        "running": _("Hatched: still running."),
        "band": _("Dotted band: a small number, somewhere within it."),
        "hidden": _("Empty outline: not shown. Its height means nothing."),
        "target": _("Unbroken line: target."),
        "baseline": _("Dashed line: baseline."),
        "comparator": _("Dotted line: comparator."),
    }
    if found := [words for sign, words in said.items() if sign in has]:
        picture.write(" ".join(found), size=12)
        picture.gap(8)


def _row(column: Column, about: About) -> str:
    words = f"{column.name}: {column.words}"
    if column.parts:
        words = f"{words} ({column.parts})"
    elif column.shape == Shape.VALUE and not words.endswith("%") and "£" not in column.words:
        words = f"{words} {about.unit}"
    for change in column.changes:
        words = f"{words} ({date_format(change.on, 'j F Y')}: {change.words})"
    if column.is_running:
        return _("%(figure)s so far") % {"figure": words}
    if column.closed_on is None:
        return words
    day = date_format(column.closed_on, "j F Y")
    return _("%(figure)s, closed on %(day)s") % {"figure": words, "day": day}
