"""Uploaded photos: checked by their header before decoding, re-encoded, and served only through views.

Uploads are not trusted: a file of a few kilobytes can claim 169 megapixels, and phones write their location into
every picture. Kith serves only its own JPEG or WebP, without metadata.
"""

import struct
import uuid
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps

from communities.widgets import PhotoInput

#: The largest accepted file, in bytes: ten megabytes, twice what phones write.
MAX_BYTES = 10 * 1024 * 1024
#: The most pixels to decode: 24 million, a good camera's picture; a web process can spare 96 MB at four bytes a pixel.
MAX_PIXELS = 24_000_000
#: The longest side after resizing, in pixels.
MAX_SIDE = 1600
#: The longest side of a photo in a list, in pixels: a card is at most 24 rem wide, and phones have two dots a pixel.
SMALL_SIDE = 800
FORMATS = ("JPEG", "PNG", "WEBP")
CONTENT_TYPES = {".jpg": "image/jpeg", ".webp": "image/webp"}
_HEAD_BYTES = 512
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Disposition": "inline",
    "Cache-Control": "private, no-store",
}


def clean_photo(file: File) -> ContentFile:
    """Return the photo re-encoded as JPEG (WebP if it is transparent), upright, at most 1600 px, with a new name.

    Location, device, colour profile, comments and appended data are removed.
    Raises: ValidationError with a plain message for files above 10 MB or 24 megapixels, animations, SVG and
    anything that is not a complete JPEG, PNG or WebP.
    """
    size = file.size or 0
    if size > MAX_BYTES:
        raise ValidationError(
            _("This photo is %(size)s MB. The limit is 10 MB. Choose a smaller copy of it."),
            code="too_large",
            params={"size": f"{size / 1024 / 1024:.0f}"},
        )
    file.seek(0)
    _refuse_by_head(file.read(_HEAD_BYTES))
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as image:
            _refuse_by_size(*image.size)
            _refuse_moving(image)
            return _encode(_upright_pixels(image))
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    # A broken or hostile file can fail anywhere inside a decoder, so any exception is treated the same.
    except Exception as error:
        raise ValidationError(
            _("This file cannot be read as a photo. Choose a JPEG, PNG or WebP picture."), code="unreadable"
        ) from error


def _refuse_by_head(head: bytes) -> None:
    """Refuse files that the first bytes identify as unsupported, before decoding."""
    if head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"}:
        raise ValidationError(
            _(
                "This is a HEIC or AVIF photo, which some phones make. Send it as a JPEG. On an iPhone, choose "
                "Settings, Camera, Formats, Most Compatible."
            ),
            code="heic",
        )
    if b"<svg" in head.lower():
        raise ValidationError(
            _("This is a drawing (SVG), not a photo. Choose a JPEG, PNG or WebP picture."), code="svg"
        )
    # libwebp allocates the whole canvas on opening, so its header is checked here; PNG needs only one more line.
    if size := _claimed_size(head):
        _refuse_by_size(*size)


def _claimed_size(head: bytes) -> tuple[int, int] | None:
    """Return the width and height in the header of a PNG or WebP; None for other files.

    Source: "Portable Network Graphics (PNG) Specification", W3C 2025, section 11.2.1; "WebP Container Specification",
    https://developers.google.com/speed/webp/docs/riff_container, and RFC 9649.
    """
    if len(head) < 30:
        return None
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return struct.unpack(">II", head[16:24])
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    kind = head[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", head[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _too_many_pixels(megapixels: int = 0) -> ValidationError:
    words = (
        _("This picture has %(megapixels)s megapixels. The limit is 24. Choose a smaller copy of it.")
        if megapixels
        else _("This picture has too many pixels. Choose a copy of up to 24 megapixels.")
    )
    return ValidationError(words, code="too_many_pixels", params={"megapixels": megapixels})


def _refuse_by_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise _too_many_pixels(round(width * height / 1_000_000))


def _refuse_moving(image: Image.Image) -> None:
    # A phone's JPEG can contain a second picture (a depth map, a brighter copy); only the first is read.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise ValidationError(_("This picture is animated. Choose a still photo."), code="animated")


def _upright_pixels(image: Image.Image) -> Image.Image:
    """Return a small, upright copy without metadata, in RGB, or RGBA if it is transparent."""
    see_through = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    if image.mode.startswith("I"):
        # Sixteen bits per pixel: use the upper eight.
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode == "P" or see_through:
        image = image.convert("RGBA" if see_through else "RGB")
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image = ImageOps.exif_transpose(image).convert("RGBA" if see_through else "RGB")
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    image.info.clear()
    return image


def _encode(image: Image.Image) -> ContentFile:
    """Return the pixels as a file with a random name."""
    out = BytesIO()
    if image.mode == "RGBA":
        image.save(out, "WEBP", quality=82)
        return ContentFile(out.getvalue(), name=f"{uuid.uuid4().hex}.webp")
    image.save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return ContentFile(out.getvalue(), name=f"{uuid.uuid4().hex}.jpg")


class PhotoField(forms.FileField):
    """A form field that returns a photo cleaned by `clean_photo`."""

    widget = PhotoInput
    default_error_messages = {  # noqa: RUF012 - as Django's own fields have it
        "empty": gettext_lazy(
            "This photo is empty. It may not be downloaded to this device yet. Open it once, then choose it again."
        )
    }

    def to_python(self, data: File | None) -> ContentFile | None:
        """Return the cleaned photo, or None if none was chosen."""
        file = super().to_python(data)
        return None if file is None else clean_photo(file)


def delete_after_commit(photo: FieldFile) -> None:
    """Delete a stored photo's file after the current transaction commits."""
    name, storage = photo.name, photo.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def photo_response(photo: FieldFile) -> FileResponse:
    """Stream a stored photo with a fixed content type, never guessed from the file; call after `visible_to`.

    Raises: Http404 if the file is missing or was not created by `clean_photo`.
    """
    stream, content_type = _stored(photo)
    return FileResponse(stream, content_type=content_type, headers=_HEADERS)


def small_photo_response(photo: FieldFile) -> HttpResponse:
    """Send a stored photo with its longest side at most SMALL_SIDE; call after `visible_to`.

    It is made smaller for each request, which takes a decoder of JPEG about 10 ms because it reads only every second pixel.
    Raises: Http404 if the file is missing or was not created by `clean_photo`.
    """
    stream, content_type = _stored(photo)
    out = BytesIO()
    with stream, Image.open(stream, formats=FORMATS) as image:
        kind = image.format
        image.draft("RGB", (SMALL_SIDE, SMALL_SIDE))
        image.thumbnail((SMALL_SIDE, SMALL_SIDE))
        image.save(out, kind, quality=80)
    return HttpResponse(out.getvalue(), content_type=content_type, headers=_HEADERS)


def _stored(photo: FieldFile) -> tuple[IO[bytes], str]:
    """Return the file of a stored photo and its content type; raise Http404 without it."""
    name = photo.name or ""
    content_type = CONTENT_TYPES.get(PurePosixPath(name).suffix)
    if content_type is None:
        raise Http404
    try:
        return photo.storage.open(name, "rb"), content_type
    except FileNotFoundError as error:
        raise Http404 from error


def cleaned_photo_response(photo: ContentFile) -> HttpResponse:
    """Return a response with a photo from `clean_photo` that is not stored; call after `visible_to`."""
    return HttpResponse(
        photo.read(), content_type=CONTENT_TYPES[PurePosixPath(photo.name or "").suffix], headers=_HEADERS
    )
