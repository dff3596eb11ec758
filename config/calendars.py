"""A user's own calendar as iCalendar text (RFC 5545): days on which something is due, without anybody's words.

Calendars are copied to phones and to companies that run calendars, so an entry says that there is something to come back
to and with whom, by first name or initials, and leads to the page in Kith. What is to be done stays in Kith.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

#: The longest line in bytes, without its end. Source: RFC 5545, section 3.1.
LINE = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True)
class Entry:
    """One all-day entry. uid: the same for as long as it is about the same thing."""

    uid: str
    day: date
    title: str
    url: str = ""


def calendar_text(entries: Iterable[Entry], *, name: str, now: datetime) -> str:
    """Return a calendar. now: when it is made, which is the DTSTAMP of every entry.

    Source: RFC 5545, sections 3.4, 3.6.1 and 3.7; `X-WR-CALNAME` and RFC 7986 `NAME` are the names that phones show.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kith//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for entry in entries:
        lines += _event(entry, stamp)
    lines.append("END:VCALENDAR")
    return "".join(part for line in lines for part in folded(line))


def _event(entry: Entry, stamp: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(entry.uid)}"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
    # The end of an all-day entry is the day after it. Source: RFC 5545, section 3.6.1.
    yield f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(entry.title)}"
    if entry.url:
        yield f"URL:{entry.url}"
    yield "CLASS:PRIVATE"
    # A day on which something is due does not make the day busy.
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """Return a TEXT value: backslash, semicolon, comma and line break escaped, other control characters left out.

    Source: RFC 5545, section 3.3.11.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_ESCAPES)
    return "".join(sign for sign in lines if sign == "\t" or ord(sign) >= ord(" ") and ord(sign) != 127)  # noqa: PLR2004 - DEL


def folded(line: str) -> Iterator[str]:
    """Yield the parts of a line with their ends: at most `LINE` bytes each, and no character divided.

    Source: RFC 5545, section 3.1: a part after the first begins with a space.
    """
    part, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > LINE:
            yield f"{part}\r\n"
            part, size = " ", 1
        part, size = part + sign, size + width
    yield f"{part}\r\n"
