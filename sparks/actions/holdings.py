"""What the app holds about residents: the sparks they are behind, their money, reports and photos."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities import audit
from communities.actions.undo import delete_for_good
from communities.free_text import Found, text_fields
from communities.holdings import Erasing, Fate, Held, Holdings, Page, Told, remove_name, sentences
from communities.mentions import Mentions
from communities.models import Undoable, UndoableLink, User
from communities.outbox.actions import delete_messages_to
from communities.photos import delete_after_commit
from communities.verbs import Verb
from connectors.models import Person, Purpose
from connectors.queries.consent import refusals_of_photo
from sparks.actions.lineage import hold_lineages, refuse_restored_circle
from sparks.attached import is_photo
from sparks.models import (
    LIVE,
    Amendment,
    Applicant,
    Application,
    Attachment,
    CostLine,
    Decision,
    Enclosure,
    Growth,
    HostLink,
    LedgerEntry,
    Note,
    Report,
    Spark,
    StepTaken,
)

_MONEY = gettext_lazy(
    "Records of money are never changed, because funders and the law require us to show who was paid. They stay as "
    "long as the accounts do."
)
_DECIDED = gettext_lazy("Decisions are never changed, so that the reasons can be shown later.")


class SparksHoldings(Holdings):
    """Sparks, decisions, reports and the ledger."""

    kept: ClassVar = {"sparks.ledgerentry": _MONEY, "sparks.fundentry": _MONEY, "sparks.decision": _DECIDED}
    own: ClassVar = {
        "sparks.spark": ("applicants",),
        "sparks.costline": ("spark__applicants",),
        "sparks.report": ("spark__applicants",),
        "sparks.steptaken": ("spark__applicants",),
        "sparks.amendment": ("spark__applicants",),
        "sparks.note": ("spark__applicants",),
        "sparks.attachment": ("spark__applicants",),
        "sparks.hostlink": ("spark__applicants",),
        "sparks.application": ("people__person",),
        "sparks.applicant": ("person",),
        "sparks.enclosure": ("application__people__person",),
    }
    on_sheet = ("sparks.spark", "sparks.applicant")
    pages: ClassVar = {
        "sparks.fund": Page("sparks:fund-detail", "sparks:fund-update", key="pk"),
        "sparks.fundentry": Page("sparks:fund-detail", key="pk", via="fund"),
        "sparks.fundproposal": Page("sparks:fund-detail", key="pk", via="fund"),
        "sparks.round": Page("sparks:round-detail", "sparks:round-update", key="pk"),
        "sparks.spark": Page("sparks:spark-detail", "sparks:spark-update"),
        "sparks.applypage": Page("sparks:apply-page", "sparks:apply-page", key="pk", via="round"),
        "sparks.application": Page("sparks:application-detail"),
        "sparks.applicant": Page("sparks:application-detail", via="application"),
        "sparks.enclosure": Page("sparks:application-detail", via="application"),
        "sparks.hostlink": Page("sparks:spark-detail", via="spark"),
        "sparks.decision": Page("sparks:spark-detail", via="spark"),
        "sparks.ledgerentry": Page("sparks:spark-detail", via="spark"),
        "sparks.amendment": Page("sparks:spark-detail", via="spark"),
        "sparks.steptaken": Page("sparks:spark-detail", via="spark"),
        "sparks.costline": Page("sparks:spark-detail", "sparks:spark-update", via="spark"),
        "sparks.note": Page("sparks:spark-detail", via="spark"),
        "sparks.attachment": Page("sparks:spark-detail", via="spark"),
        "sparks.report": Page("sparks:report-edit", "sparks:report-edit", via="spark"),
    }

    def apply_refusal(self, *, person: Person, records: Collection[int], purpose: str, by: User | None) -> list[str]:
        """Delete the photos in reports on their sparks and among the attachments, if they said no to photos."""
        if purpose != Purpose.PHOTO:
            return []
        count = remove_photos(records=records, by=by)
        message = ngettext("%(n)s photo of a spark was deleted.", "%(n)s photos of sparks were deleted.", count)
        return [message % {"n": count}] if count else []

    def before_undo(self, refs: Mapping[str, Collection[int]]) -> Mapping[str, Mapping[int, int]]:
        """Lock what links of a lineage lead to, so that nobody adds one meanwhile."""
        hold_lineages(refs)
        return {}

    def after_undo(
        self, *, undoable: Undoable, refs: Mapping[str, Collection[int]], rows: Collection[Model], by: User | None
    ) -> None:
        """Apply what has changed since: photos that residents refused, and links that would close a circle."""
        for row in rows:
            if isinstance(row, Growth):
                refuse_restored_circle(row, is_alone=all(isinstance(each, Growth) for each in rows))
            if isinstance(row, Attachment) and is_photo(row.file):
                behind = row.spark.applicants.through.objects.filter(spark=row.spark_id)
                if refusals_of_photo(behind.values_list("person_id", flat=True)):
                    _delete_attachments(Attachment.objects.filter(pk=row.pk), by=by)

    def held(self, *, records: Collection[int], team_id: int, mentions: Mentions) -> list[Held]:
        """Return the sparks they are behind, with reports, photos, decisions and ledger lines."""
        theirs = _theirs(records)
        reports = Report.objects.filter(spark__in=theirs)
        count = reports.exclude(photo="").count()
        return [
            Held(_("Sparks they are behind"), theirs.count(), Fate.UNNAMED, _("The spark and its amounts stay.")),
            Held(_("Applications that name them"), applications_of(records).count(), Fate.UNNAMED),
            Held(
                _("Photos and voice notes in those applications"),
                Enclosure.objects.filter(application__in=applications_of(records)).count(),
                Fate.DELETED,
            ),
            Held(_("Reports on those sparks"), reports.count(), Fate.UNNAMED),
            Held(_("Photos in those reports"), count, Fate.DELETED),
            Held(
                _("Notes of colleagues about those sparks"), Note.objects.filter(spark__in=theirs).count(), Fate.UNNAMED
            ),
            Held(
                _("Files attached to those sparks"),
                Attachment.objects.filter(spark__in=theirs).count(),
                Fate.DELETED,
                _("Kith cannot take a name out of a file."),
            ),
            Held(
                _("Decisions on those sparks"),
                Decision.objects.filter(spark__in=theirs).count(),
                Fate.KEPT,
                str(_DECIDED),
            ),
            Held(
                _("Ledger lines of those sparks"),
                LedgerEntry.objects.filter(spark__in=theirs).count(),
                Fate.KEPT,
                str(_MONEY),
            ),
        ]

    def tell(self, *, records: Collection[int]) -> list[Told]:
        """Return the sparks they are behind, with what they want to do, the amount, the status and the report."""
        sparks = list(_theirs(records).order_by("-pk"))
        reports = dict(Report.objects.filter(spark__in=sparks).values_list("spark_id", "what_happened"))
        rows = [
            sentences(
                f"{spark.title}: {spark.get_status_display()}",
                _("%(amount)s asked for") % {"amount": spark.asked},
                spark.what,
                reports.get(spark.pk, ""),
            )
            for spark in sparks
        ]
        sent = [
            sentences(str(each), each.get_stage_display(), each.what, each.who_with, each.help_words)
            for each in applications_of(records).order_by("-pk")
        ]
        told = (Told(_("Sparks you are behind"), tuple(rows)), Told(_("Applications that name you"), tuple(sent)))
        return [each for each in told if each.rows]

    def erase(self, erasing: Erasing) -> list[Found]:
        """Remove their names from the sparks they are behind and what was written about them; delete photos and files."""
        remove_photos(records=erasing.records, by=erasing.by)
        _delete_attachments(Attachment.objects.filter(spark__in=_theirs(erasing.records)), by=erasing.by)
        _delete_deleted_attachments(erasing)
        found = []
        sparks = Spark.objects.select_for_update(of=("self",)).filter(pk__in=_theirs(erasing.records).values("pk"))
        for spark in sparks.order_by("pk"):
            if changed := remove_name(spark, erasing.mentions, erasing.name):
                if _is_taken(spark):
                    spark.group_name = ""
                if "payee" in changed:
                    # Money that was promised or paid has a payee, if only “somebody”.
                    spark.payee = spark.payee or erasing.name
                spark.save(update_fields=[*changed, "updated_at"])
                audit.record(by=erasing.by, verb=Verb.ERASE_NAME, obj=spark, fields=changed)
            found.append(_whole(spark))
        for report in Report.objects.filter(spark__in=[each.pk for each in list(found)]).select_related("spark"):
            if changed := remove_name(report, erasing.mentions, erasing.name):
                report.save(update_fields=changed)
                audit.record(by=erasing.by, verb=Verb.ERASE_NAME, obj=report.spark, fields=changed)
            found.append(_whole(report))
        theirs = [each.pk for each in list(sparks)]
        for model in (StepTaken, Amendment, HostLink, Note, CostLine):
            for row in model.objects.filter(spark__in=theirs).select_related("spark"):
                if changed := remove_name(row, erasing.mentions, erasing.name):
                    row.save(update_fields=changed)
                    audit.record(by=erasing.by, verb=Verb.ERASE_NAME, obj=row.spark, fields=changed)
                found.append(_whole(row))
        return [*found, *_erase_in_applications(erasing)]


def _delete_attachments(rows: QuerySet[Attachment], *, by: User | None) -> int:
    """Delete attachments for good, with their files; return how many."""
    found = list(rows.select_for_update(of=("self",)).select_related("spark").order_by("pk"))
    for attachment in found:
        delete_after_commit(attachment.file)
        audit.record(by=by, verb=Verb.DELETE, obj=attachment, team=attachment.spark.team_id)
        attachment.delete()
    return len(found)


def _delete_deleted_attachments(erasing: Erasing) -> None:
    """Delete for good the attachments of their sparks that somebody deleted and could still restore."""
    theirs = [str(pk) for pk in _theirs(erasing.records).values_list("pk", flat=True)]
    found = Undoable.objects.select_for_update(of=("self",)).filter(
        pk__in=UndoableLink.objects.filter(model="sparks.spark", object_id__in=theirs).values("undoable"),
        model="sparks.attachment",
        team=erasing.team_id,
    )
    for each in found.order_by("pk"):
        delete_for_good(each)


def applications_of(records: Collection[int]) -> QuerySet[Application]:
    """Return the applications in which somebody was matched to one of these records."""
    rows = Applicant.objects.filter(person__in=list(records))
    return Application.objects.filter(pk__in=rows.values("application_id"))


def _erase_in_applications(erasing: Erasing) -> list[Found]:
    """Remove their name and how to reach them from the applications that name them."""
    found: list[Found] = []
    rows = applications_of(erasing.records).select_for_update(of=("self",)).order_by("pk")
    for application in list(rows):
        changed = remove_name(application, erasing.mentions, erasing.name)
        if changed:
            application.save(update_fields=[*changed, "updated_at"])
            audit.record(by=erasing.by, verb=Verb.ERASE_NAME, obj=application, fields=changed)
        found.append(_whole(application))
        theirs = application.people.filter(person__in=erasing.records)
        names = list(theirs.values_list("name", flat=True))
        delete_messages_to(model=Application, ids=[application.pk], names=names)
        if application.spark_id:
            delete_messages_to(model=Spark, ids=[application.spark_id], names=names)
        theirs.update(name=erasing.name, phone="", phone_key="", email="", say="", person=None)
        for enclosure in application.enclosures.all():
            delete_after_commit(enclosure.file)
            enclosure.delete()
    return found


def _theirs(records: Collection[int]) -> QuerySet[Spark]:
    through = Spark.applicants.through.objects.filter(person__in=list(records))
    return Spark.objects.filter(pk__in=through.values("spark_id"))


def _whole(row: Spark | Report | StepTaken | Amendment | HostLink | Note | Application | CostLine) -> Found:
    fields = tuple(field.name for field in text_fields(type(row)) if getattr(row, field.name))
    return Found(row._meta.label_lower, row.pk, fields, is_likely=True)


def _is_taken(spark: Spark) -> bool:
    """Return whether another live spark in the round already has this group name."""
    others = Spark.objects.filter(round=spark.round_id, status__in=LIVE, group_name__iexact=spark.group_name)
    return spark.status in LIVE and bool(spark.group_name) and others.exclude(pk=spark.pk).exists()


def remove_photos(*, records: Collection[int], by: User | None) -> int:
    """Delete the photos in reports on the sparks that these records are behind and attached to them; return how many.

    Locks the sparks first, with or without a report, so that no photo is added at the same time.
    """
    theirs = Spark.applicants.through.objects.filter(person__in=list(records)).values("spark_id")
    sparks = list(Spark.objects.select_for_update(of=("self",)).filter(pk__in=theirs).order_by("pk"))
    shown = list(Report.objects.filter(spark__in=sparks).exclude(photo="").select_related("spark"))
    for report in shown:
        delete_after_commit(report.photo)
        report.photo, report.photo_alt = "", ""
        report.save(update_fields=["photo", "photo_alt"])
        audit.record(by=by, verb=Verb.UPDATE, obj=report.spark, fields=["photo", "photo_alt"])
    attached = [each.pk for each in Attachment.objects.filter(spark__in=sparks) if is_photo(each.file)]
    return len(shown) + _delete_attachments(Attachment.objects.filter(pk__in=attached), by=by)
