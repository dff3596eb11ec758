"""Voice notes: recognised by their first bytes, stored as they are, and played only through views.

A file is not decoded, so it is never trusted: browsers get it with a type of our own list and are told not to guess.
"""

import re
import uuid
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

#: The largest voice note, in bytes: ten megabytes, about ten minutes on most phones and an hour of what our page records.
MAX_BYTES = 10 * 1024 * 1024
#: The smallest that can contain a word, in bytes.
MIN_BYTES = 200
CONTENT_TYPES = {
    ".webm": "audio/webm",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".aac": "audio/aac",
    ".wav": "audio/wav",
}
_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


def clean_sound(file: File) -> ContentFile:
    """Return a voice note with a new name and an ending of our own.

    Raises: ValidationError with a plain message for files above 10 MB, nearly empty ones, and anything but WebM, Ogg, MP4,
    MP3, AAC or WAV by content.
    """
    size = file.size or 0
    if size > MAX_BYTES:
        raise ValidationError(
            _(
                "This voice note is %(size)s MB. The limit is 10 MB, about ten minutes. Your words on this page are "
                "saved. Record a shorter one, or ask the team for help."
            ),
            code="too_large",
            params={"size": f"{size / 1024 / 1024:.0f}"},
        )
    file.seek(0)
    content = file.read()
    ending = ending_of(content[:64])
    if not ending or len(content) < MIN_BYTES:
        raise ValidationError(
            _(
                "This file cannot be played as a voice note. Choose a recording from your phone. Your words on this "
                "page are saved."
            ),
            code="unreadable",
        )
    return ContentFile(content, name=f"{uuid.uuid4().hex}{ending}")


def ending_of(head: bytes) -> str:
    """Return the ending for a file that begins with these bytes; empty if browsers cannot play it.

    Source: RFC 8794 for WebM, RFC 3533 for Ogg, ISO/IEC 14496-12 for MP4, 11172-3 for MP3 and 13818-7 for AAC.
    """
    if head[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in head:
        return ".webm"
    if head[:4] == b"OggS":
        return ".ogg"
    if head[4:8] == b"ftyp" and head[8:11] in {b"M4A", b"M4B", b"mp4", b"iso", b"das", b"3gp", b"qt "}:
        return ".m4a"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return ".wav"
    if head[:3] == b"ID3":
        return ".mp3"
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        layer, rate = head[1] >> 1 & 3, head[2] >> 4
        if layer == 0 and head[1] & 0xF0 == 0xF0:
            return ".aac"
        return ".mp3" if layer and rate not in {0, 15} else ""
    return ""


def sound_response(sound: FieldFile, wanted: str = "") -> HttpResponse:
    """Send a stored voice note, or the part that a Range header wants, without which iPhones play nothing.

    Call after `visible_to`. Raises: Http404 if the file is missing or was not stored by `clean_sound`.
    """
    name = sound.name or ""
    content_type = CONTENT_TYPES.get(PurePosixPath(name).suffix)
    if content_type is None:
        raise Http404
    try:
        with sound.storage.open(name, "rb") as stream:
            content = stream.read()
    except FileNotFoundError as error:
        raise Http404 from error
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Disposition": "inline",
        "Cache-Control": "private, no-store",
        "Accept-Ranges": "bytes",
    }
    part = _part(wanted, len(content))
    if part is None:
        return HttpResponse(content, content_type=content_type, headers=headers)
    start, end = part
    headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
    return HttpResponse(content[start : end + 1], status=206, content_type=content_type, headers=headers)


def _part(wanted: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte that a Range header wants; None for the whole, also if the header makes no sense."""
    found = _RANGE.fullmatch(wanted.strip())
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    return (start, end) if start <= end else None
