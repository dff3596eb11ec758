"""Who is too close to a spark to decide on it, to pay it, or to read what colleagues write about it.

`ways` says it once. The rule asks it about one spark and one person; the queues, *Decide on several*, Today and the menu leave
out the sparks of which it is true. So nothing is offered that is refused.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value

from communities.compiled import compiled_once, padded
from communities.folding import folded_email
from communities.models import Mailbox, Partner, Team, User
from communities.queries.mailboxes import accounts_of
from connectors.models import Person
from sparks.models import Amendment, Applicant, Bar, Decision, Ground, Spark, email_key

#: The accounts of one person: their primary keys, or a query of them.
type Accounts = Iterable[Any]
#: Rows that say to which sparks somebody is too close, and their column with the primary key of the spark.
type Rows = tuple[QuerySet[Any, Any], str]
#: The primary keys of those who are too close, by kind of closeness.
type Around = dict[str, set[int]]


def ways(*, person: User, own: Accounts, mailbox: str, team: Team) -> dict[str, list[Rows]]:
    """Return the ways in which a person is too close to decide on sparks of a team, apart from bars, each as rows.

    own, mailbox: the accounts of this person, and their folded email address: what another account of theirs is counts for
    this one, and so does a resident behind the spark, or somebody who applied on the public page, whose address reaches
    their mailbox however it is written.
    """
    # Start from the indexes on mailboxes, not from the applicants of every spark.
    same = Person.everyone.filter(team=team).alias(mailbox=Mailbox("email")).filter(mailbox=mailbox)
    behind = Spark.applicants.through.objects.filter(person__in=same)
    signs = Partner.signatories.through.objects.filter(user__in=own).values("partner")
    decided = Decision.objects.standing().filter(by__in=own)
    approved = decided.filter(verdict=Decision.Verdict.APPROVE, version=F("spark__version")).exclude(by=person)
    return {
        "writer": [
            (Spark.objects.filter(created_by__in=own), "pk"),
            (Spark.writers.through.objects.filter(user__in=own), "spark"),
        ],
        "applicant": [(behind, "spark"), _named(mailbox=mailbox, team=team)],
        "member": [(Spark.members.through.objects.filter(user__in=own), "spark")],
        "signatory": [(Spark.objects.filter(host__in=signs), "pk")],
        "conflict": [(Spark.conflicts.through.objects.filter(user__in=own), "spark")],
        "declined": [(decided.filter(verdict=Decision.Verdict.DECLINE), "spark")],
        "mailbox": [(approved, "spark")],
    }


def _named(*, mailbox: str, team: Team) -> Rows:
    """Return who is named in what was sent from the public page for sparks of a team, with the address of a mailbox."""
    named = Applicant.objects.alias(mailbox=Mailbox("email")).filter(mailbox=mailbox, application__team=team)
    return named.filter(application__spark__isnull=False), "application__spark"


def _behind(*, spark: Spark, mailbox: str) -> Rows:
    """Return the residents behind one spark whose address reaches a mailbox: these few, whoever else has an address."""
    behind = Spark.applicants.through.objects.filter(spark=spark)
    return behind.alias(mailbox=Mailbox("person__email")).filter(Q(mailbox=mailbox)), "spark"


def ways_of_payer(*, own: Accounts) -> dict[str, list[Rows]]:
    """Return in which further ways a person is too close to pay an award, each as rows."""
    approved = Decision.objects.standing().filter(by__in=own, verdict=Decision.Verdict.APPROVE)
    agreed = Amendment.objects.filter(outcome=Amendment.Outcome.AGREED, kind=Amendment.Kind.AWARD)
    both = Q(proposed_by__in=own) | Q(settled_by__in=own)
    return {
        "approved": [(approved, "spark"), (agreed.filter(both), "spark")],
        "payee": [(Spark.objects.filter(payee_by__in=own), "pk")],
    }


#: The ways, and the ground of a bar, that stop nobody from paying: who signs for the organisation that holds the money may pay
#: what others approved.
ONLY_DECIDING = ("signatory", "declined", "mailbox")


#: The ways of which somebody has more with each year that they work: asked about each spark, unless all of them are gathered.
OVER_YEARS = ("writer", "declined", "mailbox", "approved", "payee")


def far_enough_to_decide(
    *, person: User, own: Accounts, mailbox: str, key: str, team: Team, gathers: bool = False
) -> Q:
    """Return the condition of the sparks of a team to which somebody is not too close to decide.

    mailbox, key: their email address as `folded_email` and as `email_key` give it. gathers: whether all that they ever wrote
    and decided is gathered first, for a query that goes through thousands of sparks rather than finds the first few.
    """
    close = ways(person=person, own=own, mailbox=mailbox, team=team)
    return _none_of(close, Bar.objects.under_any(own, key), () if gathers else OVER_YEARS)


def far_enough_to_pay(*, person: User, own: Accounts, mailbox: str, key: str, team: Team) -> Q:
    """Return the condition of the sparks to which somebody is not too close to pay an award; as `far_enough_to_decide`."""
    found = ways(person=person, own=own, mailbox=mailbox, team=team)
    close = {name: rows for name, rows in found.items() if name not in ONLY_DECIDING}
    barred = Bar.objects.under_any(own, key).exclude(ground=Ground.SIGNATORY)
    return _none_of(close | ways_of_payer(own=own), barred, OVER_YEARS)


def _none_of(close: dict[str, list[Rows]], barred: QuerySet[Any, Any], one_by_one: Collection[str]) -> Q:
    """Return the condition of sparks that none of these rows names. one_by_one: the ways that are asked about each spark.

    All others are one NOT IN. PostgreSQL takes each NOT IN for half of the sparks: after seven it expected so few
    that it compared thousands with every decision of the reader. Those asked one by one are one NOT EXISTS: each of its own
    is one more table whose place among the others PostgreSQL plans at every look, which took longer than the query.
    """
    few = [rows for name, several in close.items() if name not in one_by_one for rows in several]
    keys = [rows.order_by().values(column) for rows, column in (*few, (barred, "spark"))]
    far = ~Q(pk__in=keys[0].union(*keys[1:], all=True))
    many = [rows for name, several in close.items() if name in one_by_one for rows in several]
    each = [rows.filter(**{column: OuterRef("pk")}).order_by().values(column) for rows, column in many]
    return far & ~Q(Exists(each[0].union(*each[1:], all=True))) if each else far


def around(spark: Spark, user: User) -> Around:
    """Return in which ways a person is too close to the spark: their primary key by kind of closeness, or nothing.

    Beside `ways`, everybody who was behind it when it was handed in is. Two queries.
    """
    own = padded(sorted(accounts_of(user)))
    mailbox, key = folded_email(user.email), email_key(user.email)
    near = set(_near(spark=spark, team=spark.team, person=user, own=own, mailbox=mailbox, key=key))
    barred = {ground for kind, ground in near if kind == "bar"}
    near = {name for kind, name in near if kind == "way"}
    return {
        "unconfirmed_ids": only_if(not user.decides_on_money(spark.team_id), user),
        "writer_ids": only_if("writer" in near, user),
        "member_ids": only_if("member" in near or Ground.MEMBER in barred, user),
        "signatory_ids": only_if("signatory" in near or Ground.SIGNATORY in barred, user),
        "conflict_ids": only_if("conflict" in near, user),
        "applicant_ids": only_if("applicant" in near or Ground.APPLICANT in barred, user),
        "decided_ids": only_if("declined" in near, user),
        "mailbox_ids": only_if("mailbox" in near, user),
        "link_ids": only_if(Ground.LINK in barred, user),
        "approver_ids": only_if("approved" in near, user),
        "payee_ids": only_if("payee" in near or Ground.LINK in barred, user),
    }


def only_if(applies: object, user: User) -> set[int]:
    """Return the primary key of a user if something applies."""
    return {user.pk} if applies else set()


@compiled_once
def _near(
    *, spark: Spark, team: Team, person: User, own: Collection[int], mailbox: str, key: str
) -> QuerySet[Any, tuple[str, str]]:
    """Return ("way", its name) and ("bar", its ground) for all that makes somebody too close to a spark to decide or to pay."""
    close = ways(person=person, own=own, mailbox=mailbox, team=team) | ways_of_payer(own=own)
    close["applicant"] = [_behind(spark=spark, mailbox=mailbox), _named(mailbox=mailbox, team=team)]
    found: list[QuerySet[Any, Any]] = [
        rows.filter(**{column: spark.pk}).order_by().values_list(_text("way"), _text(name))
        for name, several in close.items()
        for rows, column in several
    ]
    barred = Bar.objects.under_any(own, key).filter(spark=spark).order_by().values_list(_text("bar"), "ground")
    return barred.union(*found, all=True).order_by()


def _text(words: str) -> Value:
    return Value(words, output_field=CharField())


def is_behind(spark: Spark, user: User) -> bool:
    """Return whether this person is behind the spark or belongs to its group, now or when it was submitted; one query."""
    return bool(_is_behind(spark=spark, person=user, key=email_key(user.email), mailbox=folded_email(user.email)))


def is_behind_given(found: Around, spark: Spark, user: User) -> bool:
    """Return `is_behind`, given what `around` said of the two, or {} if it was not asked: most often without a query.

    Whoever is behind a spark with this account is so for `around` too, which looks at their other accounts as well.
    """
    if found and not (found["applicant_ids"] or found["member_ids"]):
        return False
    return is_behind(spark, user)


@compiled_once
def _is_behind(*, spark: Spark, person: User, key: str, mailbox: str) -> QuerySet[Any, int]:
    frozen = Bar.objects.under(person, key).filter(ground__in=(Ground.APPLICANT, Ground.MEMBER), spark=spark)
    members = Spark.members.through.objects.filter(user=person, spark=spark)
    same, _column = _behind(spark=spark, mailbox=mailbox)
    rows = [each.order_by().values_list("spark_id", flat=True) for each in (frozen, members, same)]
    return rows[0].union(*rows[1:], all=True).order_by()


def writer_ids(spark: Spark) -> set[int]:
    """Return the primary keys of everybody who wrote any of the answers, including whoever started the draft."""
    return {spark.created_by_id, *spark.writers.values_list("pk", flat=True)}


def approvers_of_award(spark: Spark) -> set[int]:
    """Return the primary keys of everybody who approved the award that a spark has, or agreed to it as one of two.

    Not those who approved it as it was before a question was answered, or another amount.
    """
    approved = Decision.objects.approvals_of(spark).filter(amount_gbp=spark.award_gbp)
    agreed = Amendment.objects.filter(spark=spark, outcome=Amendment.Outcome.AGREED, kind=Amendment.Kind.AWARD)
    pairs = agreed.filter(amount_gbp=spark.award_gbp).values_list("proposed_by_id", "settled_by_id")
    return {*approved.values_list("by_id", flat=True), *(pk for pair in pairs for pk in pair)}


def could_answer_own_yes(spark: Spark) -> bool:
    """Return whether somebody who approved the award could answer as the people behind it, with any account of theirs."""
    links = set(Bar.objects.filter(spark=spark, ground=Ground.LINK).values_list("user_id", flat=True))
    approvers = User.objects.filter(pk__in=approvers_of_award(spark)) if links else ()
    return any(links & accounts_of(user) for user in approvers)
