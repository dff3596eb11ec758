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
from functools import lru_cache
from heapq import nlargest
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
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
from sparks.phones import among_texts, named_with_several, people_reached, phones_of
from sparks.signs import REFUSED, Signs, in_words

#: Awards to one group within this many days are added up against the approval limit.
SPLITTING_DAYS = 365
#: Statuses in which somebody asks, and nothing is decided.
ASKING = (*workflow.statuses("is_waiting"), "needs_info")
#: How many earlier requests a page lists, and the columns that it shows of them.
SHOWN = 8
LISTED = ("uuid", "title", "group_name", "status", "amount_gbp", "award_gbp", "held_by", "submitted_at", "created_at")


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
    first = found.first_of(counting, SHOWN)
    first += found.first_of(near, SHOWN - len(first))
    listed = _listed(sparks=padded(first)) if first else []
    shown = {each.pk: each for each in listed}
    behind, streets = _behind(found, listed)
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

    def first_of(self, sparks: set[int], number: int) -> list[int]:
        """Return the first of some sparks as they are listed: those to which nobody said no first, and of these the newest."""
        refused = sparks & (self.refused | self.awards.refused)
        first = nlargest(number, sparks - refused)
        return first + nlargest(number - len(first), refused)

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
    """Return the signs of all other sparks of the team but their streets. At most four queries, each compiled once, and those
    for the name of the payee.
    """
    found = _Found(awards_since(spark.team, since))
    here = {"spark": spark, "team": spark.team}
    people, streets, phones, named, statuses = set(), set(), set(), [], {}
    for sign, pk, status, person, street, key, typed in _clues(
        **here, groups=[spark.group_id] if spark.group_id else []
    ):
        if sign == "reach":
            streets.add(street.strip().lower())
            phones |= phones_of(key, typed)
        elif sign == "phones":
            named.append((pk, key, typed))
            statuses[pk] = status
        elif sign == "person" and pk == spark.pk:
            people.add(person)
        elif sign == "person":
            found.shared[found.note(pk, status)] += 1
        else:
            (found.reached if sign == "email" else found.same_group).add(found.note(pk, status))
    found.people, found.streets = len(people), sorted(streets - {""})
    if phones:
        found.reached.update(found.note(pk, statuses[pk]) for pk in among_texts(phones, named))
        rows = _with_phones(
            **here, phones=padded(sorted(phones)), people=padded(sorted(people_reached(phones, team=spark.team)))
        )
        found.reached.update(found.note(pk, status) for pk, status in rows)
    if name := spark.group_name.strip():
        found.same_name, found.alike = (each - {spark.pk} for each in found.awards.to_groups(name))
    payee = spark.payee or payees.default_payee(spark)
    # Whoever is paid under the name of the group is compared anyway, also the team or an organisation.
    is_compared = payee == name or _is_of_many(spark, payee)
    _find_payees(found, spark, {name, "" if is_compared else payee} - {""})
    return found


@compiled_once
def _clues(*, spark: Spark, team: Team, groups: Collection[int]) -> QuerySet[Any, Any]:
    """Return what leads to other sparks: (sign, spark, status, person, street, key of a phone number, how it was typed).

    "person": everybody behind one spark, and behind which others they are. "reach": the streets and phone numbers of everybody
    behind it or named in its application. "phones": who is named in other applications with a text that can hold several
    numbers. "email": the sparks behind which is somebody with an email address of this one; addresses are those frozen as
    bars when each was submitted, so that nobody hides by changing theirs. "group": the sparks of these groups.
    """
    through = Spark.applicants.through.objects
    same = through.filter(person__in=through.filter(spark=spark).values("person"), spark__team=team)
    behind = Person.everyone.filter(sparks=spark)
    applied = Applicant.objects.filter(~Q(phone_key=""), application__spark=spark)
    several = named_with_several(team=team).exclude(application__spark=spark)
    frozen = Bar.objects.filter(~Q(email_key=""), ground=Ground.APPLICANT)
    alike = frozen.filter(email_key__in=frozen.order_by().filter(spark=spark).values("email_key"), spark__team=team)
    grouped = Spark.objects.filter(group__in=groups, team=team).exclude(pk=spark.pk)
    none, empty = Value(0), _text("")
    rows: list[QuerySet[Any, Any]] = [
        each.order_by().values_list(_text(sign), *columns)
        for sign, each, columns in (
            ("person", same, ("spark_id", "spark__status", "person_id", empty, empty, empty)),
            ("reach", behind, (none, empty, none, "street", "phone_key", "phone")),
            ("reach", applied, (none, empty, none, empty, "phone_key", "phone")),
            (
                "phones",
                several,
                ("application__spark_id", "application__spark__status", none, empty, "phone_key", "phone"),
            ),
            ("email", alike.exclude(spark=spark), ("spark_id", "spark__status", none, empty, empty, empty)),
            ("group", grouped, ("pk", "status", none, empty, empty, empty)),
        )
    ]
    return rows[0].union(*rows[1:], all=True).order_by()


