"""Files attached to a spark: recognised by their content, limited in size, and served without being trusted.

A photo becomes Kith's own JPEG or WebP, without its location (`communities.photos`). A document is stored as it came, and
only ever downloaded: Kith neither opens nor shows it.
"""

import uuid
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.photos import CONTENT_TYPES as PHOTOS
from communities.photos import clean_photo, photo_response

#: The largest document, in bytes: five megabytes, a scanned letter of several pages.
MAX_BYTES = 5 * 1024 * 1024
DOCUMENTS = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}
_HEAD_BYTES = 512
#: Files inside a document that hold a program.
_PROGRAMS = ("vbaproject.bin", "basic/", "scripts/")


def clean_attachment(file: File) -> ContentFile:
    """Return a photo as `clean_photo` does, and a PDF, Word or OpenDocument text as it is, with a new name.

    The type is read from the content, never from the name.
    Raises: ValidationError with a plain message for anything else, for a document above 5 MB, with a program in it or empty.
    """
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if _looks_like_photo(head):
        return clean_photo(file)
    size = file.size or 0
    if size > MAX_BYTES:
        raise ValidationError(
            _("This file is %(size)s MB. The limit is 5 MB. Choose a smaller copy of it."),
            code="too_large",
            params={"size": f"{size / 1024 / 1024:.0f}"},
        )
    file.seek(0)
    content = file.read()
    return ContentFile(content, name=f"{uuid.uuid4().hex}{_suffix_of(content)}")


def _looks_like_photo(head: bytes) -> bool:
    """Return whether `clean_photo` is to judge a file: also those pictures that it refuses with words of their own."""
    is_picture = head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8"))
    return is_picture or head[:4] == b"RIFF" or head[4:8] == b"ftyp" or b"<svg" in head.lower()


def _suffix_of(content: bytes) -> str:
    """Return the ending for a document. Raises: ValidationError for every other file."""
    if content.startswith(b"%PDF-"):
        return ".pdf"
    if content.startswith(b"PK\x03\x04"):
        try:
            with ZipFile(BytesIO(content)) as package:
                names = [name.casefold() for name in package.namelist()]
        except (BadZipFile, ValueError, OSError, NotImplementedError):
            names = []
        if any(name.endswith(_PROGRAMS[0]) or name.startswith(_PROGRAMS[1:]) for name in names):
            raise ValidationError(
                _("There is a program (macro) in this document. Save it without one, or as a PDF."), code="program"
            )
        if "[content_types].xml" in names and "word/document.xml" in names:
            return ".docx"
        # The first entry of an OpenDocument is its media type, not compressed.
        if content[30:77] == b"mimetypeapplication/vnd.oasis.opendocument.text":
            return ".odt"
    raise ValidationError(
        _(
            "This kind of file cannot be attached. Choose a PDF, a Word or OpenDocument text, or a JPEG, PNG or WebP photo."
        ),
        code="kind",
    )


class AttachmentField(forms.FileField):
    """A form field that returns a file cleaned by `clean_attachment`."""

    default_error_messages = {  # noqa: RUF012 - as Django's own fields have it
        "required": gettext_lazy("Choose a file."),
        "empty": gettext_lazy(
            "This file is empty. It may not be downloaded to this device yet. Open it once, then choose it again."
        ),
    }

    def __init__(self, **kwargs) -> None:
        """Let the device offer files of the accepted types first."""
        accept = ",".join((*PHOTOS.values(), "image/png", *DOCUMENTS.values()))
        super().__init__(widget=forms.ClearableFileInput({"accept": accept}), **kwargs)

    def to_python(self, data: File | None) -> ContentFile | None:
        """Return the cleaned file, or None if none was chosen."""
        file = super().to_python(data)
        return None if file is None else clean_attachment(file)


def is_photo(file: FieldFile | File) -> bool:
    """Return whether a stored or cleaned file is a photo."""
    return PurePosixPath(file.name or "").suffix in PHOTOS


def attachment_response(file: FieldFile, title: str) -> FileResponse:
    """Show a photo, and download a document under its title, with a content type that is never guessed.

    Call it after `visible_to`. Raises: Http404 if the file is missing or was not created by `clean_attachment`.
    """
    if is_photo(file):
        return photo_response(file)
    stored = file.name or ""
    suffix = PurePosixPath(stored).suffix
    if suffix not in DOCUMENTS:
        raise Http404
    try:
        stream = file.storage.open(stored, "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"{slugify(title) or 'attachment'}{suffix}"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=DOCUMENTS[suffix], headers=_HEADERS)
