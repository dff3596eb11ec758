"""Notice words that name people by what they lack, and offer words that begin with strengths.

Pure: no Django. The same list runs on the device while somebody types (`for_browser` feeds static/js/wording.js), so both
halves read text by the same small rules and share their test vectors. Noticing never blocks, never rewrites, and leaves
what stands in quotation marks alone: residents' own words are theirs.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

#: Where the words, or the principle behind leaving them, were published.
NESTA = "Asset-Based Community Development for Local Authorities, Nesta and Collaborate, 2020"
COVENTRY = "Empowering Communities Through Asset Based Working, Coventry City Council briefing note, 19 February 2014"
NETWORK = "Local Area Coordination in England and Wales, update of the Local Area Coordination Network, May 2020"


@dataclass(frozen=True)
class Entry:
    """One way of speaking: its forms, and alternatives whose forms stand in the same order.

    not_after and not_before: neighbouring words that show another sense ("in case", "needs a ladder").
    source: the published document that names the word, or states the principle that the reason applies.
    """

    forms: tuple[str, ...]
    alternatives: tuple[tuple[str, ...], ...]
    reason: str
    source: str
    not_after: frozenset[str] = field(default_factory=frozenset)
    not_before: frozenset[str] = field(default_factory=frozenset)

    def alternatives_for(self, place: int) -> tuple[str, ...]:
        """Return the alternatives that fit the form at a place; one with fewer forms serves them all."""
        return tuple(forms[min(place, len(forms) - 1)] for forms in self.alternatives)


@dataclass(frozen=True)
class Noticed:
    """A deficit word in a text: `text[start:end] == word`; alternatives keep a capital letter."""

    start: int
    end: int
    word: str
    alternatives: tuple[str, ...]
    reason: str


def _entry(
    forms: str, *alternatives: str, reason: str, source: str, not_after: str = "", not_before: str = ""
) -> Entry:
    """Return an entry from forms parted by `|`."""
    return Entry(
        forms=tuple(forms.split("|")),
        alternatives=tuple(tuple(words.split("|")) for words in alternatives),
        reason=reason,
        source=source,
        not_after=frozenset(not_after.split()),
        not_before=frozenset(not_before.split()),
    )


_CITIZENS = "People are citizens with something to offer, not receivers of a service."
_LABEL = "A label can put people off joining in; a shared interest brings them together."
_PLACE = "Begin with what is strong in a place, not with what an index says it lacks."
_BRIDGE = "People are introduced to each other; files are passed along."
_HOPES = "Ask what people hope for and can share, before what is missing."
_LIFE = "Say what somebody is living through; it is not who they are."
_CRISIS = "The language of crisis and vulnerability outlasts the hard time and hides what people can give."
_OURS = "It is for us to go and meet people; they are not the ones who are missing."
_FIXING = "People are not there to be fixed: they are the answer, and we walk alongside."

ENTRIES: tuple[Entry, ...] = (
    _entry("service user|service users", "citizen|citizens", "resident|residents", reason=_CITIZENS, source=NESTA),
    _entry("end user|end users", "resident|residents", reason=_CITIZENS, source=NESTA),
    _entry("client|clients", "citizen|citizens", "neighbour|neighbours", reason=_CITIZENS, source=NESTA),
    _entry("customer|customers", "citizen|citizens", "neighbour|neighbours", reason=_CITIZENS, source=NESTA),
    _entry("consumer|consumers", "citizen|citizens", "co-producer|co-producers", reason=_CITIZENS, source=COVENTRY),
    _entry(
        "beneficiary|beneficiaries", "resident|residents", "neighbour|neighbours", reason=_CITIZENS, source=COVENTRY
    ),
    _entry("recipient|recipients", "resident|residents", "neighbour|neighbours", reason=_CITIZENS, source=COVENTRY),
    _entry(
        "patient|patients",
        "person|people",
        "resident|residents",
        reason=_CITIZENS,
        source=COVENTRY,
        not_after="be been being is are was were am so very more most really endlessly and",
        not_before="with and enough",
    ),
    _entry("caseload|caseloads", "people we walk alongside", reason=_FIXING, source=NETWORK),
    _entry(
        "caseworker|caseworkers|case worker|case workers",
        "community builder|community builders|community builder|community builders",
        reason=_FIXING,
        source=NETWORK,
    ),
    _entry("case study|case studies", "story|stories", reason=_CITIZENS, source=NESTA),
    _entry(
        "case|cases",
        "person|people",
        "story|stories",
        reason=_FIXING,
        source=NETWORK,
        not_after="in any that this which each either no whatever pillow book display upper lower packing pencil",
        not_before="of",
    ),
    _entry("referral|referrals", "introduction|introductions", reason=_BRIDGE, source=NESTA),
    _entry(
        "refer|refers|referred|referring",
        "introduce|introduces|introduced|introducing",
        reason=_BRIDGE,
        source=NESTA,
    ),
    _entry(
        "signpost|signposts|signposted|signposting",
        "introduce|introduces|introduced|introducing",
        reason=_BRIDGE,
        source=NESTA,
    ),
    _entry("hard to reach", "not met yet", "people we have not met yet", reason=_OURS, source=NESTA),
    _entry("hard to engage", "not met yet", "people we have not met yet", reason=_OURS, source=NESTA),
    _entry("seldom heard", "not listened to yet", reason=_OURS, source=NESTA),
    _entry("disengaged|non-engaging|failed to engage", "not met yet", "busy elsewhere", reason=_OURS, source=NESTA),
    _entry(
        "vulnerable people|vulnerable person|vulnerable adults|vulnerable adult",
        "neighbours|neighbour|neighbours|neighbour",
        "people going through a hard time|person going through a hard time"
        "|people going through a hard time|person going through a hard time",
        reason=_CRISIS,
        source=NETWORK,
    ),
    _entry("vulnerable", "going through a hard time", reason=_CRISIS, source=NETWORK),
    _entry("at risk", "going through a hard time", reason=_CRISIS, source=NETWORK),
    _entry("in crisis", "going through a hard time", reason=_CRISIS, source=NETWORK),
    _entry(
        "needs assessment|needs assessments",
        "conversation about what matters|conversations about what matters",
        reason=_HOPES,
        source=COVENTRY,
    ),
    _entry("complex needs|high needs|multiple needs", "a lot going on", reason=_HOPES, source=COVENTRY),
    _entry(
        "needs",
        "hopes",
        "what matters to them",
        reason=_HOPES,
        source=COVENTRY,
        not_after="he she it who that nobody everybody everyone somebody someone",
        not_before="a an the to some any more less no my your his her our their its this that these those it him them us"
        " me you one two three four five somebody someone something help only just new doing making fixing",
    ),
    _entry("needy", "going through a hard time", reason=_HOPES, source=COVENTRY),
    _entry("problem family|problem families", "family|families", "household|households", reason=_LABEL, source=NESTA),
    _entry("troubled family|troubled families", "family|families", "household|households", reason=_LABEL, source=NESTA),
    _entry(
        "deprived area|deprived areas|disadvantaged area|disadvantaged areas",
        "neighbourhood|neighbourhoods|neighbourhood|neighbourhoods",
        reason=_PLACE,
        source=COVENTRY,
    ),
    _entry("deprived", "overlooked", reason=_PLACE, source=COVENTRY),
    _entry("deprivation", "being overlooked", reason=_PLACE, source=COVENTRY),
    _entry("disadvantaged", "overlooked", "left out of decisions", reason=_PLACE, source=COVENTRY),
    _entry(
        "sink estate|sink estates|rough estate|rough estates",
        "estate|estates|estate|estates",
        reason=_PLACE,
        source=COVENTRY,
    ),
    _entry("socially isolated|isolated", "would like more company", reason=_HOPES, source=COVENTRY),
    _entry("mentally ill", "finding things hard just now", reason=_LABEL, source=NESTA),
    _entry("the elderly|elderly", "older neighbours|older", reason=_LABEL, source=NESTA),
    _entry("the disabled", "disabled neighbours", reason=_LABEL, source=NESTA),
    _entry("the homeless", "people without a home", reason=_LIFE, source=NESTA),
    _entry("the unemployed", "people looking for work", reason=_LIFE, source=NESTA),
    _entry("the poor", "people short of money", reason=_LIFE, source=NESTA),
    _entry("housebound|house-bound", "mostly at home", reason=_LIFE, source=NESTA),
    _entry("wheelchair-bound|wheelchair bound", "wheelchair user", reason=_LIFE, source=NESTA),
    _entry(
        "suffers from|suffering from|suffered from|suffer from",
        "lives with|living with|lived with|live with",
        reason=_LIFE,
        source=NESTA,
    ),
    _entry("addict|addicts", "person in recovery|people in recovery", reason=_LIFE, source=NESTA),
    _entry("chaotic lifestyle|chaotic lifestyles|chaotic", "a lot going on", reason=_LIFE, source=NESTA),
    _entry("low-skilled|unskilled", "with gifts yet to find", reason=_HOPES, source=COVENTRY),
    _entry("target group|target groups", "neighbours", "residents", reason=_FIXING, source=COVENTRY),
    _entry(
        "intervention|interventions",
        "something we did together|things we did together",
        reason=_FIXING,
        source=COVENTRY,
    ),
    _entry("case management", "walking alongside", reason=_FIXING, source=NETWORK),
)

# Any of these may part the words of a phrase; three at most, so that no text makes the search slow.
_GAP = r"[ \t\r\n\u00a0\u2010\u2011-]{1,3}"
_MARK = re.compile("[\"\u201c\u201d'\u2018\u2019]|\n[ \t\r]*\n")
_WORD = re.compile(r"\w")
_BEFORE = re.compile(r"(\w+)[ \t\u00a0]+\Z")
_AFTER = re.compile(r"[ \t\u00a0]+(\w+)")
_LOOK = 24


def _key(word: str) -> str:
    """Return a phrase in small letters with its words parted by single blanks."""
    return re.sub(_GAP, " ", word).lower()


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    """Return whole words only, the longest first."""
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    phrases = (_GAP.join(re.escape(word) for word in _key(form).split(" ")) for form in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


_FORMS = {_key(form): (entry, place) for entry in ENTRIES for place, form in enumerate(entry.forms)}
_WORDS = _pattern(_FORMS)


def notice(text: str) -> list[Noticed]:
    """Return the deficit words of a text in order, the longest phrase where several begin; time grows with its length.

    Whole words in any capitals, plurals included. What stands in quotation marks is left alone, an opening double mark
    that is not closed yet included; an apostrophe is no quotation mark.
    """
    quoted = iter(quotations(text))
    span = next(quoted, None)
    found = []
    for match in _WORDS.finditer(text):
        while span and span[1] <= match.start():
            span = next(quoted, None)
        if span and span[0] <= match.start():
            continue
        entry, place = _FORMS[_key(match[0])]
        if _other_sense(entry, text, match.start(), match.end()):
            continue
        alternatives = tuple(_like(match[0], words) for words in entry.alternatives_for(place))
        found.append(Noticed(match.start(), match.end(), match[0], alternatives, entry.reason))
    return found


def quotations(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of what stands in quotation marks, in order and apart, marks included.

    A quotation ends at its closing mark, or at the end of the paragraph; a single one must close, because its opening
    mark may be an apostrophe (\N{RIGHT SINGLE QUOTATION MARK}tis).
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
    start = maybe = None
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
                spans.append((start, maybe))
            start = maybe = None
        elif start is not None and mark[0] != "\u2018" and _closes(text, at):
            if _is_plural(text, at):
                maybe = at + 1
            else:
                spans.append((start, at + 1))
                start = maybe = None
        elif _opens(text, at):
            if maybe is not None:
                spans.append((start, maybe))
            start, maybe = at, None
    return spans if maybe is None else [*spans, (start, maybe)]


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
    """Return whether a mark may be a plural's apostrophe: an s before it, a blank and a word after it."""
    return at > 0 and text[at - 1] in "sS" and text[at + 1 : at + 2] == " " and _is_word(text, at + 2)


def _other_sense(entry: Entry, text: str, start: int, end: int) -> bool:
    """Return whether a neighbouring word shows that another sense is meant."""
    before = _BEFORE.search(text[max(0, start - _LOOK) : start]) if entry.not_after else None
    after = _AFTER.match(text[end : end + _LOOK]) if entry.not_before else None
    return bool((before and before[1].lower() in entry.not_after) or (after and after[1].lower() in entry.not_before))


def _like(word: str, alternative: str) -> str:
    """Return the alternative with a capital where the word has one."""
    return alternative[0].upper() + alternative[1:] if word[0].isupper() else alternative


def for_browser() -> list[dict[str, object]]:
    """Return the list for static/js/wording.js, the longest phrase first.

    Keys: `words` (small letters, single blanks), `alternatives`, `reason`, `notAfter`, `notBefore` (lists of words).
    """
    return [
        {
            "words": form,
            "alternatives": list(entry.alternatives_for(place)),
            "reason": entry.reason,
            "notAfter": sorted(entry.not_after),
            "notBefore": sorted(entry.not_before),
        }
        for form, (entry, place) in sorted(_FORMS.items(), key=lambda item: (-len(item[0]), item[0]))
    ]
