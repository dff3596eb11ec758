"""In forced colours nothing is written in the colour of the ground: the browser puts a plate of that colour behind words."""

import re

from django.conf import settings

STYLES = sorted((settings.BASE_DIR / "static" / "css").rglob("*.css"))
#: Words in a colour of the ground, for a fill that forced colours take away or put a plate on.
ON_A_FILL = re.compile(r"(?<![-\w])color: var\(--color-(?:surface|ground|sunken|on-[a-z]+)\)")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
#: A class that stands for all those of a kind: a variant is covered by the rule of its block.
BLOCK = re.compile(r"\.([a-z]+(?:-[a-z]+)*(?:__[a-z]+(?:-[a-z]+)*)?)")


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def parts(text: str) -> tuple[str, str]:
    """Return a style sheet without its forced colours, and those alone."""
    forced = ""
    while found := re.search(r"@media [^{]*forced-colors: active[^{]*\{", text):
        depth, end = 1, found.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        forced += text[found.end() : end - 1]
        text = text[: found.start()] + text[end:]
    return text, forced


def test_words_on_a_fill_can_be_read_in_forced_colours() -> None:
    sheets = [parts(without_comments(path.read_text())) for path in STYLES]
    forced = " ".join(forced for _usual, forced in sheets)
    covered = set(BLOCK.findall(forced))
    on_a_fill = [
        selector.strip()
        for usual, _forced in sheets
        for selectors, body in RULE.findall(usual)
        if ON_A_FILL.search(body)
        for selector in selectors.split(",\n")
    ]
    assert len(on_a_fill) > 10
    assert [each for each in on_a_fill if each not in forced and covered.isdisjoint(BLOCK.findall(each)[-1:])] == []
