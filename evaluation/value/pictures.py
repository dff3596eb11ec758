"""The tornado of a map as a picture that stands alone, with its numbers, timing and sources inside."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from evaluation.reports.files import contribution
from evaluation.reports.pictures import MARGIN, WIDTH, Picture, Rect, Stroke, Words
from evaluation.value.pages import Tornado, timing_words
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
        y = round(top + number * _ROW, 1)
        picture.words.append(Words(MARGIN, y + 14, f"{bar.kind} ({bar.name})"[:110], 12))
        long = round(max(1.0, float(bar.width) * width / 100), 1)
        picture.rects.append(Rect(_across(bar.x, width), y + 20, long, _BAR, "value"))
        # The lines stand on the bars only, so that they do not cross out the words between.
        for share, kind in (*((cost, "baseline") for cost in tornado.costs), (tornado.now, "axis")):
            x = _across(share, width)
            picture.strokes.append(Stroke(x, y + 18, x, y + 22 + _BAR, kind))
    bottom = round(top + len(tornado.bars) * _ROW, 1)
    picture.height = bottom + 12
    picture.write(_("Thin line: the result as it stands, %(result)s.") % {"result": tornado.now_words}, size=12)
    if tornado.cost_words:
        picture.write(_("Dashed line: what was put in, %(cost)s.") % {"cost": tornado.cost_words}, size=12)
    for bar in tornado.bars:
        words = f"{bar.kind} ({bar.name}): {bar.low}; {bar.high}"
        if bar.broken:
            words = _("%(ends)s; breaks even at: %(value)s") % {"ends": words, "value": bar.broken}
        picture.write(words, size=12)
    picture.write(timing_words(whole), size=12)
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
