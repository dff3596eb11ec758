"""Spreadsheets in the admin: preview and import a file, and download a list.

Between preview and import, the form carries the file, compressed and signed: it is not stored in a folder that other
processes or people could read, and any web process can handle the second step.
"""

import base64
import tempfile
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.admin.writing import ActionAdmin
from communities.lists import listed
from communities.resources.base import Resource
from communities.resources.importing import ImportResult, write_rows
from communities.resources.rehearsal import Rehearsal, changes, rehearse
from communities.spreadsheets import CSV, CSV_TYPE, XLSX, XLSX_TYPE, check_upload, csv_lines, write_xlsx
from communities.views import require_safe_or_post
from communities.views.downloads import send_list

SALT = "kith.import"
HOUR = 60 * 60
#: The most rows to be written, and the most refusals, that a preview shows.
SHOWN = 100
#: Bytes of a workbook that are held in memory; a larger one goes to disk while it is sent.
IN_MEMORY = 2 * 1024 * 1024


def packed(data: bytes) -> str:
    """Return a file as a compressed, signed text."""
    return signing.dumps(base64.b85encode(data).decode(), salt=SALT, compress=True)


def unpacked(text: str) -> bytes:
    """Return the file. Raises: BadSignature if it was altered or is older than an hour."""
    return base64.b85decode(signing.loads(text, salt=SALT, max_age=HOUR))


