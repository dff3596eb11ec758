"""Detect the kind of an uploaded file by its contents; nothing is unpacked yet."""

import io
import re
import zipfile
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.spreadsheets.limits import UPLOAD, Limits

CSV, XLSX = "csv", "xlsx"
KML = gettext_lazy(
    "This is KML, a map file. In Google My Maps open the list’s own menu, choose Export data, then CSV; other map "
    "programs save GeoJSON. Choose that file here."
)
_HEAD_BYTES = 2048
_MARKUP = re.compile(rb"<(?:\?xml|\?mso|!doctype|!--|html|kml|gpx|table|svg)")
_JSON = re.compile(rb'\{\s*"|\[\s*[{\[]')
_OTHERS = (b"%pdf-", b"\x89png", b"\xff\xd8\xff", b"gif8", b"{\\rtf", b"rar!", b"7z\xbc\xaf", b"\x1f\x8b")


def check_upload(file: BinaryIO, limits: Limits = UPLOAD) -> str:
    """Return "csv" or "xlsx" by the contents of the file, whatever its name, without unpacking it.

    Leaves the file at its start. Raises: ValidationError with what is wrong and what to do.
    """
    size = _size(file)
    if limits.file_bytes is not None and size > limits.file_bytes:
        raise ValidationError(
            _("This file is %(size)s MB. Files can be up to %(limit)s MB. Split it into several files."),
            code="too_big",
            params={"size": number_format(size / 1024**2, 1), "limit": limits.file_bytes // 1024**2},
        )
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    if not size or not head.strip():
        raise ValidationError(_("This file is empty. Nothing was read."), code="empty")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(
            _("This is an old Excel file, or it has a password. Save it as .xlsx without a password, or as CSV UTF-8."),
            code="old_excel",
        )
    if head.startswith(b"PK"):
        _check_archive(file, limits)
        file.seek(0)
        return XLSX
    _refuse_other_kinds(head)
    return CSV


def _refuse_other_kinds(head: bytes) -> None:
    """Refuse files that are clearly of another kind, and say how to get a spreadsheet out of them."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_OTHERS):
        raise ValidationError(_("This is not a spreadsheet. Use a CSV (UTF-8) or an .xlsx file."), code="not_a_sheet")
    if _JSON.match(start):
        raise ValidationError(
            _("This is JSON, not a spreadsheet. Open it in a map or table program and save it as CSV (UTF-8)."),
            code="json",
        )
    if not _MARKUP.match(start):
        return
    if b"<kml" in start:
        raise ValidationError(KML, code="kml")
    if b"<html" in start or b"<table" in start:
        raise ValidationError(
            _(
                "This file is a web page, although its name ends like a spreadsheet’s. Open it in Excel and save it as .xlsx or CSV UTF-8."
            ),
            code="web_page",
        )
    raise ValidationError(
        _("This is XML, not a spreadsheet. Open it in the program it comes from and save it as .xlsx or CSV UTF-8."),
        code="xml",
    )


def _size(file: BinaryIO) -> int:
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    return size


def _check_archive(file: BinaryIO, limits: Limits) -> None:
    """Refuse an archive that is not a workbook, or would unpack to too much; sizes are added up before unpacking.

    A directory with a false size gains nothing: zipfile stops reading at the declared size.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ValidationError(
            _("This Excel file is damaged. Save it again and try once more."), code="damaged"
        ) from error
    names = {entry.filename.lower() for entry in entries}
    if "xl/workbook.xml" not in names:
        raise _not_a_workbook(names)
    # Excel stores or deflates; other compression methods unpack more at once than was requested.
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise ValidationError(_("This Excel file is damaged. Save it again and try once more."), code="damaged")
    unpacked = sum(entry.file_size for entry in entries)
    if limits.unpacked_bytes is not None and (unpacked > limits.unpacked_bytes or len(entries) > 2_000):
        raise ValidationError(
            _("This file would unpack to more than %(limit)s MB. Save only the rows in a new file, or split it."),
            code="too_big_unpacked",
            params={"limit": limits.unpacked_bytes // 1024**2},
        )


def _not_a_workbook(names: set[str]) -> ValidationError:
    """Return the message for an archive that is not a workbook, by its contents."""
    if "xl/workbook.bin" in names:
        words = _("This is a binary Excel workbook (.xlsb). Save it as .xlsx and try again.")
    elif {"content.xml", "meta-inf/manifest.xml"} <= names:
        words = _("This is an OpenDocument file (.ods). Save it as .xlsx or as CSV UTF-8 and try again.")
    elif any(name.startswith("index/") and name.endswith(".iwa") for name in names):
        words = _("This is a Numbers file. Export it to Excel or CSV and try again.")
    elif any(name.endswith(".kml") for name in names):
        words = str(KML)
    elif any(name.endswith((".csv", ".xlsx")) for name in names):
        words = _("This is a compressed folder. Unpack it and choose the spreadsheet inside.")
    else:
        words = _("This is not a spreadsheet. Use a CSV (UTF-8) or an .xlsx file.")
    return ValidationError(words, code="not_a_sheet")
