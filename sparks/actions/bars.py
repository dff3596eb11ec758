"""Freezing who is behind a spark when it is handed in, and who could have answered for the people behind it."""

from django.db.models import Q

from communities.folding import folded_email
from communities.models import User
from connectors.models import Person
from sparks.models import Applicant, Bar, Ground, HeldBy, Spark, email_key
from sparks.payees import changed_addresses, had_links


def freeze_bars(spark: Spark) -> None:
    """Write down who can never decide on a locked spark or pay it. A second time only adds people.

    Residents are frozen by the email address that their record has now, or one that was merged into it; whoever is named in its application by the one that
    they gave there, and both by the account with that address if there is one. Who could answer by a private link: see
    `payees.had_links`; and who changed the address of a resident behind it: `payees.changed_addresses`.
    """
    held = set(Bar.objects.filter(spark=spark).values_list("ground", "user_id", "email_key"))
    wanted: list[tuple[str, int | None, str]] = []
    behind = Spark.applicants.through.objects.filter(spark=spark).values("person")
    named = Applicant.objects.filter(application__spark=spark)
    addresses = {
        folded_email(email)
        for rows in (Person.everyone.filter(Q(pk__in=behind) | Q(merged_into__in=behind)), named)
        for email in rows.values_list("email", flat=True)
    } - {""}
    if addresses:
        wanted += [(Ground.APPLICANT, None, email_key(address)) for address in sorted(addresses)]
        wanted += [(Ground.APPLICANT, pk, "") for pk in _accounts(addresses)]
    wanted += [(Ground.MEMBER, pk, "") for pk in spark.members.order_by("pk").values_list("pk", flat=True)]
    if spark.held_by in (HeldBy.HOST, HeldBy.GOODS) and spark.host:
        signing = spark.host.signatories.order_by("pk").values_list("pk", flat=True)
        wanted += [(Ground.SIGNATORY, pk, "") for pk in signing]
    wanted += [(Ground.LINK, pk, "") for pk in sorted(had_links(spark) | changed_addresses(spark))]
    for ground, user, key in wanted:
        if (ground, user, key) not in held:
            Bar(spark=spark, ground=ground, user_id=user, email_key=key).save()


def _accounts(addresses: set[str]) -> list[int]:
    """Return the accounts with one of these folded addresses, in the order of their keys."""
    # Only Python knows how to fold; an installation has some hundred accounts at most.
    return [
        pk for pk, email in User.objects.order_by("pk").values_list("pk", "email") if folded_email(email) in addresses
    ]