def _text(words: str) -> Value:
    return Value(words, output_field=CharField())


@compiled_once
def _with_phones(
    *, spark: Spark, team: Team, phones: Collection[str], people: Collection[int]
) -> QuerySet[Any, tuple[int, str]]:
    """Return other sparks behind which is somebody with one of these phone numbers, or one of these residents."""
    applied = Applicant.objects.filter(~Q(phone_key=""), phone_key__in=phones, application__team=team)
    applied = applied.filter(application__spark__isnull=False).exclude(application__spark=spark).order_by()
    known = Person.everyone.filter(~Q(phone_key=""), team=team, phone_key__in=phones).order_by()
    behind = Spark.applicants.through.objects.filter(spark__team=team).exclude(spark=spark).order_by()
    either: tuple[Any, Any] = (known.values("pk"), people)
    rows = [behind.filter(person__in=each).values_list("spark_id", "spark__status") for each in either]
    return applied.values_list("application__spark_id", "application__spark__status").union(*rows, all=True).order_by()


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
    if not found.streets:
        return set()
    # Not padded: there are few, and PostgreSQL takes each repeated street for another one, with neighbours of its own.
    texts = dict(_near_and_asked(spark=spark, team=spark.team, streets=found.streets))
    near = set(values_of([texts["near"]]))
    return found.awards.among(near) | near & _taken_apart(texts["asked"])


@lru_cache(maxsize=4)
def _taken_apart(asked: str | None) -> frozenset[int]:
    """Return the primary keys in a text; the same text for every spark of a team until somebody hands one in or decides."""
    return frozenset(values_of([asked]))


@compiled_once
def _near_and_asked(*, spark: Spark, team: Team, streets: Collection[str]) -> QuerySet[Any, tuple[str, str | None]]:
    """Return ("near", other sparks behind which is somebody from these streets), and ("asked", all that nobody has decided on)."""
    neighbours = Person.everyone.filter(team=team).alias(low=Lower("street")).filter(low__in=streets)
    near = Spark.applicants.through.objects.filter(person__in=neighbours.values("pk")).exclude(spark=spark)
    asked = Spark.objects.filter(team=team, status__in=ASKING)
    return in_one_text(near, "spark_id", name="near").union(in_one_text(asked, "pk", name="asked"), all=True).order_by()


def _behind(found: _Found, listed: Iterable[Any]) -> tuple[Counter[int], dict[int, str]]:
    """Return of `_listed` how many people are behind each, and on which of the streets one of them lives, as written there."""
    streets = {each.pk: each.street for each in listed if each.low in found.streets}
    return Counter(each.pk for each in listed if each.person), streets


@compiled_once
def _listed(*, sparks: Collection[int]) -> QuerySet[Spark]:
    """Return sparks as a page lists them, once for everybody behind each: `person`, their `street`, and `low` in small letters."""
    rows = Spark.objects.filter(pk__in=sparks).order_by("applicants__pk").only(*LISTED)
    return rows.annotate(person=F("applicants__pk"), street=F("applicants__street"), low=Lower("applicants__street"))
