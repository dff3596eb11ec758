"""Residents' consents, for one or many at once: the latest answer to each purpose counts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BooleanField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import In
from django.utils import timezone

from communities.compiled import compiled_once
from communities.lists import listed
from communities.models import Team, User
from connectors.models import (
    ConsentRecord,
    ContactPreference,
    Gift,
    Person,
    PersonQuerySet,
    PrivacyNotice,
    Purpose,
    Wish,
)
from connectors.queries.people import NAMED
from connectors.rules.consent import MONTH_DAYS, NOT_INTRODUCED, NOT_OFFERED, NOT_REACHED, NOT_SHOWN
from connectors.rules.records import Refusals
from connectors.rules.shown_names import name_for


@dataclass(frozen=True)
class Agreed:
    """A resident's latest answer to one purpose; `record` is None when they were not asked."""

    purpose: str
    label: str
    record: ConsentRecord | None

    @property
    def answer(self) -> str:
        """Return "yes", "no", or an empty string when they were not asked."""
        return "" if self.record is None else "yes" if self.record.is_given else "no"


def latest_notice(team: Team | int) -> PrivacyNotice | None:
    """Return the team's current notice, or None before the first."""
    return PrivacyNotice.objects.filter(team=team).order_by("-version").first()


def agreed(person: Person) -> list[Agreed]:
    """Return a resident's latest answer to every purpose, in the order of `Purpose`; one query."""
    latest: dict[str, ConsentRecord] = {}
    for row in _answers(person=person):
        latest.setdefault(row.purpose, row)
    return [Agreed(purpose, str(label), latest.get(purpose)) for purpose, label in Purpose.choices]


@compiled_once
def _answers(*, person: Person) -> QuerySet[ConsentRecord]:
    rows = ConsentRecord.objects.filter(person=person).select_related("notice")
    return rows.only("purpose", "is_given", "how", "recorded_at", "notice__version").order_by("-recorded_at", "-pk")


def introducing(person: Person) -> str:
    """Return what stands in the way of introducing a resident: "no", "no_contact", "not_asked", or "" for their yes."""
    if person.contact_preference == ContactPreference.NO_CONTACT:
        return "no_contact"
    records = ConsentRecord.objects.filter(person=person, purpose=Purpose.INTRODUCE)
    given = records.order_by("-recorded_at", "-pk").values_list("is_given", flat=True).first()
    return {None: "not_asked", False: "no", True: ""}[given]


def said(purpose: Purpose, *, person: str = "pk") -> Subquery:
    """Return the latest answer of each resident of a query to a purpose, as an expression: true, false or null.

    `person` is the path to the resident. The index (person, purpose, latest first) answers it with one lookup each.
    """
    words = ConsentRecord.objects.filter(person=OuterRef(person), purpose=purpose)
    return Subquery(words.order_by("-recorded_at", "-pk").values("is_given")[:1], output_field=BooleanField())


def refusing(ids: Iterable[int], purpose: Purpose) -> set[int]:
    """Return which of these residents refused a purpose in their latest answer; one query."""
    people = Person.everyone.filter(pk__in=list(ids)).alias(said_so=Coalesce(said(purpose), Value(True)))
    return set(people.filter(said_so=False).values_list("pk", flat=True))


def refuses(person: Person, purpose: Purpose) -> bool:
    """Return whether a resident refused a purpose in their latest answer."""
    return bool(refusing([person.pk], purpose))


def refusals_of_reach(values: Mapping[str, object], *, before: Person) -> Refusals:
    """Return messages, by field, for new contact details of a resident who refuses contact; `before` is the saved row.

    Values that the record has already are accepted: only new ones are refused. One query, none if nothing is new.
    """
    new = [name for name in ("phone", "email") if values.get(name) and values[name] != getattr(before, name)]
    wished = values.get("contact_preference", before.contact_preference)
    if wished not in (before.contact_preference, ContactPreference.NO_CONTACT):
        new.append("contact_preference")
    return dict.fromkeys(new, NOT_REACHED) if new and before.pk and refuses(before, Purpose.CONTACT) else {}


