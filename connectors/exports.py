"""Past people as a file: only what is needed to invite each the way they like."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communities.models import User
from communities.spreadsheets import csv_lines
from connectors.models import ContactPreference, Person
from connectors.queries.past_people import last_met
from connectors.rules.shown_names import name_for

#: The most rows of a file; for more, export by neighbourhood.
MOST = 5_000
_BATCH = 500
#: The fields of everybody in the file, besides the one contact detail.
INVITATION_FIELDS = ("known_as", "contact_preference", "neighbourhood", "themes", "last_met")
#: The field that each contact preference needs.
REACH = {
    ContactPreference.IN_PERSON: "street",
    ContactPreference.PHONE: "phone",
    ContactPreference.TEXT: "phone",
    ContactPreference.EMAIL: "email",
}


def reach_of(person: Person) -> str:
    """Return the street, phone number or email address by which somebody likes to be reached, and no other."""
    return getattr(person, REACH.get(person.contact_preference, "street"))


def invitation_lines(people: QuerySet[Person], user: User) -> Iterator[str]:
    """Yield the lines of the file, with the names that the user is shown."""
    headers = (
        _("Known as"),
        _("Likes to be reached by"),
        _("Contact details"),
        _("Neighbourhood"),
        _("Cares about"),
        _("Last met"),
    )
    yield from csv_lines(headers, _rows(people, user))


def _rows(people: QuerySet[Person], user: User) -> Iterator[tuple]:
    batch: list[Person] = []
    for person in people[:MOST].iterator(chunk_size=_BATCH):
        batch.append(person)
        if len(batch) == _BATCH:
            yield from _cells(batch, user)
            batch = []
    yield from _cells(batch, user)


def _cells(batch: list[Person], user: User) -> Iterator[tuple]:
    days = last_met(batch)
    for person in batch:
        themes = ", ".join(theme.name for theme in person.themes.all())
        where = str(person.neighbourhood or "")
        yield (
            name_for(user, person),
            person.get_contact_preference_display(),
            reach_of(person),
            where,
            themes,
            days[person.pk],
        )
