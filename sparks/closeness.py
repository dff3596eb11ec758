"""Who is too close to a spark to decide on it, to pay it, or to read what colleagues write about it.

`ways` says it once. The rule asks it about one spark and one person; the queues, *Decide on several*, Today and the menu leave
out the sparks of which it is true. So nothing is offered that is refused.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value

from communities.compiled import compiled_once, padded
from communities.folding import folded_email
from communities.models import Mailbox, Partner, Team, User
from communities.queries.mailboxes import accounts_of
from connectors.models import Person
from sparks.models import Amendment, Applicant, Bar, Decision, Ground, Spark, email_key

#: The accounts of one person: their primary keys, or a query of them.
type Accounts = Iterable[Any]


def ways(*, person: User, own: Accounts, mailbox: str, team: Team, spark: Spark | None = None) -> dict[str, Q]:
    """Return the ways in which a person is too close to decide, apart from bars, each as a condition on sparks of a team.

    own, mailbox: the accounts of this person, and their folded email address: what another account of theirs is counts for
    this one, and so does a resident behind the spark, or somebody who applied on the public page, whose address reaches
    their mailbox however it is written. spark: the only one that is asked about, so that the database reads rows about no
    others.
    """
    here = {} if spark is None else {"spark": spark}
    # Start from the indexes on mailboxes, not from the applicants of every spark.
    same = Person.everyone.filter(team=team).alias(mailbox=Mailbox("email")).filter(mailbox=mailbox)
    named = Applicant.objects.alias(mailbox=Mailbox("email")).filter(mailbox=mailbox, application__team=team)
    if spark is not None:
        named = named.filter(application__spark=spark)
    applied = Q(pk__in=named.filter(application__spark__isnull=False).values("application__spark"))
    signs = Partner.signatories.through.objects.filter(user__in=own).values("partner")
    decided = Decision.objects.standing().filter(spark=OuterRef("pk"), by__in=own)
    approved = decided.filter(verdict=Decision.Verdict.APPROVE, version=OuterRef("version"))
    wrote = Spark.writers.through.objects.filter(spark=OuterRef("pk"), user__in=own)
    return {
        "writer": Q(created_by__in=own) | Q(Exists(wrote)),
        "applicant": _among(Spark.applicants.through.objects.filter(person__in=same, **here)) | applied,
        "member": _among(Spark.members.through.objects.filter(user__in=own, **here)),
        "signatory": Q(host__in=signs),
        "conflict": _among(Spark.conflicts.through.objects.filter(user__in=own, **here)),
        "declined": Q(Exists(decided.filter(verdict=Decision.Verdict.DECLINE))),
        "mailbox": Q(Exists(approved.exclude(by=person))),
    }


def ways_of_payer(*, own: Accounts) -> dict[str, Q]:
    """Return in which further ways a person is too close to pay an award, each as a condition on sparks."""
    here = {"spark": OuterRef("pk")}
    approved = Decision.objects.standing().filter(**here, by__in=own, verdict=Decision.Verdict.APPROVE)
    agreed = Amendment.objects.filter(**here, outcome=Amendment.Outcome.AGREED, kind=Amendment.Kind.AWARD)
    both = Q(proposed_by__in=own) | Q(settled_by__in=own)
    return {"approved": Q(Exists(approved)) | Q(Exists(agreed.filter(both))), "payee": Q(payee_by__in=own)}


def _among(rows: QuerySet[Any]) -> Q:
    return Q(pk__in=rows.values("spark"))


#: The ways, and the ground of a bar, that stop nobody from paying: who signs for the organisation that holds the money may pay
#: what others approved.
ONLY_DECIDING = ("signatory", "declined", "mailbox")


def far_enough_to_decide(*, person: User, own: Accounts, mailbox: str, key: str, team: Team) -> list[Q]:
    """Return the conditions under which somebody is not too close to decide on sparks of a team.

    mailbox, key: their email address as `folded_email` and as `email_key` give it.
    """
    close = ways(person=person, own=own, mailbox=mailbox, team=team).values()
    return [~each for each in (*close, _among(Bar.objects.under_any(own, key)))]


def far_enough_to_pay(*, person: User, own: Accounts, mailbox: str, key: str, team: Team) -> list[Q]:
    """Return the conditions under which somebody is not too close to pay an award; as `far_enough_to_decide`."""
    found = ways(person=person, own=own, mailbox=mailbox, team=team)
    close = [each for name, each in found.items() if name not in ONLY_DECIDING]
    barred = _among(Bar.objects.under_any(own, key).exclude(ground=Ground.SIGNATORY))
    return [~each for each in (*close, *ways_of_payer(own=own).values(), barred)]


def around(spark: Spark, user: User) -> dict[str, set[int]]:
    """Return in which ways a person is too close to the spark: their primary key by kind of closeness, or nothing.

    Beside `ways`, everybody who was behind it when it was handed in is. Three queries.
    """
    own = padded(sorted(accounts_of(user)))
    near = set(_near(spark=spark, team=spark.team, person=user, own=own, mailbox=folded_email(user.email)))
    barred = set(_bars(spark=spark, users=own, key=email_key(user.email)))
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
def _near(*, spark: Spark, team: Team, person: User, own: Collection[int], mailbox: str) -> QuerySet[Any, str]:
    """Return the names of the ways in which somebody is too close to a spark to decide or to pay."""
    close = ways(person=person, own=own, mailbox=mailbox, team=team, spark=spark)
    found = {**close, **ways_of_payer(own=own)}
    rows = [
        Spark.objects.filter(each, pk=spark.pk).order_by().annotate(near=_text(name)).values_list("near", flat=True)
        for name, each in found.items()
    ]
    return rows[0].union(*rows[1:], all=True).order_by()


def _text(words: str) -> Value:
    return Value(words, output_field=CharField())


@compiled_once
def _bars(*, spark: Spark, users: Collection[int], key: str) -> QuerySet[Bar, str]:
    return Bar.objects.under_any(users, key).filter(spark=spark).order_by().values_list("ground", flat=True)


def is_behind(spark: Spark, user: User) -> bool:
    """Return whether this person is behind the spark or belongs to its group, now or when it was submitted; one query."""
    return bool(_behind(spark=spark, person=user, key=email_key(user.email), mailbox=folded_email(user.email)))


@compiled_once
def _behind(*, spark: Spark, person: User, key: str, mailbox: str) -> QuerySet[Spark, int]:
    frozen = Bar.objects.under(person, key).filter(ground__in=(Ground.APPLICANT, Ground.MEMBER), spark=spark)
    near = Q(pk__in=Spark.members.through.objects.filter(user=person, spark=spark).values("spark"))
    behind = Spark.applicants.through.objects.filter(spark=spark)
    same = behind.alias(mailbox=Mailbox("person__email")).filter(Q(mailbox=mailbox))
    near |= Q(pk__in=frozen.values("spark")) | Q(pk__in=same.values("spark"))
    return Spark.objects.filter(near, pk=spark.pk).order_by().values_list("pk", flat=True)


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