def unwilling(people: Iterable[int], purpose: Purpose) -> list[Person]:
    """Return which of these residents must not be named or shown: those who refused last, and those who were erased.

    In order of name; one query.
    """
    rows = Person.everyone.filter(pk__in=list(people)).alias(said_so=Coalesce(said(purpose), Value(True)))
    return list(rows.filter(Q(said_so=False) | Q(erased_on__isnull=False)).order_by("known_as", "pk"))


def refusals_of_photo(people: Iterable[int]) -> Refusals:
    """Return, under `photo`, a message if one of these residents refuses photos."""
    said_no = unwilling(people, Purpose.PHOTO)
    return {"photo": NOT_SHOWN % {"names": named(said_no)}} if said_no else {}


def named(people: Iterable[Person], reader: User | None = None) -> str:
    """Return residents as a reader is shown them, as a sentence lists them."""
    return listed(name_for(reader, person) for person in people)


def refusals_of_offer(values: Mapping[str, object], *, before: Gift | None = None) -> Refusals:
    """Return, by field, a message if a gift cannot be offered because its giver refuses it; `before` is the saved gift.

    A gift that was offered already is accepted: only offering it is refused.
    """
    person = values.get("person")
    if not values.get("is_offered") or not isinstance(person, Person):
        return {}
    was_offered = before is not None and before.is_offered and before.person_id == person.pk
    return {"is_offered": NOT_OFFERED} if not was_offered and refuses(person, Purpose.OFFER) else {}


def refusals_of_meeting(values: Mapping[str, object], *, known_ids: Iterable[int] = ()) -> Refusals:
    """Return, by field, who refuses introductions; `known_ids` are the residents already in the introduction."""
    ends = {name: values.get(name) for name in ("from_person", "to_person")}
    new = {name: end for name, end in ends.items() if isinstance(end, Person) and end.pk not in set(known_ids)}
    said_no = refusing([end.pk for end in new.values()], Purpose.INTRODUCE) if new else set()
    return {name: NOT_INTRODUCED % {"name": end} for name, end in new.items() if end.pk in said_no}


def not_told(people: PersonQuerySet) -> PersonQuerySet:
    """Return the residents who were not told about their record yet."""
    return people.filter(told_on__isnull=True)


def kept_by(*owners: User | int) -> Q:
    """Return the condition that one of these users keeps in touch with a resident: who added them, or took them on since."""
    return Q(In(Coalesce("keeper", "created_by"), [owner.pk if isinstance(owner, User) else owner for owner in owners]))


def overdue_to_tell(user: User, team: Team, *, limit: int = 5, owners: Collection[int] = ()) -> list[Person]:
    """Return whom this builder met more than a month ago and nobody has told yet, longest ago first; one query."""
    before = timezone.localdate() - timedelta(days=MONTH_DAYS)
    return _overdue_to_tell(user=user, team=team, before=before, owners=list(owners) or [user.pk], limit=limit)


@compiled_once
def _overdue_to_tell(*, user: User, team: Team, before: date, owners: Collection[int], limit: int) -> QuerySet[Person]:
    people = Person.objects.visible_to(user).filter(kept_by(*owners), team=team, first_met_on__lt=before)
    rows = not_told(people).select_related("neighbourhood")
    rows = rows.only("uuid", *NAMED, "first_met_on", "neighbourhood__name")
    return rows.order_by("first_met_on", "pk")[:limit]


def open_wishes(user: User, team: Team) -> QuerySet[Wish]:
    """Return what residents asked for on their sheets and nobody has done yet, oldest first."""
    # The few requests of all teams are read, and the team of each resident. Left to choose, PostgreSQL reads every resident of the
    # team to find ten; of a single value it has to read one for each request.
    of_team = Subquery(Person.everyone.filter(pk=OuterRef("person")).order_by().values("team")[:1])
    rows = Wish.objects.visible_to(user).alias(of_team=of_team).filter(of_team=team.pk, handled_at__isnull=True)
    named = (f"person__{name}" for name in ("uuid", *NAMED))
    rows = rows.select_related("person").only("uuid", "kind", "words", "made_at", "handled_at", *named)
    return rows.order_by("made_at", "pk")
