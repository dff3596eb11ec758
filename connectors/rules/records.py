"""What stands in the way of a record, whichever way it comes in: pure, of its values and of today.

Each takes the values by name, those that could not be read left out, and returns words by the field they belong to.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connectors.models import ContactPreference, Person

Refusals = dict[str, str | Promise]
TO_COME = _("That day is still to come.")
NO_CONTACT = _("%(name)s asked not to be contacted. Speak with them first.")


def asked_for_quiet(end: object) -> bool:
    """Return whether this end of an introduction is a resident who asked not to be contacted."""
    return isinstance(end, Person) and end.contact_preference == ContactPreference.NO_CONTACT


def refusals_of_person(values: Mapping[str, object], *, today: date) -> Refusals:
    """Return what is wrong with a resident: nobody was met, or became a connector, on a day to come."""
    return _days_to_come(values, ("first_met_on", "connector_since", "told_on"), today)


def refusals_of_gift(values: Mapping[str, object], *, today: date) -> Refusals:
    """Return what is wrong with a gift: none was heard on a day to come."""
    return _days_to_come(values, ("heard_on",), today)


def refusals_of_conversation(values: Mapping[str, object], *, today: date) -> Refusals:
    """Return what is wrong with a conversation: none was held on a day to come."""
    return _days_to_come(values, ("held_on",), today)


def refusals_of_introduction(values: Mapping[str, object], *, today: date, known_ids: Iterable[int] = ()) -> Refusals:
    """Return what is wrong with an introduction: a day to come, or somebody who asked not to be contacted.

    `known_ids` are the residents already in it: what came of an introduction may be written down after they asked.
    """
    known = set(known_ids)
    found = _days_to_come(values, ("introduced_on", "outcome_on"), today)
    for name in ("from_person", "to_person"):
        end = values.get(name)
        if asked_for_quiet(end) and end.pk not in known:
            found[name] = NO_CONTACT % {"name": end}
    return found


def _days_to_come(values: Mapping[str, object], names: Iterable[str], today: date) -> Refusals:
    return {name: TO_COME for name in names if isinstance(values.get(name), date) and values[name] > today}
