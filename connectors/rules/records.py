"""What is wrong with a record, through any door: pure functions of its values and today's date.

Each takes the values by name, without those that could not be read, and returns messages by field.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeGuard

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connectors.models import ContactPreference, Person
from connectors.rules.name_keys import name_key

Refusals = dict[str, str | Promise]
TO_COME = _("That day is in the future.")
NOT_A_DAY = _("Choose a day in the last two years, up to today.")
SAYS_NOTHING = _("Say who you met, or what you heard.")
NO_STREET = _("Which street do they look out for? Add it to their page first.")
NOT_A_NAME = _("What are they called? A name has at least one letter or sign.")
NO_CONTACT = _("%(name)s asked not to be contacted. Speak with them first.")


def refuses_contact(end: object) -> TypeGuard[Person]:
    """Return whether this end of an introduction is a resident who refuses contact."""
    return isinstance(end, Person) and end.contact_preference == ContactPreference.NO_CONTACT


def refusals_of_person(values: Mapping[str, object], *, today: date) -> Refusals:
    """Return the errors of a resident, by field.

    It refuses a name of which nothing can be seen or compared, dates in the future, and a street champion without a street (`street` must be among the values).
    """
    found = days_to_come(values, ("first_met_on", "connector_since", "champion_since", "told_on"), today)
    if (name := str(values.get("known_as") or "")) and not name_key(name):
        found["known_as"] = NOT_A_NAME
    if values.get("champion_since") and not values.get("street") and "champion_since" not in found:
        found["champion_since"] = NO_STREET
    return found


def refusals_of_gift(values: Mapping[str, object], *, today: date) -> Refusals:
    """Return the errors of a gift: a date in the future."""
    return days_to_come(values, ("heard_on",), today)


def refusals_of_conversation(values: Mapping[str, object], *, today: date) -> Refusals:
    """Return the errors of a conversation: a date in the future."""
    return days_to_come(values, ("held_on",), today)


def refusals_of_introduction(values: Mapping[str, object], *, today: date, known_ids: Iterable[int] = ()) -> Refusals:
    """Return the errors of an introduction: dates in the future or in the wrong order, a refusal of contact.

    `known_ids` are the residents already in it: the outcome can be recorded after they refused.
    """
    known = set(known_ids)
    found = days_to_come(values, ("introduced_on", "outcome_on"), today)
    introduced, known_since = values.get("introduced_on"), values.get("outcome_on")
    if isinstance(introduced, date) and isinstance(known_since, date) and known_since < introduced:
        found.setdefault("outcome_on", _("That is before they were introduced."))
    for name in ("from_person", "to_person"):
        end = values.get(name)
        if refuses_contact(end) and end.pk not in known:
            found[name] = NO_CONTACT % {"name": end}
    return found


def days_to_come(values: Mapping[str, object], names: Iterable[str], today: date) -> Refusals:
    """Return a refusal for each of these fields that has a date in the future."""
    return {name: TO_COME for name in names if isinstance(day := values.get(name), date) and day > today}
