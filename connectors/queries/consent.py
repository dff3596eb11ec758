"""What residents agreed to, read for one or for many at once: of each purpose the latest word counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BooleanField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from communities.models import Team, User
from connectors.models import ConsentRecord, Gift, Person, PersonQuerySet, PrivacyNotice, Purpose, Wish
from connectors.rules.consent import MONTH_DAYS, NOT_INTRODUCED, NOT_OFFERED
from connectors.rules.records import Refusals


@dataclass(frozen=True)
class Agreed:
    """What a resident said to one purpose last; `record` is None when they were not asked."""

    purpose: str
    label: str
    record: ConsentRecord | None

    @property
    def answer(self) -> str:
        """Return "yes", "no", or nothing when they were not asked."""
        return "" if self.record is None else "yes" if self.record.is_given else "no"


def latest_notice(team: Team | int) -> PrivacyNotice | None:
    """Return the team's notice of today, or None before the first."""
    return PrivacyNotice.objects.filter(team=team).order_by("-version").first()


def agreed(person: Person) -> list[Agreed]:
    """Return what a resident said last to every purpose, in the purposes' own order; one query."""
    rows = ConsentRecord.objects.filter(person=person).select_related("notice")
    rows = rows.only("purpose", "is_given", "how", "recorded_at", "notice__version")
    latest: dict[str, ConsentRecord] = {}
    for row in rows.order_by("-recorded_at", "-pk"):
        latest.setdefault(row.purpose, row)
    return [Agreed(purpose, str(label), latest.get(purpose)) for purpose, label in Purpose.choices]


def said(purpose: Purpose, *, person: str = "pk") -> Subquery:
    """Return the latest word of each resident of a query on a purpose, as an expression: true, false or null.

    `person` is the path to the resident. The index (person, purpose, latest first) answers it with one look each.
    """
    words = ConsentRecord.objects.filter(person=OuterRef(person), purpose=purpose)
    return Subquery(words.order_by("-recorded_at", "-pk").values("is_given")[:1], output_field=BooleanField())


def without_refusal(people: PersonQuerySet, purpose: Purpose) -> PersonQuerySet:
    """Keep the residents who did not say no to a purpose; not having been asked is no no."""
    return people.alias(said_so=Coalesce(said(purpose), Value(True))).filter(said_so=True)


def refusing(ids: Iterable[int], purpose: Purpose) -> set[int]:
    """Return which of these residents said no to a purpose last; one query."""
    people = Person.everyone.filter(pk__in=list(ids)).alias(said_so=Coalesce(said(purpose), Value(True)))
    return set(people.filter(said_so=False).values_list("pk", flat=True))


def refuses(person: Person, purpose: Purpose) -> bool:
    """Return whether a resident said no to a purpose last."""
    return bool(refusing([person.pk], purpose))


def refusals_of_offer(values: Mapping[str, object], *, before: Gift | None = None) -> Refusals:
    """Return, by field, that a gift may not be offered because its giver said no to it; `before` is the gift as it was.

    One that was offered already is left alone: only offering is refused.
    """
    person = values.get("person")
    if not values.get("is_offered") or not isinstance(person, Person):
        return {}
    was_offered = before is not None and before.is_offered and before.person_id == person.pk
    return {"is_offered": NOT_OFFERED} if not was_offered and refuses(person, Purpose.OFFER) else {}


def refusals_of_meeting(values: Mapping[str, object], *, known_ids: Iterable[int] = ()) -> Refusals:
    """Return, by field, who said no to being introduced; `known_ids` are the residents already in the introduction."""
    ends = {name: values.get(name) for name in ("from_person", "to_person")}
    new = {name: end for name, end in ends.items() if isinstance(end, Person) and end.pk not in set(known_ids)}
    said_no = refusing([end.pk for end in new.values()], Purpose.INTRODUCE) if new else set()
    return {name: NOT_INTRODUCED % {"name": end} for name, end in new.items() if end.pk in said_no}


def not_told(people: PersonQuerySet) -> PersonQuerySet:
    """Keep the residents who were not told yet what is noted down."""
    return people.filter(told_on__isnull=True)


def late_to_tell(user: User, team: Team, *, limit: int = 5) -> list[Person]:
    """Return whom this builder met more than a month ago and nobody has told yet, the longest first; one query."""
    before = timezone.localdate() - timedelta(days=MONTH_DAYS)
    people = Person.objects.visible_to(user).filter(team=team, created_by=user, first_met_on__lt=before)
    rows = not_told(people).select_related("neighbourhood")
    rows = rows.only("uuid", "known_as", "told_on", "first_met_on", "neighbourhood__name")
    return list(rows.order_by("first_met_on", "pk")[:limit])


def open_wishes(user: User, team: Team) -> QuerySet[Wish]:
    """Return what residents asked for on their sheets and nobody has done yet, the oldest first."""
    rows = Wish.objects.visible_to(user).filter(person__team=team, handled_at__isnull=True)
    return rows.select_related("person").order_by("made_at", "pk")


def wishes_due(today: date) -> Q:
    """Return the condition for wishes that have waited longer than a month."""
    return Q(handled_at__isnull=True, made_at__date__lt=today - timedelta(days=MONTH_DAYS))
