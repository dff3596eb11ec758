"""Views for importing a file of assets: choose it, preview it, correct the columns, apply it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assets import rules
from assets.actions.importing import apply_import, change_import, rehearse_import
from assets.importing.columns import columns_not_read, guess_columns
from assets.importing.forms import ImportColumnsForm, ImportFileForm
from assets.models import ImportBatch, ImportRow
from communities.addresses import path_of
from communities.forms.errors import put_errors
from communities.idempotency import USED
from communities.paging import keyset_page
from communities.views import require_safe_or_post, require_team, run_action, tell_with_undo

Fate = ImportRow.Fate
#: The badge tone of each fate.
BADGES = {
    Fate.ADD: "growth",
    Fate.UPDATE: "place",
    Fate.SAME: "",
    Fate.DUPLICATE: "care",
    Fate.PROBLEM: "danger",
}


def writable_batch(request: HttpRequest, uuid: UUID) -> ImportBatch:
    """Return an import that the person may apply. Raises: Http404 outside the team, PermissionDenied for readers."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user).select_related("team"), uuid=uuid)
    if not rules.can_write_asset(request.user, batch.team_id):
        raise PermissionDenied
    return batch


@require_safe_or_post
@require_team
def import_create(request: HttpRequest) -> HttpResponse:
    """Take a file and preview it; write nothing to the map yet."""
    if not rules.can_write_asset(request.user, request.team):
        raise PermissionDenied
    form = ImportFileForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (batch := _rehearse(request, form)):
        for note in form.sheet.notes:
            messages.info(request, note)
        return redirect("assets:import-rehearsal", uuid=batch.uuid)
    return render(request, "assets/import_form.html", {"form": form})


def _rehearse(request: HttpRequest, form: ImportFileForm) -> ImportBatch | None:
    """Return the preview; None if the file was refused, with the errors on the form."""
    sheet, columns = form.sheet, guess_columns(form.sheet.headers)
    # If no heading looks like a name, the first column is used: people can change it on the next page.
    columns.setdefault("name", next((name for name in sheet.headers if name not in columns.values()), sheet.headers[0]))
    if ("latitude" in columns) != ("longitude" in columns):
        columns = {field: heading for field, heading in columns.items() if field not in ("latitude", "longitude")}
    try:
        return rehearse_import(
            team=request.team,
            by=request.user,
            file_name=form.cleaned_data["file"].name,
            headings=sheet.headers,
            rows=sheet.rows,
            columns=columns,
            kind=form.cleaned_data["kind"],
            uuid=form.cleaned_data["uuid"],
        )
    except ValidationError as error:
        if getattr(error, "code", "") == USED:
            put_errors(form, error)
        else:
            form.add_error("file", error)
        return None


@require_safe
def import_rehearsal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the preview of an import or, once applied, its result."""
    batch = writable_batch(request, uuid)
    return _show(request, batch, ImportColumnsForm(batch=batch))


@require_POST
def import_columns(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Read the file again with another column mapping."""
    batch = writable_batch(request, uuid)
    form = ImportColumnsForm(request.POST, batch=batch)
    if not form.is_valid():
        return _show(request, batch, form)
    if run_action(
        request,
        change_import,
        batch=batch,
        by=request.user,
        columns=form.columns,
        kind=form.cleaned_data["default_kind"],
        adds_duplicates=form.cleaned_data["adds_duplicates"],
    ):
        messages.success(request, _("The file was read again. Nothing has been added to the map yet."))
    return redirect("assets:import-rehearsal", uuid=batch.uuid)


@require_POST
def import_apply(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Apply the previewed import; a second press changes nothing."""
    batch = writable_batch(request, uuid)
    if run_action(request, apply_import, batch=batch, by=request.user):
        tell_with_undo(request, _("“%(name)s” has been imported.") % {"name": batch.file_name}, batch)
    return redirect("assets:import-rehearsal", uuid=batch.uuid)


def _show(request: HttpRequest, batch: ImportBatch, form: ImportColumnsForm) -> HttpResponse:
    """Show the preview or, once applied, the result, with the rows of the fate in the query string."""
    fate = request.GET.get("fate", "")
    rows = batch.rows.order_by("number", "id")
    if fate in Fate.values:
        rows = rows.filter(fate=fate)
    page = keyset_page(request, rows, size=50)
    is_applied = batch.status == ImportBatch.Status.APPLIED
    context = {
        "batch": batch,
        "form": form,
        "page": page,
        "rows": [_row(batch, row) for row in page],
        "tabs": _tabs(batch, fate),
        "to_write": _to_write(batch),
        "outside": batch.counts.get("outside", 0),
        "not_read": columns_not_read(batch.headings, batch.columns),
    }
    return render(request, "assets/import_result.html" if is_applied else "assets/import_rehearsal.html", context)


def _row(batch: ImportBatch, row: ImportRow) -> dict[str, object]:
    return {
        "number": row.number,
        "name": row.values.get(batch.columns["name"]) or _("(no name)"),
        "label": fate_label(row.fate, batch),
        "badge": BADGES[row.fate],
        "messages": row.messages,
        "url": path_of("assets:asset-detail", row.asset_id) if row.asset_id else "",
    }


def fate_label(fate: str, batch: ImportBatch) -> str:
    """Return the label of a fate, in the future tense before the import is applied and in the past tense after."""
    if batch.status != ImportBatch.Status.APPLIED:
        if fate == Fate.DUPLICATE and batch.adds_duplicates:
            return _("Possible duplicate, will be added")
        return Fate(fate).label
    return {
        Fate.ADD: _("Added"),
        Fate.UPDATE: _("Updated"),
        Fate.SAME: _("Already here, unchanged"),
        Fate.DUPLICATE: _("Possible duplicate, added") if batch.adds_duplicates else _("Possible duplicate, left out"),
        Fate.PROBLEM: _("Left out"),
    }[fate]


def _tabs(batch: ImportBatch, fate: str) -> list[dict[str, object]]:
    """Return a link for all rows, then one for each fate that occurs, with the number of rows."""
    url = reverse("assets:import-rehearsal", kwargs={"uuid": batch.uuid})
    total = sum(batch.counts.get(value, 0) for value in Fate.values)
    tabs = [{"label": _("All rows: %(count)s") % {"count": total}, "url": url, "current": fate not in Fate.values}]
    for value in Fate.values:
        if batch.counts.get(value) or value == fate:
            label = f"{fate_label(value, batch)}: {batch.counts.get(value, 0)}"
            tabs.append({"label": label, "url": f"{url}?fate={value}", "current": value == fate})
    return tabs


def _to_write(batch: ImportBatch) -> int:
    """Return how many rows applying the import would write."""
    fates = [Fate.ADD, Fate.UPDATE, *([Fate.DUPLICATE] if batch.adds_duplicates else [])]
    return sum(batch.counts.get(fate, 0) for fate in fates)
