"""How residents are told something, by what they said about being reached."""

from collections.abc import Collection

from django.conf import settings
from django.urls import reverse

from communities.models import Channel, InPersonReason, User
from communities.outbox.recipients import Contact
from connectors.models import ContactPreference, Person, Purpose
from connectors.queries.consent import said
from connectors.rules.shown_names import name_for


def resident_contacts(ids: Collection[int], *, reader: User | None = None) -> dict[int, Contact]:
    """Return the contacts of residents by the primary key asked for; an erased one is missing. One query, two after merges.

    A record that was merged gives the contact of the one it was merged into.
    """
    rows = {person.pk: person for person in _people(ids)}
    merged = {person.merged_into_id for person in rows.values() if person.merged_into_id} - set(rows)
    if merged:
        rows |= {person.pk: person for person in _people(merged)}
    found = {}
    for pk in ids:
        person = rows.get(pk)
        while person is not None and person.merged_into_id:
            person = rows.get(person.merged_into_id)
        if person is not None and person.erased_on is None:
            found[pk] = contact(person, reader=reader)
    return found


def _people(ids: Collection[int]) -> list[Person]:
    rows = Person.everyone.filter(pk__in=list(ids)).annotate(may_contact=said(Purpose.CONTACT))
    return list(rows.select_related("neighbourhood"))


def contact(person: Person, *, reader: User | None = None) -> Contact:
    """Return how a resident is told something, with the name that the reader is shown. Reads `may_contact`, their latest answer to being contacted.

    Email and text messages only go to those who like to be reached that way, or who agreed to be contacted and named no
    other way. Everybody else is told in person.
    """
    channel, address, reason = _way(person)
    place = (person.street, str(person.neighbourhood or ""))
    return Contact(
        shown_as=name_for(reader, person),
        name=person.known_as,
        channel=channel,
        address=address,
        reason=reason,
        postal=tuple(line for line in place if line),
        phone=person.phone,
        url=reverse("connectors:person-detail", args=[person.uuid]),
    )


def _way(person: Person) -> tuple[str, str, str]:
    """Return channel, address and, for somebody who is told in person, the reason."""
    wish, agreed = person.contact_preference, getattr(person, "may_contact", None)
    if agreed is False or wish == ContactPreference.NO_CONTACT:
        return "", "", InPersonReason.NO_CONTACT
    if wish == ContactPreference.IN_PERSON:
        return "", "", InPersonReason.PREFERS
    if wish == ContactPreference.PHONE:
        return "", "", InPersonReason.CALL
    if wish == ContactPreference.NONE and not agreed:
        return "", "", InPersonReason.NOT_ASKED
    texts = bool(settings.MESSAGE_CARRIERS.get(Channel.TEXT)) and bool(person.phone)
    if wish == ContactPreference.TEXT:
        return (Channel.TEXT, person.phone, "") if texts else ("", "", InPersonReason.NO_ADDRESS)
    return (Channel.EMAIL, person.email, "") if person.email else ("", "", InPersonReason.NO_ADDRESS)
