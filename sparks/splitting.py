"""One large grant asked for as several small ones: what a group had before, seen by people, how they are reached, places,
payees and names.

Each way is a look-up of its own in an index, because a condition with OR would read every row; names and payees are compared
among the awards of the year. A wrong yes costs a colleague's minute: two people decide instead of one.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import nsmallest
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.utils import timezone

from communities.compiled import compiled_once, padded
from communities.folding import compared
from communities.json_rows import in_one_text, values_of
from communities.models import Team
from connectors.models import Person
from sparks import history, payees, rules, workflow
from sparks.awards import Awards, awards_since
from sparks.models import ZERO, Applicant, Bar, Ground, LedgerEntry, LedgerKind, Spark
from sparks.phones import phones_of, with_several_phones
from sparks.signs import REFUSED, Signs, in_words

#: Awards to one group within this many days are added up against the approval limit.
SPLITTING_DAYS = 365
#: Statuses in which somebody asks, and nothing is decided.
ASKING = (*workflow.statuses("is_waiting"), "needs_info")
#: How many earlier requests a page lists, and the columns that it shows of them.
SHOWN = 8
LISTED = ("uuid", "title", "group_name", "status", "amount_gbp", "award_gbp", "submitted_at", "created_at")


@dataclass(frozen=True)
class Earlier:
    """Another request, with the signs that it is of the same group, in words."""

    spark: Spark
    counts: bool
    words: str


@dataclass
class Seen:
    """What was found about a spark. counted_gbp: the pounds awarded that count with it; earlier: the newest requests."""

    counted_gbp: Decimal = ZERO
    earlier: list[Earlier] = field(default_factory=list)
    more: int = 0


def awarded_to_group(spark: Spark) -> Decimal:
    """Return the pounds that the team awarded to the same group within `SPLITTING_DAYS`, not counting this spark."""
    found = _find(spark, _year())
    return found.awards.sum_of(found.counting)


def needs_second_person(spark: Spark, amount_gbp: Decimal, *, limit_gbp: Decimal) -> bool:
    """Return whether two people must approve this amount: given what the group was awarded before, or after a no that
    somebody else reopened.
    """
    if history.was_overturned(history.told_steps(spark)):
        return True
    return rules.needs_second_person(amount_gbp, limit_gbp=limit_gbp, already_awarded_gbp=awarded_to_group(spark))


def second_person_for_payee(spark: Spark, payee: str, *, limit_gbp: Decimal) -> bool:
    """Return whether two people must approve an award that is to be paid to this name, given what goes to it already.

    A spark shows who is paid only once it is accepted, so several can be approved before that to be paid to one name.
    """
    if not spark.award_gbp or _is_of_many(spark, payee):
        return False
    found = _Found(awards_since(spark.team, _year()))
    _find_payees(found, spark, {payee})
    already = found.awards.sum_of(found.payees)
    return rules.needs_second_person(spark.award_gbp, limit_gbp=limit_gbp, already_awarded_gbp=already)


def look(spark: Spark) -> Seen:
    """Return what the same people, group or payee asked for and were awarded, and others from the same street.

    Lists at most `SHOWN`, those that count first and then the newest, also requests that nobody has decided yet and those to
    which somebody said no within the year: asking again after a no is nothing to hide.
    """
    found = _find(spark, _year())
    counting = found.awards.among(found.counting) | found.counting & (found.asking | found.refused)
    near = _from_streets(found, spark) - counting
    first = nsmallest(SHOWN, counting, key=found.order)
    if len(first) < SHOWN:
        first += nsmallest(SHOWN - len(first), near, key=found.order)
    shown = {each.pk: each for each in _shown(sparks=padded(first))} if first else {}
    behind, streets = _behind(found, first)
    signs = {pk: found.signs(pk, streets.get(pk, "")) for pk in shown}
    return Seen(
        counted_gbp=found.awards.sum_of(counting),
        earlier=[
            Earlier(
                shown[pk],
                signs[pk].counts and not found.is_refused(pk),
                in_words(signs[pk], shown[pk], found.people, behind[pk]),
            )
            for pk in first
            if pk in shown
        ],
        more=max(0, len(counting) + len(near) - SHOWN),
    )


def _year() -> datetime:
    """Return since when awards and refusals count."""
    return timezone.now() - timedelta(days=SPLITTING_DAYS)


@dataclass
class _Found:
    """The signs that were found, each with the sparks that it is about, by primary key; sparks of any status.

    awards: what the team awarded and refused within the year. asking: those with a sign that nobody has decided on. refused:
    those with a sign to which somebody said no, whenever. people: how many are behind the spark that was asked about.
    streets: where those live, in small letters.
    """

    awards: Awards
    asking: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    people: int = 0
    shared: Counter[int] = field(default_factory=Counter)
    reached: set[int] = field(default_factory=set)
    same_group: set[int] = field(default_factory=set)
    same_name: set[int] = field(default_factory=set)
    alike: set[int] = field(default_factory=set)
    payees: dict[int, str] = field(default_factory=dict)
    streets: list[str] = field(default_factory=list)

    @property
    def counting(self) -> set[int]:
        """Return the sparks that count with the one that was asked about: a street alone does not make a group."""
        return set().union(self.shared, self.reached, self.same_group, self.same_name, self.alike, self.payees)

    def note(self, pk: int, status: str) -> int:
        """Note a spark that nobody has decided on, or to which somebody said no, and return its primary key."""
        if status in ASKING:
            self.asking.add(pk)
        if status in REFUSED:
            self.refused.add(pk)
        return pk

    def is_refused(self, pk: int) -> bool:
        """Return whether somebody said no to a spark."""
        return pk in self.refused or pk in self.awards.refused

    def order(self, pk: int) -> tuple[bool, int]:
        """Return by what sparks are listed: those to which nobody said no first, and of these the newest."""
        return self.is_refused(pk), -pk

    def signs(self, pk: int, street: str) -> Signs:
        """Return the signs about one spark, given the street on which both live."""
        return Signs(
            shared=self.shared[pk],
            is_reached_alike=pk in self.reached,
            is_same_group=pk in self.same_group,
            is_same_name=pk in self.same_name,
            is_alike=pk in self.alike,
            payee=self.payees.get(pk, ""),
            street=street,
        )


def _find(spark: Spark, since: datetime) -> _Found:
    """Return the signs of all other sparks of the team but their streets. Every query is compiled once, most with few rows."""
    found = _Found(awards_since(spark.team, since))
    here = {"spark": spark, "team": spark.team}
    people = set()
    for pk, status, person in _same_people(**here):
        if pk == spark.pk:
            people.add(person)
        else:
            found.shared[pk] += 1
            found.note(pk, status)
    found.people = len(people)
    reach = set(_reach(spark=spark))
    found.reached.update(found.note(pk, status) for pk, status in _frozen_alike(**here))
    phones = set().union(*(phones_of(key, typed) for _street, key, typed in reach))
    if phones:
        rows = _with_phones(**here, phones=padded(sorted(phones)))
        found.reached.update(found.note(pk, status) for pk, status in rows)
        found.reached.update(
            found.note(pk, status)
            for pk, status, key, typed in with_several_phones(**here)
            if not phones.isdisjoint(phones_of(key, typed))
        )
    if spark.group_id:
        groups = _of_groups(**here, groups=[spark.group_id])
        found.same_group.update(found.note(pk, status) for pk, status in groups)
    if name := spark.group_name.strip():
        found.same_name, found.alike = (each - {spark.pk} for each in found.awards.to_groups(name))
    payee = spark.payee or payees.default_payee(spark)
    # Whoever is paid under the name of the group is compared anyway, also the team or an organisation.
    is_compared = payee == name or _is_of_many(spark, payee)
    _find_payees(found, spark, {name, "" if is_compared else payee} - {""})
    found.streets = sorted({low for street, _key, _phone in reach if (low := street.strip().lower())})
    return found


@compiled_once
def _same_people(*, spark: Spark, team: Team) -> QuerySet[Any, tuple[int, str, int]]:
    """Return a spark, its status and a person behind it, of everybody behind one spark: this and the others."""
    through = Spark.applicants.through.objects
    rows = through.filter(person__in=through.filter(spark=spark).values("person"), spark__team=team)
    return rows.values_list("spark_id", "spark__status", "person_id")


@compiled_once
def _reach(*, spark: Spark) -> QuerySet[Any, tuple[str, str, str]]:
    """Return a street, the key of a phone number and how it was typed, of everybody behind a spark or named in its application."""
    behind = Person.everyone.filter(sparks=spark).order_by().values_list("street", "phone_key", "phone")
    named = Applicant.objects.filter(~Q(phone_key=""), application__spark=spark).order_by()
    street = Value("", output_field=CharField())
    rows = named.annotate(street=street).values_list("street", "phone_key", "phone")
    return behind.union(rows, all=True).order_by()


@compiled_once
def _frozen_alike(*, spark: Spark, team: Team) -> QuerySet[Bar, tuple[int, str]]:
    """Return other sparks behind which is somebody with an email address of this one.

    Addresses are those frozen as bars when each was submitted, so that nobody hides by changing theirs.
    """
    frozen = Bar.objects.filter(~Q(email_key=""), ground=Ground.APPLICANT).order_by()
    others = frozen.filter(email_key__in=frozen.filter(spark=spark).values("email_key"), spark__team=team)
    return others.exclude(spark=spark).values_list("spark_id", "spark__status")


@compiled_once
def _with_phones(*, spark: Spark, team: Team, phones: Collection[str]) -> QuerySet[Any, Any]:
    """Return other sparks behind which is somebody with one of these phone numbers."""
    applied = Applicant.objects.filter(~Q(phone_key=""), phone_key__in=phones, application__team=team)
    applied = applied.filter(application__spark__isnull=False).exclude(application__spark=spark).order_by()
    known = Person.everyone.filter(~Q(phone_key=""), team=team, phone_key__in=phones).order_by()
    behind = Spark.applicants.through.objects.filter(person__in=known.values("pk"), spark__team=team).exclude(
        spark=spark
    )
    rows = applied.values_list("application__spark_id", "application__spark__status")
    return rows.union(behind.values_list("spark_id", "spark__status"), all=True).order_by()


@compiled_once
def _of_groups(*, spark: Spark, team: Team, groups: Collection[int]) -> QuerySet[Spark, tuple[int, str]]:
    rows = Spark.objects.filter(group__in=groups, team=team).exclude(pk=spark.pk)
    return rows.order_by().values_list("pk", "status")


def _is_of_many(spark: Spark, payee: str) -> bool:
    """Return whether a name is that of the team or an organisation that holds money: they are paid for many groups."""
    return compared(payee) == compared(spark.team.name) or bool(payees.host_named(spark.team_id, payee))


def _find_payees(found: _Found, spark: Spark, names: Collection[str]) -> None:
    """Note the sparks that are to be paid to one of these names, however it is typed, or nearly, or were."""
    if names:
        found.payees = found.awards.to_payees(names)
        found.payees.pop(spark.pk, None)
        for pk, status, payee in _paid_to(spark=spark, team=spark.team, names=[name.lower() for name in names]):
            found.payees[found.note(pk, status)] = payee


@compiled_once
def _paid_to(*, spark: Spark, team: Team, names: Collection[str]) -> QuerySet[LedgerEntry, tuple[int, str, str]]:
    lines = LedgerEntry.objects.filter(kind=LedgerKind.PAY).alias(low=Lower("payee")).filter(low__in=names)
    return (
        lines.filter(spark__team=team).exclude(spark=spark).order_by().values_list("spark_id", "spark__status", "payee")
    )


def _from_streets(found: _Found, spark: Spark) -> set[int]:
    """Return the sparks behind which is a neighbour: those that nobody has decided on, and the awards and refusals of the year.

    Hundreds, where everybody lives in a few streets. So the database only says which are from there, and which are asked for,
    each from an index alone, as one text.
    """
    streets = padded(found.streets)
    near = set(values_of(_near(spark=spark, team=spark.team, streets=streets))) if streets else set()
    decided = found.awards.among(near)
    return decided | near.intersection(values_of(_asked(team=spark.team))) if decided != near else decided


@compiled_once
def _near(*, spark: Spark, team: Team, streets: Collection[str]) -> QuerySet[Any, str | None]:
    neighbours = Person.everyone.filter(team=team).alias(low=Lower("street")).filter(low__in=streets)
    rows = Spark.applicants.through.objects.filter(person__in=neighbours.values("pk")).exclude(spark=spark)
    return in_one_text(rows, "spark_id")


@compiled_once
def _asked(*, team: Team) -> QuerySet[Spark, str | None]:
    return in_one_text(Spark.objects.filter(team=team, status__in=ASKING), "pk")


def _behind(found: _Found, sparks: Collection[int]) -> tuple[Counter[int], dict[int, str]]:
    """Return of a few sparks how many people are behind each, and on which of the streets one of them lives, as written there."""
    rows = _people_behind(sparks=padded(sparks)) if sparks else []
    streets = {spark: street for spark, street, low in rows if low in found.streets}
    return Counter(spark for spark, _street, _low in rows), streets


@compiled_once
def _people_behind(*, sparks: Collection[int]) -> QuerySet[Any, tuple[int, str, str]]:
    """Return a spark, a street as it is written, and in small letters, of everybody behind some sparks."""
    behind: Any = Spark.applicants.through.objects.filter(spark__in=sparks).annotate(low=Lower("person__street"))
    return behind.order_by("person_id").values_list("spark_id", "person__street", "low")


@compiled_once
def _shown(*, sparks: Collection[int]) -> QuerySet[Spark]:
    return Spark.objects.filter(pk__in=sparks).order_by().only(*LISTED)
