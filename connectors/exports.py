"""Past people as a file: only what is needed to invite each the way they like."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communities.spreadsheets import csv_lines
from connectors.models import ContactPreference, Person
from connectors.queries.past_people import last_met

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


def invitation_lines(people: QuerySet[Person]) -> Iterator[str]:
    """Yield the lines of the file; those who were not told yet are initials."""
    headers = (
        _("Known as"),
        _("Likes to be reached by"),
        _("Contact details"),
        _("Neighbourhood"),
        _("Cares about"),
        _("Last met"),
    )
    yield from csv_lines(headers, _rows(people))


def _rows(people: QuerySet[Person]) -> Iterator[tuple]:
    batch: list[Person] = []
    for person in people[:MOST].iterator(chunk_size=_BATCH):
        batch.append(person)
        if len(batch) == _BATCH:
            yield from _cells(batch)
            batch = []
    yield from _cells(batch)


def _cells(batch: list[Person]) -> Iterator[tuple]:
    days = last_met(batch)
    for person in batch:
        themes = ", ".join(theme.name for theme in person.themes.all())
        where = str(person.neighbourhood or "")
        yield person.shown_as, person.get_contact_preference_display(), reach_of(person), where, themes, days[person.pk]
