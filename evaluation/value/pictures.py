"""The tornado of a map as a picture that stands alone, with its numbers, timing and sources inside."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from evaluation.reports.files import contribution
from evaluation.reports.pictures import MARGIN, WIDTH, Picture, Rect, Stroke, Words
from evaluation.value.pages import Tornado
from evaluation.value.queries import WholeMap

_ROW, _BAR = 44, 16


def picture_of_tornado(whole: WholeMap, tornado: Tornado) -> Picture:
    """Return the picture of a tornado: a bar for each assumption below its name, and lines at what was put in."""
    value_map = whole.value_map
    about = _(
        "%(team)s. Activity from %(day)s. What the result would be at the low and the high end of each assumption."
    ) % {
        "team": value_map.team.name,
        "day": date_format(value_map.starts_on, "j F Y"),
    }
    picture = Picture(value_map.title, about, figures=len(tornado.bars))
    picture.write(value_map.title, size=22, is_bold=True)
    picture.write(about, size=14)
    picture.gap(16)
    top, width = picture.height, WIDTH - 2 * MARGIN
    for number, bar in enumerate(tornado.bars):
        y = top + number * _ROW
        picture.words.append(Words(MARGIN, round(y + 14, 1), f"{bar.kind} ({bar.name})"[:110], 12))
        picture.rects.append(
            Rect(
                _across(bar.x, width),
                round(y + 20, 1),
                round(max(1.0, float(bar.width) * width / 100), 1),
                _BAR,
                "value",
            )
        )
    bottom = round(top + len(tornado.bars) * _ROW, 1)
    for cost in tornado.costs:
        picture.strokes.append(Stroke(_across(cost, width), top, _across(cost, width), bottom, "baseline"))
    picture.strokes.append(Stroke(_across(tornado.now, width), top, _across(tornado.now, width), bottom, "axis"))
    picture.height = bottom + 12
    picture.write(_("Thin line: the result as it stands, %(result)s.") % {"result": tornado.now_words}, size=12)
    if tornado.cost_words:
        picture.write(_("Dashed line: what was put in, %(cost)s.") % {"cost": tornado.cost_words}, size=12)
    for bar in tornado.bars:
        picture.write(f"{bar.name}, {bar.kind}: {bar.low}; {bar.high}", size=12)
    picture.write(not_comparable(), size=12)
    picture.write(contribution(), size=12)
    picture.gap(MARGIN)
    return picture


def not_comparable() -> str:
    """Return why the result of a map is not put beside that of another."""
    return _(
        "Not comparable: every map has its own outcomes, sources and assumptions, and counts other people in other ways, so a higher result "
        "does not mean better work."
    )


def _across(share: str, width: int) -> float:
    return round(MARGIN + float(share) * width / 100, 1)
