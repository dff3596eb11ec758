"""Turn a row's texts into an asset's values, or explain what is wrong with them.

The rules are those of the model's fields. A row is left out if it is useless or wrong as a whole: no name,
an impossible position, an unknown kind. Any other invalid value is reported and left out, and the rest of the row
is imported. A blank cell never clears a stored value.
"""

import difflib
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Choices
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assets.importing.columns import label_of
from assets.importing.days import read_day, why_invalid_date
from assets.models import Asset, Kind, LedBy, Visibility
from assets.rules import split_position
from communities import geometry
from communities.columns import column
from communities.row_keys import uuid_of

#: Synonyms for the five kinds, found in other organisations' files.
KIND_WORDS: Mapping[str, str] = {
    **dict.fromkeys(
        ("association", "group", "club", "society", "choir", "team", "network", "residents group"), Kind.ASSOCIATION
    ),
    **dict.fromkeys(
        ("institution", "library", "school", "college", "surgery", "charity", "council", "organisation", "faith"),
        Kind.INSTITUTION,
    ),
    **dict.fromkeys(
        ("place", "park", "hall", "building", "venue", "community centre", "cafe", "pub", "garden", "green space"),
        Kind.PLACE,
    ),
    **dict.fromkeys(("exchange", "shop", "business", "trade", "market", "timebank", "lending"), Kind.EXCHANGE),
    **dict.fromkeys(("story", "culture", "festival", "tradition"), Kind.STORY),
}
YES = {"yes", "y", "true", "1", "x", "✓"}
NO = {"no", "n", "false", "0"}
# NUL and lone surrogates cannot be stored; the other control characters are invisible.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
#: Direction marks and zero-width spaces, which are copied along with phone numbers from a phone's contacts.
_MARKS = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
#: A phone number that a spreadsheet stripped of its leading 0: numbers in the United Kingdom have eleven digits.
_LOST_LEADING_ZERO = re.compile(r"[12378]\d{9}")
_BREAKS = re.compile(r"\s*[\r\n]+\s*")
_FORMULA = ("=", "+", "@")
# Source: the forms that GOV.UK's "UK postcode data standard" lists, and GIR 0AA.
_POSTCODE = re.compile(r"(GIR|[A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})")
_SHOWN = 60


class LeftOut(Exception):
    """One value cannot be imported; the rest of the row can."""


class Refused(Exception):
    """The row cannot be imported."""


@dataclass(slots=True)
class Cleaned:
    """The values of a row by field (only those it gives), and sentences about values that were left out."""

    values: dict[str, Any] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    is_refused: bool = False


class Cleaner:
    """Clean rows that share one set of columns.

    `columns` is {field: heading}; `kind` is the default for rows without a kind.
    """

    def __init__(self, columns: Mapping[str, str], kind: str) -> None:
        self.kind = kind
        self._kinds = _words(KIND_WORDS, Kind)
        self._plan = [
            (name, heading, self._cleaner(name)) for name, heading in columns.items() if name not in _POSITION
        ]
        self._position = [columns[name] for name in _POSITION if name in columns]
        self._is_pair = len(self._position) == 2 and len(set(self._position)) == 1

    def clean(self, row: Mapping[str, str]) -> Cleaned:
        """Return the cleaned row."""
        cleaned = Cleaned()
        values, messages = cleaned.values, cleaned.messages
        for name, heading, clean in self._plan:
            text = row[heading].strip()
            if not text:
                continue
            try:
                values[name] = clean(text)
            except LeftOut as error:
                messages.append(str(error))
            except Refused as error:
                messages.append(str(error))
                cleaned.is_refused = True
        self._place(row, cleaned)
        self._name(cleaned)
        if note := lost_leading_zero(cleaned.values.get("phone", "")):
            messages.append(note)
        return cleaned

    def _name(self, cleaned: Cleaned) -> None:
        name = cleaned.values.get("name")
        if not name:
            if not cleaned.is_refused:
                cleaned.messages.append(_("The name is missing."))
            cleaned.is_refused = True
        elif name.startswith(_FORMULA):
            cleaned.messages.append(_("The name looks like a formula; it is saved as plain text."))

    def _place(self, row: Mapping[str, str], cleaned: Cleaned) -> None:
        texts = [row[heading].strip() for heading in self._position]
        if not any(texts):
            return
        try:
            latitude, longitude = clean_pair(texts[0]) if self._is_pair else clean_position(*texts)
        except Refused as error:
            cleaned.messages.append(str(error))
            cleaned.is_refused = True
        else:
            cleaned.values["latitude"], cleaned.values["longitude"] = latitude, longitude

    def _cleaner(self, name: str) -> Callable[[str], object]:
        """Return the cleaning function of a field. Raises: KeyError for a field that has none yet."""
        cleaners: dict[str, Callable[[str], object]] = {
            **{each: _line(each) for each in _LINES},
            "kind": self._kind,
            "description": clean_long_text,
            "postcode": clean_postcode,
            "neighbourhood": clean_long_text,
            "phone": _phone(),
            "email": _checked("email"),
            "website": _website(_checked("website")),
            "is_bumping_place": _yes_or_no("is_bumping_place"),
            "is_touch_point": _yes_or_no("is_touch_point"),
            "formed_on": _day("formed_on"),
            "last_confirmed_on": _day("last_confirmed_on", not_later=True),
            "led_by": _choice("led_by", LedBy),
            "visibility": _choice("visibility", Visibility),
            "uuid": _uuid,
        }
        return cleaners[name]

    def _kind(self, text: str) -> str:
        word = " ".join(text.casefold().split())
        if word in self._kinds:
            return self._kinds[word]
        near = difflib.get_close_matches(word[:_SHOWN], self._kinds, n=1, cutoff=0.7)
        if near:
            raise Refused(
                _("“%(word)s” is not a kind of asset. Did you mean “%(near)s” (%(kind)s)?")
                % {"word": shown(text), "near": near[0], "kind": Kind(self._kinds[near[0]]).label}
            )
        raise Refused(
            _("“%(word)s” is not a kind of asset. The kinds are: %(kinds)s.")
            % {"word": shown(text), "kinds": ", ".join(Kind.values)}
        )


