"""Who is paid: what follows from the answers of a spark, until it is written down when the award is accepted."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from communities.compiled import compiled_once
from communities.folding import folded
from communities.models import AuditEntry, Partner, Team
from communities.verbs import Verb
from connectors.models import Person, ReadBackLink
from sparks.models import Applicant, Application, HeldBy, HostAnswer, HostLink, Spark

#: For how many days a new email address of an organisation says who could answer for it.
ADDRESS_DAYS = 365


def default_payee(spark: Spark) -> str:
    """Return who is paid by the answers of a spark; empty if nobody follows from them.

    The organisation that holds the money or buys what is needed; the team, if it buys it; or else the group. Without a name
    of the group: whoever applied, or the first resident behind it who knows of their record, because everybody who reads the
    page and all managers read this name.
    """
    if spark.host:
        return spark.host.name
    if spark.held_by == HeldBy.GOODS:
        return spark.team.name
    if name := spark.group_name.strip():
        return name
    applied = Applicant.objects.filter(application__spark=spark.pk, place=0).values_list("name", flat=True).first()
    if applied:
        return applied
    told = spark.applicants.through.objects.filter(spark=spark.pk, person__told_on__isnull=False)
    return told.order_by("pk").values_list("person__known_as", flat=True).first() or ""


def can_enter_payee(spark: Spark) -> bool:
    """Return whether somebody else than `default_payee` can be entered as the award is accepted.

    Not if an organisation holds the money, and not a second time.
    """
    return bool(spark.award_gbp) and not spark.payee and spark.held_by != HeldBy.HOST


def has_host_refused(spark: Spark) -> bool:
    """Return whether the organisation of a spark said last that it cannot hold the money."""
    return spark.host_id is not None and refused_by_hosts(spark.team).filter(spark=spark.pk).exists()


def refused_by_hosts(team: Team) -> QuerySet[HostLink]:
    """Return the answers of organisations that said last that they cannot hold the money of a spark of a team."""
    answered = HostLink.objects.filter(spark__team=team, host=F("spark__host")).exclude(answer="")
    later = HostLink.objects.filter(
        spark=OuterRef("spark"), host=OuterRef("host"), answered_at__gt=OuterRef("answered_at")
    )
    return answered.filter(~Exists(later.exclude(answer="")), answer=HostAnswer.NO)


def host_named(team: Team | int, name: str) -> Partner | None:
    """Return the organisation of a team that holds money for groups and has this name, compared folded; or None."""
    wanted = folded(name)
    hosts = _hosts(teams=[team if isinstance(team, int) else team.pk]) if wanted else []
    return next((each for each in hosts if folded(each.name) == wanted), None)


@compiled_once
def _hosts(*, teams: Collection[int]) -> QuerySet[Partner]:
    return Partner.objects.filter(team__in=teams, is_fiscal_host=True).order_by("pk")


def had_links(spark: Spark) -> set[int]:
    """Return who could have answered as the people behind a spark or as its organisation, as primary keys of users.

    Whoever made new words for the application, before or after it was sent, or printed a letter with its link. And, once the
    organisation answered: whoever made words for its letter, entered its email address within `ADDRESS_DAYS` before it was
    asked or since, also as the organisation was added, or asked again after a no. The audit remembers the words and the
    address. `actions.bars` freezes them as bars, which every list and every rule reads.
    """
    found: set[int] = set()
    applications = list(Application.objects.filter(spark=spark.pk).values_list("pk", flat=True))
    if applications:
        found |= _who_wrote("sparks.application", applications, "digest", (Verb.UPDATE,))
    links = list(HostLink.objects.filter(spark=spark.pk).order_by("pk"))
    answered = [link for link in links if link.answer]
    if not answered:
        return found
    found |= {link.answer_shown_to_id for link in answered if link.answer_shown_to_id}
    found |= _who_wrote("sparks.hostlink", [link.pk for link in answered], "shown_to", (Verb.UPDATE,))
    since = min(link.created_at for link in answered) - timedelta(days=ADDRESS_DAYS)
    hosts, entering = {link.host_id for link in answered}, (Verb.CREATE, Verb.UPDATE)
    found |= _who_wrote("communities.partner", hosts, "email", entering, since=since)
    refused: set[int] = set()
    for link in links:
        if link.host_id in refused:
            found.add(link.by_id)
        if link.answer == HostAnswer.NO:
            refused.add(link.host_id)
    return found


def changed_addresses(spark: Spark) -> set[int]:
    """Return who changed the email address of a resident behind a spark since it was begun, as primary keys of users.

    Nobody takes their own address off the record before it is submitted, and decides afterwards. What was changed on a resident's
    own sheet counts for whoever made the link to it.
    """
    behind = list(Spark.applicants.through.objects.filter(spark=spark.pk).values_list("person_id", flat=True))
    if not behind:
        return set()
    label, since = Person._meta.label_lower, spark.created_at
    found = _who_wrote(label, behind, "email", (Verb.UPDATE,), since=since)
    on_sheets = AuditEntry.objects.filter(
        model=label, object_id__in=[str(pk) for pk in behind], actor=None, verb=Verb.UPDATE, at__gte=since
    )
    changed = [int(pk) for pk, names in on_sheets.values_list("object_id", "field_names") if "email" in names]
    return found | set(ReadBackLink.objects.filter(person__in=changed).values_list("made_by_id", flat=True))


def _who_wrote(
    model: str, rows: Collection[int], name: str, verbs: Collection[Verb], *, since: datetime | None = None
) -> set[int]:
    """Return who wrote a field of any of these rows, by the audit."""
    made = AuditEntry.objects.filter(model=model, verb__in=verbs, object_id__in=[str(pk) for pk in rows])
    if since is not None:
        made = made.filter(at__gte=since)
    return {actor for actor, names in made.values_list("actor_id", "field_names") if name in names and actor}
