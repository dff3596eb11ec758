"""One large grant asked for as several small ones: what a group had before, seen by people, how they are reached, places,
payees and names.

Each way is a look-up of its own in an index, because a condition with OR would read every row; names and payees are compared
among the awards of the year. A wrong yes costs a colleague's minute: two people decide instead of one.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Lower
from django.utils import timezone

from communities.compiled import compiled_once, padded
from communities.folding import compared
from communities.models import Team
from connectors.models import Person
from sparks import history, payees, rules, workflow
from sparks.likeness import alike_among, same_payees
from sparks.models import ZERO, Applicant, Bar, Ground, LedgerEntry, LedgerKind, Spark
from sparks.phones import phones_of, with_several_phones
from sparks.signs import HOLDING, REFUSED, Signs, in_words

#: Awards to one group within this many days are added up against the approval limit.
SPLITTING_DAYS = 365
#: Statuses in which somebody asks, and nothing is decided.
ASKING = (*workflow.statuses("is_waiting"), "needs_info")
#: How many earlier requests a page lists.
SHOWN = 8


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
    found = _find(spark)
    return found.awarded(found.counting)


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
    awards = _awards_of_year(spark)
    found = _decided(awards)
    _find_payees(found, spark, {payee}, awards)
    already = found.awarded(found.payees)
    return rules.needs_second_person(spark.award_gbp, limit_gbp=limit_gbp, already_awarded_gbp=already)


def look(spark: Spark) -> Seen:
    """Return what the same people, group or payee asked for and were awarded, and others from the same street.

    Lists at most `SHOWN`, those that count first and then the newest, also requests that nobody has decided yet and those to
    which somebody said no within the year: asking again after a no is nothing to hide.
    """
    found = _find(spark)
    counting = found.counting
    seen = counting | found.streets.keys()
    known = {pk for pk in seen if pk in found.awards or pk in found.asking or pk in found.refused}
    order = sorted(known, key=lambda pk: (pk not in counting, pk in found.refused, -pk))
    first = order[:SHOWN]
    shown = {each.pk: each for each in _shown(sparks=padded(first))} if first else {}
    signs = {pk: found.signs(pk) for pk in shown}
    behind = Counter(_behind(sparks=padded(first))) if any(each.shared for each in signs.values()) else Counter()
    return Seen(
        counted_gbp=found.awarded(counting),
        earlier=[
            Earlier(
                shown[pk],
                signs[pk].counts and pk not in found.refused,
                in_words(signs[pk], shown[pk], found.people, behind[pk]),
            )
            for pk in first
            if pk in shown
        ],
        more=max(0, len(order) - SHOWN),
    )


@dataclass
class _Found:
    """The signs that were found, each with the sparks that it is about, by primary key; sparks of any status.

    awards: the pounds of each award of the year, as text or None. asking: those that nobody has decided on, as far as they
    have a sign. refused: those to which somebody said no, of the year or with a sign. people: how many are behind the spark that was asked about.
    """

    awards: dict[int, str | None]
    asking: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    people: int = 0
    shared: Counter[int] = field(default_factory=Counter)
    reached: set[int] = field(default_factory=set)
    same_group: set[int] = field(default_factory=set)
    same_name: set[int] = field(default_factory=set)
    alike: set[int] = field(default_factory=set)
    payees: dict[int, str] = field(default_factory=dict)
    streets: dict[int, str] = field(default_factory=dict)

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

    def awarded(self, sparks: Iterable[int]) -> Decimal:
        """Return the pounds awarded lately to these sparks."""
        return sum((Decimal(award) for pk in sparks if (award := self.awards.get(pk))), ZERO)

    def signs(self, pk: int) -> Signs:
        """Return the signs about one spark."""
        return Signs(
            shared=self.shared[pk],
            is_reached_alike=pk in self.reached,
            is_same_group=pk in self.same_group,
            is_same_name=pk in self.same_name,
            is_alike=pk in self.alike,
            payee=self.payees.get(pk, ""),
            street=self.streets.get(pk, ""),
        )


#: An award of the year, or a no: primary key, name of the group, payee, pounds as text, status.
type _Award = tuple[int, str, str, str | None, str]


def _find(spark: Spark) -> _Found:
    """Return the signs of all other sparks of the team. Every query is compiled once, most of them with few rows."""
    awards = _awards_of_year(spark)
    found = _decided(awards)
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
        _find_names(found, name, awards)
    _find_payees(found, spark, {name, _own_payee(spark)} - {""}, awards)
    streets = padded(sorted({low for street, _key, _phone in reach if (low := street.strip().lower())}))
    if streets:
        # Hundreds, where everybody lives in a few streets.
        rows = _from_streets(**here, streets=streets)
        found.streets = {pk: street for pk, _status, street in rows}
        found.asking |= {pk for pk, status, _street in rows if status in ASKING}
    return found


def _decided(awards: Iterable[_Award]) -> _Found:
    """Return what was awarded and refused, before any sign is looked for."""
    awards = list(awards)
    refused = {pk for pk, _name, _payee, _award, status in awards if status in REFUSED}
    return _Found({pk: award for pk, _name, _payee, award, _status in awards if pk not in refused}, refused=refused)


def _awards_of_year(spark: Spark) -> list[_Award]:
    """Return the awards of the team within `SPLITTING_DAYS`, and what it said no to, without this spark."""
    since = timezone.now() - timedelta(days=SPLITTING_DAYS)
    return _awards(spark=spark, team=spark.team, since=since)


@compiled_once
def _awards(*, spark: Spark, team: Team, since: datetime) -> QuerySet[Spark, _Award]:
    # Read from an index alone, in one go: thousands of awards cost less than several queries about some of them. Pounds are
    # text, so that only those that count are made into decimals.
    statuses = (*HOLDING, *REFUSED)
    rows = Spark.objects.filter(team=team, status__in=statuses, decided_at__gte=since).exclude(pk=spark.pk).order_by()
    rows = rows.annotate(pounds=Cast("award_gbp", CharField()))
    return rows.values_list("pk", "group_name", "payee", "pounds", "status")


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


def _find_names(found: _Found, name: str, awards: Collection[_Award]) -> None:
    """Note the awards to groups of the same name, or of one alike."""
    alike = set(alike_among(name, {other for _pk, other, *_rest in awards}))
    same = {other for other in alike if other.strip().casefold() == name.casefold()}
    for pk, other in [(pk, other) for pk, other, *_rest in awards if other in alike]:
        (found.same_name if other in same else found.alike).add(pk)


def _own_payee(spark: Spark) -> str:
    """Return who is to be paid for a spark; empty for the team or an organisation."""
    payee = spark.payee or payees.default_payee(spark)
    return "" if _is_of_many(spark, payee) else payee


def _is_of_many(spark: Spark, payee: str) -> bool:
    """Return whether a name is that of the team or an organisation that holds money: they are paid for many groups."""
    return compared(payee) == compared(spark.team.name) or bool(payees.host_named(spark.team_id, payee))


def _find_payees(found: _Found, spark: Spark, names: Collection[str], awards: Iterable[_Award]) -> None:
    """Note the sparks that are to be paid to one of these names, however it is typed, or nearly, or were."""
    if names:
        same = same_payees(names, {payee for _pk, _name, payee, *_rest in awards} - {""})
        found.payees |= {pk: payee for pk, _name, payee, *_rest in awards if payee in same}
        for pk, status, payee in _paid_to(spark=spark, team=spark.team, names=[name.lower() for name in names]):
            found.payees[found.note(pk, status)] = payee


@compiled_once
def _paid_to(*, spark: Spark, team: Team, names: Collection[str]) -> QuerySet[LedgerEntry, tuple[int, str, str]]:
    lines = LedgerEntry.objects.filter(kind=LedgerKind.PAY).alias(low=Lower("payee")).filter(low__in=names)
    return (
        lines.filter(spark__team=team).exclude(spark=spark).order_by().values_list("spark_id", "spark__status", "payee")
    )


@compiled_once
def _from_streets(*, spark: Spark, team: Team, streets: Collection[str]) -> QuerySet[Any, tuple[int, str, str]]:
    """Return another spark, its status and a street, of everybody from these streets who is behind one."""
    neighbours = Person.everyone.filter(team=team).alias(low=Lower("street")).filter(low__in=streets)
    rows = Spark.applicants.through.objects.filter(person__in=neighbours.values("pk"), spark__team=team)
    return rows.exclude(spark=spark).values_list("spark_id", "spark__status", "person__street")


@compiled_once
def _shown(*, sparks: Collection[int]) -> QuerySet[Spark]:
    return Spark.objects.filter(pk__in=sparks).order_by().defer("what", "costs")


@compiled_once
def _behind(*, sparks: Collection[int]) -> QuerySet[Any, int]:
    """Return the primary key of a spark for each person behind it."""
    return Spark.applicants.through.objects.filter(spark__in=sparks).values_list("spark_id", flat=True)
