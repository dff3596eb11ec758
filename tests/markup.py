"""HTML in a form that tests can compare: line breaks in its template make no difference."""

import re
from itertools import pairwise


def flat(html: str) -> str:
    """Return HTML on one line, without the spaces beside its tags."""
    return re.sub(r"\s*(<[^<>]*>)\s*", r"\1", " ".join(html.split())).replace(" >", ">")


def outline_faults(html: str) -> list[str]:
    """Return what is wrong with the headings of a page: not exactly one of level 1, or a level that is skipped."""
    found = [
        (int(level), " ".join(text.split())) for level, text in re.findall(r"<h([1-6])\b[^>]*>(.*?)</h\1>", html, re.S)
    ]
    titles = sum(level == 1 for level, _ in found)
    skipped = [
        f"h{level} “{re.sub('<[^>]*>', '', text)}” after h{before}"
        for (before, _), (level, text) in pairwise([(0, ""), *found])
        if level > before + 1
    ]
    return skipped if titles == 1 else [f"{titles} headings of level 1", *skipped]


def lone_dashes(html: str) -> list[str]:
    """Return the cells of tables that hold only a dash: `table.css` draws one in an empty cell, and none in a card."""
    tables = re.findall(r"<table class=\"table table--cards[^>]*>(.*?)</table>", html, re.S)
    return [cell for table in tables for cell in re.findall(r"<td\b[^>]*>\s*–\s*</td>", table)]
