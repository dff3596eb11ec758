"""Photos and voice notes that somebody without an account sends with their application, and their end."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from communities.actions.saving import locked
from communities.photos import delete_after_commit
from sparks.applying import rules
from sparks.models import Application, Enclosure, EnclosureKind


@transaction.atomic
def add_enclosure(
    *, application: Application, photo: ContentFile | None = None, voice: ContentFile | None = None
) -> Application:
    """Add a photo, and a voice note in place of the one before, to an application that is being written.

    The files come from `clean_photo` and `clean_sound`.
    Raises: ValidationError, code "sent" once it was sent, or under `photo` if there are as many as it can have.
    """
    application = _written(application)
    if photo:
        if application.enclosures.filter(kind=EnclosureKind.PHOTO).count() >= rules.MOST_PHOTOS:
            raise ValidationError(
                {
                    "photo": _("There are %(most)s photos already. Remove one of them first. Your words are saved.")
                    % {"most": rules.MOST_PHOTOS}
                }
            )
        Enclosure.objects.create(application=application, kind=EnclosureKind.PHOTO, file=photo)
    if voice:
        delete_enclosures(application.enclosures.filter(kind=EnclosureKind.VOICE))
        Enclosure.objects.create(application=application, kind=EnclosureKind.VOICE, file=voice)
    return application


@transaction.atomic
def remove_enclosure(*, application: Application, enclosure: Enclosure) -> Application:
    """Remove a photo or voice note from an application that is being written; one that is gone already stays gone.

    Raises: ValidationError, code "sent" once it was sent.
    """
    application = _written(application)
    delete_enclosures(application.enclosures.filter(pk=enclosure.pk))
    return application


def delete_enclosures(rows: Iterable[Enclosure]) -> int:
    """Delete photos and voice notes with their files, within a transaction; return how many."""
    found = list(rows)
    for row in found:
        delete_after_commit(row.file)
        row.delete()
    return len(found)


def _written(application: Application) -> Application:
    application = locked(Application.objects.select_related("page__round", "team"), application.pk)
    if not application.is_written:
        raise ValidationError(_("This was already sent, so it cannot be changed here."), code="sent")
    return application
