"""Who is too close to a spark to decide on it, or to read what colleagues write about it."""

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Lower

from communities.compiled import compiled_once, padded
from communities.folding import is_same_mailbox
from communities.models import Partner, User
from sparks import payees
from sparks.models import Amendment, Applicant, Bar, Decision, Ground, Spark, email_key


def around(spark: Spark, user: User, own: set[int]) -> dict[str, set[int]]:
    """Return in which ways a person is too close to the spark: their primary key by kind of closeness, or nothing.

    own: `accounts_of` this person: what another account of theirs is counts for this one. A resident behind the spark, or
    somebody who applied on the public page, who has their mailbox counts as this person. So does everybody who was behind it
    when it was handed in: what is changed later adds people and takes nobody away. Three queries, and up to five about private links.
    """
    applied = any(is_same_mailbox(email, user.email) for email in _emails(spark=spark))
    frozen = set(_bars(spark=spark, users=padded(sorted(own)), key=email_key(user.email)))
    near = set(_near(spark=spark, host=spark.host))
    kinds = {kind for kind, pk in near if pk in own}
    if spark.created_by_id in own:
        kinds.add("writer")
    if any(kind == "approved" and pk in own - {user.pk} for kind, pk in near):
        kinds.add("mailbox")
    return {
        "unconfirmed_ids": only_if(not user.decides_on_money(spark.team_id), user),
        "writer_ids": only_if("writer" in kinds, user),
        "member_ids": only_if("member" in kinds or Ground.MEMBER in frozen, user),
        "signatory_ids": only_if("signatory" in kinds or Ground.SIGNATORY in frozen, user),
        "conflict_ids": only_if("conflict" in kinds, user),
        "applicant_ids": only_if(applied or Ground.APPLICANT in frozen, user),
        "decided_ids": only_if("declined" in kinds, user),
        "mailbox_ids": only_if("mailbox" in kinds, user),
        "link_ids": only_if(payees.had_links(spark) & own, user),
    }


def only_if(applies: object, user: User) -> set[int]:
    """Return the primary key of a user if something applies."""
    return {user.pk} if applies else set()


@compiled_once
def _near(*, spark: Spark, host: Partner | None) -> QuerySet[Any, Any]:
    """Return pairs of a closeness and the primary key of a user who has it."""
    ways: dict[str, QuerySet[Any]] = {
        "writer": Spark.writers.through.objects.filter(spark=spark),
        "member": Spark.members.through.objects.filter(spark=spark),
        "conflict": Spark.conflicts.through.objects.filter(spark=spark),
    }
    if host is not None:
        ways["signatory"] = Partner.signatories.through.objects.filter(partner=host)
    decided = Decision.objects.standing().filter(spark=spark).order_by()
    declined = decided.filter(verdict=Decision.Verdict.DECLINE)
    approved = decided.filter(verdict=Decision.Verdict.APPROVE, version=F("spark__version"))
    pairs = [rows.annotate(near=_text(name)).values_list("near", "user_id") for name, rows in ways.items()]
    pairs.append(approved.annotate(near=_text("approved")).values_list("near", "by_id"))
    rows = declined.annotate(near=_text("declined")).values_list("near", "by_id")
    return rows.union(*pairs, all=True).order_by()


def _text(words: str) -> Value:
    return Value(words, output_field=CharField())


@compiled_once
def _bars(*, spark: Spark, users: Collection[int], key: str) -> QuerySet[Bar, str]:
    return Bar.objects.under_any(users, key).filter(spark=spark).order_by().values_list("ground", flat=True)


@compiled_once
def _emails(*, spark: Spark) -> QuerySet[Any, str]:
    """Return the email addresses of the residents behind a spark, and those of whoever applied on the public page."""
    behind = Spark.applicants.through.objects.filter(~Q(person__email=""), spark=spark)
    applied = Applicant.objects.filter(~Q(email=""), application__spark=spark).order_by()
    rows = behind.values_list("person__email", flat=True)
    return rows.union(applied.values_list("email", flat=True), all=True).order_by()


def is_behind(spark: Spark, user: User) -> bool:
    """Return whether this person is behind the spark or belongs to its group, now or when it was submitted; one query."""
    email = user.email
    return bool(_behind(spark=spark, person=user, key=email_key(email), email=email, lower=email.lower()))


@compiled_once
def _behind(*, spark: Spark, person: User, key: str, email: str, lower: str) -> QuerySet[Spark, int]:
    frozen = Bar.objects.under(person, key).filter(ground__in=(Ground.APPLICANT, Ground.MEMBER), spark=spark)
    near = Q(pk__in=Spark.members.through.objects.filter(user=person, spark=spark).values("spark"))
    behind = Spark.applicants.through.objects.filter(~Q(person__email=""), spark=spark)
    same = behind.alias(low=Lower("person__email")).filter(Q(low=lower) | Q(person__email=email))
    near |= Q(pk__in=frozen.values("spark")) | Q(pk__in=same.values("spark"))
    return Spark.objects.filter(near, pk=spark.pk).order_by().values_list("pk", flat=True)


def writer_ids(spark: Spark) -> set[int]:
    """Return the primary keys of everybody who wrote any of the answers, including whoever started the draft."""
    return {spark.created_by_id, *spark.writers.values_list("pk", flat=True)}


def approver_ids(spark: Spark) -> set[int]:
    """Return the primary keys of everybody who approved a spark or, as one of two, another award for it."""
    approvals = spark.decisions.standing().filter(verdict=Decision.Verdict.APPROVE)
    agreed = Amendment.objects.filter(spark=spark, outcome=Amendment.Outcome.AGREED, kind=Amendment.Kind.AWARD)
    pairs = agreed.values_list("proposed_by_id", "settled_by_id")
    return {*approvals.values_list("by_id", flat=True), *(pk for pair in pairs for pk in pair)}