_POSITION = ("latitude", "longitude")
#: Fields of one line of text without a check of their own.
_LINES = ("name", "address", "opening", "access")


def shown(text: str) -> str:
    """Return a text, shortened so that it can be quoted."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def clean_position(latitude: str, longitude: str) -> tuple[float, float]:
    """Return a position in degrees. Raises: Refused if it is not one, saying what it looks like instead."""
    if not latitude or not longitude:
        raise Refused(_("A position needs both a latitude and a longitude."))
    try:
        lat, lng = _degrees(latitude), _degrees(longitude)
    except ValueError:
        raise Refused(
            _("“%(lat)s”, “%(lng)s” is not a latitude and a longitude.")
            % {"lat": shown(latitude), "lng": shown(longitude)}
        ) from None
    try:
        geometry.check_point(lat, lng)
    except geometry.GeometryError as error:
        raise Refused(error.translated(_)) from None
    if geometry.looks_swapped_in_uk(lat, lng):
        raise Refused(
            _("Latitude %(lat)s and longitude %(lng)s look swapped. Put the latitude first.")
            % {"lat": latitude, "lng": longitude}
        )
    if lat == 0 and lng == 0:
        raise Refused(_("0, 0 is in the sea off Africa. Leave both cells empty if you do not know the position."))
    return lat, lng


def clean_pair(text: str) -> tuple[float, float]:
    """Return the position in one cell, latitude first. Raises: Refused if it is not one."""
    pair = split_position(text)
    if pair is None:
        raise Refused(
            _("“%(value)s” is not a latitude and a longitude, like 51.8642, -2.2382.") % {"value": shown(text)}
        )
    return clean_position(*pair)


def clean_postcode(text: str) -> str:
    """Return a UK postcode in capitals with one space; return any other postcode as written."""
    text = _MARKS.sub("", text)
    bare = "".join(text.upper().split())
    if found := _POSTCODE.fullmatch(bare):
        return f"{found[1]} {found[2]}"
    written = " ".join(text.upper().split())
    if len(written) > _longest("postcode"):
        raise LeftOut(_("The postcode “%(value)s” is too long; it was left out.") % {"value": shown(text)})
    return clean_line(written)


def clean_long_text(text: str) -> str:
    """Return a text of several lines without invisible characters and those that cannot be stored."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub("", text).strip()


def clean_line(text: str) -> str:
    """Return a text as one line: line breaks become commas."""
    if text.isprintable():
        return text
    text = _BREAKS.sub(", ", text).replace("\t", " ")
    return _UNSEEN.sub("", text).strip()


