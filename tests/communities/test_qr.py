"""QR codes: what they hold, that cameras can read them in any scheme, and that nothing in them is refused."""

import re

import pytest
import segno
from django.template import Context, Template

from communities.qr import QUIET_ZONE, qr_code

ADDRESS = "https://kith.example/sheet/open/" + "aB3_-" * 8 + "xyz/"


def dark_modules(svg: str) -> set[tuple[int, int]]:
    """Return the dark modules of a drawing as (row, column), the quiet zone included, read from the strokes of its path."""
    (strokes,) = re.findall(r'<path[^>]* stroke="#000"[^>]* d="([^"]+)"', svg)
    row, column, dark = 0, 0, set()
    for letter, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", strokes):
        if letter == "M":
            column, row = int(float(first)), int(float(second) - 0.5)
        elif letter == "m":
            column, row = column + int(float(first)), row + int(float(second))
        else:
            dark |= {(row, each) for each in range(column, column + int(first))}
            column += int(first)
    return dark


def test_a_code_holds_the_text_with_room_for_stains_and_a_quiet_zone_around_it() -> None:
    drawn = qr_code(ADDRESS, "Opens the sheet")
    code = segno.make(ADDRESS, error="m", micro=False)
    size = code.symbol_size(border=QUIET_ZONE)[0]
    assert f'viewBox="0 0 {size} {size}"' in drawn
    wanted = {
        (row + QUIET_ZONE, column + QUIET_ZONE)
        for row, line in enumerate(code.matrix)
        for column, module in enumerate(line)
        if module
    }
    assert dark_modules(drawn) == wanted
    assert code.error in {"M", "Q", "H"}
    assert QUIET_ZONE >= 4


def test_a_code_is_black_on_white_whatever_the_scheme() -> None:
    drawn = qr_code(ADDRESS, "Opens the sheet")
    size = re.search(r'viewBox="0 0 (\d+)', drawn)[1]
    assert f'fill="#fff" d="M0 0h{size}v{size}h-{size}z"' in drawn, "the white reaches to the edge of the quiet zone"
    assert re.findall(r'stroke="([^"]+)"', drawn) == ["#000"]


def test_nothing_in_a_code_is_refused_by_the_security_policy() -> None:
    drawn = qr_code('"><script>alert(1)</script>', '" onload="alert(1)')
    assert "<script" not in drawn
    assert "style" not in drawn
    assert 'aria-label="&quot; onload=&quot;alert(1)"' in drawn


def test_any_template_can_draw_one() -> None:
    page = Template("{% load qr %}{% qr_code address alt %}").render(Context({"address": ADDRESS, "alt": "Opens <it>"}))
    assert page == qr_code(ADDRESS, "Opens <it>")
    assert 'role="img" aria-label="Opens &lt;it&gt;"' in page


def test_a_text_that_no_code_can_hold_is_refused() -> None:
    assert qr_code("a" * 2331, "long")
    with pytest.raises(segno.DataOverflowError):
        qr_code("a" * 2332, "too long")
