"""Who is too close to a spark to decide on it, or to read what colleagues write about it."""

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Lower

from communities.compiled import compiled_once
from communities.models import Partner, User
from sparks import payees
from sparks.models import Bar, Decision, Ground, Spark, email_key


def around(spark: Spark, user: User) -> dict[str, set[int]]:
    """Return the primary keys of people too close to the spark, by kind of closeness.

    A resident behind the spark who has this person's email address counts as this person. So does everybody who was behind it
    when it was handed in: what is changed later adds people and takes nobody away.
    """
    own = bool(user.email) and (
        bool(_residents_with(spark=spark, email=user.email, lower=user.email.lower()))
        or payees.is_among_those_who_applied(spark, user)
    )
    frozen = set(_bars(spark=spark, person=user, key=email_key(user.email)))
    near = set(_near(spark=spark, host=spark.host))
    return {
        "unconfirmed_ids": set() if user.decides_on_money(spark.team_id) else {user.pk},
        "writer_ids": {spark.created_by_id} | _of("writer", near),
        "member_ids": _of("member", near) | _if(Ground.MEMBER in frozen, user),
        "signatory_ids": _of("signatory", near) | _if(Ground.SIGNATORY in frozen, user),
        "conflict_ids": _of("conflict", near),
        "applicant_ids": _if(own or Ground.APPLICANT in frozen, user),
        "decided_ids": _of("decided", near),
    }


@compiled_once
def _near(*, spark: Spark, host: Partner | None) -> QuerySet[Any, Any]:
    """Return pairs of a closeness and the primary key of a user who has it."""
    ways = {
        "writer": Spark.writers.through.objects.filter(spark=spark),
        "member": Spark.members.through.objects.filter(spark=spark),
        "conflict": Spark.conflicts.through.objects.filter(spark=spark),
    }
    if host is not None:
        ways["signatory"] = Partner.signatories.through.objects.filter(partner=host)
    declined = Decision.objects.standing().filter(spark=spark, verdict=Decision.Verdict.DECLINE)
    pairs = [rows.annotate(near=_text(name)).values_list("near", "user_id") for name, rows in ways.items()]
    return (
        declined.annotate(near=_text("decided"))
        .order_by()
        .values_list("near", "by_id")
        .union(*pairs, all=True)
        .order_by()
    )


def _text(words: str) -> Value:
    return Value(words, output_field=CharField())


def _of(closeness: str, near: Collection[tuple[str, int]]) -> set[int]:
    return {pk for kind, pk in near if kind == closeness}


@compiled_once
def _bars(*, spark: Spark, person: User, key: str) -> QuerySet[Bar, str]:
    return Bar.objects.under(person, key).filter(spark=spark).order_by().values_list("ground", flat=True)


@compiled_once
def _residents_with(*, spark: Spark, email: str, lower: str) -> QuerySet[Any, int]:
    return _with_email(spark, email, lower).order_by().values_list("person_id", flat=True)[:1]


def _with_email(spark: Spark, email: str, lower: str) -> QuerySet[Any]:
    """Return who of the residents behind a spark has an email address, in any case."""
    behind = Spark.applicants.through.objects.filter(~Q(person__email=""), spark=spark)
    return behind.alias(low=Lower("person__email")).filter(Q(low=lower) | Q(person__email=email))


def is_behind(spark: Spark, user: User) -> bool:
    """Return whether this person is behind the spark or belongs to its group, now or when it was submitted; one query."""
    email = user.email
    return bool(_behind(spark=spark, person=user, key=email_key(email), email=email, lower=email.lower()))


@compiled_once
def _behind(*, spark: Spark, person: User, key: str, email: str, lower: str) -> QuerySet[Spark, int]:
    frozen = Bar.objects.under(person, key).filter(ground__in=(Ground.APPLICANT, Ground.MEMBER), spark=spark)
    near = Q(pk__in=Spark.members.through.objects.filter(user=person, spark=spark).values("spark"))
    near |= Q(pk__in=frozen.values("spark")) | Q(pk__in=_with_email(spark, email, lower).values("spark"))
    return Spark.objects.filter(near, pk=spark.pk).order_by().values_list("pk", flat=True)


def _if(applies: bool, user: User) -> set[int]:
    return {user.pk} if applies else set()


def writer_ids(spark: Spark) -> set[int]:
    """Return the primary keys of everybody who wrote any of the answers, including whoever started the draft."""
    return {spark.created_by_id, *spark.writers.values_list("pk", flat=True)}
