"""Notes to colleagues and attachments, on the page of a spark."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.views import run_action, save, tell_with_undo
from sparks import rules
from sparks.actions import beside as actions
from sparks.attached import attachment_response
from sparks.forms.beside import AttachmentForm, NoteForm
from sparks.models import Attachment, Note, Spark
from sparks.views.life import spark_page, visible_spark


def _readable_spark(request: HttpRequest, uuid: UUID) -> Spark:
    spark = visible_spark(request, uuid)
    if not rules.can_read_texts(request.user, spark.team_id):
        raise PermissionDenied
    return spark


@require_POST
def note_create(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a note."""
    spark = _readable_spark(request, uuid)
    form = NoteForm(request.POST, prefix="note")
    if form.is_valid() and save(request, form, actions.add_note, spark=spark, by=request.user, **form.cleaned_data):
        messages.success(request, _("Note saved. Your colleagues can read it."))
        return redirect("sparks:spark-detail", uuid=spark.uuid)
    return spark_page(request, spark, note_form=form)


@require_POST
def note_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a note of one's own."""
    note = get_object_or_404(Note.objects.visible_to(request.user).select_related("spark__team"), uuid=uuid)
    if not rules.can_delete_note(request.user, note):
        raise PermissionDenied
    if run_action(request, actions.delete_note, note=note, by=request.user):
        tell_with_undo(request, _("The note has been deleted."), note)
    return redirect("sparks:spark-detail", uuid=note.spark.uuid)


@require_POST
def attachment_create(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Attach a file."""
    spark = _readable_spark(request, uuid)
    form = AttachmentForm(request.POST, request.FILES, prefix="attach")
    if form.is_valid() and save(
        request, form, actions.add_attachment, spark=spark, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("The file is attached."))
        return redirect("sparks:spark-detail", uuid=spark.uuid)
    return spark_page(request, spark, attach_form=form)


@require_safe
def attachment_file(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Send a file to those who read the texts of its spark."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user).select_related("spark"), uuid=uuid)
    if not rules.can_read_texts(request.user, found.spark.team_id):
        raise PermissionDenied
    return attachment_response(found.file, found.title)


@require_POST
def attachment_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a file."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user).select_related("spark__team"), uuid=uuid)
    if not rules.can_delete_attachment(request.user, found):
        raise PermissionDenied
    if run_action(request, actions.delete_attachment, attachment=found, by=request.user):
        tell_with_undo(request, _("The file has been deleted."), found)
    return redirect("sparks:spark-detail", uuid=found.spark.uuid)
