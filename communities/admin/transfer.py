"""Import and export in the admin: capped, checked, and carried between its two steps by a signed form."""

import base64

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm, ImportForm
from import_export.tmp_storages import BaseStorage

from communities.admin.scoping import TeamScopedAdmin
from communities.resources import CsvFormat, SpreadsheetFormat, XlsxFormat
from communities.spreadsheets import check_upload

SALT = "kith.import"
HOUR = 60 * 60


class SignedUpload(BaseStorage):
    """The uploaded file itself, packed and signed, travels in the confirming form.

    Nothing lies in a folder that other processes or people could read, and any web process can take the second step.
    """

    def save(self, data: bytes) -> None:
        """Pack the file into the name that the form carries."""
        self.name = signing.dumps(base64.b85encode(data).decode(), salt=SALT, compress=True)

    def read(self) -> bytes:
        """Unpack it. Raises: BadSignature when it was changed or is older than an hour."""
        return base64.b85decode(signing.loads(self.name, salt=SALT, max_age=HOUR))

    def remove(self) -> None:
        """Nothing was stored."""


class UploadForm(ImportForm):
    """The first step: a file that is small and is a table."""

    def clean_import_file(self):
        """Refuse too large files and those that are no spreadsheet before anything is unpacked."""
        file = self.cleaned_data["import_file"]
        check_upload(file)
        return file


class TeamScopedImportExportAdmin(ImportExportMixin, TeamScopedAdmin):
    """`TeamScopedAdmin` with import and export; give `resource_classes = [A TeamScopedResource]`."""

    import_formats = (SpreadsheetFormat,)
    export_formats = (CsvFormat, XlsxFormat)
    import_form_class = UploadForm
    export_form_class = ExportForm
    tmp_storage_class = SignedUpload
    skip_admin_log = True
    import_error_display = ("message",)

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Return whether this person may add and change these rows."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Return whether this person may see these rows."""
        return self.has_view_permission(request)

    def get_resource_kwargs(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        """Tell the resource who asks."""
        return {"user": request.user}

    def get_export_data(self, file_format: object, request: HttpRequest, queryset: models.QuerySet, **kwargs) -> bytes:
        """Return the file; numbers and dates stay numbers and dates in a workbook."""
        data = self.get_data_for_export(
            request, queryset, force_native_type=isinstance(file_format, XlsxFormat), **kwargs
        )
        return file_format.export_data(data)

    def get_valid_export_item_pks(self, request: HttpRequest) -> models.QuerySet:
        """Return the rows that an export may name: the person's own."""
        return self.get_queryset(request).values_list("pk", flat=True)

    def add_data_read_fail_error_to_form(self, form: forms.Form, e: Exception) -> None:
        """Say in words what is wrong with the file."""
        if not isinstance(e, ValidationError):
            raise e
        form.add_error("import_file", e)

    def process_import(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        """Write what was confirmed, all of it or nothing; start again when the form is too old."""
        try:
            with transaction.atomic():
                return super().process_import(request, **kwargs)
        except signing.BadSignature:
            messages.error(
                request,
                _(
                    "This import waited for more than an hour, or was changed on the way. Nothing was written: choose the file again."
                ),
            )
            return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))

    def process_result(self, result: object, request: HttpRequest) -> HttpResponse:
        """Say what was written; take it all back when a row that passed the rehearsal no longer does."""
        if result.has_errors() or result.has_validation_errors():
            transaction.set_rollback(True)
            messages.error(
                request,
                _(
                    "Something changed since the rehearsal, and nothing was written. Import the file again to see which rows."
                ),
            )
            return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))
        return super().process_result(result, request)
