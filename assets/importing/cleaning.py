"""Turn a row's texts into an asset's values, or say in words what is wrong with them.

The rules are those of the model's own fields. A row is left out for what makes it useless or wrong as a whole: no name,
a place that cannot be, a kind that nobody knows. Anything else that cannot be kept is named and left out, and the row
is kept. A blank cell says nothing: it never empties what is already there.
"""

import difflib
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assets.importing.columns import label_of
from assets.models import Asset, Kind, LedBy, Visibility
from communities import geometry

#: Words that other people's files use for the five kinds.
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
DAY_FORMATS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")
# NUL and lone surrogates cannot be stored; the other control characters cannot be seen.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BREAKS = re.compile(r"\s*[\r\n]+\s*")
_FORMULA = ("=", "+", "@")
# Source: the forms that GOV.UK's "UK postcode data standard" lists, and GIR 0AA.
_POSTCODE = re.compile(r"(GIR|[A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})")
_SHOWN = 60


class LeftOut(Exception):
    """One value cannot be kept; the row can."""


class Refused(Exception):
    """The row cannot be kept."""


@dataclass(slots=True)
class Cleaned:
    """What a row says: values by field (only those it gives), and sentences about what could not be kept."""

    values: dict[str, object] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    is_refused: bool = False


class Cleaner:
    """Clean rows that share one set of columns.

    `columns` is {field: heading}; `kind` is what a row is that does not say.
    """

    def __init__(self, columns: Mapping[str, str], kind: str) -> None:
        self.kind = kind
        self._kinds = _words(KIND_WORDS, Kind)
        self._plan = [
            (name, heading, self._cleaner(name)) for name, heading in columns.items() if name not in _POSITION
        ]
        self._position = [columns[name] for name in _POSITION if name in columns]

    def clean(self, row: Mapping[str, str]) -> Cleaned:
        """Return what the row says."""
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
        return cleaned

    def _name(self, cleaned: Cleaned) -> None:
        name = cleaned.values.get("name")
        if not name:
            if not cleaned.is_refused:
                cleaned.messages.append(_("The name is missing."))
            cleaned.is_refused = True
        elif name.startswith(_FORMULA):
            cleaned.messages.append(_("The name begins like a formula; it is kept as plain text."))

    def _place(self, row: Mapping[str, str], cleaned: Cleaned) -> None:
        texts = [row[heading].strip() for heading in self._position]
        if not any(texts):
            return
        try:
            latitude, longitude = clean_position(*texts)
        except Refused as error:
            cleaned.messages.append(str(error))
            cleaned.is_refused = True
        else:
            cleaned.values["latitude"], cleaned.values["longitude"] = latitude, longitude

    def _cleaner(self, name: str) -> Callable[[str], object]:
        """Return the function that cleans one field's text."""
        chosen = {
            "kind": self._kind,
            "description": clean_long_text,
            "postcode": clean_postcode,
            "neighbourhood": clean_long_text,
            "email": _checked("email"),
            "website": _website(_checked("website")),
            "is_bumping_place": _yes_or_no,
            "formed_on": _day("formed_on"),
            "last_confirmed_on": _day("last_confirmed_on", not_later=True),
            "led_by": _choice("led_by", LedBy),
            "visibility": _choice("visibility", Visibility),
            "uuid": _uuid,
        }
        return chosen.get(name) or _line(name)

    def _kind(self, text: str) -> str:
        word = " ".join(text.casefold().split())
        if word in self._kinds:
            return self._kinds[word]
        near = difflib.get_close_matches(word, self._kinds, n=1, cutoff=0.7)
        if near:
            raise Refused(
                _("There is no kind “%(word)s”. Did you mean “%(near)s” (%(kind)s)?")
                % {"word": shown(text), "near": near[0], "kind": Kind(self._kinds[near[0]]).label}
            )
        raise Refused(
            _("There is no kind “%(word)s”. The kinds are: %(kinds)s.")
            % {"word": shown(text), "kinds": ", ".join(Kind.values)}
        )


_POSITION = ("latitude", "longitude")