class UploadForm(forms.Form):
    """The first step of an import: choose a small file with a table."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"), help_text=gettext_lazy("CSV or .xlsx, up to 5,000 rows and 5 MB.")
    )

    def clean_file(self) -> bytes:
        """Return the content of the file. Raises: ValidationError if it is too large or not a spreadsheet."""
        file = self.cleaned_data["file"]
        check_upload(file)
        return file.read()


class DownloadForm(forms.Form):
    """Choose the format of a download."""

    format = forms.ChoiceField(
        label=gettext_lazy("Kind of file"),
        choices=((CSV, gettext_lazy("CSV, for any program")), (XLSX, gettext_lazy("Excel workbook (.xlsx)"))),
        widget=forms.RadioSelect,
        initial=CSV,
    )


def spreadsheet(resource: Resource, rows: models.QuerySet, kind: str) -> tuple[Iterator[str] | BinaryIO, str]:
    """Return a file of rows, as an iterator of lines or an open file, and its media type."""
    cells = resource.export(rows)
    if kind == XLSX:
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
        write_xlsx(file, resource.headings, cells, title=resource.name_plural)
        file.seek(0)
        return file, XLSX_TYPE
    return csv_lines(resource.headings, cells), CSV_TYPE


def counted_by_team(resource: Resource, rows: models.QuerySet) -> dict[int | None, int]:
    """Return the number of rows by team; rows without a team, or an empty list, count under None."""
    path = getattr(resource.model._default_manager.all(), "team_path", None)
    counts = Counter(rows.order_by().values_list(path, flat=True)) if path else {None: rows.count()}
    return dict(counts) or {None: 0}


class Downloads:
    """Mixin for an admin: download the whole list, the filtered list, or the chosen rows."""

    resource_class: type[Resource]
    change_list_template = "admin/spreadsheet_list.html"
    actions = ("download_chosen",)

    def get_urls(self) -> list[URLPattern]:
        """Add the download page."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export_view), name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Add the import and download links to the context."""
        offers = {"import_url": self.import_address(request), "query": request.GET.urlencode()}
        return super().changelist_view(request, {**offers, **(extra_context or {})})

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Return whether the user can import a file."""
        return False

    def import_address(self, request: HttpRequest) -> str:
        """Return the URL of the import, or "" if the user has no permission."""
        return self._address("import") if self.has_import_permission(request) else ""

    def resource_of(self, request: HttpRequest) -> Resource:
        """Return the resource for the current user."""
        return self.resource_class(user=request.user)

    @method_decorator(require_safe_or_post)
    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for the format, then send the list, filtered by the query string."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = DownloadForm(request.POST or None)
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self._address("export"))
        if request.method == "POST" and form.is_valid():
            return self._sent(request, rows, form.cleaned_data["format"])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Download %(rows)s") % {"rows": self.opts.verbose_name_plural},
            "form": form,
            "opts": self.opts,
            "headings": self.resource_of(request).headings,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/spreadsheet_download.html", context)

    @admin.action(description=gettext_lazy("Download the chosen rows"), permissions=["view"])
    def download_chosen(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse:
        """Send the chosen rows as CSV."""
        return self._sent(request, queryset, CSV)

    def _sent(self, request: HttpRequest, rows: models.QuerySet, kind: str) -> StreamingHttpResponse:
        """Return the file, after auditing in each team who downloaded how many rows."""
        resource = self.resource_of(request)
        rows = resource.mine(rows)
        content, content_type = spreadsheet(resource, rows, kind)
        return send_list(
            request,
            content,
            name=f"{self.opts.model_name}-{timezone.localdate():%Y-%m-%d}.{kind}",
            content_type=content_type,
            model=resource.model,
            rows_by_team=counted_by_team(resource, rows),
            fields=resource.headings,
        )

    def _address(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")


class Spreadsheets(Downloads, ActionAdmin):
    """An `ActionAdmin` with spreadsheet import and export; set `resource_class`."""

    def get_urls(self) -> list[URLPattern]:
        """Add the two pages of an import."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("import/", self.admin_site.admin_view(self.import_view), name=f"{name}_import"),
            path("import/confirm/", self.admin_site.admin_view(self.confirm_view), name=f"{name}_import_confirm"),
            *super().get_urls(),
        ]

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Return whether the user can add and change these rows."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    @method_decorator(require_safe_or_post)
    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Take a file and show a preview of its import. Writes nothing."""
        self._check(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        rehearsal, token = None, ""
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data["file"]
            rehearsal, token = self._rehearsed(request, form, data), packed(data)
        return self._page(request, form=form, rehearsal=rehearsal, token=token)

    @method_decorator(require_safe_or_post)
    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        """Write the previewed rows, as many as fit into the time of one request."""
        self._check(request)
        if request.method != "POST":
            return HttpResponseRedirect(self._address("import"))
        token = request.POST.get("token", "")
        try:
            data = unpacked(token)
        except signing.BadSignature:
            messages.error(
                request,
                _("This preview has expired or has been changed. Nothing was imported. Choose the file again."),
            )
            return HttpResponseRedirect(self._address("import"))
        form = UploadForm()
        rehearsal = self._rehearsed(request, form, data)
        if rehearsal is not None and rehearsal.asked and not rehearsal.refused:
            messages.error(
                request,
                _("Nothing more has been imported yet. Choose for each row whether it is someone you know already."),
            )
            return self._page(request, form=form, rehearsal=rehearsal, token=token)
        if rehearsal is None or rehearsal.refused:
            messages.error(
                request,
                _(
                    "Something has changed since the preview, so nothing more was imported. See below which rows "
                    "need attention."
                ),
            )
            return self._page(request, form=form, rehearsal=rehearsal, token=token)
        brought = write_rows(self.resource_of(request), rehearsal)
        if brought.left or brought.refused:
            return self._page(request, form=form, rehearsal=rehearsal, token=token, brought=brought)
        messages.success(request, summary(brought, rehearsal))
        return HttpResponseRedirect(self._address("changelist"))

    def _check(self, request: HttpRequest) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _rehearsed(self, request: HttpRequest, form: forms.Form, data: bytes) -> Rehearsal | None:
        """Return the preview of a file, or None with the reason on the form."""
        try:
            return rehearse(self.resource_of(request), data, request.POST)
        except ValidationError as error:
            form.full_clean()
            form.add_error("file" if form.is_bound else None, error) if form.is_bound else messages.error(
                request, " ".join(error.messages)
            )
            return None

    def _page(
        self,
        request: HttpRequest,
        *,
        form: forms.Form,
        rehearsal: Rehearsal | None,
        token: str,
        brought: ImportResult | None = None,
    ) -> HttpResponse:
        resource = self.resource_of(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import %(rows)s") % {"rows": self.opts.verbose_name_plural},
            "form": form,
            "opts": self.opts,
            "media": self.media,
            "columns": resource.incoming,
            "rehearsal": rehearsal,
            "token": token,
            "brought": brought,
            "shown": SHOWN,
            "refused": [],
            "changes": [],
            "questions": rehearsal.asked if rehearsal and not rehearsal.refused else [],
            "answered": resource.answered(request.POST, rehearsal),
        }
        if rehearsal is not None:
            refused = brought.refused if brought else rehearsal.refused
            context |= {
                "refused": refused[:SHOWN],
                "refused_count": len(refused),
                "changes": list(changes(rehearsal))[:SHOWN],
                "new": rehearsal.count("new"),
                "changed": rehearsal.count("change"),
                "same": rehearsal.count("same"),
                "in_count": brought.done + rehearsal.count("same") if brought else 0,
            }
        return TemplateResponse(request, "admin/spreadsheet_import.html", context)


def summary(brought: ImportResult, rehearsal: Rehearsal) -> str:
    """Return a sentence with the result of an import."""
    parts = [
        ngettext("%(n)d row was added", "%(n)d rows were added", brought.added) % {"n": brought.added},
        ngettext("%(n)d was changed", "%(n)d were changed", brought.changed) % {"n": brought.changed},
        ngettext("%(n)d was already there", "%(n)d were already there", rehearsal.count("same"))
        % {"n": rehearsal.count("same")},
    ]
    return _("Imported: %(parts)s.") % {"parts": listed(parts)}
