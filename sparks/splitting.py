"""One large grant asked for as several small ones: what a group had before, seen by people, how they are reached, places,
payees and names.

Each way is a look-up of its own in an index, because a condition with OR would read every award of the year. A wrong yes
costs a colleague's minute: two people decide instead of one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.folding import compared
from communities.pounds import pounds
from connectors.models import Person
from sparks import payees, rules, workflow
from sparks.likeness import alike_among
from sparks.models import ZERO, Applicant, Bar, Ground, LedgerEntry, LedgerKind, Spark

#: Awards to one group within this many days are added up against the approval limit.
SPLITTING_DAYS = 365
#: Statuses whose award counts towards that sum: promised, paid or reported.
HOLDING = workflow.statuses("is_awarded")
#: Statuses in which somebody asks, and nothing is decided.
ASKING = (*workflow.statuses("is_waiting"), "needs_info")
#: How many earlier requests a page lists.
SHOWN = 8
#: A phone number with fewer digits, such as an extension, is nobody's alone.
FEWEST_DIGITS = 6


@dataclass
class Signs:
    """Why another spark may be of the same group. Each but the last counts its award towards the limit.

    shared: how many of the same people are behind both. is_reached_alike: somebody behind both, or named in what was sent
    from the public page, has the same email address or phone number. payee: who is to be paid for the other, or was. street:
    where people behind both live.
    """

    shared: int = 0
    is_reached_alike: bool = False
    is_same_group: bool = False
    is_same_name: bool = False
    is_alike: bool = False
    payee: str = ""
    street: str = ""

    @property
    def counts(self) -> bool:
        """Return whether the award counts with the spark towards the limit: a street alone does not make a group."""
        return bool(
            self.shared
            or self.is_reached_alike
            or self.is_same_group
            or self.is_same_name
            or self.is_alike
            or self.payee
        )


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
    signs = _signs(spark, _people(spark), streets=False)
    return _sum_of(spark, signs)


def needs_second_person(spark: Spark, amount_gbp: Decimal, *, limit_gbp: Decimal) -> bool:
    """Return whether two people must approve this amount, given what the group was awarded before."""
    return rules.needs_second_person(amount_gbp, limit_gbp=limit_gbp, already_awarded_gbp=awarded_to_group(spark))


def second_person_for_payee(spark: Spark, payee: str, *, limit_gbp: Decimal) -> bool:
    """Return whether two people must approve an award that is to be paid to this name, given what goes to it already.

    A spark shows who is paid only once it is accepted, so several can be approved before that to be paid to one name.
    """
    if not spark.award_gbp or _is_of_many(spark, payee):
        return False
    same = {pk for pk, _name in _paid_to(spark, {payee})}
    return rules.needs_second_person(spark.award_gbp, limit_gbp=limit_gbp, already_awarded_gbp=_sum_of(spark, same))


def look(spark: Spark) -> Seen:
    """Return what the same people, group or payee asked for and were awarded, and others from the same street.

    Lists at most `SHOWN`, those that count first and then the newest, also requests that nobody has decided yet.
    """
    people = _people(spark)
    signs = _signs(spark, people, streets=True)
    if not signs:
        return Seen()
    found = Spark.objects.filter(_is_awarded() | Q(status__in=ASKING), team=spark.team_id, pk__in=list(signs))
    rows = list(found.order_by().values_list("pk", "status", "award_gbp"))
    awards = {pk: award or ZERO for pk, status, award in rows if status not in ASKING}
    counted = sum((award for pk, award in awards.items() if signs[pk].counts), ZERO)
    order = sorted((pk for pk, _status, _award in rows), key=lambda pk: (not signs[pk].counts, -pk))
    shown = Spark.objects.filter(pk__in=order[:SHOWN]).defer("what", "costs").in_bulk()
    behind = _numbers_behind(shown)
    return Seen(
        counted_gbp=counted,
        earlier=[
            Earlier(shown[pk], signs[pk].counts, _words(signs[pk], shown[pk], len(people), behind.get(pk, 0)))
            for pk in order[:SHOWN]
            if pk in shown
        ],
        more=max(0, len(order) - SHOWN),
    )


def _people(spark: Spark) -> list[int]:
    return list(spark.applicants.through.objects.filter(spark=spark.pk).values_list("person_id", flat=True))


def _awarded(spark: Spark) -> QuerySet[Spark]:
    return Spark.objects.filter(_is_awarded(), team_id=spark.team_id).exclude(pk=spark.pk).order_by()


def _sum_of(spark: Spark, keys: Iterable[int]) -> Decimal:
    """Return the pounds awarded to others of these sparks lately."""
    found = _awarded(spark).filter(pk__in=list(keys)).values_list("award_gbp", flat=True)
    return sum((award or ZERO for award in found), ZERO)


def _is_awarded() -> Q:
    """Return the condition that a spark was awarded lately."""
    return Q(status__in=HOLDING, decided_at__gte=timezone.now() - timedelta(days=SPLITTING_DAYS))


def _signs(spark: Spark, people: list[int], *, streets: bool) -> dict[int, Signs]:
    """Return the signs of each other spark that has any, by primary key; sparks of any status."""
    found: dict[int, Signs] = {}

    def sign(pk: int) -> Signs:
        return found.setdefault(pk, Signs())

    through = spark.applicants.through.objects.exclude(spark=spark.pk)
    if people:
        for pk in through.filter(person__in=people).values_list("spark_id", flat=True):
            sign(pk).shared += 1
    for pk in _reached_alike(spark, people):
        sign(pk).is_reached_alike = True
    if spark.group_id:
        for pk in Spark.objects.filter(group=spark.group_id).exclude(pk=spark.pk).values_list("pk", flat=True):
            sign(pk).is_same_group = True
    if name := spark.group_name.strip():
        for pk, other in _of_names(spark, name):
            if other.strip().casefold() == name.casefold():
                sign(pk).is_same_name = True
            else:
                sign(pk).is_alike = True
    for pk, payee in _paid_to(spark, {name, _own_payee(spark)} - {""}):
        sign(pk).payee = payee
    if streets and people:
        for pk, street in _from_streets(spark, people):
            sign(pk).street = street
    return found


def _of_names(spark: Spark, name: str) -> Iterable[tuple[int, str]]:
    """Return (primary key, name) of awarded sparks whose groups have the same name or one alike.

    Reads the distinct names of the year from an index, and no row.
    """
    names = alike_among(name, _awarded(spark).exclude(group_name="").values_list("group_name", flat=True).distinct())
    return _awarded(spark).filter(group_name__in=names).values_list("pk", "group_name") if names else ()


def _reached_alike(spark: Spark, people: list[int]) -> Iterable[int]:
    """Yield primary keys of sparks behind which is somebody with an email address or phone number of this one.

    Email addresses are those frozen as bars when each was submitted, so that nobody hides by changing theirs.
    """
    frozen = Bar.objects.filter(ground=Ground.APPLICANT).exclude(email_key="").order_by()
    own = frozen.filter(spark=spark.pk).values("email_key")
    others = frozen.filter(email_key__in=own, spark__team=spark.team_id).exclude(spark=spark.pk)
    yield from others.values_list("spark_id", flat=True)
    named = Applicant.objects.exclude(phone_key="").order_by()
    phones = {
        *named.filter(application__spark=spark.pk).values_list("phone_key", flat=True),
        *Person.everyone.filter(pk__in=people).values_list("phone_key", flat=True),
    }
    phones = {key for key in phones if len(key) >= FEWEST_DIGITS}
    if not phones:
        return
    applied = named.filter(phone_key__in=phones, application__team=spark.team_id, application__spark__isnull=False)
    yield from applied.exclude(application__spark=spark.pk).values_list("application__spark_id", flat=True)
    known = Person.everyone.filter(team=spark.team_id, phone_key__in=phones).exclude(phone_key="")
    behind = spark.applicants.through.objects.filter(person__in=known.values("pk")).exclude(spark=spark.pk)
    yield from behind.values_list("spark_id", flat=True)


def _own_payee(spark: Spark) -> str:
    """Return who is to be paid for a spark; empty for the team or an organisation."""
    payee = spark.payee or payees.default_payee(spark)
    return "" if _is_of_many(spark, payee) else payee


def _is_of_many(spark: Spark, payee: str) -> bool:
    """Return whether a name is that of the team or an organisation that holds money: they are paid for many groups."""
    return compared(payee) == compared(spark.team.name) or bool(payees.host_named(spark.team_id, payee))


def _paid_to(spark: Spark, names: Collection[str]) -> Iterable[tuple[int, str]]:
    """Yield (primary key, payee) of sparks that are to be paid to one of these names, however it is typed, or were.

    Reads the distinct payees of the year from an index, and no row.
    """
    wanted = {compared(name) for name in names} - {""}
    if not wanted:
        return
    payable = _awarded(spark).exclude(payee="")
    same = [payee for payee in payable.values_list("payee", flat=True).distinct() if compared(payee) in wanted]
    if same:
        yield from payable.filter(payee__in=same).values_list("pk", "payee")
    lines = LedgerEntry.objects.filter(kind=LedgerKind.PAY).alias(low=Lower("payee"))
    rows = lines.filter(low__in=[name.lower() for name in names], spark__team=spark.team_id).exclude(spark=spark.pk)
    yield from rows.order_by().values_list("spark_id", "payee")


def _from_streets(spark: Spark, people: list[int]) -> Iterable[tuple[int, str]]:
    """Return (primary key, street) of sparks that somebody from a street of the people behind this one is behind."""
    near = Person.everyone.filter(pk__in=people).exclude(street="").values_list("street", flat=True)
    streets = {street.strip().lower() for street in near}
    if not streets:
        return ()
    neighbours = Person.everyone.filter(team=spark.team_id).alias(low=Lower("street")).filter(low__in=streets)
    rows = spark.applicants.through.objects.exclude(spark=spark.pk)
    return rows.filter(person__in=neighbours.values("pk")).values_list("spark_id", "person__street")


def _numbers_behind(sparks: Iterable[int]) -> dict[int, int]:
    """Return how many people are behind each spark."""
    found: dict[int, int] = {}
    for pk in Spark.applicants.through.objects.filter(spark__in=list(sparks)).values_list("spark_id", flat=True):
        found[pk] = found.get(pk, 0) + 1
    return found


def _words(signs: Signs, other: Spark, people: int, behind: int) -> str:
    """Return a sentence about another request: “The same 3 people asked on 2 March 2026 for £250.”"""
    values = {
        "who": _who(signs, other, is_whole=signs.shared == people == behind),
        "day": date_format(timezone.localtime(other.submitted_at or other.created_at), "j F Y"),
        "asked": pounds(other.amount_gbp),
        "award": pounds(other.award_gbp or ZERO),
    }
    if other.status in HOLDING:
        return _("%(who)s asked on %(day)s for %(asked)s and got %(award)s.") % values
    return _("%(who)s asked on %(day)s for %(asked)s. Nobody has decided yet.") % values


def _who(signs: Signs, other: Spark, *, is_whole: bool) -> str:
    """Return the signs as the beginning of a sentence: “The same 3 people, the same payee”."""
    parts = []
    if signs.shared:
        people = ngettext("the same person", "the same %(n)d people", signs.shared)
        some = ngettext("one of the same people", "%(n)d of the same people", signs.shared)
        parts.append((people if is_whole else some) % {"n": signs.shared})
    elif signs.is_reached_alike:
        parts.append(_("somebody with the same email address or phone number"))
    if signs.is_same_group:
        parts.append(_("the same group on the map"))
    if signs.is_same_name:
        parts.append(_("a group with the same name"))
    if signs.is_alike:
        parts.append(_("a group with nearly the same name, “%(name)s”,") % {"name": other.group_name})
    if signs.payee:
        parts.append(_("the same payee, “%(payee)s”,") % {"payee": signs.payee})
    if signs.street and not signs.shared:
        parts.append(_("people from the same street, %(street)s,") % {"street": signs.street})
    words = _(" and ").join(parts)
    return words[:1].upper() + words[1:]
