"""Find quotations: text in quotation marks, in which noticing ignores words."""

import re

_MARK = re.compile("[\"\u201c\u201d'\u2018\u2019]|\n[ \t\r]*\n")
_WORD = re.compile(r"\w")


def quotations(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each quotation, in order and not overlapping, including the marks.

    A quotation ends at its closing mark, or at the end of the paragraph; a single one must close, because its opening
    mark could be an apostrophe (\N{RIGHT SINGLE QUOTATION MARK}tis).
    """
    double = _double_quotations(text)
    spans = sorted([*double, *_single_quotations(text, double)])
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _double_quotations(text: str) -> list[tuple[int, int]]:
    spans, start = [], None
    for mark in _MARK.finditer(text):
        at = mark.start()
        if start is not None:
            if len(mark[0]) > 1 or mark[0] in '"\u201d':
                spans.append((start, mark.end() if len(mark[0]) == 1 else at))
                start = None
        elif mark[0] == "\u201c" or (mark[0] == '"' and _opens(text, at)):
            start = at
    return spans if start is None else [*spans, (start, len(text))]


def _single_quotations(text: str, double: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return single quotations; a plural's apostrophe (the neighbours' shed) ends one only if nothing later does."""
    spans: list[tuple[int, int]] = []
    start: int | None = None
    maybe: tuple[int, int] | None = None
    inner = iter(double)
    span = next(inner, None)
    for mark in _MARK.finditer(text):
        at = mark.start()
        while span and span[1] <= at:
            span = next(inner, None)
        if (span and span[0] <= at) or mark[0] in '"\u201c\u201d':
            continue
        if len(mark[0]) > 1:
            if maybe is not None:
                spans.append(maybe)
            start = maybe = None
        elif start is not None and mark[0] != "\u2018" and _closes(text, at):
            if _is_plural(text, at):
                maybe = (start, at + 1)
            else:
                spans.append((start, at + 1))
                start = maybe = None
        elif _opens(text, at):
            if maybe is not None:
                spans.append(maybe)
            start, maybe = at, None
    return spans if maybe is None else [*spans, maybe]


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and bool(_WORD.match(text[at]))


def _is_blank(text: str, at: int) -> bool:
    return not 0 <= at < len(text) or text[at] in " \t\r\n\u00a0"


def _opens(text: str, at: int) -> bool:
    """Return whether a mark can open a quotation: no word before it, and something after it."""
    return not _is_word(text, at - 1) and not _is_blank(text, at + 1)


def _closes(text: str, at: int) -> bool:
    """Return whether a mark can close a quotation: something before it, and no word after it."""
    return not _is_blank(text, at - 1) and not _is_word(text, at + 1)


def _is_plural(text: str, at: int) -> bool:
    """Return whether a mark could be a plural's apostrophe: an s before it, a space and a word after it."""
    return at > 0 and text[at - 1] in "sS" and text[at + 1 : at + 2] == " " and _is_word(text, at + 2)
