"""Photos and voice notes of applications, for whoever wrote it and for the team; never for anybody else."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from communities.photos import photo_response
from sparks.applying import rules
from sparks.applying.sounds import sound_response
from sparks.applying.views.doors import with_application
from sparks.models import Application, Enclosure, EnclosureKind


@require_safe
@with_application
def enclosed(request: HttpRequest, application: Application, words: str, uuid: UUID) -> HttpResponse | FileResponse:
    """Send a photo or voice note to whoever has the six words of its application."""
    return _sent(request, get_object_or_404(application.enclosures, uuid=uuid))


@require_safe
def team_enclosed(request: HttpRequest, uuid: UUID, enclosure: UUID) -> HttpResponse | FileResponse:
    """Send a photo or voice note to builders and managers of the team."""
    rows = Enclosure.objects.visible_to(request.user).select_related("application")
    found = get_object_or_404(rows, uuid=enclosure, application__uuid=uuid)
    if not rules.can_look_after(request.user, found.application.team_id):
        raise PermissionDenied
    return _sent(request, found)


def _sent(request: HttpRequest, enclosure: Enclosure) -> HttpResponse | FileResponse:
    if enclosure.kind == EnclosureKind.PHOTO:
        return photo_response(enclosure.file)
    return sound_response(enclosure.file, request.headers.get("Range", ""))