def _line(name: str) -> Callable[[str], str]:
    limit, label = _longest(name), label_of(name)
    error = Refused if name == "name" else LeftOut

    def clean(text: str) -> str:
        text = clean_line(text)
        if len(text) > limit:
            sentence = (
                _("%(label)s: “%(value)s” is longer than %(limit)s characters.")
                if name == "name"
                else _("%(label)s: “%(value)s” is longer than %(limit)s characters; it was left out.")
            )
            raise error(sentence % {"label": label, "value": shown(text), "limit": limit})
        return text

    return clean


def clean_phone(text: str) -> str:
    """Return a phone number on one line, without invisible characters."""
    return clean_line(_MARKS.sub("", text))


def lost_leading_zero(phone: str) -> str:
    """Return a warning if a phone number seems to have lost its leading 0 in a spreadsheet, otherwise ""."""
    if not _LOST_LEADING_ZERO.fullmatch(phone):
        return ""
    return _(
        "The phone number “%(value)s” has ten digits. If a spreadsheet removed its 0, it should be 0%(value)s."
    ) % {"value": phone}


def _phone() -> Callable[[str], str]:
    line = _line("phone")
    return lambda text: line(clean_phone(text))


def _checked(name: str) -> Callable[[str], str]:
    """Return a cleaner that runs the model field's validators."""
    validators = column(Asset, name).validators
    sentences = {
        "email": _("The email address “%(value)s” is not valid; it was left out."),
        "website": _("The web address “%(value)s” is not valid; it was left out."),
    }

    def clean(text: str) -> str:
        text = clean_line(_MARKS.sub("", text))
        try:
            for validator in validators:
                validator(text)
        except ValidationError:
            raise LeftOut(sentences[name] % {"value": shown(text)}) from None
        return text

    return clean


def _website(check: Callable[[str], str]) -> Callable[[str], str]:
    """Return a cleaner that adds a missing https://, as the form does."""

    def clean(text: str) -> str:
        if "://" in text:
            return check(text)
        try:
            return check(f"https://{text}")
        except LeftOut:
            return check(text)

    return clean


def _yes_or_no(name: str) -> Callable[[str], bool]:
    label = label_of(name)

    def clean(text: str) -> bool:
        word = text.casefold()
        if word in YES or word in NO:
            return word in YES
        words = _("%(label)s: “%(value)s” is neither yes nor no; it was left out.")
        raise LeftOut(words % {"label": label, "value": shown(text)})

    return clean


def _day(name: str, *, not_later: bool = False) -> Callable[[str], date]:
    label, today = label_of(name), timezone.localdate()

    def clean(text: str) -> date:
        day = read_day(text)
        if day is None:
            reason, advice = why_invalid_date(text)
            sentence = _("%(label)s: %(reason)s; it was left out.") % {"label": label, "reason": reason}
            raise LeftOut(f"{sentence} {advice}".strip())
        if not_later and day > today:
            sentence = _("%(label)s: “%(value)s” is in the future; it was left out.")
            raise LeftOut(sentence % {"label": label, "value": shown(text)})
        return day

    return clean


def _choice(name: str, choices: type[Choices]) -> Callable[[str], str]:
    words, label = _words({}, choices), label_of(name)

    def clean(text: str) -> str:
        word = " ".join(text.casefold().split())
        if word in words:
            return words[word]
        allowed = ", ".join(value for value in choices.values if value)
        raise LeftOut(
            _("%(label)s: “%(value)s” is not one of: %(allowed)s; it was left out.")
            % {"label": label, "value": shown(text), "allowed": allowed}
        )

    return clean


def _words(extra: Mapping[str, str], choices: type[Choices]) -> dict[str, str]:
    """Return the accepted spellings of each choice: its synonyms, its value and its translated label."""
    words: dict[str, str] = {word: str(value) for word, value in extra.items()}
    for value, label in choices.choices:
        words[str(value)] = str(value)
        words[_plain(label)] = str(value)
    words.pop("", None)
    return words


def _plain(label: str | Promise) -> str:
    return " ".join(str(label).casefold().split())


def _uuid(text: str) -> uuid.UUID:
    found = uuid_of(text)
    if found is None:
        raise LeftOut(_("“%(value)s” is not a UUID from Kith; it was left out.") % {"value": shown(text)})
    return found


def _degrees(text: str) -> float:
    """Return a number written with a decimal point or comma. Raises: ValueError."""
    text = text.removesuffix("°").replace("\u2212", "-")
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    if "_" in text:
        raise ValueError(text)
    return float(text)


def _longest(name: str) -> int:
    return column(Asset, name).max_length or 10**9
