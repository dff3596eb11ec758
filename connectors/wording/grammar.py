"""How an English alternative fits into its sentence: before a noun or behind it, a or an, the possessive.

`static/js/noticing.js` does the same in the page; the tests hold both to the same sentences.
"""

import re

#: Small words and the most frequent verbs: no noun, so that an adjective before them stands alone: "is vulnerable and", "are hard to reach because".
NO_NOUN = frozenset(
    [
        "a", "about", "after", "again", "all", "almost", "also", "always", "am", "an", "and", "any", "anymore",
        "are", "around", "as", "at", "be", "because", "been", "before", "being", "both", "but", "by", "can",
        "could", "did", "do", "does", "during", "each", "even", "ever", "every", "for", "from", "had", "has",
        "have", "he", "her", "here", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just",
        "last", "like", "may", "me", "might", "more", "most", "much", "must", "my", "never", "next", "no",
        "nor", "not", "now", "of", "off", "often", "on", "once", "one", "only", "or", "our", "out", "over",
        "perhaps", "quite", "rather", "says", "she", "should", "since", "so", "some", "sometimes", "still",
        "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "though",
        "through", "till", "to", "today", "tomorrow", "tonight", "too", "under", "until", "up", "us", "very",
        "was", "we", "were", "what", "when", "where", "whether", "which", "while", "who", "whom", "whose",
        "why", "will", "with", "without", "would", "yesterday", "yet", "you", "your", "ask", "asked", "came", "come", "comes", "get", "gets", "go", "goes", "got", "live", "lived",
        "lives", "meet", "met", "need", "needed", "said", "sang", "sing", "sings", "told", "want", "wanted", "wants", "went",
    ]
)  # fmt: skip
_BEFORE = re.compile(r"(\w+)([ \t\u00a0]+)\Z")
_AFTER = re.compile(r"[ \t\u00a0]+(\w+)")
_ONES = re.compile(r"['\u2019]s(?!\w)")
_MANYS = re.compile(r"['\u2019](?=[ \u00a0]\w)")
_LOOK = 24
_VOWELS = "aeiou"


def noun_after(text: str, end: int) -> re.Match[str] | None:
    """Return the word after a position if it may be a noun."""
    found = _AFTER.match(text[end : end + _LOOK])
    return found if found and found[1].lower() not in NO_NOUN else None


def behind_noun(text: str, end: int, alternatives: list[str]) -> tuple[int, list[str]]:
    """Return where the noun ends that alternatives stand behind, and them with it; none if it is unclear which noun it is."""
    noun = noun_after(text, end)
    if noun is None:
        return end, alternatives
    if noun_after(text, end + noun.end()):
        return end, []
    return end + noun.end(), [f"{noun[1]} {each}" for each in alternatives]


def possessive(text: str, end: int, alternatives: list[str]) -> tuple[int, list[str]]:
    """Return the end of a possessive whose ending does not fit an alternative, and the alternatives with theirs."""
    one, many = _ONES.match(text, end), _MANYS.match(text, end)
    if one and any(each.endswith("s") for each in alternatives):
        return one.end(), [f"{each}’" if each.endswith("s") else f"{each}’s" for each in alternatives]
    if many and text[end - 1] in "sS" and any(not each.endswith("s") for each in alternatives):
        return many.end(), [f"{each}’" if each.endswith("s") else f"{each}’s" for each in alternatives]
    return end, alternatives


def with_article(text: str, start: int, alternatives: list[str]) -> tuple[int, list[str]]:
    """Return the start of an article that does not fit an alternative, and the alternatives with theirs."""
    begin = max(0, start - _LOOK)
    before = _BEFORE.search(text[begin:start])
    if before is None or before[1].lower() not in ("a", "an"):
        return start, alternatives
    wanted = ["an" if each[:1].lower() in _VOWELS else "a" for each in alternatives]
    if all(each == before[1].lower() for each in wanted):
        return start, alternatives
    return begin + before.start(), [
        f"{article}{before[2]}{each}" for article, each in zip(wanted, alternatives, strict=True)
    ]
