"""Notes to colleagues and attachments, beside a spark."""

from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities import audit
from communities.actions.saving import locked, save_checked
from communities.folding import readable
from communities.idempotency import idempotent
from communities.models import User
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from connectors.queries.consent import refusals_of_photo
from sparks import closeness, rules
from sparks.actions.steps import lock
from sparks.attached import is_photo
from sparks.models import Attachment, Note, Spark

#: The most files of one spark: three quotes, some letters and some photos.
MOST_FILES = 10


@idempotent(Note)
@transaction.atomic
def add_note(*, spark: Spark, by: User, words: str, uuid: UUID | None = None) -> Note:
    """Add a note to colleagues.

    Raises: PermissionDenied; ValidationError if it is blank (by field), or for those behind the spark (code "behind").
    """
    require(rules.can_read_texts, by, spark.team_id)
    spark = lock(spark)
    if closeness.is_behind(spark, by):
        raise ValidationError(
            _("You are behind this spark or belong to its group, so its notes are for others."), code="behind"
        )
    if not readable(words):
        raise ValidationError({"words": _("Enter your note.")})
    note = Note(spark=spark, by=by, words=readable(words), uuid=uuid or uuid4())
    save_checked(note)
    audit.record(by=by, verb=Verb.CREATE, obj=note, fields=["words"], team=spark.team_id)
    return note


@transaction.atomic
def delete_note(*, note: Note, by: User) -> None:
    """Delete a note of one's own. Raises: PermissionDenied; ValidationError if it was deleted meanwhile."""
    require(rules.can_delete_note, by, note)
    note = locked(Note.objects.select_related("spark__team"), note.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=note, team=note.spark.team_id)
    delete_undoably(note, by=by)


@idempotent(Attachment)
@transaction.atomic
def add_attachment(*, spark: Spark, by: User, title: str, file: ContentFile, uuid: UUID | None = None) -> Attachment:
    """Attach a file returned by `clean_attachment`.

    Raises: PermissionDenied; ValidationError keyed by `title` without one, by `file` above MOST_FILES, or for a photo while
    a resident behind the spark says no to photos.
    """
    require(rules.can_read_texts, by, spark.team_id)
    spark = lock(spark)
    if not readable(title):
        raise ValidationError({"title": _("Say what it is.")})
    if spark.attachments.count() >= MOST_FILES:
        message = ngettext("There is %(most)d file already.", "There are %(most)d files already.", MOST_FILES)
        raise ValidationError({"file": f"{message % {'most': MOST_FILES}} {_('Delete one first.')}"})
    if is_photo(file):
        behind = spark.applicants.through.objects.filter(spark=spark)
        if refused := refusals_of_photo(behind.values_list("person_id", flat=True)):
            raise ValidationError({"file": refused["photo"]})
    made = Attachment(spark=spark, by=by, title=readable(title), file=file, bytes_count=file.size, uuid=uuid or uuid4())
    save_checked(made)
    audit.record(by=by, verb=Verb.CREATE, obj=made, fields=["title", "file"], team=spark.team_id)
    return made


@transaction.atomic
def delete_attachment(*, attachment: Attachment, by: User) -> None:
    """Delete a file; it stays stored until it is too late to undo.

    Raises: PermissionDenied; ValidationError if it was deleted meanwhile.
    """
    require(rules.can_delete_attachment, by, attachment)
    attachment = locked(Attachment.objects.select_related("spark__team"), attachment.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=attachment, team=attachment.spark.team_id)
    delete_undoably(attachment, by=by)