def shown(text: str) -> str:
    """Return a text short enough to quote."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def clean_position(latitude: str, longitude: str) -> tuple[float, float]:
    """Return a place in degrees. Raises: Refused for what is no place, saying what it looks like instead."""
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
            _("Latitude %(lat)s and longitude %(lng)s look swapped: change the two columns over.")
            % {"lat": latitude, "lng": longitude}
        )
    if lat == 0 and lng == 0:
        raise Refused(_("0, 0 lies in the sea off Africa; leave both cells empty when the place is not known."))
    return lat, lng


def clean_postcode(text: str) -> str:
    """Return a postcode in capitals with its one space; one of another country as it is written."""
    bare = "".join(text.upper().split())
    if found := _POSTCODE.fullmatch(bare):
        return f"{found[1]} {found[2]}"
    written = " ".join(text.upper().split())
    if len(written) > _longest("postcode"):
        raise LeftOut(_("The postcode “%(value)s” is too long; it was left out.") % {"value": shown(text)})
    return clean_line(written)


def clean_long_text(text: str) -> str:
    """Return a text of several lines without what cannot be seen or stored."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub("", text).strip()


def clean_line(text: str) -> str:
    """Return a text of one line: breaks inside a cell become commas."""
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


def _checked(name: str) -> Callable[[str], str]:
    """Return a cleaner that asks the model field's own validators."""
    validators = Asset._meta.get_field(name).validators
    sentences = {
        "email": _("The e-mail address “%(value)s” is not right; it was left out."),
        "website": _("The web address “%(value)s” is not right; it was left out."),
    }

    def clean(text: str) -> str:
        text = clean_line(text)
        try:
            for validator in validators:
                validator(text)
        except ValidationError:
            raise LeftOut(sentences[name] % {"value": shown(text)}) from None
        return text

    return clean


def _website(check: Callable[[str], str]) -> Callable[[str], str]:
    """Return a cleaner that puts https:// before an address written without it, as the form does."""

    def clean(text: str) -> str:
        if "://" in text:
            return check(text)
        try:
            return check(f"https://{text}")
        except LeftOut:
            return check(text)

    return clean


def _yes_or_no(text: str) -> bool:
    word = text.casefold()
    if word in YES or word in NO:
        return word in YES
    raise LeftOut(
        _("%(label)s: “%(value)s” is neither yes nor no; it was left out.")
        % {"label": label_of("is_bumping_place"), "value": shown(text)}
    )


def _day(name: str, *, not_later: bool = False) -> Callable[[str], date]:
    label, today = label_of(name), timezone.localdate()

    def clean(text: str) -> date:
        day = read_day(text)
        if day is None or (not_later and day > today):
            sentence = (
                _("%(label)s: “%(value)s” is not a day like 2026-11-21 or 21/11/2026; it was left out.")
                if day is None
                else _("%(label)s: “%(value)s” has not come yet; it was left out.")
            )
            raise LeftOut(sentence % {"label": label, "value": shown(text)})
        return day

    return clean


def read_day(text: str) -> date | None:
    """Return the day that a text names, day before month; None when it names none."""
    try:
        return date.fromisoformat(text[:10]) if re.match(r"\d{4}-\d\d-\d\d($|[T ])", text) else _written_day(text)
    except ValueError:
        return None


def _written_day(text: str) -> date | None:
    for pattern in DAY_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def _choice(name: str, choices: type) -> Callable[[str], str]:
    words, label = _words({}, choices), label_of(name)

    def clean(text: str) -> str:
        word = " ".join(text.casefold().split())
        if word in words:
            return words[word]
        allowed = ", ".join(value for value in choices.values if value)
        raise LeftOut(
            _("%(label)s: “%(value)s” is none of: %(allowed)s; it was left out.")
            % {"label": label, "value": shown(text), "allowed": allowed}
        )

    return clean


def _words(extra: Mapping[str, str], choices: type) -> dict[str, str]:
    """Return what people may write for each choice: the extra words, its value and its name in their language."""
    words: dict[str, str] = {word: str(value) for word, value in extra.items()}
    for value, label in choices.choices:
        words[str(value)] = str(value)
        words[_plain(label)] = str(value)
    words.pop("", None)
    return words


def _plain(label: str | Promise) -> str:
    return " ".join(str(label).casefold().split())


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise LeftOut(
            _("“%(value)s” is not a mark that Kith gives; it was left out.") % {"value": shown(text)}
        ) from None


def _degrees(text: str) -> float:
    """Return a number written with a point or a comma. Raises: ValueError."""
    text = text.removesuffix("°").replace("\u2212", "-")
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    if "_" in text:
        raise ValueError(text)
    return float(text)


def _longest(name: str) -> int:
    return Asset._meta.get_field(name).max_length or 10**9
