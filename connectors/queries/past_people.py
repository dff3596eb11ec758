"""Residents met before but not lately, whom the team is allowed to invite again, by how they like to be reached.

Residents who refuse invitations or contact, or prefer no contact, are never included. Those who were not asked about
invitations form a list of their own, if they said how they like to be reached.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, Max, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from communities.models import Team, User
from connectors.models import ContactPreference, Conversation, Person, PersonQuerySet, Purpose
from connectors.queries.consent import said

#: How many months ago counts as "not lately".
MONTHS = (6, 12, 24)
#: The order of contact preferences in the list; "not asked yet" only with a yes to invitations.
REACHED = (
    ContactPreference.IN_PERSON,
    ContactPreference.PHONE,
    ContactPreference.TEXT,
    ContactPreference.EMAIL,
    ContactPreference.NONE,
)


@dataclass(frozen=True)
class Chosen:
    """Which past people: not met for so many months, contacted this way, who said yes or (False) were not asked."""

    months: int = 12
    reached: str = ContactPreference.IN_PERSON
    said_yes: bool = True


def cutoff(months: int, today: date | None = None) -> date:
    """Return the date before which people were last met, counting a month as 365 / 12 days."""
    return (today or timezone.localdate()) - timedelta(days=round(months * 365 / 12))


def past_people(user: User, team: Team, chosen: Chosen) -> PersonQuerySet:
    """Return the past people to invite: those to meet in person by street, in walking order; others by name.

    Ordered for keyset paging; each row costs three index lookups (invited, contacted, talked with lately).
    """
    day = cutoff(chosen.months)
    lately = Conversation.people.through.objects.filter(person=OuterRef("pk"), conversation__held_on__gte=day)
    people = Person.objects.visible_to(user).filter(
        team=team, contact_preference=chosen.reached, first_met_on__lt=day, erased_on__isnull=True
    )
    people = people.alias(invite=said(Purpose.INVITE), contact=Coalesce(said(Purpose.CONTACT), Value(True)))
    if chosen.said_yes:
        people = people.filter(invite=True)
    elif chosen.reached:
        people = people.filter(invite__isnull=True)
    else:
        # Neither asked about invitations nor about how to be reached: nothing permits inviting them.
        return people.none()
    people = people.filter(contact=True).filter(~Exists(lately))
    return people.order_by("street", "pk") if chosen.reached == ContactPreference.IN_PERSON else _by_name(people)


def _by_name(people: PersonQuerySet) -> PersonQuerySet:
    return people.order_by("known_as", "pk")


def last_met(people: Iterable[Person]) -> dict[int, date]:
    """Return the date of each resident's last conversation, or of the first meeting without one; one query."""
    people = list(people)
    rows = Conversation.people.through.objects.filter(person__in=[person.pk for person in people])
    talked = dict(rows.order_by().values_list("person_id").annotate(Max("conversation__held_on")))
    return {person.pk: talked.get(person.pk, person.first_met_on) for person in people}


def with_themes(people: QuerySet[Person]) -> QuerySet[Person]:
    """Return the rows with the relations that a list of past people shows."""
    return people.select_related("neighbourhood").prefetch_related("themes")
