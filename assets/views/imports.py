"""Importing a file of assets: choose it, look at each row's fate, change what was misread, apply it once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import rules
from assets.actions.importing import apply_import, change_import, rehearse_import
from assets.importing.columns import guess_columns
from assets.importing.forms import ImportColumnsForm, ImportFileForm
from assets.models import ImportBatch, ImportRow
from communities.paging import keyset_page
from communities.views import require_team

Fate = ImportRow.Fate
#: How a fate looks.
BADGES = {
    Fate.ADD: "growth",
    Fate.UPDATE: "place",
    Fate.SAME: "",
    Fate.DUPLICATE: "care",
    Fate.PROBLEM: "danger",
}


def writable_batch(request: HttpRequest, uuid: object) -> ImportBatch:
    """Return the import for somebody who may apply it. Raises: Http404 for strangers, PermissionDenied for readers."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user).select_related("team"), uuid=uuid)
    if not rules.can_write_asset(request.user, batch.team_id):
        raise PermissionDenied
    return batch


@require_http_methods(["GET", "POST"])
@require_team
def import_create(request: HttpRequest) -> HttpResponse:
    """Take a file and rehearse it; nothing reaches the map yet."""
    if not rules.can_write_asset(request.user, request.team):
        raise PermissionDenied
    form = ImportFileForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (batch := _rehearse(request, form)):
        return redirect("assets:import-rehearsal", uuid=batch.uuid)
    return render(request, "assets/import_form.html", {"form": form})


def _rehearse(request: HttpRequest, form: ImportFileForm) -> ImportBatch | None:
    """Return the rehearsal; None with what is wrong beside the file."""
    sheet, columns = form.sheet, guess_columns(form.sheet.headers)
    # Without a heading that means a name, the first column stands in: the next page lets people change it.
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
        )
    except ValidationError as error:
        form.add_error("file", error)
        return None


@require_GET
def import_rehearsal(request: HttpRequest, uuid: object) -> HttpResponse:
    """Show what would become of each row; once applied, what became of it."""
    batch = writable_batch(request, uuid)
    return _show(request, batch, ImportColumnsForm(batch=batch))


@require_POST
def import_columns(request: HttpRequest, uuid: object) -> HttpResponse:
    """Read the file again with other columns."""
    batch = writable_batch(request, uuid)
    form = ImportColumnsForm(request.POST, batch=batch)
    if not form.is_valid():
        return _show(request, batch, form)
    try:
        change_import(
            batch=batch,
            by=request.user,
            columns=form.columns,
            kind=form.cleaned_data["default_kind"],
            adds_duplicates=form.cleaned_data["adds_duplicates"],
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Read again. Nothing has been written to the map yet."))
    return redirect("assets:import-rehearsal", uuid=batch.uuid)


@require_POST
def import_apply(request: HttpRequest, uuid: object) -> HttpResponse:
    """Write to the map what the rehearsal showed; a second press finds it done."""
    batch = writable_batch(request, uuid)
    try:
        apply_import(batch=batch, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Done: the rows of “%(name)s” are on the map.") % {"name": batch.file_name})
    return redirect("assets:import-rehearsal", uuid=batch.uuid)


def _show(request: HttpRequest, batch: ImportBatch, form: ImportColumnsForm) -> HttpResponse:
    """Show the rehearsal or, once applied, the result, with the rows of the fate that the address names."""
    fate = request.GET.get("fate", "")
    rows = batch.rows.select_related("asset").order_by("number", "id")
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
    }
    return render(request, "assets/import_result.html" if is_applied else "assets/import_rehearsal.html", context)


def _row(batch: ImportBatch, row: ImportRow) -> dict[str, object]:
    return {
        "number": row.number,
        "name": row.values.get(batch.columns["name"]) or _("(no name)"),
        "label": fate_label(row.fate, batch),
        "badge": BADGES[row.fate],
        "messages": row.messages,
        "url": reverse("assets:asset-detail", kwargs={"pk": row.asset_id}) if row.asset_id else "",
    }


def fate_label(fate: str, batch: ImportBatch) -> str:
    """Return a fate in words: what will be before the import is applied, what was after."""
    if batch.status != ImportBatch.Status.APPLIED:
        if fate == Fate.DUPLICATE and batch.adds_duplicates:
            return _("Looks like another; will be added")
        return Fate(fate).label
    return {
        Fate.ADD: _("Added"),
        Fate.UPDATE: _("Brought up to date"),
        Fate.SAME: _("Already here, unchanged"),
        Fate.DUPLICATE: _("Looked like another; added")
        if batch.adds_duplicates
        else _("Looked like another; left out"),
        Fate.PROBLEM: _("Left out"),
    }[fate]


def _tabs(batch: ImportBatch, fate: str) -> list[dict[str, object]]:
    """Return one link a fate that occurs, with its number of rows, after one for every row."""
    url = reverse("assets:import-rehearsal", kwargs={"uuid": batch.uuid})
    total = sum(batch.counts.get(value, 0) for value in Fate.values)
    tabs = [{"label": _("Every row: %(count)s") % {"count": total}, "url": url, "current": fate not in Fate.values}]
    for value in Fate.values:
        if batch.counts.get(value) or value == fate:
            label = f"{fate_label(value, batch)}: {batch.counts.get(value, 0)}"
            tabs.append({"label": label, "url": f"{url}?fate={value}", "current": value == fate})
    return tabs


def _to_write(batch: ImportBatch) -> int:
    """Return the number of rows that applying writes."""
    fates = [Fate.ADD, Fate.UPDATE, *([Fate.DUPLICATE] if batch.adds_duplicates else [])]
    return sum(batch.counts.get(fate, 0) for fate in fates)
