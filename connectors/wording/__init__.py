"""Notice words that name people by what they lack, and offer words that start from strengths.

Pure: no Django. The same list runs on the device while somebody types (`WordList.for_browser` feeds
static/js/noticing.js), so both halves read text by the same small rules and share their test vectors. Noticing never
blocks, never rewrites, and ignores text in quotation marks: residents' own words are theirs.

English and Welsh are noticed together, whatever a team's language: builders in Wales mix both in one line, the lists
share no form, and somebody who writes no Welsh never meets the Welsh half. A team's own list is `WordList((*ENTRIES,
*own), quiet)`.
"""

from connectors.wording.english import ENGLISH
from connectors.wording.entries import COVENTRY, ENGLISH_CODE, NESTA, NETWORK, WELSH_CODE, Entry, key
from connectors.wording.quotations import quotations
from connectors.wording.reading import Noticed, WordList
from connectors.wording.welsh import WELSH

__all__ = (
    "COVENTRY",
    "ENGLISH",
    "ENGLISH_CODE",
    "ENTRIES",
    "NESTA",
    "NETWORK",
    "SHIPPED",
    "WELSH",
    "WELSH_CODE",
    "Entry",
    "Noticed",
    "WordList",
    "key",
    "notice",
    "quotations",
)

#: Everything that ships, and the list made of it.
ENTRIES: tuple[Entry, ...] = (*ENGLISH, *WELSH)
SHIPPED = WordList(ENTRIES)


def notice(text: str) -> list[Noticed]:
    """Return what the list that ships with Kith notices in a text."""
    return SHIPPED.notice(text)
