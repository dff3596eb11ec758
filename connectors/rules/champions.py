"""Rows of a list of street champions: what each heading means, and the values of a row. No queries, no writes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from assets.importing.cleaning import clean_line, clean_phone, lost_leading_zero, shown
from assets.importing.days import read_day, why_invalid_date
from communities.columns import longest
from communities.lists import listed
from communities.models import Role, Team, User
from connectors.models import Person
from connectors.rules.duplicates import Sketch, house_number, name_likeness, street_key
from connectors.rules.name_keys import name_key
from connectors.rules.people import phone_key

#: Headings that lists use, without spaces, case and punctuation.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "knownas", "fullname", "champion", "streetchampion", "resident", "championname", "contact", "contactname"),
    "first": ("firstname", "forename", "givenname", "christianname"),
    "last": ("lastname", "surname", "familyname"),
    "house": ("housenumber", "house", "number", "no", "housename", "housenameornumber", "houseno", "doornumber"),
    "street": ("street", "streetname", "road", "address", "address1", "addressline1", "streetaddress"),
    "phone": ("phone", "telephone", "tel", "mobile", "phonenumber", "telephonenumber", "mobilenumber", "contactnumber"),
    "email": ("email", "emailaddress", "mail"),
    "since": ("since", "championsince", "from", "started", "startdate", "joined", "date", "startedon", "datejoined"),
}  # fmt: skip
_FORMULA = ("=", "+", "@", "-")


def can_import_champions(user: User, team: Team | int | None) -> bool:
    """Return whether a user may import a list of champions: builders and managers."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


@dataclass(frozen=True)
class ChampionRow:
    """The values of one row of a list. `problem` is why it cannot be saved; `notes` are remarks on it."""

    number: int
    name: str = ""
    street: str = ""
    phone: str = ""
    email: str = ""
    since: date | None = None
    problem: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def name_key(self) -> str:
        """Return the name's key."""
        return name_key(self.name)

    @property
    def phone_key(self) -> str:
        """Return the phone number's key; empty for fewer than six digits, which identify nobody."""
        key = phone_key(self.phone)
        return key if len(key) > 5 else ""

    @property
    def sketch(self) -> Sketch:
        """Return the values by which the row is compared with residents."""
        return Sketch((self.name,), self.street, self.phone_key, self.email)


def columns_of(headings: Sequence[str]) -> dict[str, str]:
    """Return {field: heading} for the known headings. Raises: ValidationError without a name or a street."""
    found = _known_columns(headings)
    if not found.keys() & {"name", "first"}:
        raise ValidationError(
            _("Which column holds the name? Call it “Name”. The columns are: %(headings)s."),
            code="no_name_column",
            params={"headings": listed(headings)},
        )
    if "street" not in found:
        raise ValidationError(
            _("Which column holds the street? Call it “Street”. The columns are: %(headings)s."),
            code="no_street_column",
            params={"headings": listed(headings)},
        )
    return found


def headings_understood(headings: Sequence[str]) -> int:
    """Return how many headings are known; 0 without a name and a street."""
    found = _known_columns(headings)
    return len(found) if "street" in found and found.keys() & {"name", "first"} else 0


def _known_columns(headings: Sequence[str]) -> dict[str, str]:
    bare: dict[str, str] = {}
    for heading in headings:
        bare.setdefault(re.sub(r"[\W_]+", "", heading.casefold()), heading)
    found = {name: next((bare[word] for word in words if word in bare), "") for name, words in HEADINGS.items()}
    return {name: heading for name, heading in found.items() if heading}


def columns_left_out(headings: Sequence[str], columns: Mapping[str, str]) -> list[str]:
    """Return the headings that are not imported, in the order of the file, so that the user can be told.

    A column with the whole name takes precedence over columns with first and last names.
    """
    outdone = {"first", "last"} if "name" in columns else set()
    used = {heading for name, heading in columns.items() if name not in outdone}
    return [heading for heading in headings if heading not in used]


def clean_row(number: int, texts: Mapping[str, str], *, columns: Mapping[str, str], today: date) -> ChampionRow:
    """Return a row's values; a row without a name or street, or with one that is too long, has a `problem`."""
    said = {name: " ".join(clean_line(texts[heading].strip()).split()) for name, heading in columns.items()}
    name = said.get("name") or " ".join(filter(None, (said.get("first"), said.get("last"))))
    street, house = said.get("street", ""), said.get("house", "")
    street = f"{house} {street}".strip() if house and not house_number(street) else street
    notes: list[str] = []
    row = ChampionRow(
        number=number,
        name=name,
        street=street,
        phone=_phone(said.get("phone", ""), notes),
        email=_email(said.get("email", ""), notes),
        since=_since(said.get("since", ""), today, notes),
        problem=_problem(name, street),
        notes=tuple(notes),
    )
    if name.startswith(_FORMULA) or street.startswith(_FORMULA):
        row = ChampionRow(
            **{**vars(row), "notes": (*row.notes, _("It starts like a formula, so it is saved as plain text."))}
        )
    return row


def _problem(name: str, street: str) -> str:
    if not name:
        return _("The name is missing.")
    if not name_key(name):
        return _("“%(name)s” is not a name.") % {"name": shown(name)}
    if not street:
        return _("The street is missing.")
    for text, label, limit in (
        (name, _("The name"), longest(Person, "known_as")),
        (street, _("The street"), longest(Person, "street")),
    ):
        if len(text) > limit:
            return _("%(label)s “%(text)s” is longer than %(limit)s characters.") % {
                "label": label, "text": shown(text), "limit": limit,
            }  # fmt: skip
    return ""


def _phone(text: str, notes: list[str]) -> str:
    text = clean_phone(text)
    if len(text) <= longest(Person, "phone"):
        if note := lost_leading_zero(text):
            notes.append(note)
        return text
    notes.append(_("“%(text)s” is too long for a phone number; it was left out.") % {"text": shown(text)})
    return ""


def _email(text: str, notes: list[str]) -> str:
    try:
        if text:
            validate_email(text)
    except ValidationError:
        notes.append(_("The email address “%(text)s” is not valid, so it was left out.") % {"text": shown(text)})
        return ""
    return text


def _since(text: str, today: date, notes: list[str]) -> date | None:
    if not text:
        return None
    day = read_day(text)
    if day is None:
        reason, advice = why_invalid_date(text)
        sentence = _("%(reason)s; today was used instead.") % {"reason": reason}
        notes.append(f"{sentence} {advice}".strip())
    elif day > today:
        notes.append(_("%(text)s is in the future; today was used instead.") % {"text": shown(text)})
        day = None
    return day


def is_same_champion(row: ChampionRow, *, names: Iterable[str], street: str, phone: str) -> bool:
    """Return whether a row is about a resident: same name and street, or same phone number and a possible name.

    Two house numbers of one street are two people.
    """
    names = list(names)
    same_name = row.name_key in {name_key(name) for name in names}
    if row.phone_key and row.phone_key == phone_key(phone) and any(name_likeness(row.name, name)[0] for name in names):
        return True
    houses = {house_number(row.street), house_number(street)} - {""}
    return same_name and street_key(row.street) == street_key(street) and len(houses) < 2
